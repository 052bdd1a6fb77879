#!/usr/bin/env bash
# Finishes the distribution in directory $1: what jars would unpack at every start is unpacked once, and the classes of
# both programs are loaded ahead of time in a training run of each.
set -euo pipefail
. "$(dirname "$0")/../../../scripts/lib.sh"

home=$1
lib=$home/lib
stamp=2026-01-01T00:00:00Z # of every file, so that the cache still knows its jars when they come out of the archive
jdk=$(find_jdk)
work=$(mktemp -d)
daemon=
clean_up() {
  [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

# Takes the native libraries out of the jar $1.
repack() {
  local jar=$1
  mkdir "$work/jar"
  (cd "$work/jar" && "$jdk/bin/jar" --extract --file "$jar")
  find "$work/jar" \( -name '*.so' -o -name '*.dll' -o -name '*.jnilib' \) -type f -delete
  "$jdk/bin/jar" --create --date "$stamp" --file "$jar" --manifest "$work/jar/META-INF/MANIFEST.MF" -C "$work/jar" .
  rm -r "$work/jar"
}

# unpack JAR PATH-IN-JAR MACHINE
unpack() {
  mkdir -p "$lib/native/$3"
  unzip_one "$1" "$2" "$lib/native/$3/$(basename "$2")"
}

unzip_one() {
  (cd "$work" && "$jdk/bin/jar" --extract --file "$1" "$2" && mv "$work/$2" "$3")
  [ -f "$3" ] || die "no $2 in $1"
}

rocksdb=$(echo "$lib"/rocksdbjni-*.jar)
jffi=$(echo "$lib"/jffi-*-native.jar)
unpack "$rocksdb" librocksdbjni-linux64.so x86_64
unpack "$rocksdb" librocksdbjni-linux-aarch64.so aarch64
unpack "$jffi" jni/x86_64-Linux/libjffi-1.2.so x86_64
unpack "$jffi" jni/aarch64-Linux/libjffi-1.2.so aarch64
repack "$rocksdb"
rm "$jffi"
find "$home" -exec touch -d "$stamp" {} +
touch "$home/bin/"*

# The training runs. What they print is of interest only if they fail.
export JAVA_HOME=$jdk BLOCKSEAL_JAVA_OPTIONS=
export AWS_SHARED_CREDENTIALS_FILE=$work/data/credentials AWS_CONFIG_FILE=$work/data/config AWS_PROFILE=blockseal AWS_REGION=us-east-1
training() { BLOCKSEAL_JAVA_OPTIONS=-XX:AOTCacheOutput=$lib/$1.aot exec "$home/bin/$1" "${@:2}" >"$work/$1.log" 2>&1; }

train() {
  local endpoint= tries=0 volume
  "$home/bin/blockseald" init --data "$work/data"
  training blockseald run --data "$work/data" --listen 127.0.0.1:0 --mount none &
  daemon=$!
  while [ -z "$endpoint" ]; do
    endpoint=$(sed -n 's/^blockseald is ready at \([^;]*\);.*/\1/p' "$work/blockseald.log")
    kill -0 "$daemon" && [ $((tries += 1)) -lt 600 ] || return 1
    sleep 0.1
  done
  export AWS_ENDPOINT_URL=$endpoint
  "$home/bin/blockseal" key create --alias alias/training
  "$home/bin/blockseal" settings encryption on
  volume=$("$home/bin/blockseal" volume create --size 1G --encrypted --wait)
  "$home/bin/blockseal" snapshot create "$volume" --wait
  "$home/bin/blockseal" settings show
  (training blockseal volume list)
  kill "$daemon"
  wait "$daemon"
  daemon=
}
if ! (set -e; train) >"$work/training.log" 2>&1; then
  tail -n 20 "$work"/*.log >&2
  die "the training run of the distribution failed"
fi
rm -f "$lib"/*.aot.config
touch -d "$stamp" "$lib" "$lib"/*.aot
