"""Reading draws for look-back: which of them an actor may see, what came of them, and drawing them again.

A draw is for the people of its office and of the units above it; its problems are shown as far as they are in
sight. Nothing here writes.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.domain.sampling import Compared, How, Row, Sign, compare, draw, signs_named
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Draw, Lookback, Problem
from bihuan.ledger.populations import HEAD
from bihuan.ledger.queries import among_visible
from bihuan.organisations.access import Actor

PAGE = 100
DRAWS_AT_ONCE = 50
NOT_PLANNED = "not_planned"
"""The result of what was drawn but had left the state of a problem struck off before its look-back was planned."""


def draws_of(actor: Actor, after: int = 0) -> list[Draw]:
    """The draws of the actor's unit and of those below it, newest first; some more than `DRAWS_AT_ONCE` tell that
    there are others behind them."""
    if actor.role is Role.ADMINISTRATOR:
        return []
    rows = Draw.objects.filter(unit__path__contains=f"/{actor.unit_id}/").select_related("unit").defer("drawn")
    return list(rows.order_by("-drawn_on", "-id")[after : after + DRAWS_AT_ONCE + 1])


def draw_on_record(draw_id: UUID) -> Draw | None:
    """The draw with this id, for the command line: a sample is drawn again by whoever holds the installation."""
    return Draw.objects.filter(id=draw_id).first()


def find_draw(actor: Actor, draw_id: UUID) -> Draw | None:
    """The draw with this id where the actor may see it, else None."""
    if actor.role is Role.ADMINISTRATOR:
        return None
    rows = Draw.objects.filter(id=draw_id, unit__path__contains=f"/{actor.unit_id}/")
    return rows.select_related("unit").first()


@dataclass(frozen=True)
class DrawnRow:
    """A problem of a draw: its place, how and why it was drawn, whose it is, what its look-back gave so far."""

    place: int
    id: UUID
    how: How
    signs: tuple[Sign, ...]
    lead_unit_id: int | None
    result: str
    done_on: date | None = None
    finding: str = ""


def rows_of(actor: Actor, drawn: Draw) -> list[DrawnRow]:
    """What was drawn, in the order drawn, as far as the actor may see it."""
    ids = [UUID(row[0]) for row in drawn.drawn]
    led = dict(among_visible(actor, ids).values_list("id", "lead_unit_id"))
    found = Lookback.objects.filter(problem_id__in=ids, draw_id=drawn.id)
    results = {row.problem_id: row for row in found}
    return [
        DrawnRow(
            place,
            id_,
            How(how),
            signs_named(codes),
            led[id_],
            results[id_].result if id_ in results else NOT_PLANNED,
            results[id_].done_on if id_ in results else None,
            results[id_].finding if id_ in results else "",
        )
        for place, (id_, (_hex, how, codes)) in enumerate(zip(ids, drawn.drawn, strict=True), start=1)
        if id_ in led
    ]


def problems_of(actor: Actor, rows: Sequence[DrawnRow]) -> dict[UUID, Problem]:
    """The problems of these rows, with their units, by id."""
    found = among_visible(actor, [row.id for row in rows]).select_related("lead_unit", "source")
    return {row.id: row for row in found}


def results_by_unit(rows: Sequence[DrawnRow]) -> dict[int | None, Counter[str]]:
    """How many of a draw's problems each leading unit has with which result."""
    found: dict[int | None, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.lead_unit_id, Counter())[row.result] += 1
    return found


@dataclass(frozen=True)
class Repeated:
    """What drawing again gave: how many rows the kept list has, and how the sample compares with the record."""

    population: int
    compared: Compared
    matches: bool
    """Is the list as long as the record says?"""

    @property
    def same(self) -> bool:
        """Does everything agree with the record?"""
        return self.matches and self.compared.same


def repeat(drawn: Draw) -> Repeated:
    """Draw again from the kept list, with the recorded seed and sizes, and compare.

    Raises `Refused` where the list is missing, is not the one on record, or cannot be read.
    """
    try:
        again = _Counted(_read(drawn.population_sha256))
        sample = draw(drawn.seed, again, by_risk=drawn.by_risk, at_random=drawn.at_random)
    except (OSError, EOFError, ValueError, KeyError, zlib.error) as error:
        raise Refused(
            Denied(say("抽取名单文件不见了，或已不是记录上的那一份。"), say("请从备份恢复文件后再试。"))
        ) from error
    recorded = [(row[0], row[1]) for row in drawn.drawn]
    return Repeated(again.count, compare(recorded, sample), again.count == drawn.population)


def _read(sha256: str) -> Iterator[Row]:
    """The rows of a kept list; raises ValueError where it is another file than this."""
    path = path_of(sha256)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise ValueError(sha256)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        if next(lines, "") != HEAD:
            raise ValueError(sha256)
        for line in lines:
            id_, points, codes = line.rstrip("\n").split(",")
            yield id_, int(points), codes


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row
