"""What notices and digests say, for inbox and mail alike: as far as the person may still see it in a post held
today.

Texts of problems are not told: number and title are, and what was done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from bihuan.book import clock
from bihuan.domain.case import Role
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import say
from bihuan.ledger.models import CheckAnswer, Problem, Reach, Task
from bihuan.notices.audience import CHECK, PROBLEM, TASK, WORKING
from bihuan.notices.models import Digest, Notice, Turned
from bihuan.notices.turned import KINDS, Kind
from bihuan.organisations.access import held_posts
from bihuan.organisations.models import Person, Unit

OTHERS: Mapping[tuple[str, str], str] = {
    (TASK, "set"): say("布置任务"),
    (TASK, "send_back"): say("退回任务"),
    (TASK, "report"): say("报告任务完成情况"),
    (TASK, "accept"): say("验收任务"),
    (TASK, "drop"): say("撤销任务"),
    (CHECK, "ask_check"): say("下发必查事项"),
}
"""What was done, where it is no move on a problem."""


@dataclass(frozen=True)
class Subject:
    """What a notice is about: its number (empty for what has none), title and day (due), as they are now."""

    kind: str
    id: UUID
    number: str
    title: str
    due: date | None


@dataclass(frozen=True)
class Line:
    """A notice with what it is about; None where that is not in the person's sight any more."""

    notice: Notice
    verb: str
    subject: Subject | None
    by: str
    at: datetime
    """In the office's time."""


@dataclass(frozen=True)
class Part:
    """What turned with the problems of one unit, of one kind; `problems` are the first of them still in sight.

    `turned` is the id of the row that keeps it.
    """

    kind: Kind
    count: int
    unit: Unit
    side: Turned.Side
    turned: UUID
    problems: Sequence[Subject]


def verb_of(kind: str, action: str) -> str:
    """What was done, in Chinese, to be translated."""
    if kind == PROBLEM and action in set(Move):
        return MOVES[Move(action)].verb
    return OTHERS.get((kind, action), say("办理"))


def working_units(person: Person | int) -> set[int]:
    """The units in which a person holds a post today that works on problems."""
    found = held_posts(person) if isinstance(person, Person) else held_posts(Person(pk=person))
    return {post.unit_id for post in found if Role(post.role) in WORKING}


def lines(notices: Sequence[Notice], units: Collection[int]) -> list[Line]:
    """The notices of a person who holds posts in these units, ready to be shown."""
    subjects = _subjects(notices, units)
    names = _short_names(notice.by_unit_id for notice in notices)
    return [
        Line(
            notice,
            verb_of(notice.kind, notice.action),
            subjects.get(notice.subject),
            names.get(notice.by_unit_id or 0, ""),
            clock.local(notice.at),
        )
        for notice in notices
    ]


def _subjects(notices: Iterable[Notice], units: Collection[int]) -> dict[UUID, Subject]:
    ids: defaultdict[str, set[UUID]] = defaultdict(set)
    for notice in notices:
        ids[notice.kind].add(notice.subject)
    found = {one.id: one for one in _problems(ids[PROBLEM], units)} if ids[PROBLEM] else {}
    if ids[TASK]:
        for task in Task.objects.filter(id__in=ids[TASK]):
            if {task.unit_id, task.set_by_unit_id} & set(units):
                found[task.id] = Subject(TASK, task.id, "", task.text, task.due)
    if ids[CHECK]:
        answers = CheckAnswer.objects.filter(id__in=ids[CHECK], unit_id__in=units).select_related("topic")
        found |= {row.id: Subject(CHECK, row.id, "", row.topic.title, row.topic.due) for row in answers}
    return found


def _problems(ids: Collection[UUID], units: Collection[int]) -> Iterator[Subject]:
    """Those of the problems that reach one of the units."""
    seen = Reach.objects.filter(unit_id__in=units, problem_id__in=ids)
    for row in Problem.objects.filter(id__in=seen.values("problem_id")).only("number", "title", "due"):
        yield Subject(PROBLEM, row.id, row.number, row.title, row.due)


def _short_names(units: Iterable[int | None]) -> dict[int, str]:
    wanted = {unit for unit in units if unit is not None}
    return {unit.pk: unit.short for unit in Unit.objects.filter(pk__in=wanted).only("name", "short_names")}


def shown_for(kind: Kind, subject: Subject) -> Subject:
    """A subject among those of a kind: its deadline where it goes by that."""
    return subject if kind.column == "due" else replace(subject, due=None)


def parts_of(digest: Digest, units: Collection[int]) -> list[Part]:
    """What turned, as a digest tells it: kinds in their order, by unit; of units without a post any more
    nothing.
    """
    told = {UUID(id_): kinds for id_, kinds in digest.turned}
    rows = list(Turned.objects.filter(id__in=list(told), unit_id__in=units).select_related("unit"))
    ids = {UUID(id_) for row in rows for kind in told[row.id] for id_ in row.found[kind][1]}
    seen = {one.id: one for one in _problems(ids, units)} if ids else {}
    found = []
    for row in rows:
        for code in told[row.id]:
            count, named = row.found[code]
            problems = [shown_for(KINDS[code], seen[UUID(id_)]) for id_ in named if UUID(id_) in seen]
            found.append(Part(KINDS[code], count, row.unit, Turned.Side(row.side), row.id, problems))
    order = list(KINDS)
    return sorted(
        found, key=lambda part: (part.side != Turned.Side.LEAD, order.index(part.kind.code), part.unit.pk)
    )
