"""Which column is which, on the page: seen with why, corrected, read again so, remembered, and forgotten again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from bihuan.intake import actions, receiving
from bihuan.intake.models import Draft, KnownLayout, Reading
from tests.documents.build import sheets, xlsx
from tests.intake.files import receive
from tests.web.test_problem import text_of
from tests.world import World

pytestmark = pytest.mark.django_db

HEAD = ("编号", "事项说明", "牵头", "要求", "限期")
ROWS = (
    ("1", "东门排涝闸启闭机锈蚀，汛期无法启闭。", "市水利局", "更换两台启闭机并调试", "2026-10-31"),
    ("2", "育才路二十三盏路灯不亮，夜间出行不便。", "市住建局", "更换灯具并排查线路", "2026-08-31"),
)


def odd(folder: Path, name: str = "一.xlsx", *more: tuple[str, ...]) -> Path:
    """A ledger with headings that say little."""
    return xlsx(folder / name, [("整改事项表",), HEAD, *ROWS, *more], sheet="表")


@pytest.fixture
def office(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("coordinator")


@pytest.fixture
def reading(world: World, tmp_path: Path) -> Reading:
    return receive(world, odd(tmp_path))


def at(reading: Reading) -> str:
    return f"/intake/{reading.id}/columns/"


def page(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def say_so(client: Client, reading: Reading, **columns: str) -> str:
    """What the page says after columns of the first table were chosen, letter by letter."""
    answer = client.post(at(reading), {f"t0-{letter}": field for letter, field in columns.items()}, follow=True)
    assert answer.status_code == 200
    return str(text_of(answer.content.decode()))


def read(reading: Reading, field: str) -> list[object]:
    return [draft.item.get(field) for draft in Draft.objects.filter(reading_id=reading.id).order_by("place")]


def test_each_column_is_shown_with_samples_and_why(office: Client, reading: Reading) -> None:
    html = page(office, at(reading))
    rows = html.split('<tr class="')[1:]
    told = {letter: text_of(row) for letter, row in zip("ABCDE", rows, strict=True)}
    assert "东门排涝闸启闭机锈蚀" in told["B"]
    assert "把握不大（40%）按内容推断" in told["B"]
    assert "表头和内容都像" in told["E"]
    assert '<option value="" selected>' in rows[3], "the column of demands is not used"
    assert "先看：B 事项说明" in text_of(html)


def test_the_reading_page_leads_there(office: Client, reading: Reading) -> None:
    assert f'href="{at(reading)}" class="unsure "' in page(office, f"/intake/{reading.id}/")


def test_what_is_said_is_read_and_remembered(
    office: Client, world: World, reading: Reading, tmp_path: Path
) -> None:
    told = say_so(office, reading, D="measures")
    assert "已按您指定的列重新读取，并记住了这种表的排法。" in told
    assert read(reading, "measures") == [["更换两台启闭机并调试"], ["更换灯具并排查线路"]]
    more = ("3", "北关桥栏杆松动，行人通行有隐患。", "市住建局", "加固全部栏杆", "2026-12-31")
    second = receive(world, odd(tmp_path, "二.xlsx", more))
    assert read(second, "measures")[-1] == ["加固全部栏杆"]
    html = text_of(page(office, at(second)))
    assert html.count("您的单位指定过") == len(HEAD)
    assert "把握不大" not in html


def test_what_was_gone_over_is_counted_beforehand(office: Client, reading: Reading) -> None:
    assert "这些改动都要重做" not in page(office, at(reading))
    Draft.objects.filter(reading_id=reading.id, place=1).update(edited=True)
    Draft.objects.filter(reading_id=reading.id, place=2).update(dropped=True)
    assert "已经核对、修改过2条：重新读取后，这些改动都要重做。" in text_of(page(office, at(reading)))


def test_one_field_in_two_columns_is_refused_and_the_choice_stays(office: Client, reading: Reading) -> None:
    answer = office.post(at(reading), {"t0-D": "deadline"})
    html = answer.content.decode()
    assert "“整改时限”只能是一列，现在选了D、E。" in text_of(html)
    assert html.count('<option value="deadline" selected>') == 2
    assert not KnownLayout.objects.exists()


def test_without_problems_nothing_is_read_anew(office: Client, reading: Reading) -> None:
    before = read(reading, "problem")
    assert "没有哪一列是“问题”。请选定写问题的那一列。" in say_so(office, reading, B="remark")
    assert read(reading, "problem") == before


def test_what_is_no_field_counts_as_not_used(office: Client, reading: Reading) -> None:
    say_so(office, reading, D="measures", E="password")
    assert read(reading, "deadline_raw") == [None, None]


def test_saving_as_it_is_settles_what_was_unsure_and_nothing_else(office: Client, reading: Reading) -> None:
    assert "已按您指定的列重新读取" in say_so(office, reading)
    assert "各列都没有改动，没有重新读取。" in say_so(office, reading)


def test_tables_under_one_header_are_asked_about_once(office: Client, world: World, tmp_path: Path) -> None:
    path = sheets(tmp_path / "分县.xlsx", {"云东": [HEAD, ROWS[0]], "云西": [HEAD, ROWS[1]]})
    reading = receive(world, path)
    html = page(office, at(reading))
    assert html.count("<select") == len(HEAD)
    assert "文件里另有1张表的表头相同" in html
    say_so(office, reading, D="measures")
    assert read(reading, "measures") == [["更换两台启闭机并调试"], ["更换灯具并排查线路"]]


def test_a_table_on_its_side_shows_its_rows(office: Client, world: World, tmp_path: Path) -> None:
    rows = [(HEAD[n], ROWS[0][n], ROWS[1][n]) for n in range(len(HEAD))]
    rows[1], rows[3] = ("存在问题", *rows[1][1:]), ("整改措施", *rows[3][1:])
    reading = receive(world, xlsx(tmp_path / "横.xlsx", rows))
    html = text_of(page(office, at(reading)))
    assert "横排的表，表头在第1列" in html
    assert "2 存在问题 东门排涝闸启闭机锈蚀，汛期无法启闭。育才路二十三盏路灯不亮，夜间出行不便。" in html
    assert "已按您指定的列重新读取" in say_so(office, reading, **{"4": "goal"})
    assert read(reading, "goal")[0] == "更换两台启闭机并调试"


def test_a_column_without_a_heading_can_be_chosen(office: Client, world: World, tmp_path: Path) -> None:
    rows = [(*HEAD[:3], "", HEAD[4]), *ROWS]
    reading = receive(world, xlsx(tmp_path / "缺表头.xlsx", rows))
    assert "更换两台启闭机并调试" in page(office, at(reading))
    say_so(office, reading, D="measures")
    assert read(reading, "measures")[0] == ["更换两台启闭机并调试"]


def test_a_confirmed_file_leads_back(office: Client, world: World, reading: Reading) -> None:
    actions.confirm(actor=world.actor("coordinator"), reading=reading)
    assert "已经登记入账，不能再改" in text_of(page(office, at(reading)))


def test_a_text_has_no_columns(office: Client, world: World) -> None:
    text = "一、路灯不亮，群众夜间出行不便。\n责任单位：市住建局"
    reading = receiving.receive_text(actor=world.actor("coordinator"), ledger=world.ledger, text=text)
    assert reading.kind == "text"
    assert office.get(at(reading)).status_code == 404
    assert "columns/" not in page(office, f"/intake/{reading.id}/")


def test_a_file_read_before_layouts_were_kept_says_what_to_do(office: Client, reading: Reading) -> None:
    for table in reading.tables:
        table.pop("fingerprint")
    reading.save(update_fields=["tables"])
    assert "重新上传同一个文件，就可以改" in page(office, at(reading))


def test_a_layout_is_forgotten(office: Client, world: World, reading: Reading, tmp_path: Path) -> None:
    assert "还没有记住哪种表的排法" in page(office, "/intake/layouts/")
    say_so(office, reading, D="measures")
    html = page(office, "/intake/layouts/")
    assert "一.xlsx" in html
    assert "要求 →整改措施" in text_of(html).replace("→ ", "→")
    office.post(f"/intake/layouts/{KnownLayout.objects.get().id}/forget/")
    second = receive(world, odd(tmp_path, "二.xlsx", ("3", "桥栏杆松动，有隐患。", "", "加固栏杆", "")))
    assert read(second, "measures") == [None, None, None]
    assert read(reading, "measures")[0] == ["更换两台启闭机并调试"], "what was read stays"


def test_another_offices_layout_does_not_exist(
    office: Client, sign_in: Callable[[str], Client], reading: Reading
) -> None:
    say_so(office, reading, D="measures")
    county = sign_in("county_coordinator")
    assert "一.xlsx" not in page(county, "/intake/layouts/")
    assert county.post(f"/intake/layouts/{KnownLayout.objects.get().id}/forget/").status_code == 404
    assert KnownLayout.objects.exists()
