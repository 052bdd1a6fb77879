#!/usr/bin/env bash
# Installs what is missing, then builds everything and runs every test, mounts included, and five minutes of scripts/stress.sh.
# Arguments go to Maven, and then the stress is left out: scripts/test.sh -pl kms-core -Dtest=JsonTest
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

require_build_tools
if [ "$(uname -s)" = Linux ]; then
  require_packages libfuse2 fio xfsprogs btrfs-progs stress-ng attr
  prefer_cipher_libraries
  require_program aws awscli
fi
[ -c /dev/fuse ] || say "note: no /dev/fuse here, so the tests that mount will be skipped"
[ $# -eq 0 ] || exec mvn verify "$@"
mvn verify
if [ -c /dev/fuse ] && [ "$(id -u)" -eq 0 ]; then
  exec scripts/stress.sh --minutes 5
fi
