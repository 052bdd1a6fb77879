#!/usr/bin/env python3
"""Decrypts a Blockseal volume file, format 1, with OpenSSL and from the description of the format alone.

  decrypt_volume.py VOLUME_FILE DATA_KEY > PLAINTEXT

DATA_KEY is the plaintext data key, 128 hexadecimal digits; "-" for a volume that is not encrypted. The journal beside
a GCM volume, VOLUME_FILE.journal, is taken into account, and its tag tree is checked. Chunks that a snapshot still holds are refused.
Exit status: 0; 2 if the file is damaged or not understood; 3 if a tag is wrong.
"""
import hmac
import json
import struct
import sys

import evp

TREE_LEVELS, FANOUT, NODE, MAC = 4, 128, 4096, 32
UNIT, CHUNK, UNITS_PER_CHUNK, TAG_PAGE, DATA_START = 4096, 524288, 128, 4096, 1 << 20
HEADER_COPY, FIXED = 65536, 512
EPOCH_REGION, EPOCH_COPY, EPOCH_HEAD, EPOCH_ENTRY = 128 << 10, 448 << 10, 4096, 64
SEGMENT_HEAD, ENTRY_HEAD, ENTRY_ALIGNMENT = 4096, 64, 64
DATA, RECORDS, DISCARD, MARK = 1, 2, 3, 4
BODY_BYTES = {DATA: evp.RECORD_BYTES + UNIT, RECORDS: evp.RECORD_BYTES + 4, DISCARD: 0, MARK: 0}


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


def epoch_table(file):
    """The salts of the epochs 1, 2, 3, ... and the closed epoch, out of both copies of the table."""
    regions = []
    for copy in range(2):
        file.seek(EPOCH_REGION + copy * EPOCH_COPY)
        regions.append(file.read(EPOCH_COPY))
    closed = [
        struct.unpack_from("<I", region, 16)[0]
        for copy, region in enumerate(regions)
        if region[:16] == struct.pack("<8sII", b"BLKEPOCH", 1, copy)
        and struct.unpack_from("<I", region, 20)[0] == crc32c(region[:20])
    ]
    check(closed, "both heads of the epoch table are damaged")
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
    return salts, max(closed)


