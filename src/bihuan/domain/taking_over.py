"""Taking over: ledgers arrive half done, and what their files claim is taken up without being believed.

A `Claim` is what one row of a file says of stage, dates and progress. It decides where the problem goes on from
(`position`), never that anything was proved: what is claimed done stands apart as a stage of its own until
somebody has looked. Rows that contradict themselves are told (`doubts`) and never mended. Words and dates are
read in `documents.reading.claims`; nothing here knows about texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihuan.domain.case import Case, Horizon, Stage, Terms, Urgency
from bihuan.domain.deadlines import due_on_dispatch, sign_by
from bihuan.domain.refusals import Denied, say
from bihuan.domain.workdays import Calendar


class Claimed(StrEnum):
    """How far a file says a problem has come: the statuses as reported (domain.md, section 4)."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    STANDING = "standing"
    STAGE_RESULT = "stage_result"
    MOSTLY_DONE = "mostly_done"
    DONE = "done"


CLAIMED_NAMES: Mapping[Claimed, str] = {
    Claimed.NOT_BEGUN: say("未启动"),
    Claimed.UNDER_WAY: say("在办"),
    Claimed.STANDING: say("长期坚持"),
    Claimed.STAGE_RESULT: say("阶段性完成"),
    Claimed.MOSTLY_DONE: say("基本完成"),
    Claimed.DONE: say("报称完成"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a row claims; what it does not say, or not so that it can be read, is None. `progress` in per cent."""

    stage: Claimed | None = None
    dispatched_on: date | None = None
    due_original: date | None = None
    due: date | None = None
    done_on: date | None = None
    progress: int | None = None

    @property
    def has_begun(self) -> bool:
        """Does the row claim that anything was done at all?"""
        begun = self.stage is not None and self.stage is not Claimed.NOT_BEGUN
        return begun or bool(self.progress) or self.done_on is not None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a problem goes on from when it is taken over. `occurred_on` is the day the file gives for it."""

    stage: Stage
    dispatched_on: date
    due_original: date
    due: date
    provisional: bool
    sign_by: date | None
    occurred_on: date | None


def position(
    claim: Claim,
    *,
    today: date,
    wanted: date | None,
    horizon: Horizon,
    urgency: Urgency,
    terms: Terms,
    calendar: Calendar,
) -> Position:
    """Where a problem with this claim goes on from, taken over on `today`.

    Claimed dates hold even where they have passed. `wanted` is the date that the ledger has for it: where that
    is none of the claimed ones, the office has set it since and it outweighs the file. Without any date the
    ledger's own default runs from today. A day still to come is no day on which something has happened: today
    stands in for it.
    """
    original, due = _dues(claim, wanted)
    provisional = False
    if original is None or due is None:
        reckoned = due_on_dispatch(
            day=today, horizon=horizon, urgency=urgency, wanted=None, terms=terms, calendar=calendar
        )
        original = due = reckoned.day
        provisional = reckoned.provisional
    done = claim.stage is Claimed.DONE
    said = claim.done_on if done else claim.dispatched_on
    return Position(
        stage=Stage.CLAIMED_DONE if done else Stage.DISPATCHED,
        dispatched_on=past_or(claim.dispatched_on, today),
        due_original=original,
        due=due,
        provisional=provisional,
        sign_by=None if done else sign_by(day=today, terms=terms, calendar=calendar).day,
        occurred_on=said if said is not None and said <= today else None,
    )


def _dues(claim: Claim, wanted: date | None) -> tuple[date | None, date | None]:
    if wanted is not None and wanted not in (claim.due_original, claim.due):
        return wanted, wanted
    return claim.due_original or claim.due, claim.due or claim.due_original


def past_or(day: date | None, today: date) -> date:
    """`day` where it lies in the past, otherwise `today`."""
    return day if day is not None and day <= today else today


def stands_since(*, claimed_done_on: date | None, taken_over_on: date) -> date:
    """The day since which the clock of a problem claimed done stands still: the claimed one, if it had come."""
    return past_or(claimed_done_on, taken_over_on)


def counted_progress(*, stage: Stage, claimed: int | None, returns: int, cycle: int) -> int | None:
    """The claimed progress (per cent) that counts for the colour, until anything is proved; None for none.

    A problem claimed done counts as wholly done; once it was returned or reopened the file's word is spent.
    """
    if stage is Stage.CLAIMED_DONE:
        return 100
    return claimed if returns == 0 and cycle == 0 else None


def needs_file(case: Case) -> Denied | None:
    """Only what came with a file can be taken over: nothing else claims anything."""
    if case.imported:
        return None
    return Denied(say("该问题不是从台账文件导入的，没有可以接续的内容，请直接“交办”。"))


def needs_lead_unit(case: Case) -> Denied | None:
    """Nothing is taken over for nobody."""
    if case.has_lead:
        return None
    return Denied(say("还没有牵头单位，不能接续办理。"), say("请先在“修改”中填写牵头单位。"))


def doubts(claim: Claim, today: date) -> list[str]:
    """Where a claim contradicts itself or the calendar, in words for whoever decides about the row."""
    return [*_about_days(claim, today), *_about_progress(claim)]


def _about_days(claim: Claim, today: date) -> Iterator[str]:
    sent, done = claim.dispatched_on, claim.done_on
    if sent and sent > today:
        yield say("文件所称的交办日期还没有到。")
    if done and done > today:
        yield say("文件所称的完成日期还没有到。")
    if sent and done and done < sent:
        yield say("文件所称的完成日期早于交办日期。")
    if sent and claim.due_original and claim.due_original < sent:
        yield say("文件所称的整改时限早于交办日期。")
    if claim.due and claim.due_original and claim.due < claim.due_original:
        yield say("文件所称延期后的时限早于原时限。")


def _about_progress(claim: Claim) -> Iterator[str]:
    done = claim.stage is Claimed.DONE
    if done and claim.progress is not None and claim.progress < 100:
        yield say("状态写的是完成，进度没有到100%。")
    if claim.stage is Claimed.NOT_BEGUN and claim.progress:
        yield say("状态写的是未启动，却写有进度。")
    elif not done and claim.progress == 100:
        yield say("进度写的是100%，状态没有写完成。")
    if not done and claim.done_on:
        yield say("写有完成日期，状态没有写完成。")
