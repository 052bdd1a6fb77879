#!/usr/bin/env python3
"""Writes the golden files of the volume format 1, from the description of the format alone.

  golden_format.py DIRECTORY

Each file is what `hexdump -C` prints of one structure. The values are those of `GoldenFormatTest` and
`GoldenChunkTest`. To be run again only for another version of the format; an existing golden file never changes.
"""
import hashlib
import hmac
import pathlib
import struct
import sys

import decrypt_volume
import evp

DATA_KEY = bytes((i * 3 + 1) & 0xFF for i in range(64))
LINEAGE = bytes.fromhex("00112233445566778899aabbccddeeff")
VOLUME, SNAPSHOT = b"vol-0123456789abcdef0", b"snap-0123456789abcdef0"
SALTS = [bytes(range(32)), bytes(range(0x40, 0x60))]
SESSION = 0x1122334455667788
UNIT = 4096


def crc(data):
    return struct.pack("<I", decrypt_volume.crc32c(data))


def put(size, *fields):
    """`size` bytes: zeros, but for the (offset, bytes) of `fields`."""
    data = bytearray(size)
    for offset, value in fields:
        data[offset : offset + len(value)] = value
    return bytes(data)


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


JSON = b"""{
  "volumeId" : "vol-0123456789abcdef0",
  "sizeBytes" : 1085440,
  "cipher" : "AES_256_GCM",
  "unitBytes" : 4096,
  "chunkBytes" : 524288,
  "kmsKeyArn" : "arn:aws:kms:us-east-1:123456789012:key/k",
  "encryptedDataKey" : "d3JhcHBlZA==",
  "encryptionContext" : {
    "a" : "first",
    "aws:ebs:id" : "vol-0123456789abcdef0"
  },
  "lineageId" : "00112233445566778899aabbccddeeff",
  "sourceSnapshotId" : "snap-0123456789abcdef0",
  "tagTree" : {
    "root" : "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "segment" : 5
  }
}
"""


def header(magic, offset):
    fixed = put(512, (8, u32(1)), (12, u32(512)), (24, u64(7)), (32, u32(len(JSON))))
    key = evp.header_mac_key(DATA_KEY, LINEAGE)
    mac = hmac.new(key, fixed + JSON, hashlib.sha256).digest()
    fixed = bytearray(fixed)
    fixed[0:8], fixed[16:24], fixed[40:72] = magic, u64(offset), mac
    fixed[72:76] = crc(fixed + JSON)
    return put(4096, (0, fixed), (512, JSON))


def epoch_region(copy, closed):
    head = b"BLKEPOCH" + u32(1) + u32(copy) + u32(closed)
    fields = [(0, head + crc(head))]
    for i, salt in enumerate(SALTS):
        entry = put(60, (0, u32(i + 1)), (8, salt))
        fields.append((4096 + 64 * i, entry + crc(entry)))
    return put(448 << 10, *fields)


def journal_entry(kind, offset, durable, first_unit, count, body):
    head = put(
        60, (0, b"BJEN"), (4, u32(kind)), (8, u64(SESSION)), (16, u64(5)), (24, u32(offset)),
        (28, u32(64 + len(body))), (32, u64(durable)), (40, u64(first_unit)), (48, u32(count)), (52, u32(0x3000)),
        (56, crc(body) if body else u32(0)),
    )
    return head + crc(head) + body


def journal_segment():
    size = 64 << 10
    head = put(100, (0, b"BLKJOURN" + u32(1) + u32(size)), (16, u64(5)), (24, u32(2)), (28, VOLUME), (92, u64(SESSION)))
    data = bytes([0x11]) * 32 + bytes([0x5A]) * UNIT
    records = bytes([0x22]) * 32 + bytes([0x33]) * 32 + crc(bytes([0x44]) * UNIT) + crc(bytes([0x55]) * UNIT)
    fields, at = [(0, head + crc(head))], 4096
    log = 5 * size
    for kind, durable, unit, count, body in (
        (1, 0, 3, 1, data), (2, log + 4096, 128, 2, records), (3, log + 4096, 10, 3, b""), (4, log + 0x2180, 0, 0, b""),
    ):
        fields.append((at, journal_entry(kind, at, durable, unit, count, body)))
        at = (at + 64 + len(body) + 63) // 64 * 64
    return put(size, *fields)


