"""Reading mandatory check topics: what a unit has to answer, and how the units below stand on what was asked.

Every read starts at an actor and fails closed. A sender sees the answers of all it asked; a unit in between
those of the units below it to topics from above; a unit its own. Administrators see none. Nothing here writes or
decides.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Role
from bihuan.ledger.actions.answering import ANSWERERS, problems_in
from bihuan.ledger.models import CheckAnswer, CheckTopic, Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Unit

WAITING, FOUND, NOT_FOUND = (state.value for state in CheckAnswer.Answer)
OVERDUE, GONE, LATE = "overdue", "gone", "late"
STATES = (FOUND, NOT_FOUND, WAITING, OVERDUE, GONE)
"""How a unit can stand on a topic; `GONE`: no longer in use, and had not answered. `LATE` ones are among the
first two."""
MOST_OPEN = 200
"""So many topics of a kind are shown on one page; those due first."""
MOST_ENTRIES = 20


@dataclass(frozen=True)
class Standing:
    """How many of the units asked stand how."""

    found: int = 0
    not_found: int = 0
    waiting: int = 0
    overdue: int = 0
    gone: int = 0

    @property
    def asked(self) -> int:
        return self.found + self.not_found + self.waiting + self.overdue + self.gone

    @property
    def answered(self) -> int:
        return self.found + self.not_found


@dataclass(frozen=True)
class Scope:
    """A topic in sight, and which of its answers are: those of units at or below `top`; all where that is None."""

    topic: CheckTopic
    top: Unit | None

    @property
    def answers(self) -> QuerySet[CheckAnswer]:
        rows = CheckAnswer.objects.filter(topic=self.topic)
        return rows if self.top is None else rows.filter(unit__path__startswith=self.top.path)


def waiting_count(actor: Actor) -> int:
    """How many open topics the actor's own unit has still to answer; 0 for who may not answer."""
    if actor.role not in ANSWERERS:
        return 0
    return _own(actor).filter(answer=WAITING, topic__closed_on__isnull=True).count()


def own_answers(actor: Actor, *, settled: bool) -> QuerySet[CheckAnswer]:
    """The own unit's rows: those that wait, due first; or (`settled`) answered ones and those closed unanswered,
    the last topic first."""
    open_rows = Q(answer=WAITING, topic__closed_on__isnull=True)
    rows = _own(actor).select_related("topic__office")
    if settled:
        return rows.exclude(open_rows).order_by("-topic_id")
    return rows.filter(open_rows).order_by("topic__due", "topic_id")


def sent_topics(actor: Actor, *, closed: bool = False) -> QuerySet[CheckTopic]:
    """The topics that the actor's own unit sent: open ones, due first, or closed ones, the newest first."""
    if actor.role is Role.ADMINISTRATOR:
        return CheckTopic.objects.none()
    rows = CheckTopic.objects.filter(office_id=actor.unit_id, closed_on__isnull=not closed)
    return rows.order_by("-pk") if closed else rows.order_by("due", "pk")


def topics_from_above(actor: Actor) -> list[tuple[CheckTopic, Standing]]:
    """Open topics that units above the actor's sent to units below it, with how the own unit and those below
    stand."""
    top = _top(actor)
    if top is None or not Unit.objects.filter(parent_id=top.pk).exists():
        return []
    rows = CheckTopic.objects.filter(office_id__in=top.line[:-1], closed_on__isnull=True)
    topics = list(rows.select_related("office").order_by("due", "pk")[:MOST_OPEN])
    found = standings(topics, within=top)
    own = set(_own(actor).filter(topic__in=topics).values_list("topic_id", flat=True))
    return [(topic, found[topic.pk]) for topic in topics if found[topic.pk].asked > (topic.pk in own)]


