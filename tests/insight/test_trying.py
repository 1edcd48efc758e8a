"""A policy tried is a policy switched on: the same counts, the same problems; nothing is written but the trial."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django_q.models import OrmQ
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.book import clock, home
from bihuan.book.models import Entry
from bihuan.domain.case import OPEN_STAGES, Stage
from bihuan.domain.colours import DEFAULT_POLICY, Colour, Policy, PolicyRule
from bihuan.domain.refusals import Refused
from bihuan.insight import trials, trying
from bihuan.insight.trials import Trial
from bihuan.jobs import handlers
from bihuan.ledger import asof
from bihuan.ledger.actions import recolouring
from bihuan.ledger.actions.policies import switch_on
from bihuan.ledger.models import Problem
from bihuan.ledger.policies import versions
from bihuan.ledger.verify import verify
from bihuan.organisations.access import Actor
from tests.domain.test_schedule import policies
from tests.ledger.histories import Bench
from tests.ledger.test_replay import live
from tests.world import START, World, days_later

DAY = timedelta(days=1)
OPEN = {stage.value for stage in OPEN_STAGES}
LATE_IS_YELLOW = replace(
    DEFAULT_POLICY,
    name="逾期为黄",
    rules=tuple(
        replace(rule, colour=Colour.YELLOW) if rule.when == "overdue" else rule for rule in DEFAULT_POLICY.rules
    ),
)


@pytest.fixture(autouse=True)
def no_trials_before(monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(home.home() / "trials", ignore_errors=True)
    monkeypatch.setattr(trying, "CHUNK", 2)


def side(trial: Trial, place: int) -> dict[str, int]:
    """The counts of the trial by the colours of one policy: 0 those on record, 1 the one that is tried."""
    found: Counter[str] = Counter()
    for cell, count in trial.counts.items():
        found[cell[place].value] += count
    return dict(found)


def open_on(actor: Actor, day: object) -> dict[str, int]:
    """How many open problems the lists count on a day, by colour."""
    found: Counter[str] = Counter()
    for (colour, stage), count in asof.counts(actor, day, ("colour", "stage")).items():  # type: ignore[arg-type]
        found[colour] += count if stage in OPEN else 0
    return {colour: count for colour, count in found.items() if count}


def test_what_was_tried_is_what_comes(world: World):
    @settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def counts_are_kept(data: st.DataObject) -> None:
        with transaction.atomic():
            bench = Bench(world)
            live(data.draw, bench, 5)
            policy, ahead = data.draw(policies()), data.draw(st.sampled_from([1, 9, 40]))
            office, day = world.actor("coordinator"), bench.today + ahead * DAY
            with bench.now():
                written = Entry.objects.count()
                trial = trials.begin(actor=office, policy=policy, day=day)
                assert Entry.objects.count() == written
                assert trial.done
                assert side(trial, 0) == open_on(office, day)
                switch_on(actor=office, policy=policy, effective_from=day, reason="试行", seen=trial.seen)
                recolouring.recolour()
            with clock.moved_to(clock.moment_on(day)):
                recolouring.recolour()
                assert side(trial, 1) == open_on(office, day)
                for cell, count in trial.counts.items():
                    ids = trials.ids_of(trial, cell, 0, 1000)
                    rows = Problem.objects.filter(id__in=ids).annotate(then=asof.colour_on(day))
                    assert ([row.then for row in rows], len(ids)) == ([cell[1].value] * count, count)
                    told = trying.tried(office, trial.trying, ids)
                    assert {(row.now.colour, row.then.colour) for row in told} == {cell}
                assert verify().findings == ()
            transaction.set_rollback(True)

    counts_are_kept()


def test_today_is_tried_as_if_the_policy_counted_already(world: World):
    late, calm = world.through(Stage.DISPATCHED), world.register(1)[0]
    world.through(Stage.CLOSED)
    with days_later(60):
        trial = trials.begin(actor=world.actor("coordinator"), policy=LATE_IS_YELLOW, day=clock.today())
    cell = (Colour.RED, Colour.YELLOW)
    assert trial.counts == {cell: 1, (Colour.GREY, Colour.GREY): 1}
    assert (trial.total, trial.changing) == (2, 1)
    assert trials.ids_of(trial, cell, 0, 50) == [late.id]
    assert trials.ids_of(trial, (Colour.GREY, Colour.GREY), 0, 50) == [calm.id]
    assert [trials.ids_of(trial, cell, start, 50) for start in (1, -1)] == [[], []]


def test_a_long_trial_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch):
    world.register(7)
    monkeypatch.setattr(trials, "AT_ONCE", 3)
    monkeypatch.setattr(trials, "CHUNK", 2)
    office = world.actor("coordinator")
    trial = trials.begin(actor=office, policy=LATE_IS_YELLOW, day=START)
    assert (trial.done, OrmQ.objects.count()) == (False, 1)
    keep, kept = trials._keep, []

    def stop(state: Trial) -> None:
        kept.append(state)
        if len(kept) == 3:
            raise KeyboardInterrupt  # the ids of this stretch are written, that they are is not noted
        keep(state)

    monkeypatch.setattr(trials, "_keep", stop)
    with pytest.raises(KeyboardInterrupt):
        trials.run(trial.key)
    monkeypatch.setattr(trials, "_keep", keep)
    half = trials.find(office, trial.key)
    assert half is not None
    assert (half.done, half.passed, half.total) == (False, 4, 4)
    assert handlers.run("try-policy", trial=trial.key) == 7
    assert handlers.run("try-policy", trial=trial.key) == 7
    whole = trials.find(office, trial.key)
    assert whole is not None
    grey = (Colour.GREY, Colour.GREY)
    assert (whole.done, whole.counts) == (True, {grey: 7})
    assert set(trials.ids_of(whole, grey, 0, 9)) == set(Problem.objects.values_list("id", flat=True))


def test_only_who_asked_sees_a_trial_and_it_shows_no_more_than_that_actor_sees(world: World):
    world.through(Stage.DISPATCHED)
    administrator = world.actor("administrator")
    trial = trials.begin(actor=administrator, policy=LATE_IS_YELLOW, day=START)
    assert (trial.total, trials.find(administrator, trial.key)) == (1, trial)
    assert trials.find(world.actor("coordinator"), trial.key) is None
    ids = trials.ids_of(trial, next(iter(trial.counts)), 0, 9)
    assert len(ids) == 1
    assert trying.tried(administrator, trial.trying, ids) == [], "an administrator counts and sees no problem"
    for key in ("", "..", "nothing", "../../keys", UUID(int=0).hex, "\0"):
        assert trials.find(administrator, key) is None


def test_trials_are_forgotten(world: World, monkeypatch: pytest.MonkeyPatch):
    office = world.actor("coordinator")
    made = []
    for n in range(7):
        with days_later(n):
            made.append(trials.begin(actor=office, policy=LATE_IS_YELLOW, day=clock.today()))
    left = [trial for trial in made if trials.find(office, trial.key)]
    assert left == made[-5:]
    monkeypatch.setattr(trials, "KEPT_SECONDS", -1)
    assert trials.forget_old() == 5
    assert trials.run(made[-1].key) is None


def test_who_may_and_what(world: World):
    for name in ("county_coordinator", "liaison", "leader", "supervisor", "auditor"):
        with pytest.raises(Refused, match="只有云汀市整改办和系统管理员可以修改设置"):
            trials.begin(actor=world.actor(name), policy=LATE_IS_YELLOW, day=START)
    office = world.actor("coordinator")
    for day in (START - DAY, START + 5000 * DAY):
        with pytest.raises(Refused, match="只能按今天或三年以内的日期试算"):
            trials.begin(actor=office, policy=LATE_IS_YELLOW, day=day)
    useless = Policy("无用", (PolicyRule(Colour.RED, "otherwise"), PolicyRule(Colour.GREY, "otherwise")))
    with pytest.raises(Refused, match="第1条"):
        trials.begin(actor=office, policy=useless, day=START)


def test_switching_on_needs_a_reason_a_day_and_nobody_faster(world: World):
    world.register(1)
    office, other = world.actor("coordinator"), world.actor("administrator")

    def on(
        actor: Actor = office, policy: Policy = LATE_IS_YELLOW, ahead: int = 1, reason: str = "试行", seen: int = 0
    ):
        return switch_on(actor=actor, policy=policy, effective_from=START + ahead * DAY, reason=reason, seen=seen)

    for refused, told in (
        (lambda: on(actor=world.actor("county_coordinator")), "只有云汀市整改办"),
        (lambda: on(ahead=0), "只能从明天或以后起生效"),
        (lambda: on(ahead=5000), "生效日期太远"),
        (lambda: on(reason=" \n"), "请写明为什么"),
        (lambda: on(reason="长" * 201), "原因最多200个字"),
        (lambda: on(policy=replace(LATE_IS_YELLOW, name=" ")), "请给这套颜色规则起个名称"),
        (lambda: on(policy=replace(LATE_IS_YELLOW, name="长" * 61)), "名称最多60个字"),
    ):
        with pytest.raises(Refused, match=told):
            refused()
    assert not versions()
    assert on(actor=other).version == 1
    with pytest.raises(Refused, match="乔予安刚才启用了新的颜色规则（第1版，2026-03-03起）"):
        on(policy=DEFAULT_POLICY)
    with pytest.raises(Refused, match="完全相同，没有变化"):
        on(seen=1)
    assert on(policy=DEFAULT_POLICY, reason="还是\0照旧", seen=1).version == 2
    newest = versions()[0]
    assert (newest.dated.version, newest.person, newest.reason) == (2, world.people["coordinator"], "还是照旧")
    assert verify().findings == ()
