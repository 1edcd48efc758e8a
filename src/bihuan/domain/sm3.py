"""SM3, the Chinese standard hash (GB/T 32905-2016), for where a second digest beside SHA-256 is asked for.

The interpreter's own is used where its OpenSSL has one, otherwise the rounds below: slow, and right. It must
not replace SHA-256 in chains and checkpoints.
"""

from __future__ import annotations

import hashlib

_START = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
    0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip
_WORD = 0xFFFFFFFF


def sm3(data: bytes) -> str:
    """SM3 of `data`, 64 hex digits."""
    try:
        return hashlib.new("sm3", data, usedforsecurity=False).hexdigest()
    except ValueError:
        return sm3_plain(data)


def sm3_plain(data: bytes) -> str:
    """SM3 of `data` by the standard's own steps, without OpenSSL; about 100 kB a second."""
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (len(data) * 8).to_bytes(8)
    state: tuple[int, ...] = _START
    for at in range(0, len(padded), 64):
        state = _compressed(state, padded[at : at + 64])
    return b"".join(word.to_bytes(4) for word in state).hex()


def _compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """One step of the compression function: section 5.3.3."""
    words = _expanded(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        early = j < 16
        constant = 0x79CC4519 if early else 0x7A879D8A
        ss1 = _rotated((_rotated(a, 12) + e + _rotated(constant, j)) & _WORD, 7)
        ss2 = ss1 ^ _rotated(a, 12)
        ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if early else (e & f) | (~e & g)
        tt1 = (ff + d + ss2 + (words[j] ^ words[j + 4])) & _WORD
        tt2 = (gg + h + ss1 + words[j]) & _WORD
        a, b, c, d = tt1, a, _rotated(b, 9), c
        e, f, g, h = _p0(tt2), e, _rotated(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def _expanded(block: bytes) -> list[int]:
    """The 68 words that a block of 16 grows into: section 5.3.2."""
    words = [int.from_bytes(block[at : at + 4]) for at in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = _p1(words[j - 16] ^ words[j - 9] ^ _rotated(words[j - 3], 15))
        words.append(mixed ^ _rotated(words[j - 13], 7) ^ words[j - 6])
    return words


def _rotated(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> 32 - by) & _WORD


def _p0(word: int) -> int:
    return word ^ _rotated(word, 9) ^ _rotated(word, 17)


def _p1(word: int) -> int:
    return word ^ _rotated(word, 15) ^ _rotated(word, 23)
