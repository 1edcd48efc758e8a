"""Marking what differs between two texts, so that a person sees a changed character in a paragraph at once.

Compares character by character (Chinese has no spaces); a number or a word of letters counts as one character.
Says nothing about meaning, and changes no text: the pieces put together again are the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

PARTS = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|.", re.DOTALL)
LEAST_SHARED = 2
"""Fewer shared characters between two changes are marked with them: an island of one only confuses the eye."""
MOST_PAIRS = 60_000
"""Beyond this many pairs of equal characters the stretch that differs is marked as a whole."""

Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and whether it differs from the other text."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Marked:
    """Both texts in pieces."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def marked(old: str, new: str) -> Marked:
    """The two texts with what differs between them marked."""
    a, b = PARTS.findall(old), PARTS.findall(new)
    steps = list(_joined(_compared(a, b)))
    return Marked(
        tuple(Piece("".join(a[i:j]), tag != "equal") for tag, i, j, _k, _end in steps if j > i),
        tuple(Piece("".join(b[k:end]), tag != "equal") for tag, _i, _j, k, end in steps if end > k),
    )


def _compared(a: Sequence[str], b: Sequence[str]) -> Iterator[Opcode]:
    """The steps from `a` to `b`; what they begin and end with is set aside first."""
    shorter = min(len(a), len(b))
    head = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    tail = next((n for n in range(shorter - head) if a[-1 - n] != b[-1 - n]), shorter - head)
    ends_a, ends_b = len(a) - tail, len(b) - tail
    yield "equal", 0, head, 0, head
    middle_a, middle_b = a[head:ends_a], b[head:ends_b]
    times_a, times_b = Counter(middle_a), Counter(middle_b)
    if sum(times_a[part] * times_b[part] for part in times_a) > MOST_PAIRS:
        yield "replace", head, ends_a, head, ends_b
    else:
        matcher = SequenceMatcher(None, middle_a, middle_b, autojunk=False)
        for tag, i, j, k, end in matcher.get_opcodes():
            yield tag, head + i, head + j, head + k, head + end
    yield "equal", ends_a, len(a), ends_b, len(b)


def _joined(steps: Iterator[Opcode]) -> Iterator[Opcode]:
    """The steps with neighbouring changes as one, and short islands between two changes taken into them."""
    found: list[Opcode] = []
    plain = [step for step in steps if step[2] > step[1] or step[4] > step[3]]
    for place, (tag, i, j, k, end) in enumerate(plain):
        island = tag == "equal" and j - i < LEAST_SHARED and 0 < place < len(plain) - 1
        kind = "replace" if island or tag != "equal" else "equal"
        if found and found[-1][0] == kind:
            _kind, i, _j, k, _end = found.pop()
        found.append((kind, i, j, k, end))
    yield from found