def standings(topics: Sequence[CheckTopic], *, within: Unit | None = None) -> dict[int, Standing]:
    """How the units asked stand on each topic; `within`: only this unit and those below it."""
    rows = CheckAnswer.objects.filter(topic_id__in=[topic.pk for topic in topics]).order_by()
    if within is not None:
        rows = rows.filter(unit__path__startswith=within.path)
    counts = {
        (topic_id, answer): count
        for topic_id, answer, count in rows.values_list("topic_id", "answer").annotate(n=Count("id"))
    }
    silent = rows.filter(answer=WAITING, unit__is_active=False)
    gone = dict(silent.values_list("topic_id").annotate(n=Count("id")))
    return {topic.pk: _standing(topic, counts, gone.get(topic.pk, 0), clock.today()) for topic in topics}


def standing_of(scope: Scope) -> Standing:
    """How all units in the scope stand."""
    counts = Counter(dict(scope.answers.values_list("answer").order_by().annotate(n=Count("id"))))
    counts[GONE] = scope.answers.filter(answer=WAITING, unit__is_active=False).count()
    counts[WAITING] -= counts[GONE]
    return _of_counts(counts, scope.topic.due < clock.today())


def find_topic(actor: Actor, topic_id: int) -> Scope | None:
    """The topic with this id as far as the actor may see its answers; None as if it did not exist."""
    top = _top(actor)
    topic = CheckTopic.objects.select_related("office").filter(pk=topic_id).first() if top else None
    if top is None or topic is None:
        return None
    if topic.office_id == top.pk:
        return Scope(topic, None)
    scope = Scope(topic, top)
    return scope if topic.office_id in top.line[:-1] and scope.answers.exists() else None


def in_state(scope: Scope, state: str, today: date, *, under: Unit | None = None) -> QuerySet[CheckAnswer]:
    """The answers in sight that stand so, in the order of the tree; all of them for what is no state.

    `under`: only units at or below this one.
    """
    rows = scope.answers.select_related("unit__merged_into").order_by("unit__path")
    if under is not None:
        rows = rows.filter(unit__path__startswith=under.path)
    over = scope.topic.due < today
    conditions = {
        FOUND: Q(answer=FOUND),
        NOT_FOUND: Q(answer=NOT_FOUND),
        WAITING: Q(answer=WAITING, unit__is_active=True) if not over else Q(pk__in=()),
        OVERDUE: Q(answer=WAITING, unit__is_active=True) if over else Q(pk__in=()),
        GONE: Q(answer=WAITING, unit__is_active=False),
        LATE: Q(answered_on__gt=F("topic__due")),
    }
    return rows.filter(conditions.get(state, Q()))


def silent_units(scope: Scope, today: date) -> QuerySet[CheckAnswer]:
    """Who in sight has not answered, of the units in use."""
    return in_state(scope, OVERDUE if scope.topic.due < today else WAITING, today)


def by_branch(scope: Scope, today: date) -> list[tuple[Unit, Standing]]:
    """How each branch of more than one unit right below the top of the scope stands, in the order of the tree."""
    top = scope.top or scope.topic.office
    counts: dict[int, Counter[str]] = {}
    for path, answer, active in scope.answers.values_list("unit__path", "answer", "unit__is_active"):
        if path.startswith(top.path) and path != top.path:
            branch = int(path[len(top.path) :].split("/", 1)[0])
            gone = answer == WAITING and not active
            counts.setdefault(branch, Counter())[GONE if gone else answer] += 1
    several = [branch for branch, each in counts.items() if each.total() > 1]
    units = Unit.objects.filter(pk__in=several).order_by("path")
    return [(unit, _of_counts(counts[unit.pk], scope.topic.due < today)) for unit in units]


def branch_unit(scope: Scope, unit_id: int) -> Unit | None:
    """A unit by which the list may be narrowed: one below the top of the scope."""
    top = scope.top or scope.topic.office
    return Unit.objects.filter(pk=unit_id, path__startswith=top.path).first()


@dataclass(frozen=True)
class Answered:
    """An answer in sight: its row, the problems of it that the reader may see, and how many are out of sight."""

    row: CheckAnswer
    problems: Sequence[Problem]
    out_of_sight: int
    said: Sequence[Said]


@dataclass(frozen=True)
class Said:
    """One entry of an answer's chain: when, by whom, what, with which words."""

    at: datetime
    action: str
    person: Person | None
    statement: str
    reason: str


