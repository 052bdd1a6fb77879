#!/usr/bin/env bash
# Runs the JMH benchmarks and prints what they reach.
#
#   scripts/bench-jmh.sh [--profile [--keep FILE]] [pattern] [JMH option]...
#
# The pattern is a regular expression over class and method names. With --profile every benchmark also runs under
# -prof gc and -prof jfr: the recordings go to a directory below jmh/target, each with the hottest methods and the
# sites that allocate most as text beside it, and all those texts together into FILE, if one is to be kept.
#
# For instance: scripts/bench-jmh.sh XtsKernel.encrypt -p sizeBytes=4096 -prof gc
#               scripts/bench-jmh.sh --profile --keep docs/benchmarks/engine-profile.txt volume.engine
# For steady figures leave the machine alone and pin the run: taskset -c 1 scripts/bench-jmh.sh
# RequestBenchmark mounts and so needs root; the other benchmarks need no rights.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

profile=
keep=
pattern=.
while [ $# -gt 0 ]; do
  case "$1" in
    --profile) profile=yes ;;
    --keep) [ $# -ge 2 ] || die "--keep needs a file"; keep=$2; shift ;;
    -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) break ;;
    *) pattern=$1; shift; break ;;
  esac
  shift
done
[ -z "$keep" ] || [ -n "$profile" ] || die "--keep is for --profile"

require_build_tools
prefer_cipher_libraries
jdk=$(find_jdk)
mvn -q -Pquick -DskipTests -pl jmh -am package
stamp=$(date -u +%Y%m%dT%H%M%SZ)
result=jmh/target/jmh-$stamp.json
recordings=$root/jmh/target/profile-$stamp
profilers=()
if [ -n "$profile" ]; then
  mkdir -p "$recordings"
  profilers=(-prof gc -prof "jfr:dir=$recordings;configName=profile")
fi
# The flags of the daemon itself, so that its libraries run as they do there.
"$jdk/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "jmh/target/classes:$(cat jmh/target/class-path)" org.openjdk.jmh.Main "$pattern" -rf json -rff "$result" \
  "${profilers[@]}" "$@"

# What a recording says, in so few lines that they can stand beside the figures.
summarize() {
  local recording=$1
  printf '=== %s\n' "$(basename "$(dirname "$recording")")"
  local view
  for view in hot-methods allocation-by-site; do
    "$jdk/bin/jfr" view --width 140 --cell-height 1 --truncate beginning "$view" "$recording" | sed '/^[[:space:]]*$/d' | sed -n '1,15p'
  done
  printf '\n'
}

# JMH prints one member a line. A benchmark with a parameter sizeBytes transforms so many bytes an operation.
say ""
awk -F'"' '
  function flush() {
    if (name == "") return
    size = params["sizeBytes"]
    speed = (size != "" && unit == "ops/s") ? sprintf("%7.2f GB/s", score * size / 1e9) : sprintf("%.4g %s", score, unit)
    shown = ""
    for (p in params) shown = shown sprintf("  %s=%s", p, params[p])
    printf "%-38s %14s%s%s\n", name, speed, alloc == "" ? "" : sprintf("  %9.1f B/op", alloc), shown
  }
  $2 == "benchmark" { flush(); name = $4; sub(/.*\.[a-z]+\./, "", name); section = ""; score = unit = alloc = ""; split("", params) }
  $2 == "params" || $2 == "primaryMetric" || $2 == "gc.alloc.rate.norm" || $2 == "·gc.alloc.rate.norm" { section = $2; next }
  $2 ~ /^·?gc\./ { section = "" }
  section == "params" && /}/ { section = "" }
  section == "params" && NF > 3 { params[$2] = $4 }
  $2 == "score" && section == "primaryMetric" { score = $3; gsub(/[ :,]/, "", score) }
  $2 == "scoreUnit" && section == "primaryMetric" { unit = $4; section = "" }
  $2 == "score" && section ~ /alloc/ { alloc = $3; gsub(/[ :,]/, "", alloc); section = "" }
  END { flush() }
' "$result" | tee "$result.txt"
say ""
say "the whole result is in $result"
if [ -n "$profile" ]; then
  {
    printf 'Where time and memory went, by Java Flight Recorder, in the run of %s; what it reached:\n\n' "$stamp"
    cat "$result.txt"
    printf '\n'
    for recording in "$recordings"/*/*.jfr; do
      summarize "$recording" | tee "${recording%.jfr}.txt"
    done
  } > "$recordings/summary.txt"
  say "the recordings, and what they say as text:"
  find "$recordings" -type f | sort
  [ -z "$keep" ] || cp "$recordings/summary.txt" "$keep"
fi
