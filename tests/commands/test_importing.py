"""import and export: the whole file or nothing, and never a guessed unit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from tests.halfdone import ROWS, half_done
from tests.world import build_world

pytestmark = pytest.mark.django_db
HEADINGS = ("序号", "存在问题", "整改措施", "牵头单位", "配合单位", "整改时限")


@pytest.fixture
def world():
    return build_world()


def ledger_file(folder: Path, *rows: tuple[Any, ...]) -> Path:
    """A workbook with one header block."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in [HEADINGS, *rows]:
        sheet.append(list(row))
    path = folder / "台账.xlsx"
    book.save(path)
    return path


def rows_for(unit: str = "市住房和城乡建设局") -> list[tuple[Any, ...]]:
    return [
        (1, "滨河路雨水井盖下沉", "更换井盖", unit, "市水利局", "2026-12-31"),
        (2, "老旧小区供水管网漏损", "更换管网", "市住建局", "", "2027-03-31"),
    ]


def test_a_file_whose_units_are_all_known_is_registered_whole(here, world, tmp_path):
    code, said = here("import", ledger_file(tmp_path, *rows_for()), "--ledger", "YT", "--as", "coordinator")
    assert code == 0, said
    assert "已登记 2 个问题" in said
    assert set(Problem.objects.values_list("lead_unit_id", flat=True)) == {world.units["housing"].pk}
    assert verify().clean


def test_a_half_done_ledger_can_be_taken_over(here, world, tmp_path):
    file = half_done(tmp_path, *ROWS[:3])
    code, said = here("import", file, "--ledger", "YT", "--as", "coordinator", "--take-over")
    assert code == 0, said
    stages = list(Problem.objects.order_by("number").values_list("stage", flat=True))
    assert stages == ["claimed_done", "dispatched", "dispatched"]
    assert verify().clean


@pytest.mark.parametrize("name", ["市住建委", "各县（市、区）人民政府"])
def test_an_unknown_unit_stops_everything_and_names_what_comes_near(here, world, tmp_path, name):
    file = ledger_file(tmp_path, *rows_for(name))
    code, said = here("import", file, "--ledger", "问题整改台账", "--as", "coordinator", "--json")
    assert code == 1
    answer = json.loads(said[: said.rindex("}") + 1])
    assert name.replace("（市、区）", "") in answer["unmatched"][0]["name"].replace("（市、区）", "")
    assert Problem.objects.count() == 0


def test_unknown_units_may_be_left_out_on_purpose(here, world, tmp_path):
    file = ledger_file(tmp_path, *rows_for("市住建委"))
    code, said = here("import", file, "--ledger", "YT", "--as", "coordinator", "--leave-unmatched")
    assert code == 0, said
    assert Problem.objects.filter(lead_unit=None).count() == 1


def test_a_date_that_does_not_exist_stops_everything_unless_skipped(here, world, tmp_path):
    rows = [*rows_for(), (3, "校园周边流动摊贩占道", "错时管理", "市住建局", "", "2025年2月30日")]
    file = ledger_file(tmp_path, *rows)
    code, said = here("import", file, "--ledger", "YT", "--as", "coordinator")
    assert (code, "2月30日" in said, Problem.objects.count()) == (1, True, 0)
    assert here("import", file, "--ledger", "YT", "--as", "coordinator", "--skip-faulty")[0] == 0
    assert Problem.objects.count() == 2


def test_the_same_file_is_not_registered_twice_by_mistake(here, world, tmp_path):
    call = ("import", ledger_file(tmp_path, *rows_for()), "--ledger", "YT", "--as", "coordinator")
    assert here(*call)[0] == 0
    code, said = here(*call)
    assert (code, "--again" in said, Problem.objects.count()) == (1, True, 2)
    assert here(*call, "--again")[0] == 0
    assert Problem.objects.count() == 4


def test_a_later_version_updates_the_ledger_where_one_says_so(here, world, tmp_path):
    call = ("--ledger", "YT", "--as", "coordinator")
    assert here("import", ledger_file(tmp_path, *rows_for()), *call)[0] == 0
    rows = [*rows_for(), (3, "校园周边流动摊贩占道", "错时管理", "市住建局", "", "2026年8月30日")]
    later = ledger_file(tmp_path, *rows)
    code, said = here("import", later, *call)
    assert (code, "--round" in said, Problem.objects.count()) == (1, True, 2)
    code, said = here("import", later, *call, "--round", "--json")
    assert (code, Problem.objects.count()) == (0, 3)
    told = json.loads(said)
    assert (told["round"], told["added"], told["same"], told["absent"]) == (2, 1, 2, 0)


def test_a_name_matched_by_a_person_before_is_not_taken_where_only_exact_names_are(here, world, tmp_path):
    from bihuan.intake import actions, receiving

    actor, file = world.actor("coordinator"), ledger_file(tmp_path, *rows_for("住建部门"))
    reading = receiving.receive(actor=actor, ledger=world.ledger, name="a.xlsx", chunks=[file.read_bytes()])
    actions.match_units(actor=actor, reading=reading, decisions={"住建部门": (world.units["housing"].pk,)})
    actions.confirm(actor=actor, reading=reading)
    call = ("import", file, "--ledger", "YT", "--as", "coordinator", "--again")
    assert here(*call, "--match-exact-only")[0] == 1
    assert here(*call)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--ledger", "XX", "--as", "coordinator"), 1, "没有台账“XX”"),
        (("--ledger", "YT"), 2, "coordinator, second_coordinator"),
        (("--ledger", "YT", "--as", "liaison"), 1, "没有可以办理此事的岗位"),
        (("--ledger", "YT", "--as", "county_coordinator"), 1, "没有可以办理此事的岗位"),
    ],
)
def test_who_and_where_must_be_right(here, world, tmp_path, arguments, code, said):
    ended, told = here("import", ledger_file(tmp_path, *rows_for()), *arguments)
    assert (ended, said in told) == (code, True)


@pytest.mark.parametrize("content", [b"not a workbook", b"", b"PK\x03\x04broken"])
def test_a_file_that_is_no_ledger_is_told_and_not_kept(here, world, tmp_path, settings, content):
    file = tmp_path / "台账.xlsx"
    file.write_bytes(content)
    code, said = here("import", file, "--ledger", "YT", "--as", "coordinator")
    assert code == 1
    assert "Traceback" not in said
    assert list((settings.BIHUAN_HOME / "files" / "incoming").glob("*")) == []


def test_a_ledger_without_rows_registers_nothing(here, world, tmp_path):
    code, said = here("import", ledger_file(tmp_path), "--ledger", "YT", "--as", "coordinator")
    assert (code, "没有登记" in said) == (0, True)


def test_an_export_holds_what_the_account_may_see_and_no_more(here, world, tmp_path):
    world.register(3)
    out = tmp_path / "out.xlsx"
    code, said = here("export", "--ledger", "YT", "--as", "coordinator", "--out", out)
    assert code == 0, said
    texts = [str(cell.value) for row in load_workbook(out).worksheets[0].iter_rows() for cell in row]
    assert sum("雨水井盖" in text for text in texts) >= 3
    assert here("export", "--as", "coordinator", "--out", out)[0] == 2
    nothing = tmp_path / "nothing.xlsx"
    assert here("export", "--as", "stranger", "--out", nothing)[0] == 0
    texts = [str(cell.value) for row in load_workbook(nothing).worksheets[0].iter_rows() for cell in row]
    assert not any("雨水井盖" in text for text in texts)
    assert here("export", "--as", "administrator", "--out", tmp_path / "none.xlsx")[0] == 1
    assert verify().clean