def find_answer(actor: Actor, answer_id: UUID) -> CheckAnswer | None:
    """A unit's answer where it is in the actor's sight; None as if it did not exist."""
    if actor.role is Role.ADMINISTRATOR:
        return None
    rows = CheckAnswer.objects.filter(id=answer_id).select_related("topic__office", "unit__merged_into")
    row = rows.first()
    return row if row is not None and _sees(actor, row) else None


def answered(actor: Actor, row: CheckAnswer) -> Answered:
    """What belongs to an answer in sight, as this actor may read it."""
    ids = problems_in(row)
    problems = list(visible_to(actor).filter(id__in=ids).order_by("number")) if ids else []
    return Answered(row, problems, len(ids) - len(problems), _said(row))


def _sees(actor: Actor, row: CheckAnswer) -> bool:
    if actor.unit_id in (row.unit_id, row.topic.office_id):
        return True
    line = row.unit.line
    return actor.unit_id in line and row.topic.office_id in line[: line.index(actor.unit_id)]


def _said(row: CheckAnswer) -> list[Said]:
    entries = Entry.objects.filter(region_id=row.region_id, subject=row.id).order_by("seq")[:MOST_ENTRIES]
    people = Person.objects.in_bulk({entry.person_id for entry in entries if entry.person_id})
    return [_one(entry, row.record_key, people) for entry in entries]


def _one(entry: Entry, key: str, people: Mapping[int, Person]) -> Said:
    body: dict[str, Any] = json.loads(entry.body)
    columns = body.get("changes", {}).get(key, {})
    statement = columns.get("statement", (None, ""))[1] or ""
    reason = body.get("details", {}).get("reason", "")
    return Said(entry.recorded_at, entry.action, people.get(entry.person_id or 0), statement, reason)


def _own(actor: Actor) -> QuerySet[CheckAnswer]:
    if actor.role is Role.ADMINISTRATOR:
        return CheckAnswer.objects.none()
    return CheckAnswer.objects.filter(unit_id=actor.unit_id)


def _top(actor: Actor) -> Unit | None:
    """The actor's unit; None for administrators, who see no answers."""
    return None if actor.role is Role.ADMINISTRATOR else Unit.objects.filter(pk=actor.unit_id).first()


def _standing(topic: CheckTopic, counts: Mapping[tuple[int, str], int], gone: int, today: date) -> Standing:
    found = Counter({state: counts.get((topic.pk, state), 0) for state in (FOUND, NOT_FOUND, WAITING)})
    found[WAITING] -= gone
    found[GONE] = gone
    return _of_counts(found, topic.due < today)


def _of_counts(counts: Counter[str], over: bool) -> Standing:
    silent = counts[WAITING]
    return Standing(
        found=counts[FOUND],
        not_found=counts[NOT_FOUND],
        waiting=0 if over else silent,
        overdue=silent if over else 0,
        gone=counts[GONE],
    )


def scopes_for_table(actor: Actor, most: int) -> list[Scope]:
    """The open topics that stand beside one another in a table: those the actor's unit sent, else those from above
    that units below it answer; the first `most`, due first."""
    sent = [Scope(topic, None) for topic in sent_topics(actor)[:most]]
    if sent:
        return sent
    top = _top(actor)
    return [Scope(topic, top) for topic, _standing in topics_from_above(actor)[:most]]


Cells = dict[tuple[int, int], tuple[str, int]]


def table_of(scopes: Sequence[Scope]) -> tuple[list[Unit], Cells]:
    """Units × topics: the units asked in the order of the tree, and by (unit, topic) the answer and how many
    problems it named."""
    cells: Cells = {}
    for scope in scopes:
        for unit_id, answer, problems in scope.answers.values_list("unit_id", "answer", "problems").iterator():
            cells[unit_id, scope.topic.pk] = (answer, len(problems))
    wanted = {unit_id for unit_id, _topic in cells}
    return [unit for unit in Unit.objects.order_by("path") if unit.pk in wanted], cells
