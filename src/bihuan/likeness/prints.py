"""Fingerprints of texts and pictures, by which nearly the same ones are found among millions through an index.

A print is a handful of whole numbers (bands). Two that are nearly the same share a band nearly always, two that
have nothing to do with one another practically never; so a band only narrows down, and what it finds is compared
itself. Everything here is arithmetic with fixed constants: the same text has the same print for ever, on every
machine. A change of it needs `bihuan rebuild` of every installation.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from struct import Struct, unpack

from bihuan.likeness.alike import core_of, pairs_of
from bihuan.likeness.plain import bare, plain

LEAST = 12
"""A text of fewer characters (bare) has no print: what is that short is everybody's twin."""
BANDS = 6
"""Bands of what a text says; before them stands one of the text letter by letter."""
_EACH = 2
"""So many smallest values make a band. More would miss texts that were changed in ten places, fewer would find
every text of the trade."""
_LONGEST = 4_000
_LEAST_PAIRS = 8
_COMMONPLACE = re.compile(
    r"已经|已于|均已|都已|已|全部|整改|完成|到位|落实|按照|按|要求|工作|措施|情况|任务|达到|目标|预期|效果|验收|销号|申请|现将|如下|报告|我局|我镇|我县|我单位|单位|组织"
    r"|责任|人员|立即|高度重视|认真|及时|开展|通过|确保|同时|下一步|继续|加强|加大|力度|长效|机制|建立|健全|巩固|成果"
)
"""Words of every report on every result: pairs made of them tell no text from another."""
_VALUES = Struct(f"<{BANDS * _EACH}I")
_PAIRS_KEPT = 16_384

PICTURE_BANDS = 4
"""A picture's look (64 bits) in so many parts: one that differs in fewer bits shares at least one of them."""
PICTURE_APART = 6
"""Looks that differ in at most so many of 64 bits are of one picture, saved anew or made smaller."""
_PART_BITS = 64 // PICTURE_BANDS
_LEAST_SET = 8
"""A look with fewer bits of one kind is that of an even surface (a wall, a scan), like thousands of others."""


def bands_of(text: str) -> tuple[int, ...]:
    """The print of `text` as signed 64-bit numbers: first the one of its letters, which only a text that says the
    same letter by letter shares; empty for a text that is too short to be told from others."""
    one_way = plain(text[:_LONGEST])
    letters = bare(one_way)
    if len(letters) < LEAST:
        return ()
    return (_number(letters), *_said(one_way, letters))


def whole_band(text: str) -> int | None:
    """The band of the letters alone; None for a text without a print."""
    letters = bare(plain(text[:_LONGEST]))
    return _number(letters) if len(letters) >= LEAST else None


def _number(letters: str) -> int:
    (number,) = unpack("<q", blake2b(letters.encode(), digest_size=8, person=b"whole").digest())
    return int(number)


def _said(one_way: str, letters: str) -> list[int]:
    """For each band the smallest values that any pair of characters has in its order (min-wise hashing)."""
    pairs = pairs_of(_COMMONPLACE.sub("", core_of(one_way)))
    if len(pairs) < _LEAST_PAIRS:
        pairs = pairs_of(letters)
    least = [min(column) for column in zip(*map(_values, pairs), strict=True)]
    packed = _VALUES.pack(*least)
    return list(unpack(f"<{BANDS}q", packed))


@lru_cache(maxsize=_PAIRS_KEPT)
def _values(pair: str) -> tuple[int, ...]:
    """The place of a pair in each of the orders: fixed, and as good as drawn by lot."""
    return _VALUES.unpack(blake2b(pair.encode("utf-8", "surrogatepass"), digest_size=_VALUES.size).digest())


def picture_bands(looks: str) -> tuple[int, ...]:
    """The bands of a picture's look (64 bits in hex), each with its place; empty for an even surface."""
    bits = int(looks, 16)
    if not _LEAST_SET <= bits.bit_count() <= 64 - _LEAST_SET:
        return ()
    mask = (1 << _PART_BITS) - 1
    return tuple(place << _PART_BITS | bits >> place * _PART_BITS & mask for place in range(PICTURE_BANDS))


def apart(looks: str, others: str) -> int:
    """In how many of 64 bits two looks differ."""
    return (int(looks, 16) ^ int(others, 16)).bit_count()
