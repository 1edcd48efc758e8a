"""Everything about one problem as one actor may read it: what a page, a drawer or an archive shows.

Starts at `queries`, loads each kind of row once and the names for all of them in bulk. A supporting unit gets its
own measures and files, in the lists and in the timeline alike; what a source file claims is for the office that
took it in. Nothing here writes or decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from bihuan.book import clock
from bihuan.book.booked import Changes
from bihuan.book.models import Audience, Entry
from bihuan.domain.case import Role
from bihuan.ledger.models import (
    Evidence,
    Extension,
    Lookback,
    Measure,
    Part,
    Problem,
    Responsibility,
    Source,
)
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.queries import AUDIENCES, InSight, entries_of, evidence_of, measures_of, visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Post, Unit

UNIT_COLUMNS = ("unit_id", "lead_unit_id")
PERSON_COLUMNS = ("asked_by_id", "signed_by_id", "person_id")


@dataclass(frozen=True)
class Line:
    """One entry of the timeline. `changes` holds what this reader may see of what the entry changed."""

    entry: Entry
    changes: Changes
    details: Mapping[str, Any]

    @property
    def said_day(self) -> date | None:
        """The day on which it is said to have happened, where that is not the day it was recorded."""
        recorded = clock.day_of(self.entry.recorded_at)
        return self.entry.occurred_on if self.entry.occurred_on != recorded else None


@dataclass(frozen=True)
class Names:
    """The people, posts, units and sources that the rows and entries of a problem mention, by id."""

    people: Mapping[int, Person]
    posts: Mapping[int, Post]
    units: Mapping[int, Unit]
    sources: Mapping[int, Source]


@dataclass(frozen=True)
class Dossier:
    """A problem with all that belongs to it, as far as the reader may see it; `lines` newest first."""

    problem: Problem
    measures: Sequence[Measure]
    past_measures: Sequence[Measure]
    responsibilities: Sequence[Responsibility]
    evidence: Sequence[Evidence]
    extensions: Sequence[Extension]
    lookbacks: Sequence[Lookback]
    merged: Sequence[Problem]
    merged_into: Problem | None
    lines: Sequence[Line]
    more_lines: int
    names: Names
    sees_source: bool
    """Is the place where the problem was read, and what that file claims, for these eyes?"""

    @property
    def assigned(self) -> list[Responsibility]:
        """The responsibilities in force, the lead unit first."""
        return [row for row in self.responsibilities if not row.dropped]

    @property
    def by_proxy(self) -> frozenset[str]:
        """The record keys of what the office put down for a unit, as far as the lines loaded tell."""
        return frozenset(key for line in self.lines if "behalf" in line.details for key in line.changes)

    def files_of(self, measure_id: UUID | None) -> list[Evidence]:
        """The files that prove one measure (None: the problem as a whole)."""
        return [row for row in self.evidence if row.measure_id == measure_id]


def dossier_of(actor: Actor, seen: InSight, *, newest: int | None = None) -> Dossier:
    """Load what `actor` may read about the problem in sight; only the `newest` entries where a number is given."""
    problem = seen.problem
    measures = list(measures_of(actor, seen, also_dropped=True))
    evidence = list(evidence_of(actor, seen))
    among_units = Audience.UNITS in AUDIENCES[seen.part] or actor.role is Role.AUDITOR
    extensions = list(_parts(Extension, problem)) if among_units else []
    responsibilities = list(_parts(Responsibility, problem).select_related("unit"))
    entries = entries_of(actor, seen).order_by("-seq")
    sees = _sees(seen.part, [*measures, *evidence])
    lines = [_line(entry, sees) for entry in entries[:newest]]
    return Dossier(
        problem=problem,
        measures=[row for row in measures if not row.dropped],
        past_measures=[row for row in measures if row.dropped],
        responsibilities=sorted(responsibilities, key=lambda row: (row.role != Responsibility.Role.LEAD, row.id)),
        evidence=evidence,
        extensions=extensions,
        lookbacks=list(_parts(Lookback, problem)),
        merged=list(visible_to(actor).filter(region_id=problem.region_id, merged_into_id=problem.id)[:20]),
        merged_into=visible_to(actor).filter(id=problem.merged_into_id).first()
        if problem.merged_into_id
        else None,
        lines=lines,
        more_lines=entries.count() - len(lines) if newest else 0,
        names=_names(lines, evidence, extensions),
        sees_source=seen.part == Part.OFFICE or actor.role is Role.AUDITOR,
    )


def _parts(model: Any, problem: Problem) -> Any:
    return model.objects.filter(region_id=problem.region_id, problem_id=problem.id).order_by("id")


def _sees(part: Part, own: Iterable[PartOfProblem]) -> Callable[[str], bool]:
    """Which keys of changes are for this reader: a supporting unit sees its own measures and files alone."""
    if part != Part.SUPPORT:
        return lambda key: True
    kept, apart = {row.record_key for row in own}, (Measure.KIND, Evidence.KIND, Extension.KIND)
    return lambda key: key in kept or key.partition(":")[0] not in apart


def _line(entry: Entry, sees: Callable[[str], bool]) -> Line:
    body = json.loads(entry.body)
    changes = {key: columns for key, columns in body.get("changes", {}).items() if sees(key)}
    return Line(entry, changes, body.get("details", {}))


def _names(lines: Sequence[Line], evidence: Sequence[Evidence], extensions: Sequence[Extension]) -> Names:
    columns = [column for line in lines for row in line.changes.values() for column in row.items()]
    units = {line.entry.unit_id for line in lines} | _values(columns, UNIT_COLUMNS)
    units |= {row.unit_id for row in evidence} | {line.details.get("behalf") for line in lines}
    people = {line.entry.person_id for line in lines} | _values(columns, PERSON_COLUMNS)
    people |= {row.person_id for row in evidence}
    people |= {id_ for row in extensions for id_ in (row.asked_by_id, row.signed_by_id)}
    posts = {line.entry.post_id for line in lines}
    return Names(
        people=Person.objects.in_bulk(_known(people)),
        posts=Post.objects.in_bulk(_known(posts)),
        units=Unit.objects.in_bulk(_known(units)),
        sources=Source.objects.in_bulk(_known(_values(columns, ("source_id",)))),
    )


def _values(columns: Iterable[tuple[str, list[Any]]], wanted: tuple[str, ...]) -> set[int | None]:
    return {value for name, pair in columns if name in wanted for value in pair}


def _known(ids: set[int | None]) -> list[int]:
    return sorted(cast(set[int], ids - {None}))
