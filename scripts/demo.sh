#!/usr/bin/env bash
# The main job from a key to a mounted volume and back, driven by the AWS CLI against a daemon of its own.
#
#   scripts/demo.sh          run it, show each step and its proof, leave nothing behind
#   scripts/demo.sh --keep   the same, but leave the daemon running for play
set -euo pipefail
. "$(dirname "$0")/lib.sh"

keep=
case "${1:-}" in
  '') ;;
  --keep) keep=yes ;;
  *) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

[ "$(id -u)" -eq 0 ] || die "the demo mounts file systems, so it has to run as root (sudo scripts/demo.sh)"
[ -c /dev/fuse ] || die "there is no /dev/fuse on this machine"
require_build_tools
require_packages libfuse2
require_program aws awscli
require_program mkfs.ext4 e2fsprogs
build_distribution

port=${BLOCKSEAL_DEMO_PORT:-4599}
work=$(mktemp -d "${TMPDIR:-/tmp}/blockseal-demo.XXXXXX")
data=$work/data
endpoint=http://127.0.0.1:$port
region=us-east-1
daemon_pid=
loops=()

clean_up() {
  local status=$?
  trap - EXIT INT TERM
  for directory in "$work"/disk "$work"/restored; do
    mountpoint -q "$directory" 2>/dev/null && umount "$directory"
  done
  for loop in "${loops[@]}"; do losetup -d "$loop" 2>/dev/null || true; done
  if [ -n "$daemon_pid" ]; then
    kill "$daemon_pid" 2>/dev/null || true
    wait "$daemon_pid" 2>/dev/null || true
  fi
  if [ "$status" -ne 0 ]; then
    say "the demo stopped; the daemon's log is in $work/daemon.log"
  else
    rm -rf "$work"
  fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
number=0
step() { number=$((number + 1)); printf '%s%2d  %s%s\n' "$bold" "$number" "$1" "$plain"; }
proof() { printf '%s      %s%s\n' "$dim" "$1" "$plain"; }

aws() { command aws --endpoint-url "$endpoint" "$@"; }
export AWS_SHARED_CREDENTIALS_FILE=$data/credentials AWS_CONFIG_FILE=$data/config AWS_PROFILE=blockseal
export AWS_DEFAULT_REGION=$region AWS_PAGER= AWS_EC2_METADATA_DISABLED=true
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN

await_state() { # volume|snapshot id state
  local now='' tries=0
  while [ "$tries" -lt 600 ]; do
    if [ "$1" = volume ]; then
      now=$(aws ec2 describe-volumes --volume-ids "$2" --query 'Volumes[0].State' --output text)
    else
      now=$(aws ec2 describe-snapshots --snapshot-ids "$2" --query 'Snapshots[0].State' --output text)
    fi
    [ "$now" = "$3" ] && return 0
    [ "$now" = error ] && break
    tries=$((tries + 1))
    sleep 0.2
  done
  die "$2 is $now and not $3"
}

attach() { # volume device -> sets path to its file
  aws ec2 attach-volume --volume-id "$1" --instance-id "$instance" --device "$2" --query State --output text >/dev/null
  until [ "$(aws ec2 describe-volumes --volume-ids "$1" --query 'Volumes[0].Attachments[0].State' --output text)" = attached ]; do
    sleep 0.1
  done
  path=$mount/$1
  [ -f "$path" ] || die "no file $path after the attach"
}

mount_volume() { # path directory
  local loop
  loop=$(losetup --find --show "$1")
  loops+=("$loop")
  mkdir -p "$2"
  mount "$loop" "$2"
}

unmount_volume() { # directory
  local loop
  loop=$(findmnt -n -o SOURCE "$1")
  umount "$1"
  losetup -d "$loop"
}

detach() {
  aws ec2 detach-volume --volume-id "$1" >/dev/null
  await_state volume "$1" available
}

step "start a daemon with keys and data of its own"
"$dist/bin/blockseald" init --data "$data" --region "$region" >"$work/init.log"
mount=$work/volumes
"$dist/bin/blockseald" run --data "$data" --listen "127.0.0.1:$port" --mount "$mount" >"$work/daemon.log" 2>&1 &
daemon_pid=$!
for _ in $(seq 100); do
  curl -sf "$endpoint/_blockseal/health" >/dev/null 2>&1 && break
  kill -0 "$daemon_pid" 2>/dev/null || { cat "$work/daemon.log" >&2; die "the daemon did not start"; }
  sleep 0.1
done
proof "$(grep -m 1 -i ready "$work/daemon.log")"

step "make a KMS key, an alias for it, and let it rotate"
key=$(aws kms create-key --description "demo: first key" --output text --query KeyMetadata.KeyId)
aws kms create-alias --alias-name alias/demo --target-key-id "$key"
aws kms enable-key-rotation --key-id "$key"
proof "key $key; rotation on: $(aws kms get-key-rotation-status --key-id "$key" --query KeyRotationEnabled --output text)"

step "encrypt every new volume by default, under that key"
aws ec2 enable-ebs-encryption-by-default --output text >/dev/null
aws ec2 modify-ebs-default-kms-key-id --kms-key-id alias/demo --output text >/dev/null
proof "default: $(aws ec2 get-ebs-encryption-by-default --query EbsEncryptionByDefault --output text), key $(aws ec2 get-ebs-default-kms-key-id --query KmsKeyId --output text)"

step "create a 1 GiB volume without a word about encryption"
volume=$(aws ec2 create-volume --availability-zone ${region}a --size 1 --query VolumeId --output text)
await_state volume "$volume" available
proof "$(aws ec2 describe-volumes --volume-ids "$volume" --query 'Volumes[0].[VolumeId,Encrypted,KmsKeyId]' --output text | tr '\t' ' ')"

step "attach it: the KMS opens its data key and it appears as a file"
instance=$(aws ec2 describe-instances --query 'Reservations[0].Instances[0].InstanceId' --output text)
attach "$volume" /dev/sdf
proof "$(stat -c '%n, %s bytes' "$path")"

step "put ext4 on it, mount it and copy a source tree in"
mkfs.ext4 -q "$path"
mount_volume "$path" "$work/disk"
(cd "$root" && find . \( -name target -o -name .git \) -prune -o -type f -print0 | tar -cf - --null -T -) | tar -xf - -C "$work/disk"
sync -f "$work/disk"
files=$(find "$work/disk" -type f | wc -l)
(cd "$work/disk" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$work/before.sha256"
proof "$files files, $(du -sh "$work/disk" | cut -f1)"

step "look for their text in the volume file on disk"
stored=$(find "$data" -name "$volume.blockseal")
text='package io.blockseal'
in_files=$(grep -r -a -o -F "$text" "$work/disk" | wc -l)
in_volume=$(grep -a -c -F "$text" "$stored" || true)
[ "$in_volume" -eq 0 ] || die "plaintext found in $stored"
[ "$in_files" -gt 0 ] || die "the text is not even in the files"
proof "\"$text\": $in_files times in the files, $in_volume times in $(basename "$stored") ($(du -h "$stored" | cut -f1) on disk)"
proof "$(dd if="$stored" bs=1 skip=$((1024 * 1024 + 1024)) count=24 2>/dev/null | od -An -tx1 | head -n 1) … where ext4 has its superblock"

step "snapshot it, while it is mounted"
snapshot=$(aws ec2 create-snapshot --volume-id "$volume" --description "demo" --query SnapshotId --output text)
await_state snapshot "$snapshot" completed
proof "$(aws ec2 describe-snapshots --snapshot-ids "$snapshot" --query 'Snapshots[0].[SnapshotId,State,Progress,Encrypted]' --output text | tr '\t' ' ')"

step "copy the snapshot to a second key: every byte is encrypted anew"
second=$(aws kms create-key --description "demo: second key" --output text --query KeyMetadata.KeyId)
copy=$(aws ec2 copy-snapshot --source-region $region --source-snapshot-id "$snapshot" --encrypted --kms-key-id "$second" --query SnapshotId --output text)
await_state snapshot "$copy" completed
proof "$copy under $(aws ec2 describe-snapshots --snapshot-ids "$copy" --query 'Snapshots[0].KmsKeyId' --output text)"

step "restore the copy, mount it and compare every file"
restored=$(aws ec2 create-volume --availability-zone ${region}a --snapshot-id "$copy" --query VolumeId --output text)
await_state volume "$restored" available
attach "$restored" /dev/sdg
mount_volume "$path" "$work/restored"
(cd "$work/restored" && sha256sum --quiet -c "$work/before.sha256") || die "the restored files differ"
proof "$restored: $(wc -l <"$work/before.sha256") of $files files are the same, to the byte"
unmount_volume "$work/restored"
unmount_volume "$work/disk"
detach "$restored"
detach "$volume"

step "disable the first key and try to attach the volume"
aws kms disable-key --key-id "$key"
if refusal=$(aws ec2 attach-volume --volume-id "$volume" --instance-id "$instance" --device /dev/sdf 2>&1); then
  die "the attach should have been refused"
fi
proof "$(tail -n 1 <<<"$refusal")"
proof "why: $("$dist/bin/blockseal" --endpoint-url "$endpoint" volume explain "$volume" 2>&1 | tail -n 1)"

step "enable the key and attach again"
aws kms enable-key --key-id "$key"
attach "$volume" /dev/sdf
mount_volume "$path" "$work/disk"
(cd "$work/disk" && sha256sum --quiet -c "$work/before.sha256") || die "the files differ"
proof "attached, mounted, $(wc -l <"$work/before.sha256") files are the same"
unmount_volume "$work/disk"
detach "$volume"

if [ -n "$keep" ]; then
  trap - EXIT INT TERM
  say
  say "The daemon goes on at $endpoint (process $daemon_pid, data in $data). To point a shell at it:"
  say "  eval \"\$($dist/bin/blockseal env --data $data --endpoint-url $endpoint)\""
  say "To stop it and remove everything: kill $daemon_pid; rm -r $work"
  exit 0
fi
step "stop the daemon"
kill "$daemon_pid"
wait "$daemon_pid" || die "the daemon did not stop cleanly"
daemon_pid=
grep -q "$work" /proc/self/mountinfo && die "a mount was left behind"
proof "no process, mount or loop device is left"
