"""Register: problems come onto a ledger, with their number, units and measures.

The only way in: typed in one by one, imported by the thousand, or handed over by another room. Takes over what
a file says as drafts of measures and as claims; proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.book.booked import Booked, Changes, changes_of
from bihuan.book.keys import new_id, new_id_at
from bihuan.book.models import Audience
from bihuan.book.rows import collector_at_rest, insert, made
from bihuan.book.writing import Stroke, append
from bihuan.domain.case import Horizon, Stage, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.links import even
from bihuan.domain.numbering import written
from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger import search, tally
from bihuan.ledger.actions.following import insert_reach
from bihuan.ledger.actions.known import refuses_sources, refuses_units
from bihuan.ledger.actions.step import Moment, this_moment
from bihuan.ledger.actions.taking import refuses_day
from bihuan.ledger.derived import reading_of, set_derived, steps_of
from bihuan.ledger.models import Ledger, Measure, Part, Problem, Responsibility
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.models.problem import Impact as Impact
from bihuan.ledger.models.problem import Origin as Origin  # parts of NewProblem, for callers
from bihuan.ledger.tally import Stand
from bihuan.organisations.access import Actor, may_keep_ledgers
from bihuan.organisations.tree import hold_still

TITLE_LENGTH = 40


@dataclass(frozen=True)
class NewMeasure:
    """A measure to be registered; `share` in per cent, None on all of them to divide evenly."""

    text: str
    unit_id: int | None = None
    person: str = ""
    share: int | None = None
    due: date | None = None


@dataclass(frozen=True)
class Above:
    """The problem above of which a new one is a part, and the measure there that it carries out."""

    region_id: int
    problem_id: UUID
    measure_id: UUID


@dataclass(frozen=True)
class NewProblem:
    """A problem to be registered. `claims` is what its file says beyond it; `place` is where it stands there."""

    text: str
    title: str = ""
    category: str = ""
    goal: str = ""
    source_id: int | None = None
    origin: Origin = Origin.NEW
    urgency: Urgency = Urgency.ORDINARY
    horizon: Horizon = Horizon.BY_DATE
    wanted_due: date | None = None
    lead_unit_id: int | None = None
    support_unit_ids: tuple[int, ...] = ()
    person: str = ""
    measures: tuple[NewMeasure, ...] = ()
    place: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    nature: str = ""
    impact: Impact | None = None
    above: Above | None = None
    split_from_id: UUID | None = None
    campaign_id: int | None = None
    campaign_item_id: int | None = None


@dataclass
class _Bundle:
    problem: Problem
    parts: list[PartOfProblem]


@collector_at_rest()
@transaction.atomic
def register(
    *,
    actor: Actor,
    ledger: Ledger,
    problems: Sequence[NewProblem],
    as_draft: bool = False,
    occurred_on: date | None = None,
) -> list[Problem]:
    """Put `problems` on `ledger` in their order, as drafts or listed; returns them with their numbers.

    Raises `Refused` where the actor does not keep this ledger, the ledger is closed, the day is still to come,
    or a problem has no text, names its lead unit as a supporting one, units or a source that are not there, or
    measures whose shares do not add up; then nothing is registered.
    """
    hold_still()
    # Its office may have been merged in the meantime.
    ledger.office_id, ledger.is_open = Ledger.objects.values_list("office_id", "is_open").get(pk=ledger.pk)
    insist(refuses_ledger(actor, ledger))
    return put_on_ledger(actor=actor, ledger=ledger, problems=problems, as_draft=as_draft, occurred_on=occurred_on)


def put_on_ledger(
    *,
    actor: Actor,
    ledger: Ledger,
    problems: Sequence[NewProblem],
    as_draft: bool = False,
    occurred_on: date | None = None,
    details: Mapping[str, Any] | None = None,
) -> list[Problem]:
    """As `register`, for actions that have asked their own rules for bringing problems onto this ledger. Inside a
    transaction that holds the tree of units still. `details` are what the entries say besides."""
    moment = this_moment()
    insist(refuses_day(occurred_on, moment.today))
    for new in problems:
        insist(_refuses_problem(new))
    insist(refuses_units(ledger.region_id, {unit for new in problems for unit in _units(new)}))
    insist(refuses_sources({new.source_id for new in problems}))
    first = take_numbers(ledger, moment.today.year, len(problems))
    stage = Stage.DRAFT if as_draft else Stage.LISTED
    bundles = [
        _bundle(new, ledger, stage, _number(ledger, moment, first + place), moment)
        for place, new in enumerate(problems)
    ]
    _write(bundles, moment.today)
    append(
        [
            Stroke(
                kind=Problem.KIND,
                subject=bundle.problem.id,
                region_id=ledger.region_id,
                action=Move.REGISTER.value,
                audience=Audience.OFFICE,
                occurred_on=occurred_on,
                changes=_changes(bundle),
                details=details or {},
            )
            for bundle in bundles
        ],
        writer=actor.writer,
        at=moment.now,
        today=moment.today,
        begins=True,
    )
    return [bundle.problem for bundle in bundles]


def refuses_ledger(actor: Actor, ledger: Ledger) -> Denied | None:
    """May the actor bring problems onto this ledger?"""
    denied = may_keep_ledgers(actor)
    if denied:
        return denied
    if ledger.office_id != actor.unit_id:
        return Denied(say("这本台账不是您所在单位的。"), say("请选择本单位的台账。"))
    if not ledger.is_open:
        return Denied(say("这本台账已经停用。"), say("请选择在用的台账。"))
    return None


def take_numbers(ledger: Ledger, year: int, count: int) -> int:
    """Reserve `count` running numbers of the ledger's year; returns the first. Inside a transaction."""
    return take_running(ledger.region_id, f"{ledger.prefix}{year}", count)


