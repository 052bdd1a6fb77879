#!/usr/bin/env bash
# Kills a daemon under load at random moments, again and again, and looks for everything that it had acknowledged.
#
#   scripts/stress.sh                                       five minutes, with a seed of its own
#   scripts/stress.sh --minutes 30 --log stress.jsonl       half an hour, and a line of JSON for each round
#   scripts/stress.sh --rounds 1000 --seed 42               so many rounds, drawn from this seed
#
#   --minutes N   stop after this time; 5 if neither this nor --rounds is given
#   --rounds N    stop after so many rounds
#   --seed S      what the options of each round are drawn from; printed at the beginning. The moment of a kill is a matter of the machine as well
#   --log FILE    a line of JSON for each round: what was drawn, what was acknowledged, how many units were verified, what was found, how long
#                 it took; at the end one with the sums
#
# Exits with 0 if nothing was found, with 1 at the first finding; the daemon's files are then kept and their directory is named. Volumes are plain,
# XTS and GCM, written directly and through the page cache, with and without flushes, with discards, snapshots, copies and restores.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

arguments=() bounded=
while [ $# -gt 0 ]; do
  case "$1" in
    --minutes | --rounds) bounded=yes arguments+=("$1" "${2:?$1 needs a number}"); shift 2 ;;
    --seed) arguments+=("$1" "${2:?$1 needs a number}"); shift 2 ;;
    --log) arguments+=("$1" "$(realpath "${2:?$1 needs a file}")"); shift 2 ;;
    *) sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done
[ -n "$bounded" ] || arguments+=(--minutes 5)

[ "$(id -u)" -eq 0 ] || die "the stress mounts, so it has to run as root (sudo scripts/stress.sh)"
[ -c /dev/fuse ] || die "there is no /dev/fuse on this machine"
require_build_tools
require_packages libfuse2
build_distribution
java=$(find_jdk)

work=$(mktemp -d "${BLOCKSEAL_STRESS_DIR:-/var/tmp}/blockseal-stress.XXXXXX")
pid=
clean_up() {
  local status=$? daemon
  trap - EXIT INT TERM
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  fi
  # It has no pid file while it starts, and its mount is no mount point to mountpoint(1) once it was killed.
  for daemon in $(pgrep -f -- "--data $work/data" || true); do kill -KILL "$daemon" 2>/dev/null || true; done
  umount --lazy "$work/volumes" 2>/dev/null || true
  if [ "$status" -eq 0 ] || [ "$status" -ge 128 ]; then
    rm -rf "$work"
  else
    say "the data directory and the daemon's log are in $work"
  fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# The classes of the tests come with the build of the distribution, which compiles them.
JAVA_HOME=$java "$java/bin/java" --enable-native-access=ALL-UNNAMED "-Dblockseal.distribution=$dist" \
  -cp "$root/snapshot-tool/target/test-classes:$dist/lib/*" io.blockseal.stress.Stress --work "$work" "${arguments[@]}" &
pid=$!
wait "$pid" && status=0 || status=$?
pid=
exit "$status"
