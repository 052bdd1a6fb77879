#!/usr/bin/env bash
# Cuts the AWS service models that Blockseal serves out of an installed botocore and keeps them as data.
#
#   scripts/update-models.sh [python]      # a python that can import botocore; default python3
#
# Serving one more operation is one more word in OPERATIONS below, then a run of this script.
# Shapes keep the member order of the source: it is the order of record components and of the wire.
set -euo pipefail
cd "$(dirname "$0")/.."
"${1:-python3}" - kms-core/src/main/models <<'PYTHON'
import gzip, json, os, sys
import botocore

OUT = sys.argv[1]

SERVICES = {"kms": "2014-11-01", "ec2": "2016-11-15", "sts": "2011-06-15"}

OPERATIONS = {
    "kms": """
        CreateKey DescribeKey ListKeys EnableKey DisableKey UpdateKeyDescription
        ScheduleKeyDeletion CancelKeyDeletion
        Encrypt Decrypt ReEncrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateRandom
        CreateAlias UpdateAlias DeleteAlias ListAliases
        EnableKeyRotation DisableKeyRotation GetKeyRotationStatus RotateKeyOnDemand ListKeyRotations
        TagResource UntagResource ListResourceTags
        GetKeyPolicy PutKeyPolicy ListKeyPolicies
        CreateGrant ListGrants ListRetirableGrants RetireGrant RevokeGrant
        """,
    "ec2": """
        CreateVolume DeleteVolume DescribeVolumes AttachVolume DetachVolume
        ModifyVolume DescribeVolumesModifications DescribeVolumeStatus
        CreateTags DeleteTags DescribeTags
        EnableEbsEncryptionByDefault DisableEbsEncryptionByDefault GetEbsEncryptionByDefault
        GetEbsDefaultKmsKeyId ModifyEbsDefaultKmsKeyId ResetEbsDefaultKmsKeyId
        CreateSnapshot CopySnapshot DescribeSnapshots DeleteSnapshot
        DescribeAvailabilityZones DescribeRegions DescribeInstances
        """,
    "sts": "GetCallerIdentity",
}

# Structures of which only these members are kept: the whole of them would be most of EC2.
KEPT_MEMBERS = {
    "ec2": {
        "Reservation": "ReservationId OwnerId Instances",
        "Instance": """InstanceId ImageId InstanceType State Placement LaunchTime PrivateIpAddress
            PrivateDnsName Architecture Hypervisor RootDeviceName RootDeviceType BlockDeviceMappings Tags""",
    }
}

# Enums kept as plain strings: a thousand values that nothing here decides on.
OPEN_ENUMS = {"ec2": {"InstanceType"}}

KEPT_METADATA = ("apiVersion", "endpointPrefix", "jsonVersion", "protocol", "serviceId", "signingName",
                 "targetPrefix", "xmlNamespace")
KEPT_OPERATION = ("name", "http", "input", "output", "errors", "authtype")
DROPPED = {"documentation", "documentationUrl", "idempotencyToken", "deprecated", "deprecatedMessage",
           "deprecatedSince", "box"}


def strip(value):
    if isinstance(value, dict):
        return {k: strip(v) for k, v in value.items() if k not in DROPPED}
    if isinstance(value, list):
        return [strip(v) for v in value]
    return value


def cut_members(service, name, shape):
    kept = KEPT_MEMBERS.get(service, {}).get(name)
    if kept is None:
        return
    kept = kept.split()
    missing = [m for m in kept if m not in shape["members"]]
    if missing:
        sys.exit(f"{service} {name} has no member {', '.join(missing)}")
    shape["members"] = {m: v for m, v in shape["members"].items() if m in kept}


def clean(service, name, shape):
    # `members` is a map of names, so a member that is called like a dropped word must survive the strip.
    members = shape.get("members")
    result = strip({k: v for k, v in shape.items() if k != "members"})
    if members is not None:
        result["members"] = {m: strip(v) for m, v in members.items()}
    cut_members(service, name, result)
    if name in OPEN_ENUMS.get(service, ()):
        result.pop("enum", None)
    return result


def references(shape):
    for ref in shape.get("members", {}).values():
        yield ref["shape"]
    for part in ("member", "key", "value"):
        if part in shape:
            yield shape[part]["shape"]


def cut(service, version):
    path = os.path.join(os.path.dirname(botocore.__file__), "data", service, version, "service-2.json.gz")
    with gzip.open(path) as f:
        model = json.load(f)
    operations, todo = {}, []
    for name in sorted(OPERATIONS[service].split()):
        if name not in model["operations"]:
            sys.exit(f"{service} has no operation {name}")
        whole = model["operations"][name]
        op = operations[name] = strip({k: whole[k] for k in KEPT_OPERATION if k in whole})
        todo += [op[k]["shape"] for k in ("input", "output") if k in op]
        todo += [e["shape"] for e in op.get("errors", [])]
    shapes = {}
    while todo:
        name = todo.pop()
        if name not in shapes:
            shapes[name] = clean(service, name, model["shapes"][name])
            todo += references(shapes[name])
    return {
        "metadata": {k: model["metadata"][k] for k in KEPT_METADATA if k in model["metadata"]},
        "operations": operations,
        "shapes": dict(sorted(shapes.items())),
    }


os.makedirs(OUT, exist_ok=True)
for service, version in SERVICES.items():
    with open(os.path.join(OUT, service + ".json"), "w") as f:
        json.dump(cut(service, version), f, indent=1)
        f.write("\n")
with open(os.path.join(OUT, "NOTICE"), "w") as f:
    f.write(f"""The files kms.json, ec2.json and sts.json are cut from the service models of botocore {botocore.__version__}
(https://github.com/boto/botocore), which are licensed under the Apache License, Version 2.0:
https://www.apache.org/licenses/LICENSE-2.0

botocore
Copyright 2012-2026 Amazon.com, Inc. or its affiliates. All Rights Reserved.

Changed: only the operations that Blockseal serves and the shapes that they reach are kept; documentation is
removed; some large EC2 structures and enums are cut down as scripts/update-models.sh says.
""")
PYTHON
