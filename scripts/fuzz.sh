#!/usr/bin/env bash
# Fuzzes the parsers, one target after the other, and says for each how many runs it made, how many places it covered
# and what it found.
#
#   scripts/fuzz.sh [--seconds N] [--list] [TARGET]...
#
# A target is a method with @FuzzTest, named Class#method; a TARGET picks all whose name contains it. Without any, all
# run. N is 60 for each unless said otherwise. Exit code 1 says that something was found.
#
# What a target learns stays in target/fuzz/<target>/corpus and is where its next run starts. An input that fails is
# put into target/fuzz/<target>/findings; to keep it as a regression test, mend the defect and give the input, or a
# change that says the same, to the seeds of the target (its @MethodSource), which every build runs.
#
# For instance: scripts/fuzz.sh --seconds 600 HeaderFuzzTest ManifestFuzzTest#sealed
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

# One input may take this long before it counts as a hang, and memory outside the heap is bounded with the heap.
readonly timeout_seconds=20
readonly heap=1g
readonly rss_limit_mb=3072

seconds=60
list=
picked=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) [ $# -ge 2 ] || die "--seconds needs a number"; seconds=$2; shift ;;
    --list) list=yes ;;
    -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    -*) die "unknown option $1" ;;
    *) picked+=("$1") ;;
  esac
  shift
done

# Every "module package.Class#method".
targets() {
  local file module class
  for file in */src/test/java/**/*FuzzTest.java; do
    module=${file%%/*}
    class=${file#*/src/test/java/}
    class=${class%.java}
    grep -A1 '^ *@FuzzTest' "$file" | sed -n "s|^ *void \([a-zA-Z0-9]*\)(.*|$module ${class//\//.}#\1|p"
  done
}

chosen() {
  local name=$1 each
  [ ${#picked[@]} -gt 0 ] || return 0
  for each in "${picked[@]}"; do
    [[ $name == *"$each"* ]] && return 0
  done
  return 1
}

shopt -s globstar
mapfile -t all < <(targets)
wanted=()
for target in "${all[@]}"; do
  if chosen "${target#* }"; then wanted+=("$target"); fi
done
[ ${#wanted[@]} -gt 0 ] || die "no fuzz target matches: ${picked[*]}"
if [ -n "$list" ]; then
  printf '%s\n' "${wanted[@]#* }"
  exit 0
fi

require_build_tools
java=$(find_jdk)/bin/java
mvn -q -Pquick -pl kms-core,volume-daemon test-compile \
  org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
  -Dmdep.outputFile=target/test-class-path -Dmdep.includeScope=test

# Runs one target and prints its line; the fuzzer's own words are in its log.
fuzz() {
  local module=$1 class=${2%#*} method=${2#*#} place log status=0 line found
  place=$root/target/fuzz/${class##*.}.$method
  log=$place/log
  mkdir -p "$place/corpus" "$place/findings"
  # In a directory of its own, because the fuzzer leaves files where it runs.
  (cd "$place" && "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+EnableDynamicAgentLoading -Xmx$heap \
    -cp "$root/$module/target/test-classes:$root/$module/target/classes:$(cat "$root/$module/target/test-class-path")" \
    com.code_intelligence.jazzer.Jazzer --target_class="$class" --target_method="$method" \
    --instrumentation_includes='io.blockseal.**' --reproducer_path="$place/findings" \
    -artifact_prefix="$place/findings/" -max_total_time="$seconds" -timeout=$timeout_seconds \
    -rss_limit_mb=$rss_limit_mb -print_final_stats=1 "$place/corpus") >"$log" 2>&1 || status=$?
  line=$(sed -n 's/^#\([0-9]*\).* cov: \([0-9]*\).* corp: \([0-9]*\).*exec\/s: \([0-9]*\).*/\1 \2 \3 \4/p' "$log" | tail -n 1)
  found=none
  [ $status -eq 0 ] || found=$(grep -m1 -E '^== Java |ERROR: libFuzzer' "$log" || echo "exit code $status")
  # shellcheck disable=SC2086
  printf '%-44s %10s runs %8s/s %6s covered %6s inputs  %s\n' "${class##*.}#$method" \
    $(printf '%s' "${line:-0 0 0 0}" | awk '{ print $1, $4, $2, $3 }') "$found"
  [ $status -eq 0 ]
}

findings=0
for target in "${wanted[@]}"; do
  fuzz "${target% *}" "${target#* }" || findings=$((findings + 1))
done
[ $findings -eq 0 ] || die "$findings of ${#wanted[@]} targets found something; their logs are in target/fuzz"
