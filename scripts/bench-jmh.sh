#!/usr/bin/env bash
# Runs the JMH benchmarks and prints what they reach.
#
#   scripts/bench-jmh.sh [pattern] [JMH option]...     # pattern: a regular expression over class and method names
#
# For instance: scripts/bench-jmh.sh XtsKernel.encrypt -p sizeBytes=4096 -prof gc
# For steady figures leave the machine alone and pin the run: taskset -c 1 scripts/bench-jmh.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

pattern=.
case "${1:-}" in
  '' | -[!h]*) ;;
  -h) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) pattern=$1; shift ;;
esac

require_build_tools
mvn -q -Pquick -DskipTests -pl jmh -am package
result=jmh/target/jmh-$(date -u +%Y%m%dT%H%M%SZ).json
# The flags of the daemon itself, so that its libraries run as they do there.
"$(find_jdk)/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "jmh/target/classes:$(cat jmh/target/class-path)" org.openjdk.jmh.Main "$pattern" -rf json -rff "$result" "$@"

# JMH prints one member a line. A benchmark with a parameter sizeBytes transforms so many bytes an operation.
say ""
awk -F'"' '
  function flush() {
    if (name == "") return
    size = params["sizeBytes"]
    speed = (size != "" && unit == "ops/s") ? sprintf("%7.2f GB/s", score * size / 1e9) : sprintf("%.4g %s", score, unit)
    shown = ""
    for (p in params) shown = shown sprintf("  %s=%s", p, params[p])
    printf "%-34s %14s%s%s\n", name, speed, alloc == "" ? "" : sprintf("  %9.1f B/op", alloc), shown
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
' "$result"
say ""
say "the whole result is in $result"