def take_running(region_id: int, key: str, count: int) -> int:
    """Reserve `count` running numbers under `key`; returns the first. Inside a transaction."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_TAKE_NUMBERS, [region_id, key, count])
        last: int = cursor.fetchone()[0]
    return last - count + 1


_TAKE_NUMBERS = """
INSERT INTO ledger_counter (region_id, key, value) VALUES (%s, %s, %s)
ON CONFLICT (region_id, key) DO UPDATE SET value = ledger_counter.value + excluded.value RETURNING value
"""


def _number(ledger: Ledger, moment: Moment, running: int) -> str:
    return written(moment.setup.numbers.problem, prefix=ledger.prefix, year=moment.today.year, n=running)


def _refuses_problem(new: NewProblem) -> Denied | None:
    if not new.text.strip():
        return Denied(say("有一个问题没有写明问题是什么。"), say("请补充问题内容。"))
    if new.lead_unit_id in new.support_unit_ids and new.lead_unit_id is not None:
        return Denied(say("同一单位不能既牵头又配合。"), say("请从配合单位中去掉牵头单位。"))
    return _refuses_measures(new.measures)


def _refuses_measures(measures: Sequence[NewMeasure]) -> Denied | None:
    if any(not measure.text.strip() for measure in measures):
        return Denied(say("有一项措施没有写内容。"), say("请填写要做的事。"))
    shares = [measure.share for measure in measures if measure.share is not None]
    if not shares or (len(shares) == len(measures) and min(shares) >= 0 and sum(shares) == 100):
        return None
    return Denied(say("各项措施的占比合计应为100%%。"), say("请填全各项占比，或全部留空平均分配。"))


def _units(new: NewProblem) -> tuple[int | None, ...]:
    return (new.lead_unit_id, *new.support_unit_ids, *(measure.unit_id for measure in new.measures))


def _bundle(new: NewProblem, ledger: Ledger, stage: Stage, number: str, moment: Moment) -> _Bundle:
    problem = made(
        Problem,
        id=new_id_at(moment.now),
        region_id=ledger.region_id,
        ledger_id=ledger.id,
        number=number,
        office_id=ledger.office_id,
        title=title_of(new.title, new.text),
        text=new.text.strip(),
        category=new.category[:60],
        goal=new.goal,
        source_id=new.source_id,
        origin=new.origin.value,
        urgency=new.urgency.value,
        horizon=new.horizon.value,
        wanted_due=new.wanted_due,
        lead_unit_id=new.lead_unit_id,
        place=new.place,
        reading_id=reading_of(new.place),
        claims=new.claims,
        stage=stage.value,
        changed_at=moment.now,
        nature=new.nature.strip()[:40] or None,
        impact=new.impact.value if new.impact else None,
        above_region_id=new.above.region_id if new.above else None,
        above_id=new.above.problem_id if new.above else None,
        above_measure_id=new.above.measure_id if new.above else None,
        split_from_id=new.split_from_id,
        campaign_id=new.campaign_id,
        campaign_item_id=new.campaign_item_id,
    )
    measures = _measures(new, problem)
    set_derived(problem, steps_of(measures), schedule=moment.schedule, today=moment.today)
    return _Bundle(problem, [*_responsibilities(new, problem), *measures])


def title_of(title: str, text: str) -> str:
    """The title given, or the beginning of the text up to its first stop."""
    if title.strip():
        return title.strip()[:120]
    whole = line = text.strip().splitlines()[0]
    for stop in "。；;！!？?":
        line = line.split(stop)[0]
    line = line.strip() or whole
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def _responsibilities(new: NewProblem, problem: Problem) -> list[Responsibility]:
    roles = Responsibility.Role
    units = [(roles.LEAD, new.lead_unit_id, new.person)] if new.lead_unit_id is not None else []
    units += [(roles.SUPPORT, unit, "") for unit in dict.fromkeys(new.support_unit_ids)]
    return [
        made(
            Responsibility,
            id=new_id(),
            region_id=problem.region_id,
            problem_id=problem.id,
            role=role.value,
            unit_id=unit,
            person=person[:60],
        )
        for role, unit, person in units
    ]


def _measures(new: NewProblem, problem: Problem) -> list[Measure]:
    count = len(new.measures)
    shares = even_shares(count)
    return [
        made(
            Measure,
            id=new_id(),
            region_id=problem.region_id,
            problem_id=problem.id,
            place=place + 1,
            text=measure.text.strip(),
            unit_id=measure.unit_id or new.lead_unit_id,
            person=measure.person[:60],
            share=shares[place] if measure.share is None else measure.share,
            due=measure.due,
        )
        for place, measure in enumerate(new.measures)
    ]


def even_shares(count: int) -> list[int]:
    """100 divided into `count` whole shares, the remainder on the first ones; all 0 where there are more."""
    return list(even(100, count))


def _write(bundles: Sequence[_Bundle], today: date) -> None:
    insert([bundle.problem for bundle in bundles])
    parts = [part for bundle in bundles for part in bundle.parts]
    insert([part for part in parts if isinstance(part, Responsibility)])
    insert([part for part in parts if isinstance(part, Measure)])
    problems = [bundle.problem for bundle in bundles]
    insert_reach([(problem, {problem.office_id: Part.OFFICE}) for problem in problems])
    search.add(problems)
    new = [Stand(problem.__dict__, frozenset({problem.office_id})) for problem in problems]
    tally.add([(None, stand) for stand in new], today=today)


def _changes(bundle: _Bundle) -> Changes:
    rows: list[Booked] = [bundle.problem, *bundle.parts]
    return {row.record_key: changes_of(row, None) for row in rows}
