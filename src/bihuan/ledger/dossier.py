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

from django.db.models import Count, Q, Window

from bihuan.book import clock
from bihuan.book.booked import Changes
from bihuan.book.models import Audience, Entry
from bihuan.domain.case import Role
from bihuan.domain.lifecycle import Move
from bihuan.ledger.models import (
    Closeout,
    Decline,
    Duty,
    Evidence,
    Extension,
    Lookback,
    Measure,
    Objection,
    Part,
    Problem,
    Raising,
    Responsibility,
    RuleTie,
    Source,
    Urging,
)
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.queries import AUDIENCES, InSight, entries_of, own_part, visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Post, Unit

UNIT_COLUMNS = ("unit_id", "lead_unit_id", "proposed_id", "to_unit_id", "by_unit_id", "file_to_id")
_NAMED = ("title", "role", "person__name", "person__name_en", "unit__name", "unit__short_names")
PERSON_COLUMNS = (
    "asked_by_id",
    "signed_by_id",
    "person_id",
    "declined_by_id",
    "raised_by_id",
    "filed_by_id",
    "answered_by_id",
    "by_person_id",
)


ENDINGS: tuple[type[PartOfProblem], ...] = (Closeout, Objection, Urging, RuleTie)
"""What belongs to the end of a problem and to its supervision: loaded where there is any."""
_NOT_FOR_SUPPORT = {Measure.KIND, Evidence.KIND, Extension.KIND, Decline.KIND, Raising.KIND} | {
    row.KIND for row in ENDINGS
}


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
class Parts:
    """All rows that belong to a problem, whoever looks; the dossier says what a reader may see of them."""

    measures: Sequence[Measure]
    responsibilities: Sequence[Responsibility]
    evidence: Sequence[Evidence]
    extensions: Sequence[Extension]
    lookbacks: Sequence[Lookback]
    declines: Sequence[Decline]
    raisings: Sequence[Raising]
    duties: Sequence[Duty]
    endings: Mapping[type[PartOfProblem], Sequence[Any]]
    """Rows of `ENDINGS`, by their model."""
    kinds: frozenset[str]
    """What else there is (`ledger.present`)."""

    @property
    def rows(self) -> list[PartOfProblem]:
        """All of them, for the rules (`actions.step.open_loaded`)."""
        return [
            *self.measures,
            *self.responsibilities,
            *self.evidence,
            *self.extensions,
            *self.lookbacks,
            *self.declines,
            *self.raisings,
            *self.duties,
            *(row for rows in self.endings.values() for row in rows),
        ]


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
    declines: Sequence[Decline]
    raisings: Sequence[Raising]
    endings: Mapping[type[PartOfProblem], Sequence[Any]]
    merged: Sequence[Problem]
    merged_into: Problem | None
    lines: Sequence[Line]
    more_lines: int
    names: Names
    sees_source: bool
    """Is the place where the problem was read, and what that file claims, for these eyes?"""
    every: Parts
    """All parts as they were loaded, for the rules and nobody's eyes."""

    @property
    def assigned(self) -> list[Responsibility]:
        """The responsibilities in force, the lead unit first."""
        return [row for row in self.responsibilities if not row.dropped]

    @property
    def closeouts(self) -> Sequence[Closeout]:
        """The requests for close-out, the newest first."""
        return sorted(self.endings.get(Closeout, ()), key=lambda row: row.id, reverse=True)

    @property
    def urgings(self) -> Sequence[Urging]:
        """Urgings, letters and listings, as far as they are for this reader."""
        return self.endings.get(Urging, ())

    @property
    def objections(self) -> Sequence[Objection]:
        """The objections to public notices, as far as they are for this reader."""
        return self.endings.get(Objection, ())

    @property
    def by_proxy(self) -> frozenset[str]:
        """The record keys of what the office put down for a unit, as far as the lines loaded tell."""
        return frozenset(key for line in self.lines if "behalf" in line.details for key in line.changes)

    def files_of(self, measure_id: UUID | None) -> list[Evidence]:
        """The files that prove one measure (None: the problem as a whole)."""
        return [row for row in self.evidence if row.measure_id == measure_id]


def dossier_of(actor: Actor, seen: InSight, *, newest: int | None = None) -> Dossier:
    """Load what `actor` may read about the problem in sight.

    Where a number is given, for a short look: only the `newest` entries, and of requests for more time only those
    of a problem that has an open one, which the rules ask for.
    """
    problem = seen.problem
    entries = _newest(actor, seen, newest)
    asked = newest is None and (
        problem.extensions > 0 or any(entry.action == Move.ASK_EXTENSION for entry in entries)
    )
    every = parts_of(seen, with_requests=asked or problem.request is not None)
    own = own_part(actor, seen.part)
    measures = [row for row in every.measures if own(row.unit)]
    evidence = [row for row in every.evidence if own(row.unit)]
    among_units = Audience.UNITS in AUDIENCES[seen.part] or actor.role is Role.AUDITOR
    extensions = list(every.extensions) if among_units else []
    sees = _sees(seen.part, [*measures, *evidence], auditor=actor.role is Role.AUDITOR)
    lines = [_line(entry, sees) for entry in entries]
    return Dossier(
        problem=problem,
        measures=[row for row in measures if not row.dropped],
        past_measures=[row for row in measures if row.dropped],
        responsibilities=sorted(
            every.responsibilities, key=lambda row: (row.role != Responsibility.Role.LEAD, row.id)
        ),
        evidence=evidence,
        extensions=extensions,
        lookbacks=every.lookbacks,
        declines=every.declines if among_units else [],
        raisings=every.raisings if among_units else [],
        endings=_endings(every, actor, seen.part) if among_units else {},
        merged=list(visible_to(actor).filter(region_id=problem.region_id, merged_into_id=problem.id)[:20])
        if seen.absorbs
        else [],
        merged_into=visible_to(actor).filter(id=problem.merged_into_id).first()
        if problem.merged_into_id
        else None,
        lines=lines,
        more_lines=entries[0].of_all - len(lines) if newest and entries else 0,
        names=_names(problem, lines, evidence, extensions, _units_in(problem, every)),
        sees_source=seen.part == Part.OFFICE or actor.role is Role.AUDITOR,
        every=every,
    )


