#!/usr/bin/env bash
# Measures Blockseal volumes with fio against their peers, all in one run and in turn, and prints medians and ratios.
#
#   scripts/bench-fio.sh [--rounds N] [--seconds N] [--size-mib N] [--peers LIST] [--jobs LIST] [--transport T] [--json FILE] [--svg FILE]
#
#   --peers   of qemu-luks, gocryptfs, nbdkit-luks; all if not given. The plain file is always measured
#   --jobs    of seq-read-1m, seq-write-1m, rand-read-4k, rand-write-4k, rand-read-4k-8j, rand-write-4k-8j, fsync-write-4k,
#             buffered-write-1m, ext4-tree; all if not given
#   --transport  fuse.transport of Blockseal and of null: kernel (if not given), uring or jnr
#
# Where a virtual machine's host gives its processors to others for more than 2 % of a measurement, that one is done again, up to five
# times: such moments halve a number or worse. How many there were is printed.
#
# Peers: the plain file that all of them stand on, an export that stores nothing (null), qemu-storage-daemon exporting a LUKS image
# through FUSE, a file in gocryptfs, and nbdkit's LUKS filter through nbdfuse. Every target is filled first. Caches below the
# targets are left as they are, but what is dirty in them is written between two measurements: what is measured is the way
# through the programs, not the disk.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rounds=5 seconds=2 size_mib=1024 json='' svg='' transport=kernel
peers=qemu-luks,gocryptfs,nbdkit-luks
jobs=seq-read-1m,seq-write-1m,rand-read-4k,rand-write-4k,rand-read-4k-8j,rand-write-4k-8j,fsync-write-4k,buffered-write-1m,ext4-tree
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --size-mib) size_mib=$2; shift 2 ;;
    --peers) peers=$2; shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    --transport) transport=$2; shift 2 ;;
    --json) json=$(realpath "$2"); shift 2 ;;
    --svg) svg=$(realpath "$2"); shift 2 ;;
    -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) sed -n '2,18s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done
[[ $transport = @(kernel|uring|jnr) ]] || die "--transport $transport: expected kernel, uring or jnr"
rings=/sys/module/fuse/parameters/enable_uring
[ $transport != uring ] || [ "$(cat $rings 2>/dev/null)" = Y ] || die "the kernel offers no io_uring for FUSE: $rings is not there, or not Y"
export BLOCKSEAL_FUSE_TRANSPORT=$transport

wants() { [[ ,$2, == *,$1,* ]]; }

[ "$(id -u)" -eq 0 ] || die "the benchmark mounts, so it has to run as root"
require_build_tools
require_packages libfuse2 fio
prefer_cipher_libraries
require_program python3 python3
require_program fusermount3 fuse3
require_program aws awscli
if wants qemu-luks "$peers" || wants nbdkit-luks "$peers"; then
  require_program qemu-storage-daemon qemu-system-common
  require_program qemu-img qemu-utils
fi
if wants gocryptfs "$peers"; then require_program gocryptfs gocryptfs; fi
if wants nbdkit-luks "$peers"; then require_packages nbdkit libnbd-bin; fi
build_distribution
(cd "$root" && mvn -q -o -Pquick -DskipTests package -pl jmh -am) >"$root/target/build.log" 2>&1 \
  || (cd "$root" && mvn -q -Pquick -DskipTests package -pl jmh -am) >"$root/target/build.log" 2>&1 \
  || { tail -n 40 "$root/target/build.log" >&2; die "the build failed"; }

work=$(mktemp -d "${BLOCKSEAL_BENCH_DIR:-/var/tmp}/blockseal-bench.XXXXXX")
data=$work/data
port=${BLOCKSEAL_BENCH_PORT:-4598}
endpoint=http://127.0.0.1:$port
pids=()
loop=''

