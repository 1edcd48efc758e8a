"""Any day, past or to come: how many problems had which colour and stage, as plain indexed conditions.

Past days are read from `Span` rows, the stretch since the last change from the row itself with its coming turns;
for a day ahead the turns are the forecast ("what if nothing happens"). Every count starts at `visible_to(actor)`:
it covers what the actor may see today. Nothing here writes, and nothing is recomputed at night.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, When
from django.db.models.lookups import In

from bihuan.domain.colours import MAX_TURNS, Colour
from bihuan.domain.indicators import SOON, Figure, Mark
from bihuan.ledger.models import Signed, Span
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

FEW_UNITS = 3

GROUPS: Mapping[str, tuple[str, str]] = {
    "colour": ("spans__colour", "colour_then"),
    "stage": ("spans__stage", "stage"),
    "unit": ("spans__unit_id", "lead_unit_id"),
    "office": ("spans__office_id", "office_id"),
}
"""What can be counted by: the column of a past span, and the one of the present row."""


def colour_on(day: date) -> Case:
    """The colour that a row has on `day`, from its last change on (`state_from`) and into the days to come."""
    places = range(MAX_TURNS, 0, -1)
    turned = [When(Q((f"turn{place}_on__lte", day)), then=F(f"turn{place}")) for place in places]
    return Case(*turned, default=F("colour"), output_field=CharField())


def colour_is(colours: Iterable[Colour | str], day: date) -> Q:
    """The condition that a row has one of `colours` on `day`, in the sense of `colour_on`."""
    wanted = [str(colour) for colour in colours]
    found = Q(colour__in=wanted) & _not_turned(1, day)
    for place in range(1, MAX_TURNS + 1):
        turned = Q((f"turn{place}__in", wanted), (f"turn{place}_on__lte", day))
        found |= turned & _not_turned(place + 1, day) if place < MAX_TURNS else turned
    return found


def _not_turned(place: int, day: date) -> Q:
    return Q((f"turn{place}_on__isnull", True)) | Q((f"turn{place}_on__gt", day))


def counts(actor: Actor | None, day: date, by: Sequence[str] = ("colour",)) -> dict[Any, int]:
    """How many of the problems that the actor may see stood how on `day`, keyed by what `by` names.

    `by` holds names of `GROUPS`; with one name the keys are its values, with several tuples of them. Units are
    those of that day. A problem counts from the day on which it was registered. Raises KeyError for other names.
    """
    past, present = [GROUPS[name][0] for name in by], [GROUPS[name][1] for name in by]
    rows = visible_to(actor)
    found: Counter[Any] = Counter()
    spans = rows.filter(spans__begins__lte=day, spans__ends__gt=day)
    now = rows.filter(state_from__lte=day).annotate(colour_then=colour_on(day))
    for chosen, columns in ((spans, past), (now, present)):
        for *key, number in chosen.order_by().values_list(*columns).annotate(number=Count("pk")):
            found[key[0] if len(by) == 1 else tuple(key)] += number
    return dict(found)


def standing_on(day: date, figure: Figure, *, today: date, units: Collection[int] | None = None) -> Q:
    """The condition that `figure` counts a problem at the end of `day`; of a day to come, if nothing happens.

    `units` (ids) asks for those that led it on that day; None for all. A problem that has not changed since is
    told by its row, one that has by the span of that day.
    """
    stages = [stage.value for stage in figure.stages]
    now = Q(state_from__lte=day, stage__in=stages) & _marked(figure, day, now=True)
    if len(figure.colours) < len(Colour):
        now &= colour_is(figure.colours, day)
    if units is not None:
        now &= _among("lead_unit_id", units)
    if day >= today:
        return now
    then = Span.objects.filter(
        _marked(figure, day, now=False),
        region_id=OuterRef("region_id"),
        problem_id=OuterRef("id"),
        begins__lte=day,
        ends__gt=day,
        stage__in=stages,
        colour__in=[colour.value for colour in figure.colours],
    )
    return now | Q(Exists(then if units is None else then.filter(_among("unit_id", units))))


def _among(column: str, units: Collection[int]) -> Q:
    """The condition that `column` holds one of `units`; a long list is compared with the row, never looked up.

    A database that may look it up in an index does so once for each unit and row: with 500 units a list took
    eight seconds instead of a thirtieth of one.
    """
    if len(units) <= FEW_UNITS:
        return Q(**{f"{column}__in": units})
    return Q(In(ExpressionWrapper(F(column) + 0, output_field=IntegerField()), list(units)))


def _marked(figure: Figure, day: date, *, now: bool) -> Q:
    """The condition of a figure's mark, on the present row or on a past span."""
    if figure.mark is None:
        return Q()
    if figure.mark in (Mark.SIGNED_UNIT, Mark.SIGNED_OFFICE):
        office = figure.mark is Mark.SIGNED_OFFICE
        if not now:
            return Q(signed=Signed.OFFICE if office else Signed.UNIT)
        by_office = Q(signed_by_office=True)
        return Q(signed_on__isnull=False) & (by_office if office else ~by_office)
    runs = Q(asked_on__isnull=True, suspended_on__isnull=True) if now else Q(stopped=False)
    if figure.mark is Mark.DUE_SOON:
        return runs & Q(due__range=(day, day + timedelta(days=SOON)))
    return runs & Q(**{"due__lt" if figure.mark is Mark.OVERDUE else "due_original__lt": day})
