"""Results with figures: entered with a baseline, brought up to date, corrected, taken off. Each with its entry.

A result belongs to the unit that states it and may be tied to a problem or a campaign within its sight. Earlier
figures stay in the entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.domain.outcomes import figure, refuses_figure
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.actions.of_unit import begin, change, noted, refuses_future, refuses_name, refuses_writer
from bihuan.ledger.actions.tasks import refuses_length, refuses_text
from bihuan.ledger.campaigns import find_campaign
from bihuan.ledger.models import Result
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import hold_still, predecessors

NAME_LENGTH, UNIT_LENGTH, BASIS_LENGTH = 80, 20, 200


@dataclass(frozen=True)
class Stated:
    """What a result is: which figure, in which unit of measure, from what, and where it is read off."""

    name: str
    measured_in: str
    baseline: Decimal
    baseline_on: date
    basis: str = ""
    fewer_is_better: bool = False
    problem: UUID | None = None
    campaign: int | None = None


@dataclass(frozen=True)
class Reading:
    """A figure as it was on a day."""

    value: Decimal
    on: date


@transaction.atomic
def enter_result(*, actor: Actor, stated: Stated, now: Reading | None = None) -> Result:
    """State a result of the actor's unit, with the figure of now where there is one.

    Raises `Refused` for anyone who may not write for the unit, and with what is wrong with it.
    """
    hold_still()
    insist(refuses_writer(actor, actor.unit_id) or _refuses_stated(stated))
    row = Result(id=new_id(), region_id=actor.region_id, unit_id=actor.unit_id)
    _fill(row, stated, actor)
    insist(_refuses_twice(row))
    if now is not None:
        insist(_refuses_reading(row, now))
        row.now, row.now_on = figure(now.value), now.on
    begin(row, "enter", actor=actor)
    return row


@transaction.atomic
def update_result(*, actor: Actor, result: UUID, now: Reading, note: str = "") -> Result:
    """Put down the figure as it is now. The earlier one stays in the record; the same day again corrects it."""
    row = _held(actor, result)
    insist(_refuses_reading(row, now) or refuses_length(note, say("说明"), BASIS_LENGTH))
    before = row.snapshot()
    row.now, row.now_on = figure(now.value), now.on
    if row.snapshot() != before:
        change(row, before, "update", actor=actor, details=noted(note))
    return row


@transaction.atomic
def mend_result(*, actor: Actor, result: UUID, stated: Stated) -> Result:
    """Correct what a result is; the figure of now stays."""
    row = _held(actor, result)
    insist(_refuses_stated(stated))
    before = row.snapshot()
    _fill(row, stated, actor)
    if row.now_on is not None and row.now_on < row.baseline_on:
        insist(Denied(say("基期要早于现在这个数的日期。"), say("请核对日期。")))
    if row.snapshot() != before:
        insist(_refuses_twice(row))
        change(row, before, "amend", actor=actor)
    return row


@transaction.atomic
def drop_result(*, actor: Actor, result: UUID, reason: str) -> Result:
    """Take a result off the list, with a reason; the record keeps it."""
    row = _held(actor, result)
    insist(refuses_text(reason, say("撤下的理由")))
    before = row.snapshot()
    row.dropped_on = clock.today()
    change(row, before, "drop", actor=actor, details=noted(reason))
    return row


def may_change(actor: Actor, row: Result) -> Denied | None:
    """What forbids the actor to change this result."""
    if row.dropped_on is not None:
        return Denied(say("这项成效已经撤下。"), say("请刷新后再看。"))
    return refuses_writer(actor, row.unit_id)


def _held(actor: Actor, result: UUID) -> Result:
    rows = Result.objects.select_for_update(of=("self",)).filter(id=result)
    row = rows.filter(unit_id__in=predecessors(actor.unit_id)).first()
    if row is None:
        raise Refused(Denied(say("没有找到本单位的这项成效。"), say("请刷新列表后再看。")))
    insist(may_change(actor, row))
    return row


def _fill(row: Result, stated: Stated, actor: Actor) -> None:
    row.name, row.measured_in = one_line(stated.name), one_line(stated.measured_in)
    row.baseline, row.baseline_on = figure(stated.baseline), stated.baseline_on
    row.basis, row.fewer_is_better = one_line(stated.basis), stated.fewer_is_better
    if (row.problem_id, row.campaign_id) != (stated.problem, stated.campaign):
        _tie(row, stated, actor)


def _tie(row: Result, stated: Stated, actor: Actor) -> None:
    row.problem_id = row.problem_region_id = row.campaign_id = None
    if stated.problem is not None:
        problem = visible_to(actor).filter(id=stated.problem).first()
        if problem is None:
            raise Refused(Denied(say("没有找到要关联的问题。"), say("请核对编号。")))
        row.problem_id, row.problem_region_id = problem.id, problem.region_id
    if stated.campaign is not None:
        if find_campaign(actor, stated.campaign) is None:
            raise Refused(Denied(say("没有找到要关联的专项。"), say("请重新选择。")))
        row.campaign_id = stated.campaign


def _refuses_stated(stated: Stated) -> Denied | None:
    return (
        refuses_name(stated.name, say("指标名称"), NAME_LENGTH)
        or refuses_name(stated.measured_in, say("计量单位"), UNIT_LENGTH)
        or refuses_length(stated.basis, say("数据出处"), BASIS_LENGTH)
        or refuses_figure(stated.baseline)
        or refuses_future(stated.baseline_on, clock.today(), say("基期"))
        or _refuses_both(stated)
    )


def _refuses_both(stated: Stated) -> Denied | None:
    if stated.problem is None or stated.campaign is None:
        return None
    return Denied(say("一项成效只能关联一个问题或一个专项。"), say("请去掉其中一个。"))


def _refuses_reading(row: Result, now: Reading) -> Denied | None:
    denied = refuses_figure(now.value) or refuses_future(now.on, clock.today(), say("现在这个数的日期"))
    earliest = row.now_on or row.baseline_on
    if denied or now.on >= earliest:
        return denied
    return Denied(say("日期早于上一个数的日期%(day)s。"), say("请核对日期。"), {"day": earliest})


def _refuses_twice(row: Result) -> Denied | None:
    """The same figure of the same unit once only: also where a form was sent twice."""
    same = Result.objects.filter(
        unit_id=row.unit_id, name=row.name, baseline_on=row.baseline_on, dropped_on__isnull=True
    )
    if not same.filter(problem_id=row.problem_id, campaign_id=row.campaign_id).exclude(id=row.id).exists():
        return None
    return Denied(say("“%(name)s”已经登记过。"), say("请在原来那一项上更新数字。"), {"name": row.name})
