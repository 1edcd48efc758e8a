"""How much two short Chinese texts say the same, and what they state differently.

A likeness is a number with a meaning (`SAME`, `LIKELY`, `RELATED`), made of how far the letters agree, in whole
and without what says nothing, and of the facts that tell problems apart. It is a proposal to a person, never a
verdict: it knows no meaning, no map and no calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from typing import Generic, TypeVar

from rapidfuzz.distance import Indel, LCSseq

from bihuan.likeness import words
from bihuan.likeness.facts import Apart, Fact, Kind, apart, facts_of, without_facts
from bihuan.likeness.plain import bare, plain

Key = TypeVar("Key")

SAME = 0.9
"""From here on the two texts say the same; at most a way of writing or a slip differs."""
LIKELY = 0.7
"""From here on they likely say the same: reworded, or one is the short form of the other. A person looks."""
RELATED = 0.5
"""From here on they are of one kind, as two holes in two streets are; below they have nothing in common."""

_HELD_BACK = {Kind.PLACE: 0.62, Kind.ADDRESS: 0.62, Kind.DATE: 0.66, Kind.AMOUNT: 0.69}
"""What remains of a likeness where such facts differ: always below `LIKELY`."""
_WHOLE, _CORE, _EVENT = 0.25, 0.35, 0.4
_LEAST_CORE = 3
_LEAST_HELD = 0.75
_LESS_FOR_LACKING, _LESS_FOR_LENGTH = 0.6, 0.15
_LONGEST = 4_000
"""Characters of a text that are compared; a longer one is no problem put down by a person."""
_MOST_KEPT = 16_384


@dataclass(frozen=True)
class Likeness:
    """How much two texts are alike.

    `score` is 0…1 (see `SAME`, `LIKELY`, `RELATED`); `wording` is the same without regard to the facts, for
    asking whether one is a new version of the other; `apart` is what they state differently.
    """

    score: float
    wording: float
    apart: tuple[Apart, ...] = ()


@dataclass(frozen=True)
class Near(Generic[Key]):
    """A text that may say the same: its id among those handed in, and how alike it is."""

    key: Key
    likeness: Likeness


@dataclass(frozen=True)
class Traits:
    """What a text is compared by: all letters, the core that says something, the core without facts, the facts."""

    bare: str
    core: str
    event: str
    facts: frozenset[Fact]


def alike(left: str, right: str) -> float:
    """How much two texts say the same, 0…1, the same both ways: see `SAME`, `LIKELY`, `RELATED`."""
    return compare(left, right).score


def compare(left: str, right: str) -> Likeness:
    """How much two texts are alike, with what they state differently. An empty text is like nothing."""
    if right < left:
        found = compare(right, left)
        told = tuple(Apart(one.kind, one.right, one.left) for one in found.apart)
        return Likeness(found.score, found.wording, told)
    ours, theirs = traits(left), traits(right)
    if not ours.bare or not theirs.bare:
        return Likeness(0.0, 0.0)
    if ours.bare == theirs.bare:
        return Likeness(1.0, 1.0)
    wording = round(_wording(ours, theirs), 4)
    differing = apart(ours.facts, theirs.facts)
    held = min((_HELD_BACK[one.kind] for one in differing), default=1.0)
    return Likeness(round(wording * held, 4), wording, differing)


def nearest(
    text: str, candidates: Iterable[tuple[Key, str]], *, most: int = 3, least: float = LIKELY
) -> tuple[Near[Key], ...]:
    """Those of a handful of candidates (id, text) that `text` is like, the likeliest first, at most `most`."""
    found = [Near(key, compare(text, other)) for key, other in candidates]
    return ranked((near for near in found if near.likeness.score >= least), most)


def ranked(found: Iterable[Near[Key]], most: int) -> tuple[Near[Key], ...]:
    """The likeliest first; of equals the one whose id comes first, so that the order of asking changes nothing."""
    return tuple(sorted(found, key=lambda near: (-near.likeness.score, str(near.key)))[:most])


@lru_cache(maxsize=_MOST_KEPT)
def traits(text: str) -> Traits:
    """What `text` is compared by."""
    one_way = plain(text[:_LONGEST])
    facts = facts_of(one_way)
    core = core_of(one_way)
    return Traits(bare(one_way), core, core_of(without_facts(one_way, facts)) or core, facts)


def core_of(text: str) -> str:
    """A plain text without what says nothing, one word for what has several; all of it where little remains."""
    said = words.SAYS_NOTHING.sub("", text)
    core = bare(words.SEVERAL_WORDS.sub(lambda found: words.SAME_MEANING[found[0]], said))
    return core if len(core) >= _LEAST_CORE else bare(text)


def pairs_of(letters: str) -> frozenset[str]:
    """The pairs of neighbouring characters; the character itself where there is one alone."""
    return frozenset(map(add, letters, letters[1:])) or frozenset({letters})


def _wording(ours: Traits, theirs: Traits) -> float:
    whole = _agreement(ours.bare, theirs.bare)
    if ours.core == theirs.core:
        return max(_WHOLE * whole + (1 - _WHOLE), SAME)
    core, event = _agreement(ours.core, theirs.core), _agreement(ours.event, theirs.event)
    return max(_WHOLE * whole + _CORE * core + _EVENT * event, _shortened(ours.core, theirs.core))


def _agreement(left: str, right: str) -> float:
    """How far letters agree, in their order or with parts of the sentence in another order."""
    ours, theirs = pairs_of(left), pairs_of(right)
    shared = 2 * len(ours & theirs) / (len(ours) + len(theirs))
    return max(Indel.normalized_similarity(left, right), shared)


def _shortened(left: str, right: str) -> float:
    """How far the shorter text is a short form of the longer one."""
    short, long = sorted((left, right), key=len)
    pairs = pairs_of(short)
    held = len(pairs & pairs_of(long)) / len(pairs)
    lacking = 1 - (held + LCSseq.similarity(short, long) / len(short)) / 2
    if len(short) < 2 * _LEAST_CORE or lacking > 1 - _LEAST_HELD:
        return 0.0
    return SAME - _LESS_FOR_LACKING * lacking - _LESS_FOR_LENGTH * (1 - len(short) / len(long))
