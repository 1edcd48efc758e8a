"""What a row of a later version means stays right, whatever is done to it and to the ledger meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.intake import actions, rounds
from bihuan.intake.drafting import Correction, drop_draft, edit_draft
from bihuan.intake.judging import catch_up
from bihuan.intake.models import Draft, Reading
from bihuan.intake.queries import drafts_of
from bihuan.intake.regrouping import Piece, merge_drafts, split_draft, unmerge_draft
from bihuan.ledger.actions import dispatch, setting_aside
from bihuan.ledger.models import Problem
from tests.intake.files import STANDING, ledger, receive
from tests.intake.test_rounds import BRIDGE, DIKE, FIRST, LAMPS, but, confirm, first, later, verdicts
from tests.world import World

pytestmark = pytest.mark.django_db


def absent(reading: Reading) -> list[str]:
    return [str(id_) for id_ in Reading.objects.get(id=reading.id).absent]


def place(reading: Reading, text: str) -> int:
    """The place of the draft whose text begins so."""
    return next(row.place for row in drafts_of(reading) if row.item["problem"].startswith(text))


class TestWhilePeopleGoOverIt:
    def test_an_edited_row_says_what_it_changes_now(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST)
        who = city.actor("coordinator")
        edit_draft(actor=who, reading=reading, place=1, correction=Correction("东门排涝闸启闭机卡死", "", "水利"))
        assert verdicts(reading) == ["changed", "same", "same"]

    def test_a_row_left_out_leaves_its_problem_absent_until_it_is_taken_in_again(
        self, city: World, tmp_path: Path
    ) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST)
        who = city.actor("coordinator")
        drop_draft(actor=who, reading=reading, place=2)
        assert absent(reading) == [str(problems["育才"].id)]
        drop_draft(actor=who, reading=reading, place=2, dropped=False)
        assert (absent(reading), verdicts(reading)) == ([], ["same", "same", "same"])

    def test_a_row_taken_in_again_is_new_where_another_has_its_problem(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST, BRIDGE)
        who = city.actor("coordinator")
        drop_draft(actor=who, reading=reading, place=2)
        bridge = Draft.objects.get(reading_id=reading.id, verdict="added")
        rounds.pair_by_hand(actor=who, reading=reading, draft=bridge, number=problems["育才"].number)
        drop_draft(actor=who, reading=reading, place=2, dropped=False)
        assert verdicts(reading) == ["same", "added", "same", "changed"]

    def test_of_a_row_that_is_split_the_first_part_keeps_the_problem(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST)
        pieces = [Piece("东门排涝闸启闭机锈蚀", ("更换启闭机",)), Piece("西门排涝闸漏水。")]
        split_draft(actor=city.actor("coordinator"), reading=reading, place=1, pieces=pieces)
        assert verdicts(reading) == ["same", "added", "same", "same"]

    def test_rows_put_together_are_one_problem_and_taken_apart_again_two(
        self, city: World, tmp_path: Path
    ) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST)
        who = city.actor("coordinator")
        merge_drafts(actor=who, reading=reading, into=(1, 0), others=[(2, 0)])
        assert verdicts(reading) == ["changed", "same"]
        assert absent(reading) == [str(problems["育才"].id)]
        unmerge_draft(actor=who, reading=reading, place=1)
        assert (verdicts(reading), absent(reading)) == (["same", "same", "same"], [])

    def test_a_unit_name_that_is_matched_tells_of_every_row_it_stands_in(
        self, city: World, tmp_path: Path
    ) -> None:
        first(city, tmp_path)
        rows = (but(DIKE, lead="市闸站所"), but(LAMPS, lead="市闸站所"), STANDING)
        reading = receive(city, ledger(tmp_path, *rows, name="第二版.xlsx"))
        assert verdicts(reading) == ["same", "same", "same"]
        housing = (city.units["housing"].pk,)
        actions.match_units(actor=city.actor("coordinator"), reading=reading, decisions={"市闸站所": housing})
        assert verdicts(reading) == ["changed", "same", "same"]


class TestWhileTheLedgerMovesOn:
    def test_a_problem_dispatched_meanwhile_is_corrected_instead_of_amended(
        self, city: World, tmp_path: Path
    ) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, but(DIKE, problem="东门排涝闸启闭机卡死。"), LAMPS, STANDING)
        who = city.actor("coordinator")
        dispatch.dispatch(actor=who, problems=[problems["东门"].id]).only()
        catch_up(actor=who, reading=reading)
        (change,) = drafts_of(reading)[0].pairing["changes"]
        assert change["way"] == "correct"

    def test_a_problem_withdrawn_meanwhile_makes_its_row_a_new_one(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST)
        who = city.actor("coordinator")
        setting_aside.withdraw(actor=who, problems=[problems["育才"].id], reason="重复").only()
        catch_up(actor=who, reading=reading)
        assert verdicts(reading) == ["same", "added", "same"]

    def test_what_another_file_put_on_the_ledger_meanwhile_is_not_put_on_it_twice(
        self, city: World, tmp_path: Path
    ) -> None:
        first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST, BRIDGE)
        confirm(city, later(city, tmp_path, *FIRST, BRIDGE, name="又一份.xlsx"))
        catch_up(actor=city.actor("coordinator"), reading=reading)
        assert verdicts(reading) == ["same", "same", "same", "same"]
        confirm(city, reading)
        assert Problem.objects.count() == 4

    def test_what_a_person_called_new_stays_new(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST, BRIDGE)
        who = city.actor("coordinator")
        bridge = Draft.objects.get(reading_id=reading.id, verdict="added")
        rounds.pair_by_hand(actor=who, reading=reading, draft=bridge, number="")
        confirm(city, later(city, tmp_path, *FIRST, BRIDGE, name="又一份.xlsx"))
        catch_up(actor=who, reading=reading)
        assert verdicts(reading)[3] == "added"


def test_a_settled_round_keeps_what_it_changed_of_what(city: World, tmp_path: Path) -> None:
    problems = first(city, tmp_path)
    reading = confirm(city, later(city, tmp_path, but(DIKE, problem="东门排涝闸启闭机卡死。"), LAMPS, STANDING))
    row = drafts_of(reading)[0]
    assert (row.problem_id, row.verdict) == (problems["东门"].id, "changed")
    changes = {change["field"]: (change["old"], change["new"]) for change in row.pairing["changes"]}
    assert changes["problem"] == ("东门排涝闸启闭机锈蚀", "东门排涝闸启闭机卡死")
