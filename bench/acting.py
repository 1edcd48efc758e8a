"""The stage for histories: an office, a lead unit and two supporting ones, and every step by its real action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from bench.evidence import store_papers
from bench.histories import (
    CATEGORIES,
    FIRST_PERSON,
    FIRST_POST,
    FIRST_UNIT,
    JITTER,
    MICROSECOND,
    REMARKS,
    SECOND,
    TEXTS,
    History,
)
from bench.leavings import Leavings
from bench.scripts import Script
from bench.sums import forget_sums, sums_left
from bihuan.book import clock
from bihuan.book.keys import Region
from bihuan.domain.case import Horizon, Role, Urgency
from bihuan.ledger.actions import closing, dispatch, extending, lookback, setting_aside, warning, working
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.actions.register import NewMeasure, NewProblem, Origin, register
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import StoredFile
from bihuan.ledger.founding import furnish
from bihuan.ledger.models import Ledger, Measure, Problem, Source
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, create_unit, save_calendar
from bihuan.organisations.models import Unit
from bihuan.organisations.workcalendar import published_calendar

REGION = 1
CAST = (
    ("coordinator", Role.COORDINATOR, "office"),
    ("supervisor", Role.SUPERVISOR, "office"),
    ("reviewer", Role.REVIEWER, "office"),
    ("liaison", Role.LIAISON, "lead"),
    ("leader", Role.LEADER, "lead"),
)
UNITS = ("office", "lead", "support1", "support2")
WORK = ("report", "finish")
OPEN_FOR_MERGING = "under_way"


@dataclass
class Acting:
    """Who plays, and the problem being played."""

    units: dict[str, Unit]
    actors: dict[str, Actor]
    ledger: Ledger
    papers: list[StoredFile]
    sources: list[int]
    leavings: Leavings
    target: Problem | None = None
    now: datetime = field(default_factory=clock.now)
    problem: UUID = field(default_factory=lambda: UUID(int=0))
    script: Script | None = None
    draw: Random = field(default_factory=Random)
    dispatched: date | None = None

    @classmethod
    def prepare(cls) -> Acting:
        """Make the stage as of the present (moved) day; ids of units, people and posts are unmistakable."""
        region = Region.objects.create(pk=REGION, name="占位")
        save_calendar(published_calendar(), region_id=REGION)
        furnish(region_id=REGION)
        for table, first in (("unit", FIRST_UNIT), ("person", FIRST_PERSON), ("post", FIRST_POST)):
            with connection.cursor() as cursor:
                name = f"organisations_{table}"
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, first])
        root = create_unit(name="交办单位", kind="government", region=region)
        assert root.pk > FIRST_UNIT
        units = {"office": root}
        for name in UNITS[1:]:
            units[name] = create_unit(name=name, kind="bureau", parent=root)
        actors = {}
        for name, role, unit in CAST:
            person = create_person(username=name, name=name, region_id=REGION)
            assign_post(person=person, unit=units[unit], role=role)
            actor = actor_for(person, held_posts(person))
            assert actor is not None
            actors[name] = actor
        ledger = open_ledger(actor=actors["coordinator"], name="台账", prefix="QX")
        sources = list(Source.objects.filter(parent__isnull=False).order_by("id").values_list("pk", flat=True))
        return cls(units, actors, ledger, store_papers(), sources, Leavings())

    def names(self) -> dict[str, str]:
        """What of this stage stands in the rows of every history, and what stands for it in a copy."""
        found = {str(self.ledger.pk): "ledger", JITTER: "jitter"}
        found |= {text: name for name, text in TEXTS.items()}
        found |= {str(unit.pk): name for name, unit in self.units.items()}
        for name, actor in self.actors.items():
            found |= {str(actor.person_id): name, str(actor.post_id): f"{name}_post"}
        return found

    def play(self, script: Script, today: date, draw: Random) -> History:
        """Act out `script` as of `today`; returns what it left."""
        forget_sums()
        self.script, self.draw, self.dispatched = script, draw, None
        began = today - timedelta(days=script.ago)
        for place, (days, step) in enumerate(script.steps):
            day = began + timedelta(days=days)
            moment = clock.moment_on(day, hour=8 + min(place, 9), minute=draw.randint(0, 50), second=SECOND)
            self.now = max(moment.replace(microsecond=MICROSECOND), self.now if place else moment)
            self._act(step)
        row = Problem.objects.get(pk=self.problem)
        names = self.names() | {row.number: "number"}
        if script.kind == "merged" and self.target:
            names |= {str(self.target.pk): "target", self.target.number: "target_number"}
        elif script.kind == OPEN_FOR_MERGING and self.target is None:
            self.target = row
        sums = sums_left(self.units["office"].pk, self.units["lead"].pk)
        return History(script.kind, began, row.stage, self.leavings.of(row.pk), sums, names)

    def _act(self, step: str) -> None:
        with clock.moved_to(self.now):
            getattr(self, f"_{step}")(clock.today())
        self.now += timedelta(minutes=2)

    def _actor(self, name: str) -> dict[str, Any]:
        return {"actor": self.actors[name], "problem": self.problem}

    def _actors(self, name: str) -> dict[str, Any]:
        return {"actor": self.actors[name], "problems": [self.problem]}

    def _remark(self) -> str:
        return self.draw.choice(REMARKS)

    # ── steps ──

    def _draft(self, today: date) -> None:
        self._register(today, as_draft=True)

    def _register(self, today: date, *, as_draft: bool = False) -> None:
        assert self.script is not None
        draw, days = self.draw, self.script.days
        planned = next((day for day, step in self.script.steps if step == "dispatch"), 0)
        wanted = today + timedelta(days=planned + days)
        supports = tuple(self.units[name].pk for name in UNITS[2 : 2 + draw.choices((0, 1, 2), (65, 25, 10))[0]])
        before_work = takewhile(lambda step: step[1] not in WORK, self.script.steps)
        has_plan = all(step != "plan" for _day, step in before_work) or draw.random() < 0.3
        count = draw.choice((1, 2, 2, 3)) if has_plan else 0
        new = NewProblem(
            text=TEXTS["text"],
            title=TEXTS["title"],
            category=draw.choice(CATEGORIES),
            goal=TEXTS["goal"],
            source_id=draw.choice(self.sources),
            origin=draw.choice((Origin.NEW, Origin.NEW, Origin.CARRIED)),
            urgency=_urgency(days),
            horizon=Horizon.AT_ONCE if days <= 7 else Horizon.BY_DATE,
            wanted_due=wanted,
            lead_unit_id=self.units["lead"].pk,
            support_unit_ids=supports,
            measures=tuple(
                NewMeasure(
                    TEXTS[f"deed{n}"],
                    unit_id=supports[0] if supports and n == 2 else None,
                    due=wanted - timedelta(days=(count - n) * days // (count + 1)),
                )
                for n in range(1, count + 1)
            ),
        )
        made = register(actor=self.actors["coordinator"], ledger=self.ledger, problems=[new], as_draft=as_draft)
        self.problem = made[0].pk

    def _dispatch(self, today: date) -> None:
        dispatch.dispatch(**self._actors("coordinator")).only()
        self.dispatched = today

    def _sign(self, today: date) -> None:
        working.sign(**self._actors("liaison"), remark=self._remark()).only()

    def _plan(self, today: date) -> None:
        count = self.draw.choice((1, 2, 2, 3))
        due = Problem.objects.get(pk=self.problem).due
        assert due is not None
        given = max(0, (due - today).days)
        measures = [
            PlannedMeasure(TEXTS[f"deed{n}"], share, due - timedelta(days=(count - n) * given // (count + 1)))
            for n, share in enumerate({1: (100,), 2: (40, 60), 3: (30, 30, 40)}[count], start=1)
        ]
        working.set_measures(**self._actor("liaison"), measures=measures).only()

    def _measures(self) -> list[Measure]:
        return list(Measure.objects.filter(problem_id=self.problem, dropped=False).order_by("place"))

    def _report(self, today: date) -> None:
        open_ones = [row for row in self._measures() if row.progress < 100]
        if not open_ones:
            working.report(**self._actor("liaison"), progress={}, note=self._remark()).only()
            return
        row, files = open_ones[0], []
        percent = min(100, row.progress + self.draw.choice((30, 40, 60, 100)))
        if percent == 100:
            files = [NewEvidence(self.draw.choice(self.papers), row.pk)]
        progress = {row.pk: Progress(percent, self._remark())}
        working.report(**self._actor("liaison"), progress=progress, files=files).only()

    def _finish(self, today: date) -> None:
        measures = self._measures()
        working.report(
            **self._actor("liaison"),
            progress={row.pk: Progress(100, self._remark()) for row in measures},
            files=[NewEvidence(self.draw.choice(self.papers), row.pk) for row in measures],
            note=self._remark(),
        ).only()

    def _ask(self, today: date) -> None:
        closing.ask_closeout(**self._actor("liaison"), summary=self._remark()).only()

    def _check(self, today: date) -> None:
        closing.check(**self._actor("supervisor"), finding=self._remark()).only()

    def _send_back(self, today: date) -> None:
        closing.send_back(**self._actor("reviewer"), reason=self._remark()).only()

    def _accept(self, today: date) -> None:
        closing.accept(**self._actors("reviewer"), opinion=self._remark()).only()

    def _publish(self, today: date) -> None:
        closing.publish(**self._actors("coordinator")).only()

    def _close(self, today: date) -> None:
        self._wait_until(Problem.objects.get(pk=self.problem).notice_until, days=1)
        with clock.moved_to(self.now):
            closing.close(**self._actors("coordinator")).only()

    def _confirm(self, today: date) -> None:
        self._wait_until(Problem.objects.get(pk=self.problem).lookback_on)
        with clock.moved_to(self.now):
            lookback.confirm(**self._actor("supervisor"), finding=self._remark()).only()

    def _wait_until(self, day: date | None, *, days: int = 0) -> None:
        """Let time pass up to so many days after `day`, where that is still to come."""
        assert day is not None
        wanted = day + timedelta(days=days)
        if clock.day_of(self.now) < wanted:
            self.now += wanted - clock.day_of(self.now)

    def _reopen(self, today: date) -> None:
        due = today + timedelta(days=30)
        lookback.reopen(**self._actor("supervisor"), finding=self._remark(), due=due).only()

    def _extend(self, today: date) -> None:
        due = Problem.objects.get(pk=self.problem).due
        assert due is not None
        asked = due + timedelta(days=self.draw.choice((5, 10, 15)))
        extending.ask_extension(**self._actor("liaison"), due=asked, reason=self._remark()).only()

    def _sign_extension(self, today: date) -> None:
        extending.sign_extension(**self._actor("leader")).only()

    def _grant(self, today: date) -> None:
        extending.grant_extension(**self._actor("coordinator"), opinion=self._remark()).only()

    def _refuse(self, today: date) -> None:
        extending.refuse_extension(**self._actor("coordinator"), opinion=self._remark()).only()

    def _warn(self, today: date) -> None:
        warning.warn(**self._actor("supervisor"), reason=self._remark()).only()

    def _suspend(self, today: date) -> None:
        setting_aside.suspend(**self._actors("coordinator"), reason=self._remark()).only()

    def _resume(self, today: date) -> None:
        setting_aside.resume(**self._actors("coordinator")).only()

    def _withdraw(self, today: date) -> None:
        setting_aside.withdraw(**self._actors("coordinator"), reason=self._remark()).only()

    def _merge(self, today: date) -> None:
        assert self.target is not None
        into, reason = self.target.number, self._remark()
        setting_aside.merge(**self._actors("coordinator"), into=into, reason=reason).only()


def _urgency(days: int) -> Urgency:
    if days <= 7:
        return Urgency.URGENT
    return Urgency.ORDINARY if days <= 45 else Urgency.DIFFICULT
