"""The installation's key: its own, kept from others, and told apart from every other key."""

from __future__ import annotations

import stat

import pytest

from bihuan.book import home, signing
from bihuan.domain.refusals import Refused

MESSAGE = b"what was signed"


@pytest.fixture(autouse=True)
def keys(monkeypatch, tmp_path):
    folder = tmp_path / "keys"
    monkeypatch.setattr(home, "keys", lambda: folder)
    return folder


def test_a_signature_passes_by_the_public_key_and_for_this_message_only():
    signature, check = signing.sign(MESSAGE), signing.checker(signing.public_key())
    assert check(MESSAGE, signature)
    assert not check(MESSAGE + b"!", signature)
    assert not check(MESSAGE, signature[:-1])
    assert not check(MESSAGE, b"")


def test_the_key_is_made_once_and_only_its_owner_may_read_it(keys):
    first = signing.public_key()
    assert signing.public_key() == first
    assert stat.S_IMODE((keys / "signing.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {path.name for path in keys.iterdir()} == {"signing.pem", "signing.pub"}


def test_another_home_has_another_key(monkeypatch, tmp_path):
    signature, mine = signing.sign(MESSAGE), signing.public_key()
    monkeypatch.setattr(home, "keys", lambda: tmp_path / "elsewhere")
    assert signing.public_key() != mine
    assert not signing.checker(signing.public_key())(MESSAGE, signature)
    assert signing.checker(mine)(MESSAGE, signature)


def test_a_public_key_is_read_from_pem_and_from_hex(keys, tmp_path):
    key = signing.public_key()
    as_hex = tmp_path / "key.txt"
    as_hex.write_text(f"{key.hex().upper()}\n")
    assert signing.load_public_key(keys / "signing.pub") == key
    assert signing.load_public_key(as_hex) == key


@pytest.mark.parametrize("content", [b"", b"no key", b"ab" * 31, b"\xff" * 32, b"-----BEGIN PUBLIC KEY-----\n"])
def test_what_is_no_public_key_is_told(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(Refused, match="这不是可用的公钥"):
        signing.load_public_key(path)


def test_a_private_key_is_not_taken_for_a_public_one(keys):
    signing.public_key()
    with pytest.raises(Refused, match="这不是可用的公钥"):
        signing.load_public_key(keys / "signing.pem")


def test_a_key_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Refused, match="读不到公钥文件"):
        signing.load_public_key(tmp_path / "none.pub")


def test_bytes_that_are_no_key_check_nothing():
    with pytest.raises(Refused, match="这不是可用的公钥"):
        signing.checker(b"too short")