clean_up() {
  local status=$?
  trap - EXIT INT TERM
  umount "$work/tree" 2>/dev/null || true
  [ -z "$loop" ] || losetup -d "$loop" 2>/dev/null || true
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  for mounted in "$work/clear" "$work/nbd"; do fusermount3 -u "$mounted" 2>/dev/null || true; done
  [ "$status" -eq 0 ] || { say "stopped; the daemon's log:"; tail -n 20 "$work/daemon.log" 2>/dev/null || true; }
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

export AWS_SHARED_CREDENTIALS_FILE=$data/credentials AWS_CONFIG_FILE=$data/config AWS_PROFILE=blockseal
export AWS_DEFAULT_REGION=us-east-1 AWS_PAGER='' AWS_EC2_METADATA_DISABLED=true
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
cli() { "$dist/bin/blockseal" --endpoint-url "$endpoint" "$@"; }
await() { # a command, for 20 s
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  die "this did not come true in 20 s: $*"
}

say "starting the daemon and the peers in $work"
"$dist/bin/blockseald" init --data "$data" --region us-east-1 >/dev/null
"$dist/bin/blockseald" run --data "$data" --listen "127.0.0.1:$port" --mount "$work/volumes" >"$work/daemon.log" 2>&1 &
daemon=$!
pids+=("$daemon")
await curl -sf "$endpoint/_blockseal/health"

names=(plain-file null)
declare -A target
target[plain-file]=$work/plain
truncate -s "${size_mib}M" "$work/plain"

"$(find_jdk)/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$root/jmh/target/classes:$(cat "$root/jmh/target/class-path")" \
  io.blockseal.fuse.NullExport "$work/nothing" $((size_mib << 20)) "$transport" >"$work/null.log" 2>&1 &
pids+=($!)
target[null]=$work/nothing/null
await test -e "$work/nothing/null"

volume_gib=$(((size_mib + 1023) / 1024))
add_volume() { # name, options of create
  local name=$1 id
  shift
  id=$(cli volume create --size "${volume_gib}G" --wait "$@")
  target[$name]=$(cli volume attach "$id")
  names+=("$name")
}
add_volume blockseal-plain
add_volume blockseal-xts --encrypted --cipher xts
add_volume blockseal-gcm --encrypted --cipher gcm

printf %s benchmark-only >"$work/passphrase"
# qemu-img times its key derivation by the processor time that the kernel counted, and fails where that comes in ticks longer than
# what it times: with a slow hash and a few tries it gets its answer. The hash is that of the passphrase, nothing that I/O sees.
make_luks() {
  local options="key-secret=s,iter-time=10,hash-alg=sha512"
  for _ in {1..20}; do
    qemu-img create -q -f luks --object "secret,id=s,file=$work/passphrase" -o "$options" "$1" "${size_mib}M" 2>"$work/luks.log" && return
    rm -f "$1"
  done
  die "qemu-img made no LUKS image: $(cat "$work/luks.log")"
}
if wants qemu-luks "$peers"; then
  make_luks "$work/luks"
  touch "$work/qemu"
  qemu-storage-daemon \
    --object "secret,id=s,file=$work/passphrase" \
    --blockdev "driver=file,node-name=file,filename=$work/luks" \
    --blockdev driver=luks,node-name=luks,file=file,key-secret=s \
    --export "type=fuse,id=export,node-name=luks,mountpoint=$work/qemu,writable=on" &
  pids+=($!)
  await grep -q " $work/qemu " /proc/self/mountinfo
  target[qemu-luks]=$work/qemu
  names+=(qemu-luks)
fi
if wants gocryptfs "$peers"; then
  mkdir "$work/cipher" "$work/clear"
  gocryptfs -q -init -scryptn 10 -passfile "$work/passphrase" "$work/cipher"
  gocryptfs -q -fg -passfile "$work/passphrase" "$work/cipher" "$work/clear" &
  pids+=($!)
  await grep -q " $work/clear " /proc/self/mountinfo
  target[gocryptfs]=$work/clear/file
  truncate -s "${size_mib}M" "$work/clear/file"
  names+=(gocryptfs)
fi
if wants nbdkit-luks "$peers"; then
  make_luks "$work/nbd-luks"
  touch "$work/nbd"
  nbdfuse "$work/nbd" --command nbdkit -s --exit-with-parent file "$work/nbd-luks" --filter=luks "passphrase=+$work/passphrase" &
  pids+=($!)
  await grep -q " $work/nbd " /proc/self/mountinfo
  target[nbdkit-luks]=$work/nbd
  names+=(nbdkit-luks)
fi

options() { # job -> options of fio
  case "$1" in
    seq-read-1m) echo --rw=read --bs=1M --direct=1 ;;
    seq-write-1m) echo --rw=write --bs=1M --direct=1 ;;
    rand-read-4k) echo --rw=randread --bs=4k --direct=1 ;;
    rand-write-4k) echo --rw=randwrite --bs=4k --direct=1 ;;
    rand-read-4k-8j) echo --rw=randread --bs=4k --direct=1 --numjobs=8 --group_reporting ;;
    rand-write-4k-8j) echo --rw=randwrite --bs=4k --direct=1 --numjobs=8 --group_reporting ;;
    fsync-write-4k) echo --rw=randwrite --bs=4k --direct=1 --fsync=1 ;;
    buffered-write-1m) echo --rw=write --bs=1M --end_fsync=1 ;;
    *) die "no such job: $1" ;;
  esac
}

