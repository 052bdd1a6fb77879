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
if [ -f "$rocksdb" ] && [ ! -d "$lib/native" ]; then
  unpack "$rocksdb" librocksdbjni-linux64.so x86_64
  unpack "$rocksdb" librocksdbjni-linux-aarch64.so aarch64
  unpack "$jffi" jni/x86_64-Linux/libjffi-1.2.so x86_64
  unpack "$jffi" jni/aarch64-Linux/libjffi-1.2.so aarch64
  repack "$rocksdb"
  rm "$jffi"
fi
find "$home" -exec touch -d "$stamp" {} +
touch "$home/bin/"*
