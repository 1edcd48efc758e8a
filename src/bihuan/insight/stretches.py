"""A list as stretches of the index behind it: the same cost on every page, however many problems there are.

A page takes as many rows from each stage asked for as it could need at most, in the order of the list, and
merges them. By due day: `Reach` repeats stage and due day for every unit that may see a problem, so what a unit
sees of one stage is one stretch of an index; for a unit below the own one the stretches of that unit are read
instead (all that was handed out to it is in the own sight as well, which is asked all the same). In any other
order: the stretches are those of all problems, and each is asked whether it is in sight, which is quick for
units that see a good part of them; of a stage of which they see little, all they see is sorted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.book.several import united_all
from bihuan.domain.case import Stage
from bihuan.insight.keyset import Bringing, Cursor, Sort, beyond_of, blocks, brought, order_of
from bihuan.ledger.models import Problem, Reach
from bihuan.ledger.queries import in_sight_of, walking_visible
from bihuan.organisations.access import Actor

NOT_HANDED_OUT = frozenset({Stage.DRAFT, Stage.LISTED, Stage.MERGED, Stage.WITHDRAWN, Stage.REFERRED})
"""Stages in which a problem may be in sight of its office alone, whichever unit it is meant for."""
Source = tuple[QuerySet[Any], Q, tuple[str, str], Sequence[str]]
"""A query, its condition for one stage, its columns of sort value and id, and the stages it is asked for."""
_ANY = "?"
DUE = "due"


@dataclass(frozen=True)
class Stretches:
    """What `actor` sees of `stages`, narrowed by `rest`; `bringing` says what a row brings with it.

    `below` are the ids of a unit at or below the actor's and of all units below that, the unit first: only what
    they lead is asked for. Empty: whoever leads it. `walked` are the stages of which all problems are walked in an
    order other than that of due days; of the others what is in sight is sorted.
    """

    actor: Actor
    stages: Sequence[str]
    rest: Q
    bringing: Bringing
    below: Sequence[int] = ()
    walked: Collection[str] = ()
    office: int = 0
    """A unit at or below the actor's on whose ledgers, or those of units below it, all that is asked for stands:
    it sees all of that, and less besides."""

    def fetch(self, sort: Sort, cursor: Cursor | None, size: int, *, backwards: bool) -> list[Any]:
        """See `keyset.Rows`."""
        ids: list[UUID] = []
        for empty, beyond in blocks(sort, cursor, backwards):
            if len(ids) < size:
                ids += self._block(sort, empty, beyond, backwards, size - len(ids))
        return brought(ids, self._in_sight)

    def _in_sight(self, rows: QuerySet[Problem]) -> Iterable[Any]:
        """The rows of the page as they are brought: asked again whether they are in sight, for good measure."""
        return self.bringing(rows.filter(in_sight_of(self.actor)) if self.below or self.office else rows)

    def _block(self, sort: Sort, empty: bool, beyond: Cursor | None, backwards: bool, size: int) -> list[UUID]:
        """The first ids with (or, `empty`, without) a sort value, from behind `beyond` on."""
        parts: list[str] = []
        params: list[Any] = []
        for rows, asked, names, stages in self._sources(sort):
            if Problem._meta.get_field(sort.column).null:
                asked &= Q(**{f"{names[0]}__isnull": empty})
            if beyond is not None:
                asked &= beyond_of(sort, beyond, backwards, names)
            # One `filter` for all conditions: a second one would ask a second row of reach.
            found = (
                rows.filter(asked).order_by(*order_of(sort, empty, backwards, names)).values_list(*names)[:size]
            )
            sql, values = found.query.sql_with_params()
            for stage in stages:
                parts.append(sql)
                params += [stage if value == _ANY else value for value in values]
        descends = order_of(sort, empty, backwards)[-1].startswith("-")
        return _merged(parts, params, "DESC" if descends else "ASC", size) if parts else []

    def _sources(self, sort: Sort) -> Iterator[Source]:
        """Where the rows come from: for each source the query for one stage, and the stages it is asked for."""
        if sort.column != DUE:
            yield from self._in_order_of(sort.column)
        elif self.below:
            yield from self._led_below()
        elif self.rest:
            asked = Q(reaches__unit_id=self.office or self.actor.unit_id, reaches__stage=_ANY) & self.rest
            if self.office not in (0, self.actor.unit_id):
                asked &= Q(dispatched_on__isnull=False)  # until then in the sight of its office alone
            yield Problem.objects.all(), asked, ("reaches__due", "reaches__problem_id"), self.stages
        else:
            asked = Q(unit_id=self.actor.unit_id, stage=_ANY)
            yield Reach.objects.all(), asked, ("due", "problem_id"), self.stages

    def _in_order_of(self, column: str) -> Iterator[Source]:
        """Stages that are walked along the index of their order, and stages whose problems in sight are sorted."""
        asked = self.rest & Q(lead_unit_id__in=self.below) if self.below else self.rest
        walked = [stage for stage in self.stages if stage in self.walked]
        others = [stage for stage in self.stages if stage not in self.walked]
        if walked:
            yield walking_visible(self.actor), Q(stage=_ANY) & asked, (column, "id"), walked
        if others:
            mine = Q(reaches__unit_id=self.actor.unit_id, reaches__stage=_ANY)
            yield Problem.objects.all(), mine & asked, (column, "id"), others

    def _led_below(self) -> Iterator[Source]:
        """What was handed out reaches the unit itself; what was not is found by its office."""
        led = Q(lead_unit_id__in=self.below) & self.rest
        asked = Q(reaches__unit_id=self.below[0], reaches__stage=_ANY) & led
        yield Problem.objects.all(), asked, ("reaches__due", "reaches__problem_id"), self.stages
        kept = [stage for stage in self.stages if stage in NOT_HANDED_OUT - {Stage.REFERRED}]
        own = Q(
            office_id=self.actor.unit_id, region_id=self.actor.region_id, stage=_ANY, dispatched_on__isnull=True
        )
        if kept and self.below[0] != self.actor.unit_id:
            yield Problem.objects.all(), own & led, (DUE, "id"), kept


def _merged(parts: Sequence[str], params: Sequence[Any], direction: str, size: int) -> list[UUID]:
    sql = f"{united_all(parts)} ORDER BY 1 {direction}, 2 {direction} LIMIT {int(size)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [id_ if isinstance(id_, UUID) else UUID(id_) for _value, id_ in cursor.fetchall()]
