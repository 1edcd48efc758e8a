"""Withdrawing an import: all of it or nothing, the numbers go on, and the file may come again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bihuan.book.models import Entry
from bihuan.domain.refusals import Refused
from bihuan.intake import actions, queries, withdrawing
from bihuan.intake.models import Reading
from bihuan.ledger.actions import closing, dispatch, setting_aside, taking_over, working
from bihuan.ledger.models import Problem
from tests.intake.files import AT_ONCE, PLAIN, STANDING, leave_out, ledger, receive
from tests.ledger.record import assert_whole, digest
from tests.world import World


def imported(world: World, folder: Path, *rows, name: str = "错的台账.xlsx") -> Reading:
    """A file confirmed on the ledger."""
    reading = receive(world, ledger(folder, *(rows or (PLAIN, STANDING)), name=name))
    leave_out(world, reading)
    assert actions.confirm(actor=world.actor("coordinator"), reading=reading)
    return Reading.objects.get(id=reading.id)


def brought(reading: Reading) -> list[Problem]:
    return list(Problem.objects.filter(reading_id=reading.id).order_by("number"))


def withdraw(world: World, reading: Reading, *, who: str = "coordinator", reason: str = "传成了去年的台账"):
    return withdrawing.withdraw(actor=world.actor(who), reading=Reading.objects.get(id=reading.id), reason=reason)


def refusal(world: World, reading: Reading, **how) -> str:
    """Why it is refused; fails where anything was left behind."""
    before, state = digest(), Reading.objects.filter(id=reading.id).values().get()
    with pytest.raises(Refused) as refused:
        withdraw(world, reading, **how)
    assert digest() == before
    assert Reading.objects.filter(id=reading.id).values().get() == state
    return str(refused.value.denied)


def test_everything_leaves_the_ledger_with_one_entry_each(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    other = world.register()[0]
    done = withdraw(world, reading, who="second_coordinator")
    assert len(done.problems) == 2
    for problem in brought(reading):
        entry = Entry.objects.filter(subject=problem.id).order_by("-seq")[0]
        assert (problem.stage, entry.action) == ("withdrawn", "withdraw_import")
        assert json.loads(entry.body)["details"] == {"note": "传成了去年的台账", "reading": str(reading.id)}
        assert_whole(problem.id)
    assert Problem.objects.get(id=other.id).stage == "listed"
    row = Reading.objects.get(id=reading.id)
    assert (row.state, row.withdrawn_reason) == ("withdrawn", "传成了去年的台账")
    assert row.withdrawn_by_id == world.people["second_coordinator"].pk
    assert row.withdrawn_at is not None


def test_the_numbers_go_on_and_the_same_file_may_come_again(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    withdraw(world, reading)
    again = receive(world, tmp_path / "错的台账.xlsx")
    assert queries.same_file(again) is None
    leave_out(world, again)
    made = actions.confirm(actor=world.actor("coordinator"), reading=again)
    assert [row.number for row in made] == ["YT2026-00003", "YT2026-00004"]


def test_its_rows_are_taken_up_again_as_they_were_left(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    office = world.actor("coordinator")
    with pytest.raises(Refused):
        withdrawing.take_up_again(actor=office, reading=reading)
    withdraw(world, reading)
    again = withdrawing.take_up_again(actor=office, reading=reading)
    assert again.state == "open"
    assert [row.item for row in queries.drafts_of(again)] == [row.item for row in queries.drafts_of(reading)]
    names = [
        {(row.name, tuple(row.units), row.ignored, row.how) for row in queries.names_of(r)}
        for r in (again, reading)
    ]
    assert names[0] == names[1]
    assert len(actions.confirm(actor=office, reading=again)) == 2
    assert {row.stage for row in brought(reading)} == {"withdrawn"}


def test_whom_a_name_means_is_remembered_of_a_withdrawn_file(world: World, tmp_path: Path):
    row = (*PLAIN[:4], "住建那边", *PLAIN[5:])
    reading = receive(world, ledger(tmp_path, row))
    actions.match_units(
        actor=world.actor("coordinator"), reading=reading, decisions={"住建那边": (world.units["housing"].pk,)}
    )
    leave_out(world, reading)
    actions.confirm(actor=world.actor("coordinator"), reading=reading)
    withdraw(world, reading)
    again = receive(world, tmp_path / "秋季检查台账.xlsx")
    assert again.unit_names.get(name="住建那边").how == "remembered"


def test_what_was_dispatched_and_not_signed_goes_too_and_its_unit_is_told(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    sent = [row.id for row in brought(reading) if row.lead_unit_id]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=sent)
    withdraw(world, reading)
    entry = Entry.objects.filter(subject=sent[0]).order_by("-seq")[0]
    assert entry.audience == "everyone"
    assert Problem.objects.get(id=sent[0]).dispatched_on is not None


def test_what_was_taken_over_half_done_goes_too_until_somebody_has_looked(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    office = world.actor("coordinator")
    ids = [row.id for row in brought(reading) if row.lead_unit_id]
    taken = taking_over.take_over(actor=office, problems=ids)
    assert "claimed_done" in {row.stage for row in taken.done}
    withdraw(world, reading)
    assert {row.stage for row in brought(reading)} == {"withdrawn"}
    again = imported(world, tmp_path, name="再来一次.xlsx")
    ids = [row.id for row in brought(again) if row.lead_unit_id]
    taken = taking_over.take_over(actor=office, problems=ids)
    claimed = next(row for row in taken.done if row.stage == "claimed_done")
    closing.check(actor=world.actor("supervisor"), problem=claimed.id, finding="现场属实").only()
    assert claimed.number in refusal(world, again)


def test_once_a_unit_has_signed_for_one_nothing_is_withdrawn(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    first = next(row for row in brought(reading) if row.lead_unit_id == world.units["housing"].pk)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[first.id])
    working.sign(actor=world.actor("liaison"), problems=[first.id])
    said = refusal(world, reading)
    assert said == f"其中1个问题不能撤回（{first.number}），整批没有撤回。可以在台账中逐个“撤销”其余的问题。"
    prospect = withdrawing.prospect(actor=world.actor("coordinator"), reading=reading)
    assert (len(prospect.problems), len(prospect.refused)) == (1, 1)
    assert "已经签收、办理或核查过" in str(prospect.refused[0].denied)


def test_what_was_set_aside_before_stays_as_it_is(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    first, second = brought(reading)
    setting_aside.withdraw(actor=world.actor("coordinator"), problems=[first.id], reason="重复")
    assert withdrawing.prospect(actor=world.actor("coordinator"), reading=reading).aside == 1
    assert [row.id for row in withdraw(world, reading).problems] == [second.id]
    assert Entry.objects.filter(subject=first.id).count() == 2


def test_nothing_goes_down_with_a_problem_from_elsewhere_merged_into_it(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    other, into = world.register()[0], brought(reading)[0]
    setting_aside.merge(actor=world.actor("coordinator"), problems=[other.id], into=into.number, reason="同一件事")
    assert into.number in refusal(world, reading)


def test_merged_among_themselves_they_go_together(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    first, second = brought(reading)
    setting_aside.merge(actor=world.actor("coordinator"), problems=[first.id], into=second.number, reason="重复")
    assert [row.id for row in withdraw(world, reading).problems] == [second.id]


def test_who_and_when_not(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    assert refusal(world, reading, who="county_coordinator") == "这次导入不是您所在单位的。"
    assert "只有整改办人员" in refusal(world, reading, who="supervisor")
    assert refusal(world, reading, reason=" ") == "还没有填写撤回的理由。请填写后再提交。"
    withdraw(world, reading)
    assert "已经撤回" in refusal(world, reading)
    waiting = receive(world, ledger(tmp_path, AT_ONCE, name="另一个.xlsx"))
    assert "没有在台账上的问题" in refusal(world, waiting)


def test_a_withdrawn_file_is_confirmed_no_more(world: World, tmp_path: Path):
    reading = imported(world, tmp_path)
    withdraw(world, reading)
    with pytest.raises(Refused, match="已经撤回"):
        actions.confirm(actor=world.actor("coordinator"), reading=reading)


def test_a_look_that_is_out_of_date_shows_in_its_mark(world: World, tmp_path: Path):
    reading, office = imported(world, tmp_path), world.actor("coordinator")
    before = withdrawing.prospect(actor=office, reading=reading).mark
    assert withdrawing.prospect(actor=office, reading=reading).mark == before
    setting_aside.withdraw(actor=office, problems=[brought(reading)[0].id], reason="重复")
    assert withdrawing.prospect(actor=office, reading=reading).mark != before
