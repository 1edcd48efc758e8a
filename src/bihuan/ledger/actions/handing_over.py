"""Handing over a post: the successor holds it from today, and open work that names the leaving person moves along.

Work that waits for a unit waits for whoever holds its posts and needs nothing. A name counts only where it is the
whole of what was written, in that very unit; names among others are counted and left to people. A duty for which
the account was named is asked of the successor anew. Who had a hand in the fixing (`worked_by`) stays: nobody
judges former work from a new post.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from bihuan.book.rows import collector_at_rest
from bihuan.domain.case import OPEN_STAGES, Role, Stage
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger.actions.naming_duties import Named, ask
from bihuan.ledger.actions.recording import record
from bihuan.ledger.actions.step import CHUNK, Moment, Opened, open_all, this_moment
from bihuan.ledger.duties import duties_held
from bihuan.ledger.models import Duty, Measure, Problem, Responsibility
from bihuan.organisations import accounts
from bihuan.organisations.access import Actor, held_posts, may_manage_people
from bihuan.organisations.accounts import Newcomer, Passed
from bihuan.organisations.directory import held_now
from bihuan.organisations.models import Person, Post


@dataclass(frozen=True)
class NamedIn:
    """An open problem that names the person: its number, where it stands, in how many measures and duties."""

    number: str
    stage: Stage
    in_charge: bool
    measures: int
    case: bool = False
    """Is it a case that the person has taken as a leader?"""
    duties: int = 0


@dataclass(frozen=True)
class Work:
    """The open work in which the holder of a post is named.

    `among_others`: problems where the name is only a part of what was written; `namesakes`: others of the same
    name in the unit, so that nobody can tell whose work it is; `stays_as`: further posts of the holder there.
    """

    problems: tuple[NamedIn, ...]
    among_others: int
    namesakes: int
    stays_as: tuple[Post, ...]

    @property
    def denied(self) -> Denied | None:
        """Why the names cannot be changed by themselves, where they cannot."""
        if not self.namesakes:
            return None
        return Denied(
            say("本单位还有%(count)s名同名人员，无法分辨在办问题是谁的，责任人姓名不会改。"),
            say("移交后请由责任单位在各问题的措施中修改。"),
            {"count": self.namesakes},
        )


@dataclass(frozen=True)
class HandedOver:
    """What came of it: the post, the slip where an account was made, how many problems name the successor."""

    passed: Passed
    problems: int


def work_of(actor: Actor, post: Post) -> Work:
    """The open work in which the holder of `post` is named. Raises `Refused` for those who keep no people."""
    insist(may_manage_people(actor))
    named, cases, duties = _named(post), _cases(post), _duties(post)
    problems = _problems({*named.in_charge, *named.measures, *cases, *duties})
    return Work(
        problems=tuple(
            NamedIn(
                row.number,
                Stage(row.stage),
                row.id in named.in_charge,
                named.measures[row.id],
                row.id in cases,
                len(duties.get(row.id, ())),
            )
            for row in problems
        ),
        among_others=len(named.among_others - {row.id for row in problems}),
        namesakes=_namesakes(post),
        stays_as=tuple(held_posts(post.person).filter(unit_id=post.unit_id).exclude(pk=post.pk)),
    )


def hand_over(
    *, actor: Actor, post: Post, to: Person | Newcomer, reason: str, with_work: bool = True
) -> HandedOver:
    """Give `post` to a successor from today, in one transaction with the open work that names its holder.

    Raises `Refused` for everyone but the administrator of both accounts, where the post has ended in the meantime,
    or the successor cannot take it; `Conflict` where a problem was changed at the same moment.
    """
    with collector_at_rest(), transaction.atomic():
        passed = accounts.pass_post(actor=actor, post=post, to=to, reason=reason)
        count = _pass_work(actor, post, passed.post.person, reason) if with_work else 0
        return HandedOver(passed, count)


def _pass_work(actor: Actor, post: Post, successor: Person, reason: str) -> int:
    """Name `successor` wherever the holder of `post` is named, let them have the holder's cases, ask them for the
    holder's duties; how many problems that were. Where nobody can tell whose name it is, only cases and duties,
    which go by the account.
    """
    named, cases = _Named() if _namesakes(post) else _named(post), _cases(post)
    moment, duties = this_moment(), _duties(post)
    renamed = {*named.in_charge, *named.measures}
    opened = open_all(_problems({*renamed, *cases, *duties}), actor=actor, moment=moment)
    for case in opened:
        if case.problem.id in renamed:
            _name_successor(case, post, successor)
        _pass_case(case, cases.get(case.problem.id, ()), successor, moment)
        for row in case.bring(duties.get(case.problem.id, ())):
            row.dropped = True
            ask(case, row.duty, Named(row.unit_id, successor.pk, successor.name), moment)
        case.details |= {"note": reason, "post": str(post.uid), "to": successor.pk}
    record(Move.HAND_OVER, opened, actor=actor, moment=moment)
    return len(opened)


def _name_successor(case: Opened, post: Post, successor: Person) -> None:
    named: list[Responsibility | Measure] = [*case.responsibilities, *case.measures]
    name = _plain(post.person.name)
    for row in named:
        if row.unit_id == post.unit_id and _plain(row.person) == name:
            row.person = successor.name
    signed = case.problem.signed_on is not None
    if signed and post.person_id not in case.problem.worked_by:
        case.problem.worked_by = [*case.problem.worked_by, post.person_id]


def _cases(post: Post) -> dict[UUID, list[Duty]]:
    """The cases that the holder of a leader's post has taken in it, in open problems."""
    found: dict[UUID, list[Duty]] = {}
    if post.role != Role.LEADER:
        return found
    held = Duty.objects.filter(person_id=post.person_id, duty=Duty.Kind.LEADER, dropped=False)
    open_ones = [stage.value for stage in OPEN_STAGES]
    for row in held.filter(unit_id=post.unit_id, problem__stage__in=open_ones).order_by("id"):
        found.setdefault(row.problem_id, []).append(row)
    return found


