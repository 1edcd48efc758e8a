"""The order in which the drafts of a reading are gone over: doubts first, then the rest in the order of the file.

Faulty ones come first, then doubtful ones, then those that may repeat another problem; whatever a person has gone
over takes its place in the file. Reads only, and only the stretch that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from bihuan.intake.models import Draft, Reading
from bihuan.intake.queries import SHOWN, drafts_of

AT_ONCE = 50
"""Drafts on one page."""
FIRST = ("faulty", "doubtful", "alike")
RANK = Case(
    *(When(SHOWN[kind], then=Value(rank)) for rank, kind in enumerate(FIRST)),
    default=Value(len(FIRST)),
    output_field=IntegerField(),
)


class At(NamedTuple):
    """Which draft: its place in the file (from 1), and its part where several were made of that place."""

    place: int
    part: int = 0

    def __str__(self) -> str:
        return f"{self.place}.{self.part}" if self.part else str(self.place)


def at_of(draft: Draft) -> At:
    """Which draft this is."""
    return At(draft.place, draft.part)


def find_at(reading: Reading, at: At) -> Draft | None:
    """The draft at `at`, left out or not."""
    return next((draft for draft in near(reading, at, 0) if at_of(draft) == at), None)


def near(reading: Reading, at: At, distance: int) -> list[Draft]:
    """The drafts no further than `distance` places from `at`, those left out too, in the order of the file."""
    rows = Draft.objects.filter(region_id=reading.region_id, reading_id=reading.id)
    return list(rows.filter(place__range=(at.place - distance, at.place + distance)).order_by("place", "part"))


def with_ids(reading: Reading, ids: list[str]) -> dict[str, Draft]:
    """Drafts of a reading by their ids as text."""
    rows = Draft.objects.filter(region_id=reading.region_id, reading_id=reading.id, id__in=ids) if ids else ()
    return {str(row.id): row for row in rows}


def lineup(reading: Reading, shown: str = "all", words: str = "") -> QuerySet[Draft]:
    """The drafts of a kind of `SHOWN`, with `words` in their text, in the order in which they are gone over."""
    rows = drafts_of(reading, shown)
    if words:
        rows = rows.filter(item__problem__icontains=words)
    return rows.annotate(rank=RANK).order_by("rank", "place", "part")


def rank_of(draft: Draft) -> int:
    """Where a draft stands by its kind, as `RANK` says it."""
    if draft.dropped:
        return len(FIRST)
    flags = (draft.faulty, draft.doubtful, bool(draft.alike) and not draft.edited)
    return next((rank for rank, flag in enumerate(flags) if flag), len(FIRST))


@dataclass(frozen=True)
class Stretch:
    """The drafts on one page, from `start` (0-based) on, with those next to it and the one that is open."""

    rows: list[Draft]
    start: int
    before: Draft | None
    after: Draft | None
    present: Draft | None

    def beside(self, step: int) -> Draft | None:
        """The draft before (-1) or after (1) the one that is open."""
        line = [self.before, *self.rows, self.after]
        place = next((n for n, row in enumerate(line) if row is not None and row == self.present), None)
        return None if place is None or not 0 <= place + step < len(line) else line[place + step]

    @property
    def next_doubt(self) -> Draft | None:
        """The next draft with a fault, a doubt or a likeness; None where the next one has none."""
        found = self.beside(1)
        return found if found is not None and rank_of(found) < len(FIRST) else None


def stretch(drafts: QuerySet[Draft], *, around: Draft | None = None, page: int | None = None) -> Stretch:
    """The page that holds `around`, which is open whether it belongs to `drafts` or not; else a page by number.

    `page` is where `around` was seen last: looked at first, and believed where it is still there.
    """
    start = (max(1, page or 1) - 1) * AT_ONCE
    found = _slice(drafts, start) if page or around is None else None
    if found is None or (around is not None and around not in found.rows):
        start = _position(drafts, around) // AT_ONCE * AT_ONCE if around else 0
        found = _slice(drafts, start)
    if around is not None and around not in found.rows:
        found.rows.insert(sum(1 for row in found.rows if _key(row) < _key(around)), around)
    present = next((row for row in found.rows if row == around), None) or (found.rows[0] if found.rows else None)
    return replace(found, present=present)


def _slice(drafts: QuerySet[Draft], start: int) -> Stretch:
    found = list(drafts[max(0, start - 1) : start + AT_ONCE + 1])
    before = found.pop(0) if start and found else None
    after = found.pop() if len(found) > AT_ONCE else None
    return Stretch(found, start, before, after, None)


def _key(draft: Draft) -> tuple[int, int, int]:
    return rank_of(draft), draft.place, draft.part


def _position(drafts: QuerySet[Draft], draft: Draft) -> int:
    """How many of `drafts` come before it."""
    rank, place, part = _key(draft)
    return drafts.filter(
        Q(rank__lt=rank) | Q(rank=rank) & (Q(place__lt=place) | Q(place=place, part__lt=part))
    ).count()


def before_in_file(reading: Reading, draft: Draft) -> Draft | None:
    """The draft before this one in the order of the file, that counts."""
    rows = drafts_of(reading).filter(Q(place__lt=draft.place) | Q(place=draft.place, part__lt=draft.part))
    return rows.order_by("-place", "-part").first()


def parts_at(reading: Reading, place: int) -> list[Draft]:
    """The drafts that count made of one place."""
    return list(drafts_of(reading).filter(place=place))
