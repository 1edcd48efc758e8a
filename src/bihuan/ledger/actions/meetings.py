"""Dispatch meetings (调度会): an agenda of red and yellow problems, decisions that become tasks, minutes.

The agenda keeps each problem as it stood when it was drawn up. A decision without a date is none. A meeting that
was closed is not changed any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.booked import Snapshot, changes_of, plain
from bihuan.book.keys import new_id
from bihuan.book.models import Audience
from bihuan.book.rows import insert, update_where
from bihuan.domain.case import Role
from bihuan.domain.colours import Colour, at
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.tasks import NewTask, refuses_length, refuses_task, refuses_text, set_task
from bihuan.ledger.derived import turns_from
from bihuan.ledger.leading import meetings_in_sight
from bihuan.ledger.models import Meeting, Problem, Task
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.actions import book
from bihuan.organisations.tree import hold_still

MOST_ITEMS = 50
TITLE_LENGTH, PLACE_LENGTH, CHAIR_LENGTH = 120, 80, 60
MINUTES_LENGTH = 20_000
_HOLDERS = frozenset({Role.COORDINATOR, Role.LEADER})
_ALARMING = (Colour.RED, Colour.YELLOW)


@dataclass(frozen=True)
class Plan:
    """A meeting as it is planned; `problems` are the ids of what is on its agenda."""

    title: str
    held_on: date | None
    place: str = ""
    chair: str = ""
    attendees: str = ""
    problems: tuple[UUID, ...] = ()


def may_hold_meetings(actor: Actor) -> Denied | None:
    """May the actor call meetings of the own unit and write down what they decide?"""
    if actor.role in _HOLDERS:
        return None
    return Denied(say("调度会由本单位的负责人或整改办人员召集和记录。"), say("请与他们联系。"))


def may_change(actor: Actor, meeting: Meeting) -> Denied | None:
    """What forbids the actor to change this meeting."""
    if meeting.unit_id != actor.unit_id:
        return Denied(say("这是其他单位的调度会，只能查看。"), say("请与召集单位联系。"))
    if meeting.closed_on is not None:
        return Denied(say("这次调度会已经办结，不能再改。"), say("新的事项请另开一次调度会。"))
    return may_hold_meetings(actor)


@transaction.atomic
def plan_meeting(*, actor: Actor, plan: Plan) -> Meeting:
    """Call a meeting of the own unit. Raises `Refused` for what is missing, and for problems out of sight."""
    insist(may_hold_meetings(actor) or _refuses_plan(plan))
    meeting = Meeting(id=new_id(), region_id=actor.region_id, unit_id=actor.unit_id)
    _fill(meeting, plan, actor)
    insert([meeting])
    _enter("plan", meeting, None, actor)
    return meeting


@transaction.atomic
def change_meeting(*, actor: Actor, meeting: UUID, plan: Plan) -> Meeting:
    """Plan it differently. What was on the agenda before stays as it stood."""
    row = _own(actor, meeting)
    insist(_refuses_plan(plan))
    before = row.snapshot()
    _fill(row, plan, actor)
    return _save("change", row, before, actor)


@transaction.atomic
def decide(*, actor: Actor, meeting: UUID, task: NewTask, problem: UUID | None = None) -> Task:
    """Put a decision down as a task, about a problem of the agenda or none. Raises `Refused` without a date."""
    hold_still()
    row = _own(actor, meeting)
    insist(refuses_task(task, actor=actor, today=clock.today()))
    about = visible_to(actor).filter(id=problem).first() if problem else None
    if problem and (about is None or str(problem) not in _numbered(row)):
        raise Refused(Denied(say("所选的问题不在这次调度会的议题中。"), say("请从议题中选择。")))
    return set_task(task, actor=actor, problem=about, meeting=row)


@transaction.atomic
def write_minutes(*, actor: Actor, meeting: UUID, text: str) -> Meeting:
    """Write the minutes, in place of what was written before."""
    row = _own(actor, meeting)
    text = text.replace("\r\n", "\n").strip()
    insist(refuses_length(text, say("会议纪要"), MINUTES_LENGTH))
    before = row.snapshot()
    row.minutes = text
    return _save("minutes", row, before, actor)


@transaction.atomic
def close_meeting(*, actor: Actor, meeting: UUID) -> Meeting:
    """Close a meeting that was held; from then on it is not changed. Raises `Refused` before its day."""
    row = _own(actor, meeting)
    today = clock.today()
    if row.held_on > today:
        raise Refused(
            Denied(
                say("会议定在%(day)s，还没有开。"), say("开过以后再办结，或者改会议日期。"), {"day": row.held_on}
            )
        )
    if not row.minutes and not Task.objects.filter(meeting_id=row.id).exists():
        raise Refused(Denied(say("还没有记录会议议定了什么。"), say("请先填写议定事项或会议纪要。")))
    before = row.snapshot()
    row.closed_on = today
    return _save("close", row, before, actor)


def _own(actor: Actor, meeting: UUID) -> Meeting:
    row = meetings_in_sight(actor).select_for_update(of=("self",)).filter(id=meeting).first()
    if row is None:
        raise Refused(Denied(say("没有找到这次调度会。"), say("请刷新列表后再看。")))
    insist(may_change(actor, row))
    return row


def _refuses_plan(plan: Plan) -> Denied | None:
    if plan.held_on is None:
        return Denied(say("还没有填写会议日期。"), say("请填写后再提交。"))
    if len(set(plan.problems)) > MOST_ITEMS:
        return Denied(say("一次调度会最多%(most)s个议题。"), say("请减少议题。"), {"most": MOST_ITEMS})
    return (
        refuses_text(plan.title, say("会议名称"))
        or refuses_text(plan.chair, say("主持人"))
        or refuses_length(plan.title.strip(), say("会议名称"), TITLE_LENGTH)
        or refuses_length(plan.place.strip(), say("地点"), PLACE_LENGTH)
        or refuses_length(plan.chair.strip(), say("主持人"), CHAIR_LENGTH)
        or refuses_length(plan.attendees, say("参会人员"), MINUTES_LENGTH)
    )


def _fill(meeting: Meeting, plan: Plan, actor: Actor) -> None:
    assert plan.held_on is not None, "asked before"
    meeting.title, meeting.held_on = plan.title.strip(), plan.held_on
    meeting.place, meeting.chair = plan.place.strip(), plan.chair.strip()
    meeting.attendees = plan.attendees.strip()
    meeting.agenda = _agenda(plan.problems, meeting, actor)


def _agenda(wanted: Sequence[UUID], meeting: Meeting, actor: Actor) -> list[dict[str, Any]]:
    """The problems asked for, worst first: those on it already as they stood, the others as they stand now."""
    kept = _numbered(meeting)
    fresh = [id_ for id_ in dict.fromkeys(wanted) if str(id_) not in kept]
    found = {row.id: row for row in visible_to(actor).filter(id__in=fresh).select_related("lead_unit")}
    if len(found) != len(fresh):
        raise Refused(Denied(say("所选的议题中有您看不到的问题。"), say("请刷新后重新选择。")))
    items = [kept[str(id_)] for id_ in dict.fromkeys(wanted) if str(id_) in kept]
    items += [_as_it_stands(found[id_], actor) for id_ in fresh]
    return sorted(items, key=worst_first)


def worst_first(item: Mapping[str, Any]) -> tuple[bool, str, str]:
    """Red before yellow, then the longest overdue."""
    return item["colour"] != Colour.RED, item["due"] or "9999", item["number"]


def _numbered(meeting: Meeting) -> dict[str, dict[str, Any]]:
    return {item["problem"]: item for item in meeting.agenda}


def _as_it_stands(problem: Problem, actor: Actor) -> dict[str, Any]:
    """A problem as an item of the agenda. Raises `Refused` unless it is red or yellow, and led from here."""
    now = at(turns_from(problem.turns), clock.today())
    led = problem.lead_unit is not None and actor.unit_id in problem.lead_unit.line
    if now.colour not in _ALARMING or not led:
        raise Refused(
            Denied(
                say("“%(number)s”不能列入议题：议题从本单位和下级单位牵头的红色、黄色问题中选。"),
                say("请重新选择。"),
                {"number": problem.number},
            )
        )
    return {
        "problem": str(problem.id),
        "region": problem.region_id,
        "number": problem.number,
        "title": problem.title,
        "unit": problem.lead_unit.name if problem.lead_unit else "",
        "colour": now.colour.value,
        "reason": now.reason.code,
        "params": {name: plain(value) for name, value in now.reason.params.items()},
        "due": problem.due.isoformat() if problem.due else "",
    }


def _save(action: str, row: Meeting, before: Snapshot, actor: Actor) -> Meeting:
    """Write a changed meeting, held since it was read (`_own`); nothing where nothing changed."""
    changes = changes_of(row, before)
    if changes:
        update_where(Meeting, Meeting.ON_RECORD, [(row, {})])
        _enter(action, row, before, actor)
    return row


def _enter(action: str, row: Meeting, before: Snapshot | None, actor: Actor) -> None:
    book(
        row,
        action,
        region_id=row.region_id,
        writer=actor.writer,
        before=before,
        audience=Audience.UNITS,
    )
