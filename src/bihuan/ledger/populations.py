"""What a sample for look-back is drawn from: the problems that an office has struck off, with their signs of risk.

Read in one pass and never held, written into a file as it passes, so that it can be drawn from again when the
ledger has moved on. Writes no row.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any, BinaryIO

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression

from bihuan.domain.case import Horizon, Side, Stage, Urgency
from bihuan.domain.flows import Grade
from bihuan.domain.refusals import Denied, say
from bihuan.domain.sampling import SIGNS, Row, codes_of, points_of
from bihuan.ledger.models import Lookback, Problem, Source
from bihuan.ledger.models.problem import Impact
from bihuan.ledger.queries import own_work
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit

HEAD = "id,points,signs\n"
BATCH = 10_000

_TELLS: Mapping[str, Q] = {
    "rebounded": Q(cycle__gt=0),
    "claimed": Q(claimed_done_on__isnull=False),
    "grade": Q(grade__in=[Grade.MOSTLY.value, Grade.STAGE.value]),
    "late": Q(asked_on__gt=F("due")),
    "unvisited": Q(checked_on__isnull=True),
    "returned": Q(returns__gt=0),
    "extended": Q(extensions__gt=0),
    "urgent": Q(urgency=Urgency.URGENT.value),
    "grave": Q(impact=Impact.GRAVE.value),
}
"""How each sign of risk is told from the columns of a problem."""


@dataclass(frozen=True)
class Conditions:
    """Which of the problems struck off are drawn from; empty fields ask for nothing.

    `unit_id` is a leading unit with all below it, `source_id` a source with all below it.
    """

    closed_from: date | None = None
    closed_to: date | None = None
    unit_id: int | None = None
    source_id: int | None = None
    horizon: str = ""
    urgency: str = ""
    grade: str = ""

    def as_data(self) -> dict[str, Any]:
        """As JSON values, without what asks for nothing."""
        said = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


EVERYTHING = Conditions()


def refuses_conditions(asked: Conditions) -> Denied | None:
    """Refuses a span of days that runs backwards, and values that there are not."""
    if asked.closed_from and asked.closed_to and asked.closed_from > asked.closed_to:
        return Denied(say("销号日期的起止颠倒了。"), say("请把较早的日期填在前面。"))
    for value, known in ((asked.horizon, Horizon), (asked.urgency, Urgency), (asked.grade, Grade)):
        if value and value not in {one.value for one in known}:
            return Denied(say("没有“%(value)s”这一类。"), say("请重新选择。"), {"value": value})
    return None


def population(actor: Actor, asked: Conditions) -> QuerySet[Problem]:
    """What the actor's own office may draw from: struck off, not confirmed yet, not drawn and waiting already."""
    rows = own_work(actor, Side.OFFICE).filter(stage=Stage.CLOSED.value)
    days = {"closed_on__gte": asked.closed_from, "closed_on__lte": asked.closed_to}
    plain = {"horizon": asked.horizon, "urgency": asked.urgency, "grade": asked.grade}
    rows = rows.filter(**{name: value for name, value in (days | plain).items() if value})
    if asked.unit_id is not None:
        below = Unit.objects.filter(path__contains=f"/{asked.unit_id}/")
        rows = rows.filter(lead_unit_id__in=list(below.values_list("pk", flat=True)))
    if asked.source_id is not None:
        rows = rows.filter(source_id__in=_with_below(asked.source_id))
    waiting = Lookback.objects.filter(
        region_id=OuterRef("region_id"),
        problem_id=OuterRef("id"),
        draw_id__isnull=False,
        result=Lookback.Result.OPEN,
    )
    return rows.exclude(Exists(waiting))


def _with_below(source_id: int) -> list[int]:
    """The source and all below it. Sources are few."""
    above = dict(Source.objects.values_list("pk", "parent_id"))
    return [pk for pk in above if source_id in _line(pk, above)]


def _line(pk: int | None, above: Mapping[int, int | None]) -> Iterator[int]:
    while pk is not None:
        yield pk
        pk = above.get(pk)


def rows_of(rows: QuerySet[Problem]) -> Iterator[Row]:
    """The rows of a population, by id, read in one pass with little memory."""
    read = rows.order_by("id").annotate(bits=_BITS).values_list("id", "bits")
    for id_, bits in read.iterator(chunk_size=BATCH):
        yield id_.hex, _POINTS[bits], _CODES[bits]


def spread(rows: QuerySet[Problem]) -> Counter[int]:
    """How many of a population have which signs, by their bits: for a look at it before drawing."""
    return Counter(dict(rows.order_by().annotate(bits=_BITS).values_list("bits").annotate(n=Count("id"))))


def written(rows: Iterator[Row], file: BinaryIO) -> Iterator[Row]:
    """The same rows, each written to `file` as it passes: a packed text of `HEAD` and a line for each row."""
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed:
        lines = [HEAD]
        for row in rows:
            lines.append(f"{row[0]},{row[1]},{row[2]}\n")
            if len(lines) >= BATCH:
                packed.write("".join(lines).encode())
                lines.clear()
            yield row
        packed.write("".join(lines).encode())


def _bits() -> CombinedExpression | Case:
    told = (
        Case(When(_TELLS[sign.code], then=Value(1 << place)), default=Value(0)) for place, sign in enumerate(SIGNS)
    )
    return reduce(add, told)


_BITS = _bits()
_POINTS = [points_of(bits) for bits in range(1 << len(SIGNS))]
_CODES = [codes_of(bits) for bits in range(1 << len(SIGNS))]