def _newest(actor: Actor, seen: InSight, newest: int | None) -> list[Any]:
    """The entries for this reader, newest first; where only some are wanted each knows `of_all` how many."""
    rows = entries_of(actor, seen).order_by("-seq")
    return list(rows.annotate(of_all=Window(Count("id")))[:newest] if newest else rows)


def parts_of(seen: InSight, *, with_requests: bool = True) -> Parts:
    """The parts of a problem in sight, each kind in one query.

    Kinds that cannot be there are not asked for: look-backs before a close-out, and requests for more time where
    the caller knows that there was none.
    """
    problem = seen.problem
    was_closed = problem.closed_on is not None or problem.cycle
    kinds = seen.kinds
    return Parts(
        measures=list(_parts(Measure, problem).select_related("unit").order_by("place")),
        responsibilities=list(_parts(Responsibility, problem).select_related("unit")),
        evidence=list(_parts(Evidence, problem).select_related("unit")),
        extensions=list(_parts(Extension, problem)) if with_requests else [],
        lookbacks=list(_parts(Lookback, problem)) if was_closed else [],
        declines=list(_parts(Decline, problem).select_related("unit", "proposed")) if problem.declines else [],
        raisings=list(_parts(Raising, problem).select_related("unit", "to_unit")) if Raising.KIND in kinds else [],
        duties=list(_parts(Duty, problem).select_related("unit")) if Duty.KIND in kinds else [],
        endings={model: list(_parts(model, problem)) for model in ENDINGS if model.KIND in kinds},
        kinds=kinds,
    )


def _parts(model: Any, problem: Problem) -> Any:
    return model.objects.filter(region_id=problem.region_id, problem_id=problem.id).order_by("id")


def _units_in(problem: Problem, every: Parts) -> dict[int, Unit]:
    rows: list[Any] = [*every.measures, *every.responsibilities, *every.evidence, *every.duties]
    known = [problem.lead_unit, problem.office, *(row.unit for row in rows)]
    return {unit.pk: unit for unit in known if unit is not None}


def _endings(every: Parts, actor: Actor, part: Part) -> dict[type[PartOfProblem], Sequence[Any]]:
    """Who objected to a public notice is for the office alone, and so are the objections."""
    office = part == Part.OFFICE or actor.role is Role.AUDITOR
    return {model: rows for model, rows in every.endings.items() if office or model is not Objection}


def _sees(part: Part, own: Iterable[PartOfProblem], *, auditor: bool) -> Callable[[str], bool]:
    """Which keys of changes are for this reader: a supporting unit sees its own measures and files alone, and who
    objected to a public notice is for the office."""
    if part == Part.OFFICE or auditor:
        return lambda key: True
    if part != Part.SUPPORT:
        return lambda key: key.partition(":")[0] != Objection.KIND
    kept, apart = (
        {row.record_key for row in own},
        _NOT_FOR_SUPPORT,
    )
    return lambda key: key in kept or key.partition(":")[0] not in apart


def _line(entry: Entry, sees: Callable[[str], bool]) -> Line:
    body = json.loads(entry.body)
    changes = {key: columns for key, columns in body.get("changes", {}).items() if sees(key)}
    return Line(entry, changes, body.get("details", {}))


def _names(
    problem: Problem,
    lines: Sequence[Line],
    evidence: Sequence[Evidence],
    extensions: Sequence[Extension],
    known: dict[int, Unit],
) -> Names:
    columns = [column for line in lines for row in line.changes.values() for column in row.items()]
    units = {line.entry.unit_id for line in lines} | _values(columns, UNIT_COLUMNS)
    units |= {row.unit_id for row in evidence} | {line.details.get("behalf") for line in lines}
    people = {line.entry.person_id for line in lines} | _values(columns, PERSON_COLUMNS)
    people |= {row.person_id for row in evidence}
    people |= {id_ for row in extensions for id_ in (row.asked_by_id, row.signed_by_id)}
    posts = {line.entry.post_id for line in lines}
    others = people - {line.entry.person_id for line in lines if line.entry.post_id}
    asked = Post.objects.filter(Q(id__in=_known(posts)) | Q(person_id__in=_known(others)))
    held = {post.pk: post for post in asked.select_related("person", "unit").only(*_NAMED)}
    met = {post.person_id: post.person for post in held.values()}
    known = known | {post.unit_id: post.unit for post in held.values()}
    sources = {problem.source.pk: problem.source} if problem.source else {}
    return Names(
        people=met | Person.objects.in_bulk(_known(people - met.keys())),
        posts=held,
        units=known | Unit.objects.in_bulk(_known(units - known.keys())),
        sources=sources | Source.objects.in_bulk(_known(_values(columns, ("source_id",)) - sources.keys())),
    )


def _values(columns: Iterable[tuple[str, list[Any]]], wanted: tuple[str, ...]) -> set[int | None]:
    return {value for name, pair in columns if name in wanted for value in pair}


def _known(ids: set[int | None]) -> list[int]:
    return sorted(cast(set[int], ids - {None}))
