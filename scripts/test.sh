#!/usr/bin/env bash
# Installs what is missing, then builds everything and runs every test, mounts included.
# Arguments go to Maven: scripts/test.sh -pl kms-core -Dtest=JsonTest
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

require_build_tools
if [ "$(uname -s)" = Linux ]; then
  require_packages libfuse2 fio xfsprogs attr
  require_program aws awscli
fi
[ -c /dev/fuse ] || say "note: no /dev/fuse here, so the tests that mount will be skipped"
exec mvn verify "$@"
