"""Taking over: where a claim leads, for every claim; and what contradicts itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.case import Horizon, Stage, Terms, Urgency
from bihuan.domain.taking_over import Claim, Claimed, Position, counted_progress, doubts, position, stands_since
from bihuan.domain.workdays import Calendar

TODAY = date(2026, 11, 20)  # a Friday
DAYS = st.none() | st.dates(date(2, 1, 1), date(2999, 12, 31))
CLAIMS = st.builds(
    Claim, st.none() | st.sampled_from(Claimed), DAYS, DAYS, DAYS, DAYS, st.none() | st.integers(0, 100)
)


def taken(claim: Claim, wanted: date | None = None, horizon: Horizon = Horizon.BY_DATE) -> Position:
    return position(
        claim,
        today=TODAY,
        wanted=wanted,
        horizon=horizon,
        urgency=Urgency.ORDINARY,
        terms=Terms(),
        calendar=Calendar("周一至周五"),
    )


@given(CLAIMS, DAYS, st.sampled_from(Horizon))
def test_every_claim_leads_somewhere_and_nothing_of_it_lies_ahead(
    claim: Claim, wanted: date | None, horizon: Horizon
):
    found = taken(claim, wanted, horizon)
    assert (found.stage is Stage.CLAIMED_DONE) == (claim.stage is Claimed.DONE)
    assert found.dispatched_on <= TODAY
    assert found.occurred_on is None or found.occurred_on <= TODAY
    assert (found.sign_by is None) == (found.stage is Stage.CLAIMED_DONE), "who is claimed done need not sign"


@given(CLAIMS)
def test_claimed_dates_hold_as_they_are_written(claim: Claim):
    found = taken(claim, claim.due_original)
    if claim.due_original and claim.due:
        assert (found.due_original, found.due) == (claim.due_original, claim.due)
    if claim.dispatched_on and claim.dispatched_on <= TODAY:
        assert found.dispatched_on == claim.dispatched_on


@given(DAYS, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_clock_never_stands_since_a_day_to_come(done: date | None, taken_over: date):
    assert stands_since(claimed_done_on=done, taken_over_on=taken_over) <= taken_over


def test_a_date_the_office_set_since_outweighs_the_file():
    claim = Claim(due_original=date(2026, 3, 31), due=date(2026, 6, 30))
    assert taken(claim, date(2026, 12, 31)).due == date(2026, 12, 31)
    assert taken(claim, date(2026, 6, 30)).due_original == date(2026, 3, 31)


def test_without_any_date_the_ledgers_own_runs_from_today():
    assert taken(Claim(stage=Claimed.UNDER_WAY)).due == TODAY + timedelta(days=15)
    assert taken(Claim(), horizon=Horizon.STANDING).due == TODAY + timedelta(days=365)


def test_a_unit_signs_from_today_however_long_ago_the_file_says_it_was_sent_out():
    found = taken(Claim(Claimed.UNDER_WAY, dispatched_on=date(2026, 3, 2)))
    assert found.sign_by == date(2026, 11, 23)
    assert found.occurred_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("stage", "claimed", "returns", "cycle", "counts"),
    [
        (Stage.DISPATCHED, 60, 0, 0, 60),
        (Stage.UNDER_WAY, None, 0, 0, None),
        (Stage.UNDER_WAY, 60, 1, 0, None),
        (Stage.UNDER_WAY, 60, 0, 1, None),
        (Stage.CLAIMED_DONE, 60, 0, 0, 100),
    ],
)
def test_the_files_word_on_progress_is_spent_once_it_was_returned(
    stage: Stage, claimed: int | None, returns: int, cycle: int, counts: int | None
):
    assert counted_progress(stage=stage, claimed=claimed, returns=returns, cycle=cycle) == counts


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (Claim(Claimed.DONE, date(2026, 5, 1), done_on=date(2026, 4, 1)), "文件所称的完成日期早于交办日期。"),
        (Claim(Claimed.DONE, done_on=date(2026, 11, 21)), "文件所称的完成日期还没有到。"),
        (Claim(dispatched_on=date(2027, 1, 1)), "文件所称的交办日期还没有到。"),
        (Claim(due_original=date(2026, 5, 1), due=date(2026, 4, 1)), "文件所称延期后的时限早于原时限。"),
        (Claim(dispatched_on=date(2026, 5, 1), due_original=date(2026, 4, 1)), "文件所称的整改时限早于交办日期。"),
        (Claim(Claimed.NOT_BEGUN, progress=100), "状态写的是未启动，却写有进度。"),
        (Claim(Claimed.UNDER_WAY, progress=100), "进度写的是100%，状态没有写完成。"),
        (Claim(Claimed.DONE, progress=80), "状态写的是完成，进度没有到100%。"),
        (Claim(Claimed.UNDER_WAY, done_on=date(2026, 4, 1)), "写有完成日期，状态没有写完成。"),
    ],
)
def test_a_claim_that_contradicts_itself_is_told(claim: Claim, words: str):
    assert doubts(claim, TODAY) == [words]


def test_a_claim_in_order_raises_no_doubt():
    whole = Claim(Claimed.DONE, date(2026, 3, 2), date(2026, 3, 31), date(2026, 6, 30), date(2026, 6, 1), 100)
    assert doubts(whole, TODAY) == []
    assert doubts(Claim(), TODAY) == []
