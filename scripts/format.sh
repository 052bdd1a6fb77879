#!/usr/bin/env bash
# Formats every Java source with google-java-format; with --check only says which ones differ, and fails.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

jar=target/tools/google-java-format.jar
[ -f "$jar" ] || mvn -q -N initialize
action=--replace
[ "${1:-}" = --check ] && action='--dry-run --set-exit-if-changed'

java=$(find_jdk)/bin/java
exports=()
for package in api code file main parser tree util; do
  exports+=("--add-exports=jdk.compiler/com.sun.tools.javac.$package=ALL-UNNAMED")
done
mapfile -t sources < <(find kms-core volume-daemon snapshot-tool jmh -path '*/target' -prune -o -name '*.java' -print | sort)
if ! "$java" "${exports[@]}" -jar "$jar" $action "${sources[@]}"; then
  die "the files above are not formatted as google-java-format does it; scripts/format.sh mends them"
fi
