"""Signs of a paper closing: what in a request for close-out should be looked at before anybody signs.

A sign is no verdict and refuses nothing: it says what was found, with its numbers, to the person who answers for
the signature. Everything is given as facts; what resembles what is found elsewhere (`ledger.twins`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bihuan.domain.phrases import SAYS_NOTHING
from bihuan.domain.refusals import say


class Sign(StrEnum):
    """What was found, the gravest first."""

    SAME_TEXT = "same_text"
    LIKE_TEXT = "like_text"
    SAME_FILE = "same_file"
    PICTURE_USED = "picture_used"
    PICTURE_OF_LAST_TIME = "picture_of_last_time"
    TAKEN_BEFORE = "taken_before"
    TAKEN_LATER = "taken_later"
    PICTURE_TWICE = "picture_twice"
    NO_VISIT = "no_visit"
    LAST_DAY = "last_day"
    REBOUND = "rebound"
    EMPTY_TEXT = "empty_text"


SIGN_NAMES: Mapping[Sign, str] = {
    Sign.SAME_TEXT: say("文字相同"),
    Sign.LIKE_TEXT: say("文字雷同"),
    Sign.SAME_FILE: say("文件用过"),
    Sign.PICTURE_USED: say("照片用过"),
    Sign.PICTURE_OF_LAST_TIME: say("用了上一轮的照片"),
    Sign.TAKEN_BEFORE: say("照片拍于交办之前"),
    Sign.TAKEN_LATER: say("照片时间不可信"),
    Sign.PICTURE_TWICE: say("一张照片用了几次"),
    Sign.NO_VISIT: say("没有到现场"),
    Sign.LAST_DAY: say("最后一天集中完成"),
    Sign.REBOUND: say("销号后又反弹"),
    Sign.EMPTY_TEXT: say("说明空洞"),
}
WORDS: Mapping[Sign, str] = {
    Sign.SAME_TEXT: say("整改完成情况与另一个问题的一字不差。"),
    Sign.LIKE_TEXT: say("整改完成情况与另一个问题的几乎相同（相似度%(percent)s%%）。"),
    Sign.SAME_FILE: say("“%(name)s”与另一个问题的材料是同一个文件。"),
    Sign.PICTURE_USED: say("“%(name)s”与另一个问题的照片是同一张，重新保存过。"),
    Sign.PICTURE_OF_LAST_TIME: say("“%(name)s”在这个问题上一轮整改时已经用过。"),
    Sign.TAKEN_BEFORE: say("“%(name)s”自称拍摄于%(taken)s，早于交办（或再次发现）的日期%(begun)s。"),
    Sign.TAKEN_LATER: say("“%(name)s”自称拍摄于%(taken)s，晚于上传时间，相机时间不对或被改过。"),
    Sign.PICTURE_TWICE: say("“%(name)s”这一张照片在本问题中用了%(count)s次。"),
    Sign.NO_VISIT: say("这次申请销号以来，还没有人到现场核查的记录。"),
    Sign.LAST_DAY: say("%(count)s项措施都是在%(day)s这一天报完成的。"),
    Sign.REBOUND: say("该问题%(closed)s销号，%(days)s天后（%(found)s）又被发现。"),
    Sign.EMPTY_TEXT: say("整改完成情况只有套话，没有说做了什么、做到什么程度。"),
}

REBOUND_DAYS = 90
"""What shows itself again within so many days was not mended (domain.md, section 4)."""
CLOCK_SLACK = timedelta(days=1)
"""Cameras keep the time of some other place; less than this says nothing."""
LEAST_MEASURES = 2
"""One measure is always done on one day."""
LEAST_DAYS = 4
"""What was handed out less than so many days before could not be done but on one day."""
_LEAST_SAID = 6
_FORMULA = re.compile("|".join([*SAYS_NOTHING, r"\W", "_"]))


@dataclass(frozen=True)
class Found:
    """A sign with the values that its words name, and the key of the picture that it is about."""

    sign: Sign
    params: Mapping[str, object] = field(default_factory=dict)
    about: str = ""

    @property
    def text(self) -> str:
        """The message template that tells it."""
        return WORDS[self.sign]


@dataclass(frozen=True)
class Shot:
    """A picture handed in as proof: its key, its name, when it says it was taken, when it was uploaded, the key
    of the first picture that is the same (its own where none is), and whether it belongs to the present cycle."""

    key: str
    name: str
    taken_at: str | None
    added_on: date
    same: str
    is_new: bool = True

    @property
    def taken_on(self) -> date | None:
        """The day on which it says that it was taken."""
        return date.fromisoformat(self.taken_at[:10]) if self.taken_at else None


@dataclass(frozen=True)
class Facts:
    """What is known of one request for close-out.

    `done_on` are the days on which its measures were reported done (None: not done); `visited_on` the visits put
    down with this request; `awaits_visit` whether the flow has one still to come; `closed_on` and `found_on` of
    the last time it was struck off and found again.
    """

    today: date
    summary: str | None = None
    dispatched_on: date | None = None
    due: date | None = None
    asked_on: date | None = None
    done_on: Sequence[date | None] = ()
    visited_on: Sequence[date] = ()
    awaits_visit: bool = False
    closed_on: date | None = None
    found_on: date | None = None
    shots: Sequence[Shot] = ()

    @property
    def begun_on(self) -> date | None:
        """The day since which it is to be mended: handed out, or found again."""
        return max((day for day in (self.dispatched_on, self.found_on) if day), default=None)


def signs_in(facts: Facts) -> tuple[Found, ...]:
    """The signs that the request bears by itself, without comparing it with others."""
    found = (*_of_pictures(facts), _no_visit(facts), _last_day(facts), _rebound(facts), _empty(facts))
    return in_order(one for one in found if one)


def in_order(found: Iterable[Found]) -> tuple[Found, ...]:
    """The gravest first, otherwise as they were found."""
    order = list(Sign)
    return tuple(sorted(found, key=lambda one: order.index(one.sign)))


def says_nothing(text: str) -> bool:
    """Does a text hold nothing but words that stand in any report on any result?"""
    return len(_FORMULA.sub("", text)) < _LEAST_SAID


def _of_pictures(facts: Facts) -> Iterator[Found]:
    used = {shot.same for shot in facts.shots if not shot.is_new}
    new = [shot for shot in facts.shots if shot.is_new]
    times = Counter(shot.same for shot in new)
    for shot in new:
        if shot.same in used:
            yield Found(Sign.PICTURE_OF_LAST_TIME, {"name": shot.name}, shot.key)
        if times[shot.same] > 1 and shot.same == shot.key:
            yield Found(Sign.PICTURE_TWICE, {"name": shot.name, "count": times[shot.same]}, shot.key)
        yield from _of_moment(shot, facts.begun_on)


def _of_moment(shot: Shot, begun_on: date | None) -> Iterator[Found]:
    """What is odd about the moment at which a picture says that it was taken."""
    taken = shot.taken_on
    if taken is None:
        return
    told = {"name": shot.name, "taken": taken}
    if taken > shot.added_on + CLOCK_SLACK:
        yield Found(Sign.TAKEN_LATER, told, shot.key)
    elif begun_on is not None and taken < begun_on:
        yield Found(Sign.TAKEN_BEFORE, {**told, "begun": begun_on}, shot.key)


def _no_visit(facts: Facts) -> Found | None:
    came = any(visited <= facts.today for visited in facts.visited_on)
    return None if came or facts.awaits_visit else Found(Sign.NO_VISIT)


def _last_day(facts: Facts) -> Found | None:
    """Were all measures reported done on the very day of asking, or on the last day allowed?"""
    days = set(facts.done_on)
    (day,) = days if len(days) == 1 else (None,)
    if day is None or len(facts.done_on) < LEAST_MEASURES or day not in (facts.due, facts.asked_on):
        return None
    if facts.begun_on is not None and (day - facts.begun_on).days < LEAST_DAYS:
        return None
    return Found(Sign.LAST_DAY, {"count": len(facts.done_on), "day": day})


def _rebound(facts: Facts) -> Found | None:
    if facts.closed_on is None or facts.found_on is None:
        return None
    days = (facts.found_on - facts.closed_on).days
    if not 0 <= days <= REBOUND_DAYS:
        return None
    return Found(Sign.REBOUND, {"closed": facts.closed_on, "found": facts.found_on, "days": days})


def _empty(facts: Facts) -> Found | None:
    """What was claimed done by a file has no summary at all: nobody has said anything."""
    return Found(Sign.EMPTY_TEXT) if facts.summary is not None and says_nothing(facts.summary) else None
