"""Raised below, answered above: who answers, and that waiting counts against nobody."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from hypothesis import strategies as st

from bihuan.domain.case import Stage
from bihuan.ledger.actions import raising, setting_aside
from bihuan.ledger.actions.raising import TakenOn
from bihuan.ledger.models import Raising
from bihuan.ledger.verify import verify
from tests.ledger.record import only, words_of
from tests.ledger.test_links import fresh, measures_of, three_levels
from tests.world import World, days_later


def test_what_is_raised_waits_at_nobodys_cost(staffed: World):
    problem = staffed.through(Stage.UNDER_WAY)
    assert problem.due
    only(raising.raise_up(actor=staffed.actor("liaison"), problem=problem.id, reason="归市里", wanted="改造"))
    assert (fresh(problem).stage, fresh(problem).request) == (Stage.SUSPENDED, "raised")
    office = staffed.actor("coordinator")
    assert "还没有答复" in words_of(partial(setting_aside.resume, actor=office, problems=[problem.id]))
    with days_later(9):
        only(raising.accept_raised(actor=office, problem=problem.id, taken_on=TakenOn(title="管网改造")))
        asked = Raising.objects.get()
        upper = fresh(asked.upper_id)  # type: ignore[arg-type]
        assert (upper.title, upper.stage, upper.office_id) == ("管网改造", Stage.LISTED, office.unit_id)
    with days_later(30):
        setting_aside.resume(actor=office, problems=[problem.id]).only()
    after = fresh(problem)
    assert (after.stage, after.due, after.request) == (Stage.UNDER_WAY, problem.due + timedelta(days=30), None)
    assert {row.due for row in measures_of(after)} == {after.due}
    assert verify().clean


def test_what_is_not_taken_on_runs_on_at_once_with_the_wait_added(staffed: World):
    problem = staffed.through(Stage.UNDER_WAY)
    assert problem.due
    raising.raise_up(actor=staffed.actor("liaison"), problem=problem.id, reason="归市里", wanted="改造").only()
    with days_later(4):
        refuse = partial(raising.refuse_raised, actor=staffed.actor("coordinator"), problem=problem.id)
        assert "不接受的理由" in words_of(partial(refuse, opinion=" "))
        only(refuse(opinion="本级可以解决"))
    after = fresh(problem)
    assert (after.stage, after.due) == (Stage.UNDER_WAY, problem.due + timedelta(days=4))


def test_an_office_asks_the_unit_directly_above_it_which_alone_answers(staffed: World):
    whole, _first, below = three_levels(staffed)
    ask = partial(raising.raise_up, reason="需市里统筹", wanted="安排资金")
    only(ask(actor=staffed.actor("county_coordinator"), problem=below.id))
    assert Raising.objects.get().to_unit_id == staffed.units["city"].pk
    assert "不是向您所在的单位" in words_of(
        partial(raising.accept_raised, actor=staffed.actor("county_coordinator"), problem=below.id)
    )
    only(raising.accept_raised(actor=staffed.actor("coordinator"), problem=below.id))
    assert fresh(below).stage == Stage.SUSPENDED
    assert "没有上级单位" in words_of(partial(ask, actor=staffed.actor("coordinator"), problem=whole.id))
    for missing in ({"reason": " "}, {"wanted": ""}):
        again = partial(ask, actor=staffed.actor("coordinator"), problem=whole.id, **missing)
        assert "还没有填写" in words_of(again)


UNITS = st.lists(st.sampled_from(["housing", "water", "county"]), min_size=1, max_size=3, unique=True)
