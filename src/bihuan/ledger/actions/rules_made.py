"""The register of rules: entered, issued, mended, looked at again, revised, repealed. Each with its entry.

A rule belongs to the unit that made it. A later version, or the repeal, is a row of its own that ends the earlier
one on its day; what was issued is never taken off. Who may read it is decided in `ledger.rulebook`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.writing import first_come
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.actions.of_unit import begin, change, noted, refuses_future, refuses_name, refuses_writer
from bihuan.ledger.actions.tasks import refuses_length, refuses_text
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import RuleMade
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import hold_still, predecessors

TITLE_LENGTH, DOCUMENT_LENGTH, SUMMARY_LENGTH = 120, 60, 4000
NEW, REVISED, REPEALED = (value.value for value in RuleMade.Change)
DRAFT, IN_FORCE, ENDED = (value.value for value in RuleMade.State)


@dataclass(frozen=True)
class Wording:
    """What is said of a rule. Without `issued_on` it is a draft; `file` None keeps the present one."""

    title: str
    document: str = ""
    summary: str = ""
    issued_on: date | None = None
    review_on: date | None = None
    file: StoredFile | None = None


@first_come()
def enter_rule(*, actor: Actor, wording: Wording, change: str = NEW, replaces: UUID | None = None) -> RuleMade:
    """Put a rule of the actor's unit on the register: new, revised or repealed (`change`).

    `replaces` is the earlier rule that it revises or repeals; where it is issued, that one ends the same day.
    Raises `Refused` for anyone who may not write for the unit, and with what is wrong with it.
    """
    hold_still()
    insist(refuses_writer(actor, actor.unit_id))
    earlier = _held(actor, replaces) if replaces else None
    insist(_refuses_change(change, earlier))
    insist(_refuses_wording(wording) or _refuses_order(wording.issued_on, earlier))
    row = RuleMade(id=new_id(), region_id=actor.region_id, unit_id=actor.unit_id, change=change)
    row.replaces_id = earlier.id if earlier else None
    _fill(row, wording)
    insist(_refuses_twice(row))
    row.state = _state(row)
    begin(row, "register", actor=actor)
    if earlier is not None and row.state != DRAFT:
        _end(earlier, row, actor)
    return row


@transaction.atomic
def mend_rule(*, actor: Actor, rule: UUID, wording: Wording) -> RuleMade:
    """Correct what is said of a rule; nothing that was issued becomes a draft again.

    Raises `Refused` for anyone who may not write for its unit, for one that has been replaced or dropped, and with
    what is wrong.
    """
    row = _held(actor, rule)
    earlier = _held(actor, row.replaces_id) if row.replaces_id else None
    insist(_refuses_ended(row) or _refuses_wording(wording) or _refuses_order(wording.issued_on, earlier))
    if (row.state == DRAFT) != (wording.issued_on is None):
        insist(Denied(say("已经印发的要有印发日期；草稿请用“印发”。"), say("请核对印发日期。")))
    before = row.snapshot()
    _fill(row, wording)
    if row.snapshot() != before:
        insist(_refuses_twice(row))
        change(row, before, "amend", actor=actor)
    return row


@transaction.atomic
def issue_rule(
    *, actor: Actor, rule: UUID, issued_on: date, document: str = "", review_on: date | None = None
) -> RuleMade:
    """Issue a draft: it is in force from `issued_on`, and the earlier rule that it replaces ends that day."""
    row = _held(actor, rule)
    if row.state != DRAFT:
        insist(Denied(say("这项制度已经印发或作废，不能再印发。"), say("请刷新后再看。")))
    earlier = _held(actor, row.replaces_id) if row.replaces_id else None
    said = Wording(row.title, document or row.document, row.summary, issued_on, review_on or row.review_on)
    insist(_refuses_wording(said) or _refuses_change(row.change, earlier) or _refuses_order(issued_on, earlier))
    before = row.snapshot()
    _fill(row, said)
    row.state = _state(row)
    change(row, before, "issue", actor=actor)
    if earlier is not None:
        _end(earlier, row, actor)
    return row


@transaction.atomic
def review_rule(*, actor: Actor, rule: UUID, finding: str, next_on: date | None = None) -> RuleMade:
    """Put down that a rule in force was looked at again, what was found, and by when the next time is due.

    Raises `Refused` for anyone who may not, for a rule not in force, without a finding, and for a next day that is
    not after today.
    """
    row, today = _held(actor, rule), clock.today()
    insist(_refuses_not_in_force(row) or refuses_text(finding, say("评估结论")))
    if next_on is not None and next_on <= today:
        insist(Denied(say("下次评估日期要晚于今天。"), say("请核对日期。")))
    before = row.snapshot()
    row.reviewed_on, row.review_on = today, next_on
    change(row, before, "review", actor=actor, details=noted(finding))
    return row


@transaction.atomic
def drop_draft(*, actor: Actor, rule: UUID, reason: str) -> RuleMade:
    """Give up a draft, with a reason. What was issued is repealed instead."""
    row = _held(actor, rule)
    if row.state != DRAFT:
        insist(Denied(say("已经印发的制度不能作废草稿。"), say("不再执行的，请登记废止。")))
    insist(refuses_text(reason, say("作废的理由")))
    before = row.snapshot()
    row.state = ENDED
    change(row, before, "drop", actor=actor, details=noted(reason))
    return row


def may_follow(actor: Actor, row: RuleMade) -> Denied | None:
    """What forbids the actor to revise, repeal or review this rule now."""
    return refuses_writer(actor, row.unit_id) or _refuses_not_in_force(row)


def may_mend(actor: Actor, row: RuleMade) -> Denied | None:
    """What forbids the actor to correct this rule now."""
    return refuses_writer(actor, row.unit_id) or _refuses_ended(row)


def _held(actor: Actor, rule: UUID) -> RuleMade:
    """A rule of the actor's unit, held until the transaction ends. Raises `Refused` where there is none."""
    rows = RuleMade.objects.select_for_update(of=("self",)).filter(id=rule)
    row = rows.filter(unit_id__in=predecessors(actor.unit_id)).first()
    if row is None:
        raise Refused(Denied(say("没有找到本单位的这项制度。"), say("请刷新列表后再看。")))
    insist(refuses_writer(actor, row.unit_id))
    return row


