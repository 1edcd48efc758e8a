"""Any day, past or to come: how many problems had which colour and stage, as plain indexed conditions.

Past days are read from `Span` rows, the stretch since the last change from the row itself with its coming turns;
for a day ahead the turns are the forecast ("what if nothing happens"). Every count starts at `visible_to(actor)`:
it covers what the actor may see today. Nothing here writes, and nothing is recomputed at night.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, When

from bihuan.domain.colours import MAX_TURNS, Colour
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

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
