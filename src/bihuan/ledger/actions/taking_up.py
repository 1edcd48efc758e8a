"""A unit takes over another unit's good example, says what came of it, or gives it up. Each with its entry."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.writing import first_come
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.of_unit import begin, change, noted, refuses_writer
from bihuan.ledger.actions.tasks import TEXT_LENGTH, refuses_length, refuses_text
from bihuan.ledger.models import Adoption, Example
from bihuan.organisations.access import Actor, may_write_for_unit
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_still, predecessors


@first_come()
def adopt(*, actor: Actor, example: UUID, note: str = "") -> Adoption:
    """Take over a published example of a unit elsewhere for the actor's unit: once, until it is given up.

    Raises `Refused` for anyone who may not write for the unit, for an example of the unit itself or of
    one below it, and a second time;
    `Conflict` where somebody was faster.
    """
    hold_still()
    row = Example.objects.select_for_update(of=("self",)).filter(id=example).first()
    insist(may_adopt(actor, row) or refuses_length(note, say("打算怎么做"), TEXT_LENGTH))
    assert row is not None, "refused above where there is none"
    known = Adoption.objects.filter(region_id=actor.region_id, example_id=example, unit_id=actor.unit_id).first()
    if known is None:
        made = Adoption(
            id=new_id(),
            region_id=actor.region_id,
            example_region_id=row.region_id,
            example_id=row.id,
            unit_id=actor.unit_id,
        )
        _take_up(made, actor, note)
        begin(made, "adopt", actor=actor)
        return made
    if known.dropped_on is None:
        raise Refused(Denied(say("本单位已经采用了这条经验。"), say("可以填写采用的效果。")))
    before = known.snapshot()
    _take_up(known, actor, note)
    change(known, before, "adopt", actor=actor)
    return known


@transaction.atomic
def report_effect(*, actor: Actor, adoption: UUID, effect: str) -> Adoption:
    """Say what came of it; said again, the new words take the place of the old ones, which stay on the record."""
    row = _held(actor, adoption)
    insist(refuses_text(effect, say("采用的效果")))
    before = row.snapshot()
    row.effect = effect.strip()
    if row.snapshot() != before:
        change(row, before, "report", actor=actor)
    return row


@transaction.atomic
def give_up(*, actor: Actor, adoption: UUID, reason: str) -> Adoption:
    """Give up an example taken over, with a reason."""
    row = _held(actor, adoption)
    insist(refuses_text(reason, say("不再采用的理由")))
    before = row.snapshot()
    row.dropped_on = clock.today()
    change(row, before, "give_up", actor=actor, details=noted(reason))
    return row


def may_adopt(actor: Actor, example: Example | None) -> Denied | None:
    """What forbids the actor's unit to take over this example."""
    denied = may_write_for_unit(actor)
    if denied:
        return denied
    if example is None or example.state != Example.State.PUBLISHED:
        return Denied(say("没有找到这条已发布的经验。"), say("请刷新列表后再看。"))
    if example.unit_id in predecessors(actor.unit_id):
        return Denied(say("这是本单位自己的经验，不用采用。"), say("可以请上级单位推广。"))
    if actor.unit_id in Unit.objects.get(pk=example.unit_id).line:
        return Denied(say("这是下级单位的经验，上级不采用。"), say("可以向下推广。"))
    return None


def may_report(actor: Actor, row: Adoption) -> Denied | None:
    """What forbids the actor to report on this adoption, or to give it up."""
    if row.dropped_on is not None:
        return Denied(say("已经不再采用这条经验。"), say("请刷新后再看。"))
    return refuses_writer(actor, row.unit_id)


def _held(actor: Actor, adoption: UUID) -> Adoption:
    rows = Adoption.objects.select_for_update(of=("self",)).filter(id=adoption)
    row = rows.filter(unit_id__in=predecessors(actor.unit_id)).first()
    if row is None:
        raise Refused(Denied(say("没有找到本单位的采用记录。"), say("请刷新后再看。")))
    insist(may_report(actor, row))
    return row


def _take_up(row: Adoption, actor: Actor, note: str) -> None:
    row.adopted_on, row.adopted_by_id, row.dropped_on = clock.today(), actor.person_id, None
    row.note, row.effect = note.strip(), ""
