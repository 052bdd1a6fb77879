# Shared by the scripts beside it; sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The major version of the JDK in directory $1, or nothing.
jdk_major() {
  [ -x "$1/bin/javac" ] || return 0
  "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
}

# Prints the home of a JDK 25 or newer: JAVA_HOME, the java on the PATH, then the usual places.
find_jdk() {
  local candidate major on_path
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -n "$candidate" ] && [ -d "$candidate" ] || continue
    major=$(jdk_major "$candidate")
    if [ -n "$major" ] && [ "$major" -ge 25 ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  die "Blockseal needs a JDK 25 or newer and found none in JAVA_HOME, on the PATH or under /usr/lib/jvm. \
Install one (Temurin 25, for instance) and set JAVA_HOME to it."
}

# Whether a Debian package is there; since Debian 13 some have a suffix for their 64-bit time, and provide the old name.
installed() {
  { dpkg-query -W -f '${Status}\n' "$1" "$1t64" 2>/dev/null || true; } | grep -q 'install ok installed'
}

# Installs those of the named Debian packages that are missing, and says which.
require_packages() {
  local package missing=() runner=()
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || die "these are missing, and there is no apt-get to install them with: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing; as root: apt-get install -y ${missing[*]}"
    runner=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  "${runner[@]}" apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive "${runner[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || die "apt-get could not install: ${missing[*]}"
}

# The libraries that AES is faster with. There is no libipsec-mb1 for other processors, nor on every Debian.
prefer_cipher_libraries() {
  local package
  for package in libgcrypt20 libipsec-mb1; do
    (require_packages "$package") || say "note: it goes on without $package, with the JDK's AES"
  done
}

# As require_packages, for the package $2 that brings the program $1; a program from elsewhere will do.
require_program() {
  command -v "$1" >/dev/null || require_packages "$2"
}

# Everything the build needs beside the JDK.
require_build_tools() {
  find_jdk >/dev/null
  require_program mvn maven
}

# Builds the distribution unless it is newer than every source, and sets `dist` to its directory.
build_distribution() {
  local newest
  dist=$root/snapshot-tool/target/blockseal
  if [ -x "$dist/bin/blockseald" ]; then
    newest=$(find "$root" -name target -prune -o \( -name '*.java' -o -name pom.xml -o -path '*/src/*' \) -newer "$dist/bin/blockseald" -print -quit)
    [ -z "$newest" ] && return 0
  fi
  say "building (a few minutes the first time; the log is in $root/target/build.log)"
  mkdir -p "$root/target"
  (cd "$root" && mvn -q -Pquick -DskipTests package -pl snapshot-tool -am) >"$root/target/build.log" 2>&1 \
    || { tail -n 40 "$root/target/build.log" >&2; die "the build failed"; }
}