def _state(row: RuleMade) -> str:
    if row.issued_on is None:
        return DRAFT
    return ENDED if row.change == REPEALED else IN_FORCE


def _fill(row: RuleMade, said: Wording) -> None:
    row.title, row.document = one_line(said.title), one_line(said.document)
    row.summary, row.issued_on, row.review_on = said.summary.strip(), said.issued_on, said.review_on
    if said.file is not None:
        row.file_name, row.sha256 = said.file.name, said.file.sha256


def _end(earlier: RuleMade, later: RuleMade, actor: Actor) -> None:
    """End the earlier rule; that a later one of the same day takes its place stands in both chains."""
    before = earlier.snapshot()
    earlier.state, earlier.review_on = ENDED, None
    change(earlier, before, "end", actor=actor, details={"by": str(later.id), "note": later.title})


def _refuses_change(change: str, earlier: RuleMade | None) -> Denied | None:
    if change not in RuleMade.Change.values or (change == NEW and earlier is not None):
        return Denied(say("登记的类别不对。"), say("请选择新建、修订或废止。"))
    return _refuses_not_in_force(earlier) if earlier is not None else None


def _refuses_not_in_force(row: RuleMade) -> Denied | None:
    if row.state == IN_FORCE:
        return None
    return Denied(say("“%(title)s”不是现行的制度。"), say("请刷新后再看。"), {"title": row.title})


def _refuses_ended(row: RuleMade) -> Denied | None:
    if row.state != ENDED or (row.change == REPEALED and row.issued_on is not None):
        return None
    return Denied(say("“%(title)s”已经失效，不再修改。"), say("请查看接替它的制度。"), {"title": row.title})


def _refuses_wording(said: Wording) -> Denied | None:
    return (
        refuses_name(said.title, say("制度名称"), TITLE_LENGTH)
        or refuses_length(said.document, say("文号"), DOCUMENT_LENGTH)
        or refuses_length(said.summary, say("主要内容"), SUMMARY_LENGTH)
        or refuses_future(said.issued_on, clock.today(), say("印发日期"))
        or _refuses_review(said)
    )


def _refuses_review(said: Wording) -> Denied | None:
    if said.review_on is None or said.issued_on is None or said.review_on > said.issued_on:
        return None
    return Denied(say("评估日期要晚于印发日期。"), say("请核对日期。"))


def _refuses_order(issued_on: date | None, earlier: RuleMade | None) -> Denied | None:
    if issued_on is None or earlier is None or earlier.issued_on is None or issued_on >= earlier.issued_on:
        return None
    return Denied(say("印发日期早于原制度的印发日期%(day)s。"), say("请核对日期。"), {"day": earlier.issued_on})


def _refuses_twice(row: RuleMade) -> Denied | None:
    """The same title and number once only: also where a form was sent twice."""
    same = RuleMade.objects.filter(unit_id=row.unit_id, title=row.title, document=row.document)
    same = same.filter(change=row.change).exclude(id=row.id)
    if not same.exclude(state=ENDED, issued_on__isnull=True).exists():
        return None
    return Denied(say("“%(title)s”已经登记过。"), say("修订过的，请写明新的文号或名称。"), {"title": row.title})
