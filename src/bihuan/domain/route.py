"""The route of a problem (节点、数量、资金): milestones with their days, quantities with their targets.

What a milestone is on a day, how a whole route stands, how far a quantity is, what may be planned and reported.
Days are dates of the office, amounts are in hundredths of their unit (of 万元 for money). Knows no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bihuan.domain.refusals import Denied, say

SOON_DAYS = 7
"""A milestone is due soon from this many days before its planned day on."""
MOST_MILESTONES, MOST_QUANTITIES = 60, 20
HUNDREDTHS = 100
MOST_AMOUNT = 10**12 * HUNDREDTHS
MONEY_WORD = say("万元")
TEXT_LENGTH, NAME_LENGTH, WORD_LENGTH = 200, 60, 20


class State(StrEnum):
    """What a milestone is on a day; a route stands as the worst of its milestones, in this order."""

    BEHIND = "behind"
    """Its planned day has passed and it is not reached."""
    SOON = "soon"
    AHEAD = "ahead"
    """Still to come."""
    REACHED_LATE = "late"
    REACHED = "reached"
    UNPLANNED = "unplanned"
    """Of a route alone: it has quantities and no milestone."""


STATE_NAMES: Mapping[State, str] = {
    State.BEHIND: say("落后"),
    State.SOON: say("7天内到期"),
    State.AHEAD: say("未到期"),
    State.REACHED_LATE: say("迟后完成"),
    State.REACHED: say("按期完成"),
    State.UNPLANNED: say("没有节点"),
}
STANDING_NAMES: Mapping[State, str] = {
    **STATE_NAMES,
    State.BEHIND: say("落后于计划"),
    State.AHEAD: say("按计划推进"),
    State.REACHED_LATE: say("节点全部完成，有迟后"),
    State.REACHED: say("节点全部按期完成"),
}
"""The same said of a whole route."""
WORST_FIRST = tuple(State)


@dataclass(frozen=True)
class Mark:
    """A milestone: the day planned for it and the day on which it was reached."""

    planned_on: date
    done_on: date | None = None


def state_on(mark: Mark, day: date) -> State:
    """What a milestone is on `day`. What was reached only later counts as not reached yet."""
    if mark.done_on is not None and mark.done_on <= day:
        return State.REACHED if mark.done_on <= mark.planned_on else State.REACHED_LATE
    if mark.planned_on < day:
        return State.BEHIND
    return State.SOON if mark.planned_on <= day + timedelta(days=SOON_DAYS) else State.AHEAD


def standing_on(marks: Iterable[Mark], day: date) -> State:
    """How a route stands on `day`: the worst of its milestones."""
    found = {state_on(mark, day) for mark in marks}
    return next((state for state in WORST_FIRST if state in found), State.UNPLANNED)


def standing_from(first_open: date | None, late: int, milestones: int, day: date) -> State:
    """The same from sums: the first planned day not reached yet, how many were reached late, how many in all."""
    if not milestones:
        return State.UNPLANNED
    if first_open is not None:
        return state_on(Mark(first_open), day)
    return State.REACHED_LATE if late else State.REACHED


@dataclass(frozen=True)
class Pace:
    """How many milestones of all were planned to be reached by a day (that day not included), and how many are."""

    planned: int
    reached: int
    milestones: int

    @property
    def planned_percent(self) -> int:
        """Share that should be reached, in whole per cent, rounded down."""
        return self.planned * 100 // self.milestones if self.milestones else 0

    @property
    def reached_percent(self) -> int:
        """Share that is reached, in whole per cent, rounded down."""
        return self.reached * 100 // self.milestones if self.milestones else 0


def pace_on(marks: Sequence[Mark], day: date) -> Pace:
    """What should have been reached before `day` and what is reached by its end."""
    reached = sum(1 for mark in marks if mark.done_on is not None and mark.done_on <= day)
    return Pace(sum(1 for mark in marks if mark.planned_on < day), reached, len(marks))


def rate(actual: int, target: int) -> int | None:
    """How much of `target` is done, in tenths of a per cent, rounded down; None where nothing is to be done.

    More than was aimed at is more than 1000.
    """
    return actual * 1000 // target if target > 0 else None


def refuses_counts(milestones: int, quantities: int) -> Denied | None:
    """A route has at least one row of either kind, and not too many."""
    if not milestones and not quantities:
        return Denied(say("节点和数量都没有填写。"), say("请至少填写一个节点，或一项数量、资金。"))
    if milestones > MOST_MILESTONES:
        return Denied(say("最多排%(most)s个节点。"), say("请合并后再提交。"), {"most": MOST_MILESTONES})
    if quantities > MOST_QUANTITIES:
        return Denied(say("最多填%(most)s项数量和资金。"), say("请合并后再提交。"), {"most": MOST_QUANTITIES})
    return None


def refuses_milestone(
    place: int, text: str, planned: date | None, first: date, last: date | None
) -> Denied | None:
    """A milestone says what, and its day lies between dispatch (`first`) and due day (`last`; None: no end)."""
    params = {"place": place, "first": first, "last": last}
    if not text.strip() or len(text.strip()) > TEXT_LENGTH:
        return Denied(
            say("第%(place)s个节点没有写内容，或者超过了200个字。"), say("请写明到这一步要做成什么。"), params
        )
    if planned is None:
        return Denied(say("第%(place)s个节点没有计划日期。"), say("请填写日期。"), params)
    if planned < first:
        return Denied(say("第%(place)s个节点的计划日期早于交办日期%(first)s。"), say("请核对日期。"), params)
    if last is not None and planned > last:
        return Denied(
            say("第%(place)s个节点的计划日期晚于整改时限%(last)s。"), say("请提前，或先申请延期。"), params
        )
    return None


def refuses_quantity(place: int, name: str, word: str, target: int) -> Denied | None:
    """A quantity has a name, a unit to count in, and a target that is an amount."""
    params = {"place": place}
    if not name.strip() or len(name.strip()) > NAME_LENGTH:
        return Denied(say("第%(place)s项数量没有名称，或者超过了60个字。"), say("例如：改造道路。"), params)
    if not word.strip() or len(word.strip()) > WORD_LENGTH:
        return Denied(
            say("第%(place)s项数量没有计量单位，或者超过了20个字。"), say("例如：条、公里、户。"), params
        )
    return refuses_amount(name.strip(), target)


def refuses_amount(name: str, hundredths: int) -> Denied | None:
    """An amount is neither below nought nor beyond all measure."""
    if 0 <= hundredths <= MOST_AMOUNT:
        return None
    return Denied(say("“%(name)s”的数应在0到1万亿之间。"), say("请核对后再提交。"), {"name": name})


def refuses_day_reached(text: str, day: date, first: date, today: date) -> Denied | None:
    """A milestone is reached between dispatch (`first`) and today."""
    if first <= day <= today:
        return None
    return Denied(
        say("节点“%(text)s”的完成日期%(day)s应在交办日期%(first)s和今天之间。"),
        say("请核对日期。"),
        {"text": text, "day": day, "first": first},
    )
