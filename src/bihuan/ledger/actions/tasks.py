"""Tasks: set by a leader's instruction or a dispatch meeting, reported, accepted or sent back, dropped.

A task has a chain of its own. Who may set one is decided where it is set (`instructing`, `meetings`); what becomes
of it afterwards is decided here. Nobody accepts their own work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.booked import Snapshot
from bihuan.book.keys import new_id
from bihuan.book.models import Audience, Entry
from bihuan.book.rows import insert, update_where
from bihuan.book.writing import Conflict
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.taking import needs_text
from bihuan.ledger.leading import tasks_in_sight
from bihuan.ledger.models import Meeting, Problem, Task
from bihuan.organisations.access import Actor
from bihuan.organisations.actions import NOTHING, book
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_still

TEXT_LENGTH = 4000
PERSON_LENGTH = 60
_DOERS = frozenset({Role.LIAISON, Role.LEADER, Role.COORDINATOR})
SETTERS = frozenset({Role.LEADER, Role.COORDINATOR})
_PENDING = (Task.State.OPEN, Task.State.REPORTED)
Change = Callable[[Task], Denied | None]


@dataclass(frozen=True)
class NewTask:
    """What is to be done, by which unit, by when; `id` is given beforehand where an entry names it."""

    text: str
    unit_id: int | None
    due: date | None
    person: str = ""
    id: UUID | None = None


def refuses_task(task: NewTask, *, actor: Actor, today: date, also: Sequence[int] = ()) -> Denied | None:
    """What is wrong with a task: no text, no unit that the actor may give it to, no day, a day that is over.

    A task goes to the actor's own unit, to one below it, or to one of `also` (unit ids).
    """
    return (
        refuses_text(task.text, say("任务内容"))
        or _refuses_unit(task.unit_id, actor, also)
        or _refuses_due(task.due, today)
    )


def refuses_text(text: str, what: str) -> Denied | None:
    """Refuses an empty text, one that is too long, and one with characters that no database takes."""
    return needs_text(text, what) or refuses_length(text, what, TEXT_LENGTH)


def refuses_length(text: str, what: str, most: int) -> Denied | None:
    """Refuses a text of more than `most` characters, and one with characters that no database takes."""
    if "\0" in text:
        return Denied(say("%(what)s中有无法保存的字符。"), say("请删去后再提交。"), {"what": what})
    if len(text) > most:
        return Denied(say("%(what)s太长，最多%(length)s个字。"), say("请缩短。"), {"what": what, "length": most})
    return None


def _refuses_unit(unit_id: int | None, actor: Actor, also: Sequence[int]) -> Denied | None:
    if unit_id is None:
        return Denied(say("没有写明由哪个单位承办。"), say("请填写承办单位。"))
    unit = Unit.objects.filter(pk=unit_id, is_active=True).first()
    if unit is not None and (actor.unit_id in unit.line or unit.pk in also):
        return None
    return Denied(say("任务只能交给本单位、下级单位或该问题的责任单位。"), say("请重新选择承办单位。"))


def _refuses_due(due: date | None, today: date) -> Denied | None:
    if due is None:
        return Denied(say("议定的事项没有完成日期。"), say("请填写日期。"))
    if due < today:
        return Denied(say("完成日期%(due)s已经过了。"), say("请填写今天或以后的日期。"), {"due": due})
    return None


def set_task(
    new: NewTask, *, actor: Actor, problem: Problem | None = None, meeting: Meeting | None = None
) -> Task:
    """Write a task that was found in order, inside the caller's transaction."""
    assert new.unit_id is not None, "asked before by `refuses_task`"
    assert new.due is not None, "asked before by `refuses_task`"
    origin = Task.Origin.MEETING if meeting else Task.Origin.INSTRUCTION
    task = Task(
        id=new.id or new_id(),
        region_id=actor.region_id,
        origin=origin.value,
        meeting_id=meeting.id if meeting else None,
        problem_region_id=problem.region_id if problem else None,
        problem_id=problem.id if problem else None,
        text=new.text.strip(),
        unit_id=new.unit_id,
        person=new.person.replace("\0", "").strip()[:PERSON_LENGTH],
        due=new.due,
        set_by_id=actor.person_id,
        set_by_name=actor.person_name[:PERSON_LENGTH],
        set_by_unit_id=actor.unit_id,
        set_on=clock.today(),
    )
    insert([task])
    _enter("set", task, None, actor)
    return task


def report_task(*, actor: Actor, task: UUID, result: str) -> Task:
    """Say what was done. For liaison, leader and coordinator of the unit that does it; `result` is required."""

    def change(row: Task) -> Denied | None:
        row.state, row.result, row.done_on = Task.State.REPORTED.value, result.strip(), clock.today()
        return None

    def refused(row: Task) -> Denied | None:
        return may_report(actor, row) or refuses_text(result, say("完成情况"))

    return _step("report", refused, change, actor=actor, task=task, note=result)


def accept_task(*, actor: Actor, task: UUID, opinion: str = "") -> Task:
    """Accept what was reported: leader or coordinator of the unit that set it, and never their own work."""

    def change(row: Task) -> Denied | None:
        row.state = Task.State.DONE.value
        return None

    return _step("accept", lambda row: may_judge(actor, row), change, actor=actor, task=task, note=opinion)


