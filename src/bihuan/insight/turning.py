"""What turns colour by itself in the days to come: read straight from the coming turns on the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from bihuan.domain.colours import MAX_TURNS, Colour, Turn
from bihuan.ledger.derived import turns_from
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

ALARMING = (Colour.YELLOW, Colour.RED)
_DAYS = tuple(f"turn{n}_on" for n in range(1, MAX_TURNS + 1))
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


def turning(rows: QuerySet[Problem], today: date, days: int, most: int) -> list[Turning]:
    """Which of `rows` turn yellow or red within `days` days after today, the nearest first, at most `most`."""
    first, last = today + timedelta(days=1), today + timedelta(days=days)
    found = [
        Turning(problem, turn)
        for problem in rows.filter(turns_between(ALARMING, first, last)).select_related("lead_unit")[: most * 4]
        for turn in turns_from(problem.turns)
        if first <= turn.day <= last and turn.colour in ALARMING
    ]
    return sorted(found, key=lambda row: (row.turn.day, row.problem.number))[:most]


def forecast(actor: Actor, today: date, days: int) -> dict[Colour, list[int]]:
    """How many problems in sight turn yellow and red on each of the coming days, the first being tomorrow."""
    counts: Counter[tuple[date, str]] = Counter()
    last = today + timedelta(days=days)
    rows = visible_to(actor).filter(turns_between(ALARMING, today + timedelta(days=1), last))
    for row in rows.values_list(*_DAYS, *_COLOURS):
        counts.update(zip(row[:MAX_TURNS], row[MAX_TURNS:], strict=True))
    return {
        colour: [counts[today + timedelta(days=n), colour.value] for n in range(1, days + 1)]
        for colour in ALARMING
    }
