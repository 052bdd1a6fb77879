#!/usr/bin/env bash
# Measures Blockseal volumes with fio against their peers, all in one run and in turn, and prints medians and ratios.
#
#   scripts/bench-fio.sh [--rounds N] [--seconds N] [--size-mib N] [--json FILE]
#
# Peers: the plain file under the volumes' own file system, and qemu-storage-daemon exporting a LUKS image through FUSE.
# Every target is filled first. Caches below the targets are left as they are: what is measured is the way through the
# program, not the disk.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rounds=5 seconds=5 size_mib=1024 json=
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --size-mib) size_mib=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done

[ "$(id -u)" -eq 0 ] || die "the benchmark mounts, so it has to run as root"
require_build_tools
require_packages libfuse2 fio
require_program qemu-storage-daemon qemu-system-common
require_program qemu-img qemu-utils
require_program fusermount3 fuse3
require_program python3 python3
require_program aws awscli
build_distribution

work=$(mktemp -d "${BLOCKSEAL_BENCH_DIR:-/var/tmp}/blockseal-bench.XXXXXX")
data=$work/data
port=${BLOCKSEAL_BENCH_PORT:-4598}
endpoint=http://127.0.0.1:$port
daemon_pid=
qemu_pid=

clean_up() {
  local status=$?
  trap - EXIT INT TERM
  for pid in $qemu_pid $daemon_pid; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  [ "$status" -eq 0 ] || { say "stopped; the daemon's log:"; tail -n 20 "$work/daemon.log" 2>/dev/null || true; }
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

export AWS_SHARED_CREDENTIALS_FILE=$data/credentials AWS_CONFIG_FILE=$data/config AWS_PROFILE=blockseal
export AWS_DEFAULT_REGION=us-east-1 AWS_PAGER= AWS_EC2_METADATA_DISABLED=true
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
cli() { "$dist/bin/blockseal" --endpoint-url "$endpoint" "$@"; }

say "starting the daemon and the peers in $work"
"$dist/bin/blockseald" init --data "$data" --region us-east-1 >/dev/null
"$dist/bin/blockseald" run --data "$data" --listen "127.0.0.1:$port" --mount "$work/volumes" >"$work/daemon.log" 2>&1 &
daemon_pid=$!
for _ in $(seq 100); do
  curl -sf "$endpoint/_blockseal/health" >/dev/null 2>&1 && break
  sleep 0.1
done

names=(plain-file qemu-luks)
declare -A target
target[plain-file]=$work/plain
truncate -s "${size_mib}M" "$work/plain"

volume_gib=$(((size_mib + 1023) / 1024))
add_volume() { # name, options of create
  local name=$1 id
  shift
  id=$(cli volume create --size "${volume_gib}G" --wait "$@")
  target[$name]=$(cli volume attach "$id")
  names+=("$name")
}
add_volume blockseal-none
add_volume blockseal-xts --encrypted --cipher xts
add_volume blockseal-gcm --encrypted --cipher gcm

printf %s benchmark-only >"$work/passphrase"
qemu-img create -q -f luks --object "secret,id=s,file=$work/passphrase" -o key-secret=s,iter-time=10 "$work/luks" "${size_mib}M"
touch "$work/qemu"
qemu-storage-daemon \
  --object "secret,id=s,file=$work/passphrase" \
  --blockdev "driver=file,node-name=file,filename=$work/luks" \
  --blockdev driver=luks,node-name=luks,file=file,key-secret=s \
  --export "type=fuse,id=export,node-name=luks,mountpoint=$work/qemu,writable=on" &
qemu_pid=$!
for _ in $(seq 100); do
  grep -q " $work/qemu " /proc/self/mountinfo && break
  sleep 0.1
done
target[qemu-luks]=$work/qemu

measure() { # target, fio options -> the result as JSON
  fio --name=job --filename="$1" --size="${size_mib}M" --direct=1 --ioengine=psync --time_based --runtime="$seconds" \
    --randrepeat=0 --output-format=json "${@:2}" 2>>"$work/fio.log"
}

for name in "${names[@]}"; do
  fio --name=fill --filename="${target[$name]}" --size="${size_mib}M" --rw=write --bs=1M --direct=1 --ioengine=psync \
    --end_fsync=1 --output="$work/fill.log"
done

jobs=(
  "seq-read-1m:--rw=read --bs=1M"
  "seq-write-1m:--rw=write --bs=1M"
  "rand-read-4k:--rw=randread --bs=4k"
  "rand-write-4k:--rw=randwrite --bs=4k"
)
total=$((rounds * ${#jobs[@]} * ${#names[@]}))
count=0
for round in $(seq "$rounds"); do
  for job in "${jobs[@]}"; do
    for name in "${names[@]}"; do
      count=$((count + 1))
      [ -t 2 ] && printf '\r%d of %d measurements, about %d s left ' "$count" "$total" $(((total - count + 1) * (seconds + 1))) >&2
      # shellcheck disable=SC2086 # the options are words
      measure "${target[$name]}" ${job#*:} >"$work/$round.${job%%:*}.$name.json"
    done
  done
done
[ -t 2 ] && printf '\r\e[K' >&2

python3 - "$work" "${json:-}" "${names[@]}" <<'PYTHON'
import glob, json, os, statistics, sys
work, out, names = sys.argv[1], sys.argv[2], sys.argv[3:]
results = {}
for path in glob.glob(work + "/*.*.*.json"):
    _, job, name, _ = os.path.basename(path).split(".")
    side = json.load(open(path))["jobs"][0]["read" if "read" in job else "write"]
    value = side["iops"] if "4k" in job else side["bw_bytes"] / 1e9
    results.setdefault(job, {}).setdefault(name, []).append(value)
jobs = ["seq-read-1m", "seq-write-1m", "rand-read-4k", "rand-write-4k"]
print(f"{'':16}" + "".join(f"{n:>16}" for n in names) + f"{'xts / qemu':>12}{'gcm / xts':>12}")
medians = {}
for job in jobs:
    m = {n: statistics.median(results[job][n]) for n in names}
    medians[job] = m
    unit = "IOPS" if "4k" in job else "GB/s"
    cells = "".join(f"{m[n]:>11.0f} {unit}" if unit == "IOPS" else f"{m[n]:>11.2f} {unit}" for n in names)
    print(f"{job:16}{cells}{m['blockseal-xts'] / m['qemu-luks']:>12.2f}{m['blockseal-gcm'] / m['blockseal-xts']:>12.2f}")
if out:
    json.dump({"medians": medians, "rounds": results}, open(out, "w"), indent=2)
PYTHON
