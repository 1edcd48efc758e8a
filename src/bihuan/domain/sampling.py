"""Drawing a sample for look-back, so that anybody can draw it again.

Every problem has lots (签). The number of a lot is the SHA-256 of `seed|id|n`: number 0 for drawing at random,
and one more (1, 2, …) for every point of risk. The smallest lots win, so a problem with four points is drawn by
risk as if it lay in the urn four times; one without points is never drawn by risk, but may always be drawn at
random. Plain hashes of plain texts: no library, order of the list or machine changes the result. Knows no clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bihuan.domain.refusals import Denied, say

MOST_DRAWN = 1000
SEED_LENGTH = 64


class How(StrEnum):
    """By which part of the draw a problem was drawn."""

    RISK = "risk"
    RANDOM = "random"


@dataclass(frozen=True)
class Sign:
    """A reason to look at a problem again, with its points: lots in the urn."""

    code: str
    points: int
    name: str


SIGNS: tuple[Sign, ...] = (
    Sign("rebounded", 3, say("曾经反弹")),
    Sign("claimed", 2, say("接手时报称完成")),
    Sign("grade", 2, say("基本完成或取得阶段性成效")),
    Sign("late", 2, say("超时限申请销号")),
    Sign("unvisited", 1, say("没有现场核查就销号")),
    Sign("returned", 1, say("曾被退回")),
    Sign("extended", 1, say("曾经延期")),
    Sign("urgent", 1, say("急件")),
    Sign("grave", 1, say("影响重大")),
)
"""In the order of the bits under which a population is read; new ones go to the end."""


_BY_CODE = {sign.code: sign for sign in SIGNS}


def signs_of(bits: int) -> tuple[Sign, ...]:
    """The signs whose bits are set, the first sign having the lowest bit."""
    return tuple(sign for place, sign in enumerate(SIGNS) if bits >> place & 1)


def codes_of(bits: int) -> str:
    """The codes of the signs whose bits are set, as lists and records hold them: `late+returned`."""
    return "+".join(sign.code for sign in signs_of(bits))


def signs_named(codes: str) -> tuple[Sign, ...]:
    """The signs that `codes_of` names; raises KeyError for one that there is not."""
    return tuple(_BY_CODE[code] for code in codes.split("+") if code)


def points_of(bits: int) -> int:
    """The risk of a problem that has these signs."""
    return sum(sign.points for sign in signs_of(bits))


def lot(seed: str, item: str, number: int) -> bytes:
    """A lot; lots are compared as the bytes they are."""
    return hashlib.sha256(f"{seed}|{item}|{number}".encode()).digest()


Row = tuple[str, int, str]
"""A problem of a population: its id (32 hexadecimal digits), its points, the codes of its signs."""


@dataclass(frozen=True)
class Drawn:
    """An item of the sample, with the codes of its signs and how it was drawn."""

    id: str
    codes: str
    how: How


def draw(seed: str, population: Iterable[Row], *, by_risk: int, at_random: int) -> list[Drawn]:
    """A sample without replacement from `Row`s: first `by_risk`, then `at_random` of the rest.

    The same for the same seed and rows in whatever order; shorter where the population does not give more. Reads
    the population once and keeps no more of it than the sample.
    """
    risky, plain = _Smallest(by_risk), _Smallest(by_risk + at_random)
    sha256, start = hashlib.sha256, f"{seed}|".encode()
    for id_, points, codes in population:
        stem = start + id_.encode() + b"|"
        number = sha256(stem + b"0").digest()
        if number < plain.bound:
            plain.offer(number, id_, codes)
        if points and by_risk:
            number = min([sha256(stem + digits).digest() for digits in _NUMBERS[:points]])
            if number < risky.bound:
                risky.offer(number, id_, codes)
    first = [Drawn(id_, codes, How.RISK) for _lot, id_, codes in risky.rows()]
    taken = {row.id for row in first}
    rest = [Drawn(id_, codes, How.RANDOM) for _lot, id_, codes in plain.rows() if id_ not in taken]
    return [*first, *rest[:at_random]]


_NUMBERS = tuple(str(number).encode() for number in range(1, sum(sign.points for sign in SIGNS) + 1))
_LARGEST = b"\xff" * 33


class _Smallest:
    """The rows with the `size` smallest lots among those offered; nothing at or above `bound` can be one."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.bound = _LARGEST if size else b""
        self._kept: list[tuple[bytes, str, str]] = []

    def offer(self, number: bytes, id_: str, codes: str) -> None:
        self._kept.append((number, id_, codes))
        if len(self._kept) >= 2 * self.size + 64:
            self._kept = self.rows()
            self.bound = self._kept[-1][0]

    def rows(self) -> list[tuple[bytes, str, str]]:
        return sorted(self._kept)[: self.size]


def refuses_sizes(by_risk: int, at_random: int) -> Denied | None:
    """Refuses a sample of none, of less than none, and one larger than anybody will go and see."""
    if by_risk >= 0 and at_random >= 0 and 0 < by_risk + at_random <= MOST_DRAWN:
        return None
    return Denied(
        say("一次抽取的数量应为1至%(most)s个。"), say("请改按风险或随机抽取的数量。"), {"most": MOST_DRAWN}
    )


def refuses_seed(seed: str) -> Denied | None:
    """A seed is a short text in one line that can be read out and typed again."""
    if 0 < len(seed) <= SEED_LENGTH and seed.isprintable() and seed == seed.strip():
        return None
    return Denied(
        say("种子应是1至%(most)s个可以看见的字符。"),
        say("请改用数字或字母，或留空由系统产生。"),
        {"most": SEED_LENGTH},
    )


@dataclass(frozen=True)
class Compared:
    """What drawing again gave: those of the record that it did not draw, and those it drew beside them."""

    missing: Sequence[str]
    added: Sequence[str]
    in_order: bool

    @property
    def same(self) -> bool:
        """Is it the very sample on record?"""
        return self.in_order and not self.missing and not self.added


def compare(recorded: Sequence[tuple[str, str]], again: Sequence[Drawn]) -> Compared:
    """The sample on record, as pairs of id and how, beside the one that was drawn again."""
    found = [(row.id, row.how.value) for row in again]
    before, after = set(recorded), set(found)
    return Compared(
        [id_ for id_, how in recorded if (id_, how) not in after],
        [id_ for id_, how in found if (id_, how) not in before],
        list(recorded) == found,
    )