class Entry:
    """A valid journal entry at a place of a segment."""

    def __init__(self, data, at, session, number):
        head = data[at : at + ENTRY_HEAD]
        magic, self.type, its_session, its_number, own, length = struct.unpack_from("<4sIQQII", head)
        self.durable, self.first, self.count, self.previous_end, body_crc, crc = struct.unpack_from("<QQIIII", head, 32)
        self.at, self.body = at, data[at + ENTRY_HEAD : at + length]
        if (magic, its_session, its_number, own, crc) != (b"BJEN", session, number, at, crc32c(head[:60])):
            raise ValueError
        if self.type not in BODY_BYTES or (self.count == 0) != (self.type == MARK) or self.count > UNITS_PER_CHUNK:
            raise ValueError
        if length != ENTRY_HEAD + self.count * BODY_BYTES[self.type] or len(self.body) != length - ENTRY_HEAD:
            raise ValueError
        if body_crc != crc32c(self.body):
            raise ValueError
        self.end = at + -(-length // ENTRY_ALIGNMENT) * ENTRY_ALIGNMENT

    def units(self):
        """Unit, record, and the ciphertext or its CRC."""
        step = BODY_BYTES[self.type] - evp.RECORD_BYTES
        for i in range(self.count):
            record = self.body[i * evp.RECORD_BYTES : (i + 1) * evp.RECORD_BYTES]
            rest = self.count * evp.RECORD_BYTES + i * step
            yield self.first + i, record, self.body[rest : rest + step]


def entry_at(data, at, session, number):
    if data[at : at + 4] != b"BJEN":
        return None
    try:
        return Entry(data, at, session, number)
    except (ValueError, struct.error):
        return None


class Segment:
    """One half of a journal file."""

    def __init__(self, data, volume_id):
        magic, version, length, self.number, self.epoch, its_volume, session, crc = struct.unpack_from("<8sIIQI64sQI", data)
        check((magic, version, length) == (b"BLKJOURN", 1, len(data)), "the journal is none, or of another version")
        check(crc == crc32c(data[:100]), "the head of a journal segment is damaged")
        check(its_volume.rstrip(b"\0").decode() == volume_id, "the journal belongs to another volume")
        self.data, self.entries, self.end, self.durable, self.previous_end = data, [], SEGMENT_HEAD, 0, 0
        entry = entry_at(data, self.end, session, self.number)
        while entry and entry.type != MARK:
            self.entries.append(entry)
            self.heed(entry)
            self.end = entry.end
            entry = entry_at(data, self.end, session, self.number)
        for at in range(self.end, len(data), ENTRY_ALIGNMENT):
            stray = entry_at(data, at, session, self.number)
            if stray:
                self.heed(stray)

    def heed(self, entry):
        self.durable, self.previous_end = max(self.durable, entry.durable), entry.previous_end

    def position(self, offset):
        return self.number * len(self.data) + offset


def read_journal(path, volume_id, last_epoch, ciphertext_at_home):
    """What each segment says: its number, and unit -> record and ciphertext, or None if that is at its home."""
    with open(path, "rb") as file:
        data = file.read()
    half = len(data) // 2
    older, newer = sorted(
        [Segment(data[:half], volume_id), Segment(data[half:], volume_id)], key=lambda segment: segment.number
    )
    check(older.number + 1 == newer.number, "the journal lacks a segment")
    durable, segments = max(older.durable, newer.durable), []
    if durable > newer.position(0):
        check(older.end >= newer.previous_end and durable <= newer.position(newer.end), "flushed entries are damaged")
    else:
        check(durable <= older.position(older.end), "flushed entries are damaged")
    for segment in (older, newer):
        check(segment.epoch == last_epoch or not segment.entries, "the journal is of another epoch")
        found = {}
        segments.append((segment.number, found))
        for entry in segment.entries:
            if entry.type == DISCARD:
                found.update((entry.first + i, (bytes(evp.RECORD_BYTES), None)) for i in range(entry.count))
                continue
            for unit, record, rest in entry.units():
                if entry.type == DATA:
                    found[unit] = record, rest
                elif segment.position(entry.at) < durable or rest == struct.pack("<I", crc32c(ciphertext_at_home(unit))):
                    found[unit] = record, None
    return segments


def untagged_units(file, size, cipher, data_key):
    for unit in range(size // UNIT):
        file.seek(DATA_START + unit * UNIT)
        stored = file.read(UNIT).ljust(UNIT, b"\0")
        hole = not any(stored)
        yield stored if hole or cipher == "NONE" else evp.xts(data_key, unit, stored, 0)


class TaggedVolume:
    """A GCM volume: homes, and the journal over them if the volume was not closed properly."""

    def __init__(self, file, path, header, data_key):
        self.file, self.data_key = file, data_key
        self.lineage, self.size = bytes.fromhex(header["lineageId"]), header["sizeBytes"]
        self.salts, closed = epoch_table(file)
        self.keys, self.journal, self.known = {}, {}, {}
        if closed != len(self.salts):
            for number, found in read_journal(path + ".journal", header["volumeId"], len(self.salts), self.stored):
                self.journal.update(found)
                if number <= header["tagTree"]["segment"]:
                    self.known.update(found)
        self.tree_key = evp.tag_tree_key(data_key, self.lineage, header["volumeId"].encode())
        self.check_tree(TREE_LEVELS, 0, bytes.fromhex(header["tagTree"]["root"]))

    def at(self, offset, length):
        self.file.seek(offset)
        return self.file.read(length).ljust(length, b"\0")

    def chunk_home(self, chunk):
        nodes = sum(chunk // FANOUT**level + 1 for level in range(1, TREE_LEVELS + 1))
        return DATA_START + chunk * (TAG_PAGE + CHUNK) + nodes * 2 * NODE

    def check_tree(self, level, number, expected):
        """Complains unless the node, or for level 0 the tag page, and everything below it is what the tree says."""
        first = number * FANOUT**level
        if first * CHUNK >= self.size:
            check(not any(expected), "the tag tree speaks of chunks beyond the end")
            return
        if level == 0:
            page = bytearray(self.at(self.chunk_home(number), TAG_PAGE))
            for index in range(UNITS_PER_CHUNK):
                record, _ = self.known.get(number * UNITS_PER_CHUNK + index, (None, None))
                if record:
                    page[index * evp.RECORD_BYTES : (index + 1) * evp.RECORD_BYTES] = record
            right = self.mac_is(0, number, bytes(page), expected) if any(expected) else not any(page)
            check(right, "the tag page of chunk %d is not what the tag tree says" % number)
            return
        node = bytes(NODE)
        if any(expected):
            slots = [self.at(self.chunk_home(first) - level * 2 * NODE + slot * NODE, NODE) for slot in range(2)]
            slots = [slot for slot in slots if self.mac_is(level, number, slot, expected)]
            check(slots, "node %d of level %d of the tag tree is damaged" % (number, level))
            node = slots[0]
        for i in range(FANOUT):
            if (number * FANOUT + i) * FANOUT ** (level - 1) * CHUNK < self.size or any(node[i * MAC : (i + 1) * MAC]):
                self.check_tree(level - 1, number * FANOUT + i, node[i * MAC : (i + 1) * MAC])

    def mac_is(self, level, number, page, expected):
        return hmac.compare_digest(evp.page_mac(self.tree_key, level, number, page), expected)

    def home(self, unit):
        chunk, index = divmod(unit, UNITS_PER_CHUNK)
        return self.chunk_home(chunk), index

    def stored(self, unit):
        start, index = self.home(unit)
        return self.at(start + TAG_PAGE + index * UNIT, UNIT)

    def record(self, unit):
        start, index = self.home(unit)
        return self.at(start + index * evp.RECORD_BYTES, evp.RECORD_BYTES)

    def units(self):
        for unit in range(self.size // UNIT):
            record, cipher = self.journal.get(unit, (None, None))
            record = record or self.record(unit)
            epoch = struct.unpack_from("<I", record)[0]
            if epoch == 0:
                yield bytes(UNIT)
            else:
                yield evp.gcm_open(self.key(unit, epoch), self.lineage, unit, record, cipher or self.stored(unit))

    def key(self, unit, epoch):
        check(epoch <= len(self.salts), "unit %d is of epoch %d, which the table lacks" % (unit, epoch))
        if epoch not in self.keys:
            self.keys[epoch] = evp.epoch_key(self.data_key, self.salts[epoch - 1], self.lineage)
        return self.keys[epoch]


def main(path, key):
    data_key = b"" if key == "-" else bytes.fromhex(key)
    with open(path, "rb") as file:
        header = read_header(file, data_key)
        if header["cipher"] == "AES_256_GCM":
            units = TaggedVolume(file, path, header, data_key).units()
        else:
            units = untagged_units(file, header["sizeBytes"], header["cipher"], data_key)
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
