#!/usr/bin/env python3
"""AES-256-XTS and AES-256-GCM of OpenSSL, through ctypes on libcrypto: a second opinion on Blockseal's ciphers.

Shares no code with them. As a program it transforms standard input to standard output:

  evp.py xts-encrypt KEY FIRST_UNIT UNIT_BYTES
  evp.py xts-decrypt KEY FIRST_UNIT UNIT_BYTES
  evp.py gcm-seal EPOCH_KEY LINEAGE UNIT EPOCH COUNTER     units' plaintext -> record and ciphertext, unit by unit
  evp.py gcm-open EPOCH_KEY LINEAGE UNIT                   record and ciphertext, unit by unit -> plaintext
  evp.py hkdf KEY SALT INFO LENGTH                         (nothing read)
  evp.py check                                             does nothing but load libcrypto

KEY, LINEAGE, SALT and INFO are hexadecimal. Exit status: 0; 3 if a tag is wrong; 4 if there is no libcrypto.
"""
import ctypes
import ctypes.util
import hashlib
import hmac
import struct
import sys

GCM_UNIT_BYTES = 4096
RECORD_BYTES = 32
SET_IV_LENGTH, GET_TAG, SET_TAG = 0x9, 0x10, 0x11


class TagMismatch(Exception):
    pass


def load():
    for name in ("libcrypto.so.3", "libcrypto.so.1.1", ctypes.util.find_library("crypto")):
        try:
            if name:
                return ctypes.CDLL(name)
        except OSError:
            pass
    print("evp.py: no libcrypto on this machine", file=sys.stderr)
    sys.exit(4)


crypto = load()
for function in ("EVP_CIPHER_CTX_new", "EVP_aes_256_xts", "EVP_aes_256_gcm"):
    getattr(crypto, function).restype = ctypes.c_void_p


class Context:
    """An EVP_CIPHER_CTX."""

    def __init__(self, cipher, encrypt):
        self.pointer = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
        self.encrypt = ctypes.c_int(encrypt)
        self.call("EVP_CipherInit_ex", ctypes.c_void_p(cipher), None, None, None, self.encrypt)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        crypto.EVP_CIPHER_CTX_free(self.pointer)

    def call(self, function, *arguments):
        if getattr(crypto, function)(self.pointer, *arguments) != 1:
            raise RuntimeError(function + " failed")

    def key_and_iv(self, key, iv):
        self.call("EVP_CipherInit_ex", None, None, key, iv, self.encrypt)

    def update(self, data):
        output = ctypes.create_string_buffer(len(data) + 16)
        length = ctypes.c_int()
        self.call("EVP_CipherUpdate", output, ctypes.byref(length), data, len(data))
        return output.raw[: length.value]

    def associated_data(self, data):
        length = ctypes.c_int()
        self.call("EVP_CipherUpdate", None, ctypes.byref(length), data, len(data))

    def final(self):
        """Whether OpenSSL is content: for an opening GCM, whether the tag is right."""
        length = ctypes.c_int()
        return crypto.EVP_CipherFinal_ex(self.pointer, ctypes.create_string_buffer(16), ctypes.byref(length)) == 1


def xts(key, unit, data, encrypt):
    """One unit; the tweak is its number, 16 bytes, little-endian."""
    if len(key) != 64:
        raise ValueError("an AES-256-XTS key has 64 bytes")
    with Context(crypto.EVP_aes_256_xts(), encrypt) as context:
        context.key_and_iv(key, unit.to_bytes(16, "little"))
        return context.update(data)


