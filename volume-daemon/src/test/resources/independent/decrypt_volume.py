#!/usr/bin/env python3
"""Decrypts a Blockseal volume file, format 1, with OpenSSL and from the description of the format alone.

  decrypt_volume.py VOLUME_FILE DATA_KEY > PLAINTEXT

DATA_KEY is the plaintext data key, 128 hexadecimal digits; "-" for a volume that is not encrypted. The journal beside
a GCM volume, VOLUME_FILE.journal, is taken into account. Chunks that a snapshot still holds are refused.
Exit status: 0; 2 if the file is damaged or not understood; 3 if a tag is wrong.
"""
import hmac
import json
import os
import struct
import sys

import evp

UNIT, CHUNK, UNITS_PER_CHUNK, TAG_PAGE, DATA_START = 4096, 524288, 128, 4096, 1 << 20
HEADER_COPY, FIXED = 65536, 512
EPOCH_REGION, EPOCH_COPY, EPOCH_HEAD, EPOCH_ENTRY = 128 << 10, 448 << 10, 4096, 64


class Damaged(Exception):
    pass


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def check(condition, complaint):
    if not condition:
        raise Damaged(complaint)


def header_copy(file, offset, magic):
    """Sequence number, content as the MAC covers it, MAC and JSON of a copy; None if it is not valid."""
    file.seek(offset)
    region = bytearray(file.read(HEADER_COPY))
    if len(region) < FIXED or region[:8] != magic:
        return None
    version, fixed, own, sequence, length = struct.unpack_from("<IIQQI", region, 8)
    mac, crc = bytes(region[40:72]), struct.unpack_from("<I", region, 72)[0]
    if version != 1 or fixed != FIXED or own != offset or FIXED + length > len(region):
        return None
    content = region[: FIXED + length]
    content[72:76] = bytes(4)
    if crc32c(content) != crc:
        return None
    content[0:8] = content[16:24] = bytes(8)
    content[40:72] = bytes(32)
    return sequence, bytes(content), mac, json.loads(bytes(content[FIXED:]))


def read_header(file, data_key):
    copies = [header_copy(file, 0, b"BLKSEALA"), header_copy(file, HEADER_COPY, b"BLKSEALB")]
    copies = [copy for copy in copies if copy]
    check(copies, "no valid header copy")
    _, content, mac, header = max(copies, key=lambda copy: copy[0])
    check(header["unitBytes"] == UNIT and header["chunkBytes"] == CHUNK, "another unit or chunk size")
    check("sourceSnapshotId" not in header, "the volume is not whole: chunks are in a snapshot")
    if header["cipher"] != "NONE":
        expected = hmac.new(
            evp.header_mac_key(data_key, bytes.fromhex(header["lineageId"])), content, "sha256"
        ).digest()
        check(hmac.compare_digest(mac, expected), "the header MAC is wrong: altered header, or another key")
    return header


def epoch_salts(file):
    """The salts of the epochs 1, 2, 3, ... out of both copies of the table."""
    regions = []
    for copy in range(2):
        file.seek(EPOCH_REGION + copy * EPOCH_COPY)
        regions.append(file.read(EPOCH_COPY))
    salts = []
    for at in range(EPOCH_HEAD, EPOCH_COPY, EPOCH_ENTRY):
        entries = [region[at : at + EPOCH_ENTRY] for region in regions]
        if not any(any(entry) for entry in entries):
            break
        valid = {
            entry[8:40]
            for entry in entries
            if len(entry) == EPOCH_ENTRY
            and struct.unpack_from("<I", entry)[0] == len(salts) + 1
            and struct.unpack_from("<I", entry, 60)[0] == crc32c(entry[:60])
        }
        check(len(valid) == 1, "epoch %d is damaged in the table" % (len(salts) + 1))
        salts.append(valid.pop())
    return salts


def untagged_units(file, size, cipher, data_key):
    for unit in range(size // UNIT):
        file.seek(DATA_START + unit * UNIT)
        stored = file.read(UNIT).ljust(UNIT, b"\0")
        hole = not any(stored)
        yield stored if hole or cipher == "NONE" else evp.xts(data_key, unit, stored, 0)


def tagged_units(file, size, data_key, lineage, journal):
    salts, keys = epoch_salts(file), {}
    for unit in range(size // UNIT):
        chunk, index = divmod(unit, UNITS_PER_CHUNK)
        home = DATA_START + chunk * (TAG_PAGE + CHUNK)
        file.seek(home + index * evp.RECORD_BYTES)
        record = file.read(evp.RECORD_BYTES).ljust(evp.RECORD_BYTES, b"\0")
        file.seek(home + TAG_PAGE + index * UNIT)
        stored = file.read(UNIT).ljust(UNIT, b"\0")
        record, stored = journal.get(unit, lambda _: (record, stored))(stored)
        epoch = struct.unpack_from("<I", record)[0]
        if epoch == 0:
            yield bytes(UNIT)
            continue
        check(epoch <= len(salts), "unit %d is of epoch %d, which the table lacks" % (unit, epoch))
        if epoch not in keys:
            keys[epoch] = evp.epoch_key(data_key, salts[epoch - 1], lineage)
        yield evp.gcm_open(keys[epoch], lineage, unit, record, stored)


def main(path, key):
    data_key = b"" if key == "-" else bytes.fromhex(key)
    with open(path, "rb") as file:
        header = read_header(file, data_key)
        size, cipher = header["sizeBytes"], header["cipher"]
        if cipher == "AES_256_GCM":
            units = tagged_units(file, size, data_key, bytes.fromhex(header["lineageId"]), {})
        else:
            units = untagged_units(file, size, cipher, data_key)
        for plain in units:
            sys.stdout.buffer.write(plain)


if __name__ == "__main__":
    try:
        if len(sys.argv) != 3:
            sys.exit(__doc__)
        main(sys.argv[1], sys.argv[2])
    except Damaged as damage:
        print("decrypt_volume.py: %s" % damage, file=sys.stderr)
        sys.exit(2)
    except evp.TagMismatch as mismatch:
        print("decrypt_volume.py: tag mismatch: %s" % mismatch, file=sys.stderr)
        sys.exit(3)
