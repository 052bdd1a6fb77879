# Sourced by the programs in bin; $home is the directory above it.

# The major version that the Java in directory $1 says it has, or 0. Its release file says so without starting it.
java_major() {
  [ -x "$1/bin/java" ] || { echo 0; return; }
  version=
  [ -r "$1/release" ] && version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')
  echo "${version:-0}"
}

# Sets java to the first Java 25 or newer of JAVA_HOME, the PATH and the usual places.
find_java() {
  on_path=$(command -v java) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/java}
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/java/* "${HOME:-}"/.sdkman/candidates/java/*; do
    if [ -n "$candidate" ] && [ "$(java_major "$candidate")" -ge 25 ]; then
      java=$candidate/bin/java
      return
    fi
  done
  echo "error: Blockseal needs Java 25 or newer and found none in JAVA_HOME, on the PATH or under /usr/lib/jvm." >&2
  echo "Install one (a runtime is enough; on Debian for instance temurin-25-jre) or set JAVA_HOME to it." >&2
  exit 1
}

# Sees to a locale of UTF-8. Without one, as under cron, and with one that is not installed, as many an ssh brings along, Java
# reads arguments as ASCII and loses the rest; with one of another character set it loses what that has no character for.
speak_utf8() {
  case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
    C.UTF-8 | C.utf8) return ;;
    '' | C | POSIX) ;;
    *) [ "$(locale charmap 2>/dev/null)" = UTF-8 ] && return ;;
  esac
  export LC_ALL=C.UTF-8
}

# launch PROGRAM CLASS ARGUMENT..., with the JVM options in $jvm_options
#
# The cache of classes loaded ahead of time fits one build of Java; any other goes without it, in silence.
# BLOCKSEAL_JAVA_OPTIONS adds options of the JVM.
launch() {
  program=$1 class=$2
  shift 2
  find_java
  speak_utf8
  native=$home/lib/native/$(uname -m)
  class_path=$(LC_ALL=C; for jar in "$home"/lib/*.jar; do printf ':%s' "$jar"; done)
  set -- -cp "${class_path#:}" "$class" "$@"
  [ -r "$home/lib/$program.aot" ] && set -- "-XX:AOTCache=$home/lib/$program.aot" "$@"
  set -- "-Djava.library.path=$native:/usr/lib64:/lib64:/lib:/usr/lib" "-Djffi.boot.library.path=$native" "$@"
  # shellcheck disable=SC2086 # several words each
  exec "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Xlog:disable -Xlog:all=error,aot*=off,cds*=off:stderr $jvm_options ${BLOCKSEAL_JAVA_OPTIONS:-} "$@"
}
