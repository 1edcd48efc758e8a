"""Flows of close-out: any that is let through can be walked to its end; one without an end is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.case import Case, Horizon, Side, Stage, Standing, Step
from bihuan.domain.closing import best_grade, possible_grades
from bihuan.domain.flows import (
    DEFAULT_FLOW,
    MOST_SIGNATURES,
    SIGNERS,
    Flow,
    Grade,
    Kind,
    Standard,
    Tier,
    flow_from_data,
    refuses_flow,
)
from bihuan.domain.lifecycle import Move, may
from bihuan.domain.refusals import Refused
from bihuan.domain.roles import Role
from bihuan.domain.workdays import Calendar

TODAY = date(2026, 3, 2)
MOVES = {Kind.CHECK: Move.CHECK, Kind.ACCEPT: Move.ACCEPT}


def tiers_of(kind: Kind) -> st.SearchStrategy[Tier]:
    roles = sorted(SIGNERS[kind])
    chosen = st.frozensets(st.sampled_from(roles), min_size=1) if roles else st.just(frozenset())
    return st.builds(
        Tier,
        st.just(kind),
        st.sampled_from(["", "一审", "集体审定"]),
        chosen,
        st.integers(0, 4),
        st.integers(-1, 30),
    )


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Flows as somebody might write them, mostly in order."""
    counts = {Kind.CHECK: (0, 2), Kind.ACCEPT: (0, 3), Kind.NOTICE: (0, 1), Kind.FILING: (0, 1)}
    made = [
        draw(tiers_of(kind)) for kind, (low, high) in counts.items() for _n in range(draw(st.integers(low, high)))
    ]
    order = draw(st.permutations(made)) if draw(st.integers(0, 9)) == 0 else made
    standards = draw(st.lists(st.sampled_from("abc"), max_size=3))
    return Flow("f", "流程", tuple(order), tuple(Standard(code, "达到目标") for code in standards))


def standing(role: Role, *, signed: bool = False, own: bool = False) -> Standing:
    return Standing(role, frozenset({Side.OFFICE}), own_work=own, has_signed=signed)


@given(flows())
def test_a_flow_that_is_let_through_is_walked_to_its_end(flow: Flow):
    if refuses_flow(flow):
        return
    assert flow_from_data(flow.as_data()) == flow
    case = Case(TODAY, Calendar("周一至周五"), Stage.CLOSEOUT_ASKED, flow=flow)
    signatures = 0
    while (waits := case.signing.waits) is not None:
        move = MOVES[waits.kind]
        for role in Role:
            allowed = may(move, case, standing(role)) is None
            assert allowed == (role in waits.roles)
            if allowed:
                assert may(move, case, standing(role, signed=True)) is not None
                assert may(move, case, standing(role, own=True)) is not None
        signed = case.signing.signed()
        over = signed.waits is None or signed.waits.kind is not Kind.CHECK
        case = replace(case, given=signed.given, checked=case.checked or over)
        signatures += 1
        assert signatures <= len(flow.tiers) * MOST_SIGNATURES
    assert signatures == sum(tier.quorum for tier in flow.tiers if tier.kind in MOVES)
    assert may(Move.ACCEPT, case, standing(Role.REVIEWER, own=True)) is not None


@pytest.mark.parametrize(
    ("tiers", "words"),
    [
        ((), "没有终点"),
        ((Tier(Kind.CHECK, roles=frozenset({Role.SUPERVISOR})), Tier(Kind.NOTICE)), "没有终点"),
        ((DEFAULT_FLOW.tiers[2], DEFAULT_FLOW.tiers[1]), "依次为"),
        ((DEFAULT_FLOW.tiers[0], *DEFAULT_FLOW.tiers), "依次为"),
        ((Tier(Kind.ACCEPT),), "没有可以签字的岗位"),
        ((Tier(Kind.ACCEPT, roles=frozenset({Role.LIAISON})),), "岗位不合适"),
        ((Tier(Kind.ACCEPT, roles=frozenset({Role.REVIEWER}), quorum=0),), "签字人数"),
        ((Tier(Kind.ACCEPT, roles=frozenset({Role.REVIEWER}), quorum=10),), "签字人数"),
        ((*DEFAULT_FLOW.tiers[:2], Tier(Kind.NOTICE, days=400)), "天数"),
    ],
)
def test_a_flow_that_cannot_end_is_refused_with_what_to_mend(tiers: tuple[Tier, ...], words: str):
    flow = Flow("f", "单位流程", tiers)
    assert words in str(refuses_flow(flow))
    with pytest.raises(Refused):
        flow_from_data(flow.as_data())


def test_two_standards_of_one_code_are_refused():
    twice = (Standard("a", "一"), Standard("a", "二"))
    assert "重复" in str(refuses_flow(replace(DEFAULT_FLOW, standards=twice)))


DONE = Step(due=TODAY, share=50, progress=100, evidence=1)
LATER = Step(due=date(2026, 9, 1), share=50, progress=0)
NEARLY = Step(due=date(2026, 9, 1), share=50, progress=70, evidence=1)


@pytest.mark.parametrize(
    ("steps", "horizon", "grades"),
    [
        ((DONE, DONE), Horizon.BY_DATE, [Grade.DONE, Grade.MOSTLY]),
        ((DONE, NEARLY), Horizon.BY_DATE, [Grade.MOSTLY]),
        ((DONE, NEARLY), Horizon.STANDING, [Grade.MOSTLY, Grade.STAGE]),
        ((DONE, LATER), Horizon.STANDING, [Grade.STAGE]),
        ((DONE, LATER), Horizon.BY_DATE, []),
    ],
)
def test_only_grades_that_the_work_reaches_can_be_asked_for(steps, horizon, grades):
    case = Case(TODAY, Calendar("周一至周五"), Stage.UNDER_WAY, steps=steps, horizon=horizon)
    assert possible_grades(case) == grades
    assert best_grade(case) == (grades[0] if grades else Grade.DONE)