measure() { # target, job -> the result of fio as JSON
  # Some systems page out what was not touched for a while (DAMON); a read is not to measure their disk.
  [[ $2 != *-read-* ]] || dd if="$1" of=/dev/null bs=1M iflag=direct status=none
  # shellcheck disable=SC2046 # the options are words
  fio --name=job --filename="$1" --size="${size_mib}M" --ioengine=psync --time_based --runtime="$seconds" \
    --randrepeat=0 --output-format=json $(options "$2") 2>>"$work/fio.log"
}

# Seconds to unpack a tree of sources on ext4 on a loop device on the target, make it durable, and read it back.
measure_tree() {
  local begun ended
  loop=$(losetup --find --show --sizelimit $((size_mib << 20)) "$1")
  mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$loop"
  mkdir -p "$work/tree"
  mount "$loop" "$work/tree"
  begun=$(date +%s%N)
  tar -C "$work/tree" -xf "$work/tree.tar"
  sync -f "$work/tree"
  umount "$work/tree"
  mount "$loop" "$work/tree"
  tar -C "$work/tree" -cf - . | cat >/dev/null
  ended=$(date +%s%N)
  umount "$work/tree"
  losetup -d "$loop"
  loop=''
  echo "{\"seconds\": $(((ended - begun) / 1000000))e-3}"
}

if wants ext4-tree "$jobs"; then
  say "packing a tree to unpack: /usr/include and /usr/share/perl"
  tar -C / -cf "$work/tree.tar" usr/include usr/share/perl 2>/dev/null || true
fi
fill() {
  fio --name=fill --filename="$1" --size="${size_mib}M" --rw=write --bs=1M --direct=1 --ioengine=psync \
    --end_fsync=1 --output="$work/fill.log"
}
for name in "${names[@]}"; do fill "${target[$name]}"; done
sleep 6 # as below

processor_time() { # what was stolen, and all of it
  awk '/^cpu /{for (i = 2; i <= 9; i++) all += $i; print $9, all}' /proc/stat
}
repeated=0
quietly() { # FILE, command -> what it prints, from a moment at which the processors were this machine's
  local file=$1 stolen_before all_before stolen all
  shift
  for _ in 1 2 3 4 5 6; do
    sync # what one target left to be written must not slow the next one down
    read -r stolen_before all_before <<<"$(processor_time)"
    "$@" >"$file"
    read -r stolen all <<<"$(processor_time)"
    ((50 * (stolen - stolen_before) > all - all_before)) || return 0
    repeated=$((repeated + 1))
  done
}

IFS=, read -ra each_job <<<"$jobs"
total=$((rounds * ${#each_job[@]} * ${#names[@]}))
count=0
for round in $(seq "$rounds"); do
  for job in "${each_job[@]}"; do
    for name in "${names[@]}"; do
      count=$((count + 1))
      [ -t 2 ] && printf '\r\e[K%d of %d: %s on %s, about %d s left ' "$count" "$total" "$job" "$name" $(((total - count + 1) * (seconds + 1))) >&2
      if [ "$job" != ext4-tree ]; then
        quietly "$work/$round.$job.$name.json" measure "${target[$name]}" "$job"
      elif [ "$name" != null ]; then
        quietly "$work/$round.$job.$name.json" measure_tree "${target[$name]}"
        fill "${target[$name]}" # mkfs discards what was there
      fi
      # Its journal goes home 5 s after the last write, and would do so in the next one's time.
      [ "$name" != blockseal-gcm ] || sleep 6
    done
  done
done
[ -t 2 ] && printf '\r\e[K' >&2

say "daemon: $(awk '/VmRSS/ {printf "%d MiB resident", $2 / 1024}' "/proc/$daemon/status") after all this; $repeated measurements were repeated"
python3 "$root/scripts/bench-report.py" "$work" "$jobs" "${json:-}" "${svg:-}" "${names[@]}"