def _pass_case(case: Opened, rows: Iterable[Duty], successor: Person, moment: Moment) -> None:
    """Let `successor` have a leader's case, unless it is theirs already."""
    held = Duty.objects.filter(person_id=successor.pk, duty=Duty.Kind.LEADER, dropped=False)
    for row in case.bring(rows):
        if held.filter(problem_id=case.problem.id).exists():
            row.dropped = True
        else:
            row.person_id, row.name = successor.pk, successor.name
            row.asked_on = row.confirmed_on = moment.today


def _duties(post: Post) -> dict[UUID, list[Duty]]:
    """The duties for which the holder of a post was named in that unit, in open problems."""
    found: dict[UUID, list[Duty]] = {}
    for row in duties_held(post):
        found.setdefault(row.problem_id, []).append(row)
    return found


@dataclass
class _Named:
    """The open problems in which a name stands: who is in charge, how many measures, and beside other words."""

    in_charge: set[UUID] = field(default_factory=set)
    measures: Counter[UUID] = field(default_factory=Counter)
    among_others: set[UUID] = field(default_factory=set)


def _named(post: Post) -> _Named:
    """Where the holder of `post` is named in open work of its unit."""
    found, name = _Named(), _plain(post.person.name)
    for model in (Responsibility, Measure):
        for problem_id, written in _mentions(model, post):
            if not name or name not in _plain(written):
                continue
            if _plain(written) != name:
                found.among_others.add(problem_id)
            elif model is Measure:
                found.measures[problem_id] += 1
            else:
                found.in_charge.add(problem_id)
    return found


def _mentions(model: type[Responsibility] | type[Measure], post: Post) -> Iterable[tuple[UUID, str]]:
    """Problem and person as written, of every row in force that the unit has in open problems."""
    stages = [stage.value for stage in OPEN_STAGES]
    rows = model._default_manager.filter(
        region_id=post.unit.region_id, unit_id=post.unit_id, dropped=False, problem__stage__in=stages
    )
    return rows.exclude(person="").values_list("problem_id", "person")


def _plain(name: str) -> str:
    """A name without blanks: in tables two characters are often spread out."""
    return "".join(name.split())


def _problems(ids: Iterable[UUID]) -> list[Problem]:
    found: list[Problem] = []
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        found.extend(Problem.objects.filter(id__in=wanted[start : start + CHUNK]))
    return sorted(found, key=lambda row: (row.number, row.id))


def _namesakes(post: Post) -> int:
    """How many others of the same name hold a post in the unit."""
    others = Post.objects.filter(held_now(), unit_id=post.unit_id, person__name=post.person.name)
    return others.exclude(person_id=post.person_id).values("person_id").distinct().count()
