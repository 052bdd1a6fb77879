#!/usr/bin/env python3
"""Computes the golden values of HsmTest and CiphertextBlobTest with Python's `cryptography` (38 and 48, on OpenSSL 3).

An implementation of its own of the key hierarchy, from the layouts in the Javadoc: every "random" byte is the next
one of 00 01 02 ... ff 00 ..., drawn in the order in which the HSM draws.
"""
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode

drawn = 0


def draw(n):
    global drawn
    drawn += n
    return bytes((drawn - n + i) % 256 for i in range(n))


def kdf(key, label, context):
    return KBKDFHMAC(hashes.SHA256(), Mode.CounterMode, 32, 4, 4, CounterLocation.BeforeFixed, label, context, None).derive(key)


def u32(n):
    return n.to_bytes(4, "big")


def binding(*parts):
    return b"".join(u32(len(p)) + p for p in parts)


def fingerprint(key):
    return kdf(key, b"blockseal/fingerprint/v1", b"")[:16]


def wrap(key, secret, aad):
    nonce, iv = draw(16), draw(12)
    return b"\x01" + fingerprint(key) + nonce + iv + AESGCM(kdf(key, b"blockseal/token/v1", nonce)).encrypt(iv, secret, aad)


root = HKDF(hashes.SHA256(), 32, b"", b"blockseal/root/wrapping-key/v1").derive(draw(32))
print("root fingerprint", fingerprint(root).hex())

domain_key = draw(32)
print("domain key token", wrap(root, domain_key, binding(b"domain-key", b"eu-west-1")).hex())

hbk = draw(32)
hbk_id = kdf(hbk, b"blockseal/backing-key-id/v1", b"")
print("backing key id", hbk_id.hex())
print("backing key token", wrap(domain_key, hbk, binding(b"backing-key", b"eu-west-1", b"key-1")).hex())

pairs = {b"aws:ebs:id": b"vol-1", b"a": b"b"}
context = u32(len(pairs)) + b"".join(u32(len(k)) + k + u32(len(v)) + v for k, v in sorted(pairs.items()))
print("context", context.hex())
nonce, iv = draw(16), draw(12)
sealed = AESGCM(kdf(hbk, b"blockseal/call/v1", nonce)).encrypt(iv, b"hello", context)
print("blob", (b"BSC\x01" + hbk_id + nonce + iv + sealed).hex())
