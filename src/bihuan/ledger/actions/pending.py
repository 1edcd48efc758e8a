"""What is open with a problem when it is opened for a step: requests, rulings, close-out, letters.

Loaded for many problems at once, or taken from parts that a page has loaded. Decides nothing and writes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from bihuan.domain.case import Stage
from bihuan.ledger.models import (
    Closeout,
    Decline,
    Extension,
    Lookback,
    Objection,
    Problem,
    Raising,
    Urging,
)
from bihuan.ledger.models.parts import PartOfProblem

R = TypeVar("R", bound=PartOfProblem)
IN_CLOSEOUT = frozenset({Stage.CLOSEOUT_ASKED, Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE})
KINDS: tuple[type[PartOfProblem], ...] = (
    Extension,
    Lookback,
    Decline,
    Raising,
    Closeout,
    Objection,
    Urging,
)


@dataclass(frozen=True)
class Pending:
    """What waits or goes on with one problem."""

    request: Extension | None = None
    lookback: Lookback | None = None
    decline: Decline | None = None
    """The last decline of the order by its present lead unit."""
    raising: Raising | None = None
    """The question put upward that waits for an answer."""
    closeout: Closeout | None = None
    """The request for close-out under way, or the one that waits to be filed above."""
    objections: Sequence[Objection] = field(default=())
    """Those to its public notice that wait for an answer."""
    urgings: Sequence[Urging] = field(default=())
    """Letters that wait for an answer, and the listing in force."""

    def __iter__(self) -> Iterator[PartOfProblem]:
        """The rows that a step may change."""
        single = (self.request, self.lookback, self.decline, self.raising, self.closeout)
        yield from (row for row in single if row is not None)
        yield from (*self.objections, *self.urgings)

    @property
    def signatures(self) -> list[dict[str, Any]]:
        """The signatures given to the request under way, as they stand in its row."""
        return self.closeout.signatures if self.closeout else []

    @property
    def given(self) -> tuple[int, ...]:
        """The signatures given, tier by tier."""
        counted = Counter(row["place"] for row in self.signatures if row["place"] is not None)
        return tuple(counted[place] for place in range(max(counted, default=-1) + 1))

    @property
    def listing(self) -> Urging | None:
        """The listed supervision in force."""
        return next((row for row in self.urgings if row.kind == Urging.Kind.LISTED), None)

    @property
    def letters(self) -> list[Urging]:
        """The supervision letters that wait for an answer."""
        return [row for row in self.urgings if row.kind == Urging.Kind.LETTER]


def in_closeout(problem: Problem) -> bool:
    """Is a request for close-out under way, or waiting to be filed?"""
    return problem.stage in IN_CLOSEOUT or problem.filing == "asked"


def pending_from(problem: Problem, parts: Iterable[PartOfProblem]) -> Pending:
    """What is open with a problem all of whose parts (of `KINDS`) are given."""
    rows: dict[type[PartOfProblem], list[Any]] = defaultdict(list)
    for row in parts:
        rows[type(row)].append(row)
    declines = sorted(rows[Decline], key=lambda row: row.id)
    closeout = max(rows[Closeout], key=lambda row: row.id, default=None) if in_closeout(problem) else None
    return Pending(
        request=next((row for row in rows[Extension] if row.answer == Extension.Answer.OPEN), None),
        lookback=next((row for row in rows[Lookback] if row.result == Lookback.Result.OPEN), None),
        decline=next((row for row in reversed(declines) if row.unit_id == problem.lead_unit_id), None),
        raising=next((row for row in rows[Raising] if row.answer == Raising.Answer.OPEN), None),
        closeout=closeout,
        objections=[row for row in rows[Objection] if row.outcome == Objection.Outcome.OPEN],
        urgings=[row for row in rows[Urging] if row.ended_on is None and row.kind != Urging.Kind.URGE],
    )


def pending_of(problems: Sequence[Problem]) -> Mapping[UUID, Pending]:
    """What is open with each of these problems: only what their columns say there may be is asked for."""
    ids = [row.id for row in problems]
    closing = [row.id for row in problems if in_closeout(row)]
    found: dict[UUID, list[PartOfProblem]] = defaultdict(list)
    for model, wanted, conditions in (
        (Extension, ids, {"answer": Extension.Answer.OPEN}),
        (Lookback, ids, {"result": Lookback.Result.OPEN}),
        (Decline, [row.id for row in problems if row.declines], {}),
        (Raising, [row.id for row in problems if row.request == "raised"], {"answer": Raising.Answer.OPEN}),
        (Closeout, closing, {}),
        (Objection, [row.id for row in problems if row.stage == Stage.IN_PUBLIC_NOTICE], {}),
        (Urging, [row.id for row in problems if row.letters or row.listed_on], {"ended_on": None}),
    ):
        if wanted:
            for part in model._default_manager.filter(problem_id__in=wanted, **conditions).order_by("id"):
                found[part.problem_id].append(part)
    return {row.id: pending_from(row, found.get(row.id, ())) for row in problems}
