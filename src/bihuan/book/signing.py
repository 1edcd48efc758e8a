"""The installation's own signing key (Ed25519), and checking signatures by a public key.

The private key never leaves HOME/keys and is no part of a backup; the public one lies beside it, to be handed
to whoever holds checkpoints outside. A key found in a checkpoint file says nothing: holders trust their own copy.
"""

from __future__ import annotations

import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from bihuan.book import home
from bihuan.domain.journal import Check
from bihuan.domain.refusals import Denied, Refused, say

_HEX_KEY = re.compile(rb"[0-9a-fA-F]{64}").fullmatch


def sign(message: bytes) -> bytes:
    """The signature (64 bytes) of this installation under `message`; the key is made on first use."""
    return _private_key().sign(message)


def public_key() -> bytes:
    """This installation's public key (32 bytes), also written to HOME/keys/signing.pub as PEM."""
    key = _private_key().public_key()
    path = home.keys() / "signing.pub"
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if not path.exists() or path.read_bytes() != pem:
        path.write_bytes(pem)
    return key.public_bytes_raw()


def checker(public_key: bytes) -> Check:
    """The check of signatures by a public key of 32 bytes: true only where that key signed exactly this message.

    Raises `Refused` for bytes that are no Ed25519 public key.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError as error:
        raise _no_key() from error

    def check(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return check


def load_public_key(path: Path) -> bytes:
    """The public key (32 bytes) in a file: PEM, or 64 hex digits.

    Raises `Refused` where the file cannot be read or holds neither.
    """
    try:
        data = path.read_bytes().strip()
    except OSError as error:
        raise Refused(
            Denied(say("读不到公钥文件“%(path)s”。"), say("请检查路径和权限。"), {"path": str(path)})
        ) from error
    if _HEX_KEY(data):
        return bytes.fromhex(data.decode())
    try:
        key = load_pem_public_key(data)
    except ValueError as error:
        raise _no_key() from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key()
    return key.public_bytes_raw()


def _private_key() -> Ed25519PrivateKey:
    path = home.keys() / "signing.pem"
    fresh = None if path.exists() else _fresh_pem()
    key = load_pem_private_key(home.secret(path, fresh), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(Denied(say("签名密钥文件signing.pem不是Ed25519密钥。"), say("请恢复原来的密钥文件。")))
    return key


def _fresh_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _no_key() -> Refused:
    return Refused(Denied(say("这不是可用的公钥。"), say("应为Ed25519公钥：PEM格式，或64位十六进制。")))