def xts_units(key, first_unit, unit_bytes, data, encrypt):
    return b"".join(
        xts(key, first_unit + i, data[i * unit_bytes : (i + 1) * unit_bytes], encrypt)
        for i in range(len(data) // unit_bytes)
    )


def unit_aad(lineage, unit, epoch):
    return struct.pack("<16sQQ", lineage, unit, epoch)


def gcm_seal(key, lineage, unit, epoch, counter, plain):
    """The record and the ciphertext of a unit."""
    nonce = struct.pack("<QI", counter, 0)
    with Context(crypto.EVP_aes_256_gcm(), 1) as context:
        context.call("EVP_CIPHER_CTX_ctrl", SET_IV_LENGTH, 12, None)
        context.key_and_iv(key, nonce)
        context.associated_data(unit_aad(lineage, unit, epoch))
        cipher = context.update(plain)
        context.final()
        tag = ctypes.create_string_buffer(16)
        context.call("EVP_CIPHER_CTX_ctrl", GET_TAG, 16, tag)
    return struct.pack("<I12s16s", epoch, nonce, tag.raw), cipher


def gcm_open(key, lineage, unit, record, cipher):
    """The plaintext of a unit; TagMismatch if it is not what was sealed."""
    epoch, nonce, tag = struct.unpack("<I12s16s", record)
    with Context(crypto.EVP_aes_256_gcm(), 0) as context:
        context.call("EVP_CIPHER_CTX_ctrl", SET_IV_LENGTH, 12, None)
        context.key_and_iv(key, nonce)
        context.associated_data(unit_aad(lineage, unit, epoch))
        plain = context.update(cipher)
        context.call("EVP_CIPHER_CTX_ctrl", SET_TAG, 16, ctypes.create_string_buffer(tag, 16))
        if not context.final():
            raise TagMismatch("unit %d of epoch %d" % (unit, epoch))
    return plain


def hkdf(key, salt, info, length):
    """HKDF-SHA256, RFC 5869."""
    extracted = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
    output, block, i = b"", b"", 1
    while len(output) < length:
        block = hmac.new(extracted, block + info + bytes([i]), hashlib.sha256).digest()
        output, i = output + block, i + 1
    return output[:length]


def epoch_key(data_key, salt, lineage):
    return hkdf(data_key, salt, b"blockseal/gcm-epoch/v1" + lineage, 32)


def header_mac_key(data_key, lineage):
    return hkdf(data_key, b"", b"blockseal/header-mac/v1" + lineage, 32)


def tag_tree_key(data_key, lineage, volume_id):
    return hkdf(data_key, b"", b"blockseal/tag-tree/v1" + lineage + volume_id.ljust(64, b"\0"), 32)


def page_mac(key, level, number, page):
    """The MAC of a tag page (level 0) or of a node of the tag tree."""
    return hmac.new(key, struct.pack("<IQ", level, number) + page, hashlib.sha256).digest()


def main(arguments):
    action, rest = arguments[0], arguments[1:]
    read, write = sys.stdin.buffer.read, sys.stdout.buffer.write
    unhex = bytes.fromhex
    if action in ("xts-encrypt", "xts-decrypt"):
        key, unit, unit_bytes = unhex(rest[0]), int(rest[1]), int(rest[2])
        write(xts_units(key, unit, unit_bytes, read(), action == "xts-encrypt"))
    elif action == "gcm-seal":
        key, lineage, unit, epoch, counter = unhex(rest[0]), unhex(rest[1]), int(rest[2]), int(rest[3]), int(rest[4])
        data = read()
        for i in range(len(data) // GCM_UNIT_BYTES):
            plain = data[i * GCM_UNIT_BYTES : (i + 1) * GCM_UNIT_BYTES]
            write(b"".join(gcm_seal(key, lineage, unit + i, epoch, counter + i, plain)))
    elif action == "gcm-open":
        key, lineage, unit = unhex(rest[0]), unhex(rest[1]), int(rest[2])
        data, step = read(), RECORD_BYTES + GCM_UNIT_BYTES
        for i in range(len(data) // step):
            sealed = data[i * step : (i + 1) * step]
            write(gcm_open(key, lineage, unit + i, sealed[:RECORD_BYTES], sealed[RECORD_BYTES:]))
    elif action == "hkdf":
        write(hkdf(unhex(rest[0]), unhex(rest[1]), unhex(rest[2]), int(rest[3])))
    elif action != "check":
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or ["help"])
    except TagMismatch as mismatch:
        print("evp.py: tag mismatch: %s" % mismatch, file=sys.stderr)
        sys.exit(3)
