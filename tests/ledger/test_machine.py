"""A state machine that tries everything on the real actions and a real database, legal and illegal.

After every step: the table of moves was kept, nobody judged their own work, entries fold to the rows, chains
are whole, the first date never moved, a refusal changed nothing, and everybody sees what the definition says.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bihuan.domain.case import Role, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.lifecycle import Move
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to
from tests.domain.test_lifecycle import EXPECTED
from tests.ledger.hand import says_done
from tests.ledger.histories import (
    ASIDE,
    BACK,
    BETWEEN,
    EXTENSION,
    FORWARD,
    MENDING,
    Bench,
    Tried,
    attempt,
    overstep,
    put_on_ledger,
)
from tests.ledger.record import assert_whole, digest
from tests.ledger.test_access import may_see
from tests.world import World

WORKED = {
    Move.SIGN,
    Move.SET_MEASURES,
    Move.REPORT,
    Move.ASK_EXTENSION,
    Move.SIGN_EXTENSION,
    Move.ASK_CLOSEOUT,
    Move.SIGN_PART,
    Move.SET_ROUTE,
    Move.REPORT_ROUTE,
}
"""The moves by which somebody has a hand in the fixing."""
REGROUPS = {Move.GRANT_DECLINE, Move.OVERTURN_DECLINE, Move.REASSIGN, Move.TRANSFER, Move.JOIN}
"""The moves that bring other units to the work."""


class Loop(RuleBasedStateMachine):
    """One office, several problems; each example in a savepoint of its own."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.bench = Bench(self.world)
        self.suspended_from: dict[UUID, Stage] = {}
        self.last = ""

    def teardown(self) -> None:
        try:
            for problem in self.bench.known:
                assert_whole(problem)
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        for _ in range(3):
            self.register(data)
        for _ in range(data.draw(st.integers(0, 8))):
            self.the_loop_goes_on(data, data.draw(st.sampled_from([0, 1, 12])))

    @precondition(lambda self: len(self.bench.known) < 6)
    @rule(data=st.data())
    def register(self, data: st.DataObject) -> None:
        problem = put_on_ledger(data.draw, self.bench)
        assert_whole(problem)
        self.everybody_sees_what_they_may()
        self.last = digest()

    @rule(days=st.sampled_from([1, 2, 16, 45, 100]))
    def days_go_by(self, days: int) -> None:
        self.bench.today += timedelta(days=days)

    @rule(data=st.data(), days=st.sampled_from([0, 1, 12]))
    def the_loop_goes_on(self, data: st.DataObject, days: int) -> None:
        self.bench.today += timedelta(days=days)
        for _ in range(4):
            self.judge(attempt(data.draw, self.bench, sense=10, moves=FORWARD))

    @precondition(lambda self: self.bench.fit(Move.ASK_EXTENSION))
    @rule(data=st.data())
    def a_unit_needs_more_time(self, data: st.DataObject) -> None:
        for move in EXTENSION:
            self.judge(attempt(data.draw, self.bench, sense=10, moves=[move]))

    @precondition(lambda self: any(self.bench.fit(move) for move in BACK))
    @rule(data=st.data())
    def something_comes_between(self, data: st.DataObject) -> None:
        self.judge(attempt(data.draw, self.bench, sense=10, moves=BACK))

    @precondition(lambda self: len(self.bench.known) > 3)
    @rule(data=st.data())
    def the_office_sets_something_aside(self, data: st.DataObject) -> None:
        self.judge(attempt(data.draw, self.bench, moves=ASIDE))

    @precondition(lambda self: any(self.bench.fit(move) for move in MENDING))
    @rule(data=st.data())
    def the_office_mends_what_it_did(self, data: st.DataObject) -> None:
        self.judge(attempt(data.draw, self.bench, sense=10, moves=MENDING))

    @precondition(lambda self: any(self.bench.fit(move) for move in BETWEEN))
    @rule(data=st.data())
    def something_happens_between_levels(self, data: st.DataObject) -> None:
        for _ in range(3):
            self.judge(attempt(data.draw, self.bench, sense=10, moves=BETWEEN))

    @rule(data=st.data())
    def somebody_tries_anything(self, data: st.DataObject) -> None:
        self.judge(attempt(data.draw, self.bench, sense=7))

    @precondition(lambda self: self.bench.someone_is_barred())
    @rule(data=st.data())
    def somebody_oversteps(self, data: st.DataObject) -> None:
        for _ in range(3):
            if not self.bench.someone_is_barred():
                return
            tried = overstep(data.draw, self.bench)
            self.judge(tried)
            assert not [row for row in tried.done if row.id == tried.problems[0]]

    @rule(data=st.data())
    def somebody_tries_something_senseless(self, data: st.DataObject) -> None:
        self.judge(attempt(data.draw, self.bench, sense=3))

    def judge(self, tried: Tried) -> None:
        for denied in tried.denied:
            assert str(denied)
        if tried.dry or not tried.done:
            assert digest() == self.last, "a refused action or a dry run left something behind"
            return
        for row in tried.done:
            self.judge_done(tried, row.id)
        for new in self.bench.meet():
            assert_whole(new)
        self.everybody_sees_what_they_may()
        self.last = digest()

    def judge_done(self, tried: Tried, problem: UUID) -> None:
        known, row, move = self.bench.known[problem], Problem.objects.get(id=problem), EXPECTED[tried.move]
        sides, own = self.bench.sides(tried.actor, problem), self.bench.own_work(tried.actor, problem)
        assert move.allows(known.stage, tried.actor.role, sides, own), "the table of moves was not kept"
        self.follow(tried.move, problem)
        assert row.stage == known.stage, "it went elsewhere than the table says"
        if tried.move in WORKED:
            known.hands.add(tried.actor.person_id)
        if tried.move in (Move.AMEND, Move.RESTATE):
            self.read_again(row)
        if tried.move in REGROUPS:
            self.bench.read_units(problem)
        self.judge_handed_out(tried.move, row)
        if known.stage is Stage.CLAIMED_DONE:
            assert (row.asked_on, row.accepted_on, row.closed_on) == (None, None, None), "claimed counts as proved"
            assert row.colour != Colour.GREEN
        if tried.move is Move.RECALL:
            known.due_original = None
            assert not known.hands, "what a unit worked on was taken back"
            assert (row.dispatched_on, row.due, row.sign_by, row.dispatch_id) == (None, None, None, None)
        if tried.move is Move.WITHDRAW_IMPORT:
            assert not known.hands, "what a unit worked on was taken back"
        assert row.due_original == known.due_original, "the date first set was lost"
        assert set(row.worked_by) == known.hands
        assert_whole(problem)

    def judge_handed_out(self, move: Move, row: Problem) -> None:
        if move is Move.DISPATCH:
            self.bench.known[row.id].due_original = row.due
            assert row.dispatch_id, "nobody could recall it"
        if move is Move.TAKE_OVER:
            self.bench.known[row.id].due_original = row.due_original
            assert row.taken_over_on == self.bench.today
            assert row.dispatched_on, "a day to come is claimed, not believed"
            assert row.dispatched_on <= self.bench.today

    def follow(self, move: Move, problem: UUID) -> None:
        known = self.bench.known[problem]
        if move in (Move.SUSPEND, Move.RAISE):
            self.suspended_from[problem] = known.stage
        known.stage = EXPECTED[move].target or known.stage
        if move is Move.TAKE_OVER:
            known.stage = Stage.CLAIMED_DONE if known.claims_done else Stage.DISPATCHED
        if move is Move.ACCEPT:
            known.stage = Stage.ACCEPTED  # one tier, one signature: no office of the tests has set up another flow
        if move in (Move.RESUME, Move.REFUSE_RAISED):
            known.stage = self.suspended_from[problem]

    def read_again(self, row: Problem) -> None:
        """What the file says and which units were chosen the tests take over from the rows."""
        self.bench.known[row.id].claims_done = says_done(row.claims)
        self.bench.read_units(row.id)

    def everybody_sees_what_they_may(self) -> None:
        allowed = {
            problem: may_see(k.office, k.lead, k.supports, dispatched=k.due_original is not None)
            for problem, k in self.bench.known.items()
            if k.stage is not Stage.REFERRED
        } | {problem: set() for problem, k in self.bench.known.items() if k.stage is Stage.REFERRED}
        for actor in {(who.unit_id, who.role is Role.ADMINISTRATOR): who for who in self.bench.actors}.values():
            unit, seen = self.bench.unit(actor), set(visible_to(actor).values_list("id", flat=True))
            expected = {problem for problem, units in allowed.items() if unit in units}
            assert seen == (expected if actor.role is not Role.ADMINISTRATOR else set())


def run(world: World, *, examples: int, steps: int) -> None:
    machine = type("LoopHere", (Loop,), {"world": world})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=steps))


def test_whatever_people_try_the_loop_keeps_its_word(world: World):
    run(world, examples=5, steps=20)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_and_for_longer(world: World):
    run(world, examples=10, steps=40)