def send_task_back(*, actor: Actor, task: UUID, reason: str) -> Task:
    """Send what was reported back, with what is wanting; the task is open again."""

    def change(row: Task) -> Denied | None:
        row.state, row.done_on, row.note = Task.State.OPEN.value, None, reason.strip()
        row.returned += 1
        return None

    def refused(row: Task) -> Denied | None:
        return may_judge(actor, row) or refuses_text(reason, say("退回的理由"))

    return _step("send_back", refused, change, actor=actor, task=task, note=reason)


def drop_task(*, actor: Actor, task: UUID, reason: str) -> Task:
    """Give a task up before it is done: leader or coordinator of the unit that set it, with a reason."""

    def change(row: Task) -> Denied | None:
        row.state, row.note = Task.State.DROPPED.value, reason.strip()
        return None

    def refused(row: Task) -> Denied | None:
        return may_drop(actor, row) or refuses_text(reason, say("撤销的理由"))

    return _step("drop", refused, change, actor=actor, task=task, note=reason)


def may_report(actor: Actor, task: Task) -> Denied | None:
    """What forbids the actor to report on this task now."""
    if actor.unit_id != task.unit_id or actor.role not in _DOERS:
        return Denied(say("只有承办单位的联络员、负责人或整改办人员可以报告这项任务。"), say("请与承办单位联系。"))
    return None if task.state == Task.State.OPEN else _not_now(task)


def may_judge(actor: Actor, task: Task) -> Denied | None:
    """What forbids the actor to accept this task, or to send it back, now.

    Nobody whose unit did it; where a unit set it for itself, somebody other than who reported it.
    """
    denied = _refuses_stranger(actor, task)
    if denied or task.state != Task.State.REPORTED:
        return denied or _not_now(task)
    if task.unit_id != task.set_by_unit_id and task.unit_id in actor.unit_ids:
        return Denied(say("这项任务是您所在的单位承办的，不能验收自己的工作。"), say("请由没有承办的同事办理。"))
    if actor.person_id == _reported_by(task):
        return Denied(say("这项任务的完成情况是您报告的，不能自己验收。"), say("请由同单位的另一位同事办理。"))
    return None


def may_drop(actor: Actor, task: Task) -> Denied | None:
    """What forbids the actor to drop this task now."""
    denied = _refuses_stranger(actor, task)
    return denied or (None if task.state in _PENDING else _not_now(task))


def _refuses_stranger(actor: Actor, task: Task) -> Denied | None:
    if actor.unit_id == task.set_by_unit_id and actor.role in SETTERS:
        return None
    return Denied(say("只有交办这项任务的单位的负责人或整改办人员可以办理。"), say("请与交办单位联系。"))


def _not_now(task: Task) -> Denied:
    return Denied(
        say("这项任务现在是“%(state)s”，不能这样办理。"), say("请刷新后再看。"), {"state": STATE_NAMES[task.state]}
    )


STATE_NAMES: Mapping[str, str] = {
    Task.State.OPEN.value: say("待完成"),
    Task.State.REPORTED.value: say("待验收"),
    Task.State.DONE.value: say("已完成"),
    Task.State.DROPPED.value: say("已撤销"),
}


def _reported_by(task: Task) -> int | None:
    """Who reported last."""
    entries = Entry.objects.filter(region_id=task.region_id, subject=task.id, action="report")
    return entries.order_by("-seq").values_list("person_id", flat=True).first()


def _step(action: str, refused: Change, change: Change, *, actor: Actor, task: UUID, note: str) -> Task:
    """Change one task within sight. Raises `Refused` with the reason, `Conflict` where somebody was faster."""
    with transaction.atomic():
        hold_still()
        row = tasks_in_sight(actor).select_for_update(of=("self",)).filter(id=task).first()
        if row is None:
            raise Refused(Denied(say("没有找到这项任务。"), say("请刷新列表后再看。")))
        insist(refused(row))
        before = row.snapshot()
        change(row)
        guard = {"state": before["state"], "returned": before["returned"]}
        if update_where(Task, Task.ON_RECORD, [(row, guard)]) != 1:
            raise Conflict
        _enter(action, row, before, actor, {"note": note.strip()} if note.strip() else NOTHING)
        return row


def _enter(
    action: str, task: Task, before: Snapshot | None, actor: Actor, details: Mapping[str, Any] = NOTHING
) -> None:
    book(
        task,
        action,
        region_id=task.region_id,
        writer=actor.writer,
        before=before,
        details=details,
        audience=Audience.UNITS,
    )


def pass_tasks(*, actor: Actor, unit: Unit, into: Unit) -> None:
    """Let `into` take the place of a merged unit in all tasks that wait. Inside the caller's transaction."""
    for column in ("unit_id", "set_by_unit_id"):
        for row in Task.objects.filter(**{column: unit.pk}, state__in=_PENDING).order_by("id"):
            before = row.snapshot()
            setattr(row, column, into.pk)
            if update_where(Task, Task.ON_RECORD, [(row, {"state": before["state"]})]) != 1:
                raise Conflict
            _enter("regroup", row, before, actor)
