"""Reads about requests for close-out: who signed, which files can prove a standard, what a list is judged by.

Each takes rows or ids that were found within sight already. Writes and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bihuan.domain.flows import Standard, flow_from_data
from bihuan.ledger.actions.step import this_moment
from bihuan.ledger.models import Closeout, Evidence, Measure, Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Unit

CHUNK = 5000


@dataclass(frozen=True)
class Signers:
    """Who signed, asked and filed, and their units, by id."""

    people: Mapping[int, Person] = field(default_factory=dict)
    units: Mapping[int, Unit] = field(default_factory=dict)


def signers_of(closeouts: Iterable[Closeout], known: Signers | None = None) -> Signers:
    """The names that requests mention; only those that are not `known` are asked for."""
    known = known or Signers()
    people: set[int | None] = set()
    units: set[int | None] = set()
    for row in closeouts:
        people |= {row.asked_by_id, row.filed_by_id, *(one["person"] for one in row.signatures)}
        units |= {row.file_to_id, *(one["unit"] for one in row.signatures)}
    asked, of = people - known.people.keys() - {None}, units - known.units.keys() - {None}
    return Signers(
        {**known.people, **(Person.objects.in_bulk(asked) if asked else {})},
        {**known.units, **(Unit.objects.in_bulk(of) if of else {})},
    )


@dataclass(frozen=True)
class Proof:
    """A file on a problem with the place of the measure that it proves; None for the problem as a whole."""

    file: Evidence
    place: int | None


def proofs_of(problem: Problem) -> list[Proof]:
    """The files of a problem in the order of the measures they prove."""
    rows = Evidence.objects.filter(region_id=problem.region_id, problem_id=problem.id).order_by("id")
    measures = Measure.objects.filter(region_id=problem.region_id, problem_id=problem.id, dropped=False)
    places = dict(measures.values_list("id", "place"))
    proofs = [Proof(row, places.get(row.measure_id) if row.measure_id else None) for row in rows]
    return sorted(proofs, key=lambda proof: (proof.place is None, proof.place or 0, proof.file.id))


def standards_among(actor: Actor, problems: Sequence[UUID]) -> list[Standard]:
    """The standards by which these problems are judged, each once: of the requests under way, and where one of
    them has none, of the flows in force."""
    found: dict[Standard, None] = {}
    requests = 0
    for start in range(0, len(problems), CHUNK):
        rows = Closeout.objects.filter(
            problem_id__in=visible_to(actor).filter(id__in=problems[start : start + CHUNK]).values("id"),
            state=Closeout.State.OPEN,
        ).order_by()
        requests += rows.count()
        for flow in rows.values_list("flow", flat=True).distinct():
            found |= dict.fromkeys(flow_from_data(flow).standards)
    if requests < len(problems):
        for flow in this_moment().setup.flows:
            found |= dict.fromkeys(flow.standards)
    return list(found)