def bits(size, chunks):
    data = bytearray(size)
    for chunk in chunks:
        data[chunk // 8] |= 1 << chunk % 8
    return bytes(data)


def hydration_map():
    head = put(152, (0, b"BLKHYDRA" + u32(1)), (16, u64(4040)), (24, VOLUME), (88, SNAPSHOT))
    boot = put(64, (0, b"0f0e0d0c-0b0a-0908-0706-050403020100"))

    def block(number, chunks):
        block = bits(504, chunks) + u32(number)
        return block + crc(block)

    return put(
        4096 + 4 * 512, (0, head + crc(head)), (512, boot + crc(boot)), (4096, block(0, [0, 9, 4031])),
        (4096 + 512, block(1, [7])), (4096 + 3 * 512, block(1, [1])),
    )


def changed_chunks():
    bitmap = bits(2, [0, 3, 12])
    body = put(160 + 2, (0, b"BLKCHANG" + u32(1)), (16, u64(7)), (24, VOLUME), (88, SNAPSHOT), (152, u64(2)), (160, bitmap))
    return body + crc(body)


def gcm_chunk():
    """Unit 0 twice, then unit 127 and unit 2, in epoch 1."""
    key = evp.epoch_key(DATA_KEY, SALTS[0], LINEAGE)
    fields = []
    for unit, counter, fill in ((0, 2, 0xA2), (127, 3, 0xA3), (2, 4, 0xA4)):
        record, cipher = evp.gcm_seal(key, LINEAGE, unit, 1, counter, bytes([fill]) * UNIT)
        fields += [(32 * unit, record), (4096 + UNIT * unit, cipher)]
    return put(4096 + 128 * UNIT, *fields)


def tag_tree(page):
    """Node 0 of each level over the tag page of chunk 0, from level 1 on, and the root."""
    key = evp.tag_tree_key(DATA_KEY, LINEAGE, VOLUME)
    nodes, mac = [], evp.page_mac(key, 0, 0, page)
    for level in range(1, 5):
        nodes.append(put(4096, (0, mac)))
        mac = evp.page_mac(key, level, 0, nodes[-1])
    return nodes, mac


def xts_chunk():
    """Units 129 and 131, in chunk 1."""
    fields = [(UNIT * (unit - 128), evp.xts(DATA_KEY, unit, bytes([fill]) * UNIT, 1)) for unit, fill in ((129, 0xB1), (131, 0xB2))]
    return put(128 * UNIT, *fields)


def hexdump(data):
    """As `hexdump -C`: 16 bytes a line, a `*` for lines that equal the one before."""
    lines, previous, squeezed = [], None, False
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        if row == previous and len(row) == 16:
            if not squeezed:
                lines.append("*")
            squeezed = True
            continue
        previous, squeezed = row, False
        cells = ["%02x" % byte for byte in row] + ["  "] * (16 - len(row))
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append("%08x  %s  %s  |%s|" % (at, " ".join(cells[:8]), " ".join(cells[8:]), text))
    return "\n".join(lines + ["%08x" % len(data)]) + "\n"


def main(directory):
    target = pathlib.Path(directory)
    gcm, xts = gcm_chunk(), xts_chunk()
    nodes, root = tag_tree(gcm[:4096])
    for name, data in (
        ("header-a", header(b"BLKSEALA", 0)),
        ("header-b", header(b"BLKSEALB", 65536)),
        ("epochs-b", epoch_region(1, 1)),
        ("journal-segment", journal_segment()),
        ("hydration-map", hydration_map()),
        ("changed-chunks", changed_chunks()),
        ("gcm-tag-page", gcm[:4096]),
        ("tag-tree-node", nodes[0]),
    ):
        (target / (name + "-v1.hex")).write_text(hexdump(data))
    print("SHA-256 of the GCM chunk:", hashlib.sha256(gcm).hexdigest())
    print("Root of the tag tree over the GCM chunk:", root.hex())
    print("SHA-256 of the XTS chunk:", hashlib.sha256(xts).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
