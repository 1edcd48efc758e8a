"""What will happen to each demo problem: drawn once from a fixed seed, then played through the real actions.

Pure: dates and choices only. The same day gives the same story.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bihuan.demo.content import ProblemText, load_problems

SEED = 20261122
MONTHS = 14
ROUNDS = 42
STALLS_WITHIN = 120
"""Days before today within which work may have come to a halt; what halted earlier was done in the end, late."""
UNSIGNED_TAIL = 9
"""Days before today from which some of what was dispatched is not signed for yet."""


class Ending(StrEnum):
    """How a problem's story ends, if there is time for it."""

    CLOSES = "closes"
    LATE = "late"
    STALLS = "stalls"
    SUSPENDED = "suspended"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass
class Story:
    """One problem: its text, the round in which it comes onto the ledger, and how it fares."""

    text: ProblemText
    registered: date
    dispatched: date
    ending: Ending
    pace: float
    """When the work is done, as a part of the time given."""
    sign_delay: int
    extension: bool
    returned: int
    rebounds: bool
    warned: bool
    carried_over: bool
    ledger: str
    dispatches: bool = True
    draft: bool = False


def stories(today: date) -> list[Story]:
    """All stories up to `today`, in the order in which the problems come onto the ledgers."""
    draw = random.Random(SEED)
    texts = load_problems()
    draw.shuffle(texts)
    began = today - timedelta(days=round(MONTHS * 30.4))
    days = sorted(began + timedelta(days=_round_day(n, draw, (today - began).days)) for n in range(ROUNDS))
    told = []
    for place, text in enumerate(texts):
        day = _workday(days[place * ROUNDS // len(texts)])
        told.append(_story(text, min(day, today), draw, place, today))
    _leave_the_last(told, today, draw)
    return told


def _round_day(n: int, draw: random.Random, length: int) -> int:
    return min(length, round(length * (n + draw.uniform(0.05, 0.95)) / ROUNDS))


def _workday(day: date) -> date:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def _story(text: ProblemText, registered: date, draw: random.Random, place: int, today: date) -> Story:
    ending = draw.choices(list(Ending), weights=[70, 13, 9, 3, 2.5, 2.5])[0]
    if ending is Ending.STALLS and (today - registered).days > STALLS_WITHIN:
        ending = Ending.LATE
    pace = draw.uniform(1.03, 1.35) if ending is Ending.LATE else draw.triangular(0.35, 0.99, 0.85)
    wait = draw.choice((0, 1, 1, 2, 3))
    return Story(
        text=text,
        registered=registered,
        dispatched=min(today, _workday(registered + timedelta(days=wait))),
        ending=ending,
        pace=pace,
        sign_delay=draw.choices((0, 1, 3, 6), weights=(48, 42, 7, 3))[0],
        extension=draw.random() < (0.6 if text.extension_reason else 0.2),
        returned=_returns(draw, bool(text.return_reason)),
        rebounds=draw.random() < (0.6 if text.rebound else 0.03),
        warned=draw.random() < 0.02,
        carried_over=draw.random() < 0.15,
        ledger=_ledger(text, place),
    )


def _returns(draw: random.Random, reason_written: bool) -> int:
    if draw.random() > (0.5 if reason_written else 0.1):
        return 0
    return 1 if draw.random() < 0.75 else 2


def _ledger(text: ProblemText, place: int) -> str:
    if text.source == "eco":
        return "ecology"
    own = text.lead in QILING and "qiling" not in text.support  # nobody accepts their own unit's work
    return "qiling" if own and place % 3 == 0 else "city"


QILING = frozenset({"huaiao", "shiqing", "qiling-edu", "qiling-water"})


def _leave_the_last(told: list[Story], today: date, draw: random.Random) -> None:
    """The newest round is still being prepared: some drafts, some listed and not dispatched."""
    newest = told[-26:]
    for place, story in enumerate(newest):
        story.registered = _weekday_before(today, draw.choice((1, 2, 3)))
        story.dispatches = place < 6
        story.dispatched = today if story.dispatches else story.dispatched
        story.draft = place >= len(newest) - 5
    for story in told[-60:-26]:
        if draw.random() < 0.25:
            story.sign_delay = UNSIGNED_TAIL + 60


def _weekday_before(today: date, days: int) -> date:
    day = today - timedelta(days=days)
    return day - timedelta(days=max(0, day.weekday() - 4))
