"""What turns colour by itself in the days to come: read straight from the coming turns on the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Q

from bihuan.book.several import Statement, statement
from bihuan.domain.case import RUNNING_STAGES, Role
from bihuan.domain.colours import MAX_TURNS, Colour, Turn
from bihuan.insight.asking import ANYBODY, KEPT, asking
from bihuan.insight.counts import Sums, better_walked
from bihuan.ledger import tally
from bihuan.ledger.derived import colour_changes, turns_from
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to, walking_visible
from bihuan.organisations.access import Actor

ALARMING = (Colour.YELLOW, Colour.RED)
_RUNNING = tuple(stage.value for stage in RUNNING_STAGES)
_TOLD = ("number", "title", "turns", "lead_unit__name", "lead_unit__short_names")
_DAYS = tuple(f"turn{n}_on" for n in range(1, MAX_TURNS + 1))
_ALARMING = [colour.value for colour in ALARMING]
_COLOURS = tuple(f"turn{n}" for n in range(1, MAX_TURNS + 1))


@dataclass(frozen=True)
class Turning:
    """A problem and the turn that is coming."""

    problem: Problem
    turn: Turn


def turns_between(colours: Iterable[Colour], first: date, last: date) -> Q:
    """The condition that a problem turns to one of `colours` within these days, both included."""
    wanted = [colour.value for colour in colours]
    found = Q()
    for day, colour in zip(_DAYS, _COLOURS, strict=True):
        found |= Q(**{f"{day}__range": (first, last), f"{colour}__in": wanted})
    return found


def turning(actor: Actor, today: date, days: int, most: int, sums: Sums | None = None) -> list[Turning]:
    """What in sight turns yellow or red within `days` days after today, the nearest first, at most `most`.

    `sums`: see `counts.in_sight`.
    """
    if actor.role is Role.ADMINISTRATOR:
        return []
    first, last = today + timedelta(days=1), today + timedelta(days=days)
    walks = better_walked(actor, today, _RUNNING, wanted=most * 4, sums=sums)
    nearest = _nearest(walks, first, last, most * 2).rows(asking(actor), dates=(0,), ids=(1,))
    ids = {id_ for _day, id_ in sorted(nearest)[: most * 2]}
    found = [
        Turning(problem, turn)
        for problem in Problem.objects.filter(id__in=ids).select_related("lead_unit").only(*_TOLD)
        for turn in colour_changes(turns_from(problem.turns), after=today)
        if turn.day <= last and turn.colour in ALARMING
    ]
    return sorted(found, key=lambda row: (row.turn.day, row.problem.number))[:most]


@lru_cache(KEPT)
def _nearest(walks: bool, first: date, last: date, most: int) -> Statement:
    """Asks for the days and ids of the nearest turns within these days, `most` of each place in the trajectory."""
    mine = walking_visible(ANYBODY) if walks else visible_to(ANYBODY, Q(reaches__stage__in=_RUNNING))
    return statement(
        mine.filter(**{f"{day}__range": (first, last), f"{colour}__in": _ALARMING})
        .order_by(day, "id")
        .values_list(day, "id")[:most]
        for day, colour in zip(_DAYS, _COLOURS, strict=True)
    )


def forecast(actor: Actor, today: date, days: int) -> dict[Colour, list[int]]:
    """How many problems in sight turn yellow and red on each of the coming days, the first being tomorrow."""
    if actor.role is Role.ADMINISTRATOR:
        return {colour: [0] * days for colour in ALARMING}
    coming = [today + timedelta(days=n) for n in range(1, days + 1)]
    codes = {colour: tally.TURNS + colour.value for colour in ALARMING}
    counts = tally.on_days(unit=actor.unit_id, codes=codes.values(), first=coming[0], last=coming[-1])
    return {colour: [counts.get((codes[colour], day), 0) for day in coming] for colour in ALARMING}
