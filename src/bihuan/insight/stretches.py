"""A list as stretches of the index behind it: the same cost on every page, however many problems there are.

A page takes as many rows from each stage asked for as it could need at most, in the order of the list, and
merges them. By due day: `Reach` repeats stage and due day for every unit that may see a problem, so what a unit
sees of one stage is one stretch of an index; for a unit below the own one the stretches of that unit are read
instead (all that was handed out to it is in the own sight as well, which is asked all the same). In any other
order: the stretches are those of all problems, and each is asked whether it is in sight, which is quick for
units that see a good part of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.domain.case import Stage
from bihuan.insight.keyset import Bringing, Cursor, Sort, beyond_of, blocks, brought, order_of
from bihuan.ledger.models import Problem, Reach
from bihuan.ledger.queries import walking_visible
from bihuan.organisations.access import Actor

NOT_HANDED_OUT = frozenset({Stage.DRAFT, Stage.LISTED, Stage.MERGED, Stage.WITHDRAWN})
"""Stages in which a problem may be in sight of its office alone, whichever unit it is meant for."""
Asked = tuple[QuerySet[Any], Q, tuple[str, str]]
"""A query, its condition, and its columns of sort value and id."""
_ANY = "?"
DUE = "due"


@dataclass(frozen=True)
class Stretches:
    """What `actor` sees of `stages`, narrowed by `rest`; `bringing` says what a row brings with it.

    `below` is a unit below the actor's whose problems alone are asked for; `rest` says so too.
    """

    actor: Actor
    stages: Sequence[str]
    rest: Q
    bringing: Bringing
    below: int | None = None

    def fetch(self, sort: Sort, cursor: Cursor | None, size: int, *, backwards: bool) -> list[Problem]:
        """See `keyset.Rows`."""
        ids: list[UUID] = []
        for empty, beyond in blocks(sort, cursor, backwards):
            if len(ids) < size:
                ids += self._block(sort, empty, beyond, backwards, size - len(ids))
        return brought(ids, self.bringing)

    def _block(self, sort: Sort, empty: bool, beyond: Cursor | None, backwards: bool, size: int) -> list[UUID]:
        """The first ids with (or, `empty`, without) a sort value, from behind `beyond` on."""
        parts: list[str] = []
        params: list[Any] = []
        for unit, stages in self._units(sort):
            sql, values = self._one(unit, sort, empty, beyond, backwards, size)
            for stage in stages:
                parts.append(f"SELECT * FROM ({sql}) AS part{len(parts)}")  # noqa: S608  what Django wrote
                params += [stage if value == _ANY else value for value in values]
        descends = order_of(sort, empty, backwards)[-1].startswith("-")
        return self._merged(parts, params, "DESC" if descends else "ASC", size) if parts else []

    def _units(self, sort: Sort) -> Iterator[tuple[int, list[str]]]:
        """The units whose stretches are read, each with its stages."""
        if self.below is None or sort.column != DUE:
            yield self.actor.unit_id, list(self.stages)
            return
        kept = [stage for stage in self.stages if stage in NOT_HANDED_OUT]
        out = [stage for stage in self.stages if stage not in NOT_HANDED_OUT]
        yield from ((unit, some) for unit, some in ((self.actor.unit_id, kept), (self.below, out)) if some)

    def _one(
        self, unit: int, sort: Sort, empty: bool, beyond: Cursor | None, backwards: bool, size: int
    ) -> tuple[str, tuple[Any, ...]]:
        """The statement for one stage of one unit, with a mark where the stage goes.

        All conditions stand in one `filter`: a second one would ask a second row of reach.
        """
        rows, asked, names = self._by_due(unit) if sort.column == DUE else self._by_column(sort)
        if Problem._meta.get_field(sort.column).null:
            asked &= Q(**{f"{names[0]}__isnull": empty})
        if beyond is not None:
            asked &= beyond_of(sort, beyond, backwards, names)
        rows = rows.filter(asked).order_by(*order_of(sort, empty, backwards, names)).values_list(*names)
        return rows[:size].query.sql_with_params()

    def _by_due(self, unit: int) -> Asked:
        if not self.rest and unit == self.actor.unit_id:
            return Reach.objects.all(), Q(unit_id=unit, stage=_ANY), ("due", "problem_id")
        asked = Q(reaches__unit_id=unit, reaches__stage=_ANY) & self.rest
        if unit != self.actor.unit_id:
            asked &= Q(Exists(_sight(self.actor)))
        return Problem.objects.all(), asked, ("reaches__due", "reaches__problem_id")

    def _by_column(self, sort: Sort) -> Asked:
        return walking_visible(self.actor), Q(stage=_ANY) & self.rest, (sort.column, "id")

    def _merged(self, parts: Sequence[str], params: Sequence[Any], direction: str, size: int) -> list[UUID]:
        sql = f"{' UNION ALL '.join(parts)} ORDER BY 1 {direction}, 2 {direction} LIMIT {int(size)}"
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [id_ if isinstance(id_, UUID) else UUID(id_) for _due, id_ in cursor.fetchall()]


def _sight(actor: Actor) -> QuerySet[Reach]:
    return Reach.objects.filter(unit_id=actor.unit_id, region_id=OuterRef("region_id"), problem_id=OuterRef("id"))
