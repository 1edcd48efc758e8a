"""Good examples: written, published, recommended from above, taken over by other units. Each with its entry.

What is published is read by everybody in the installation, and says of a problem no more than its author wrote.
Only what was struck off is an example. A unit adopts an example of another once (`taking_up`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.domain.case import Role, Stage
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.actions.of_unit import begin, change, noted, refuses_name, refuses_writer
from bihuan.ledger.actions.tasks import refuses_length, refuses_text
from bihuan.ledger.models import Example, Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_still, predecessors

TITLE_LENGTH, FIELD_LENGTH = 80, 60
DRAFT, PUBLISHED, ENDED = (value.value for value in Example.State)
DONE = frozenset({Stage.CLOSED, Stage.SUSTAINED})
"""Stages at which a problem may be shown as an example."""
SPREADERS = frozenset({Role.COORDINATOR, Role.LEADER})


@dataclass(frozen=True)
class Story:
    """What an example says; `field` is the sphere of work that it is from."""

    title: str
    text: str
    field: str = ""


@transaction.atomic
def write_example(*, actor: Actor, story: Story, problem: UUID | None = None, publish: bool = False) -> Example:
    """Write a good example of the actor's unit, from a problem that was struck off or without one.

    Raises `Refused` for anyone who may not write for the unit, and with what is wrong with it.
    """
    hold_still()
    insist(refuses_writer(actor, actor.unit_id) or _refuses_story(story))
    row = Example(id=new_id(), region_id=actor.region_id, unit_id=actor.unit_id)
    if problem is not None:
        about = _solved(actor, problem)
        row.problem_region_id, row.problem_id = about.region_id, about.id
    _fill(row, story)
    insist(_refuses_twice(row))
    if publish:
        _publish(row, actor)
    begin(row, "publish" if publish else "write", actor=actor)
    return row


@transaction.atomic
def mend_example(*, actor: Actor, example: UUID, story: Story) -> Example:
    """Correct what an example says; what it said before stays on the record."""
    row = _held(actor, example)
    insist(_refuses_story(story))
    before = row.snapshot()
    _fill(row, story)
    if row.snapshot() != before:
        insist(_refuses_twice(row))
        change(row, before, "amend", actor=actor)
    return row


@transaction.atomic
def publish_example(*, actor: Actor, example: UUID) -> Example:
    """Show a draft to everybody in the installation."""
    row = _held(actor, example)
    if row.state != DRAFT:
        insist(Denied(say("这条经验已经发布。"), say("请刷新后再看。")))
    before = row.snapshot()
    _publish(row, actor)
    change(row, before, "publish", actor=actor)
    return row


@transaction.atomic
def end_example(*, actor: Actor, example: UUID, reason: str) -> Example:
    """Withdraw an example, with a reason. Who adopted it keeps seeing it."""
    row = _held(actor, example)
    insist(refuses_text(reason, say("撤下的理由")))
    before = row.snapshot()
    row.state, row.spread_by_id = ENDED, None
    change(row, before, "end", actor=actor, details=noted(reason))
    return row


@transaction.atomic
def spread_example(*, actor: Actor, example: UUID, note: str = "") -> Example:
    """Recommend a published example to all units below the actor's: coordinator or leader of its unit or of one
    above it. A recommendation from further above takes the place of one from below."""
    row = _published(example)
    insist(may_spread(actor, row) or refuses_length(note, say("推广意见"), 200))
    before = row.snapshot()
    row.spread_by_id = actor.unit_id
    change(row, before, "spread", actor=actor, details=noted(note))
    return row


@transaction.atomic
def end_spreading(*, actor: Actor, example: UUID, reason: str) -> Example:
    """Take a recommendation back, with a reason: the unit that gave it."""
    row = _published(example)
    insist(may_end_spreading(actor, row) or refuses_text(reason, say("停止推广的理由")))
    before = row.snapshot()
    row.spread_by_id = None
    change(row, before, "end_spreading", actor=actor, details=noted(reason))
    return row


def may_change(actor: Actor, row: Example) -> Denied | None:
    """What forbids the actor to change this example."""
    if row.state == ENDED:
        return Denied(say("这条经验已经撤下。"), say("请刷新后再看。"))
    return refuses_writer(actor, row.unit_id)


def may_spread(actor: Actor, row: Example) -> Denied | None:
    """What forbids the actor to recommend this example to the units below."""
    unit = Unit.objects.get(pk=row.unit_id)
    if row.state != PUBLISHED:
        return Denied(say("只有已经发布的经验可以推广。"), say("请先发布。"))
    if actor.role not in SPREADERS or actor.unit_id not in unit.line:
        return Denied(say("只有经验所在单位及其上级的整改办、负责人可以推广。"), say("请与他们联系。"))
    if not Unit.objects.filter(parent_id=actor.unit_id, is_active=True).exists():
        return Denied(say("本单位没有下级单位，不能推广。"), say("可以请上级单位推广。"))
    if row.spread_by_id is None:
        return None
    by = Unit.objects.get(pk=row.spread_by_id)
    if actor.unit_id in by.line[:-1]:
        return None
    return Denied(say("“%(unit)s”已经向下推广。"), say("不需要再次推广。"), {"unit": by.name})


def may_end_spreading(actor: Actor, row: Example) -> Denied | None:
    """What forbids the actor to take the recommendation back."""
    if actor.role in SPREADERS and row.spread_by_id in predecessors(actor.unit_id):
        return None
    return Denied(say("只有发起推广的单位可以停止推广。"), say("请与它联系。"))


def _held(actor: Actor, example: UUID) -> Example:
    rows = Example.objects.select_for_update(of=("self",)).filter(id=example)
    row = rows.filter(unit_id__in=predecessors(actor.unit_id)).first()
    if row is None:
        raise Refused(Denied(say("没有找到本单位的这条经验。"), say("请刷新列表后再看。")))
    insist(may_change(actor, row))
    return row


def _published(example: UUID) -> Example:
    row = Example.objects.select_for_update(of=("self",)).filter(id=example, state=PUBLISHED).first()
    if row is None:
        raise Refused(Denied(say("没有找到这条已发布的经验。"), say("请刷新列表后再看。")))
    return row


def _solved(actor: Actor, problem: UUID) -> Problem:
    found = visible_to(actor).filter(id=problem).first()
    if found is None:
        raise Refused(Denied(say("没有找到要总结的问题。"), say("请核对编号。")))
    if Stage(found.stage) not in DONE:
        raise Refused(Denied(say("问题还没有销号，不能作为经验发布。"), say("请在销号以后再总结。")))
    return found


def _publish(row: Example, actor: Actor) -> None:
    row.state, row.published_on, row.published_by_id = PUBLISHED, clock.today(), actor.person_id


def _fill(row: Example, story: Story) -> None:
    row.title, row.text, row.field = one_line(story.title), story.text.strip(), one_line(story.field)


def _refuses_story(story: Story) -> Denied | None:
    return (
        refuses_name(story.title, say("标题"), TITLE_LENGTH)
        or refuses_text(story.text, say("做法和成效"))
        or refuses_length(story.field, say("领域"), FIELD_LENGTH)
    )


def _refuses_twice(row: Example) -> Denied | None:
    same = Example.objects.filter(unit_id=row.unit_id, title=row.title).exclude(state=ENDED).exclude(id=row.id)
    if not same.exists():
        return None
    return Denied(say("“%(title)s”已经写过。"), say("请换一个标题，或修改原来那一条。"), {"title": row.title})
