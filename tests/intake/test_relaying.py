"""A person says which column is which: the file is read so, and so is the next one that is laid out alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.domain.refusals import Refused
from bihuan.intake import actions, relaying
from bihuan.intake.models import Draft, Reading
from bihuan.intake.receiving import layouts_of
from tests.documents.build import xlsx
from tests.intake.files import leave_out, ledger, receive
from tests.world import World

pytestmark = pytest.mark.django_db

HEAD = ("编号", "事项说明", "牵头", "要求", "限期")
ROWS = (
    ("1", "东门排涝闸启闭机锈蚀，汛期无法启闭。", "市水利局", "更换两台启闭机并调试", "2026-10-31"),
    ("2", "育才路二十三盏路灯不亮，夜间出行不便。", "住建部门", "更换灯具并排查线路", "2026-08-31"),
)


def odd(folder: Path, name: str, *more: tuple[str, ...]) -> Path:
    return xlsx(folder / name, [("整改事项表",), HEAD, *ROWS, *more], sheet="表")


def as_read(reading: Reading, field: str) -> list[object]:
    return [draft.item.get(field) for draft in Draft.objects.filter(reading_id=reading.id).order_by("place")]


def say_so(city: World, reading: Reading, **columns: str) -> Reading:
    return relaying.read_as(actor=city.actor("coordinator"), reading=reading, columns={0: columns})


def test_the_file_is_read_as_the_person_says(city: World, tmp_path: Path) -> None:
    reading = receive(city, odd(tmp_path, "一.xlsx"))
    say_so(city, reading, B="problem", D="goal")
    assert as_read(reading, "goal") == ["更换两台启闭机并调试", "更换灯具并排查线路"]
    assert as_read(reading, "measures") == [None, None]
    columns = {column["column"]: column for column in Reading.objects.get(id=reading.id).tables[0]["columns"]}
    assert (columns["D"]["field"], columns["D"]["reason"]) == ("goal", "remembered")


def test_the_next_file_laid_out_alike_is_read_so_by_itself(city: World, tmp_path: Path) -> None:
    say_so(city, receive(city, odd(tmp_path, "一.xlsx")), D="goal")
    more = ("3", "北关桥栏杆松动，行人通行有隐患。", "市住建局", "加固全部栏杆", "2026-12-31")
    again = receive(city, odd(tmp_path, "二.xlsx", more))
    assert as_read(again, "goal")[-1] == "加固全部栏杆"


def test_but_only_for_the_office_that_said_it(city: World, tmp_path: Path) -> None:
    say_so(city, receive(city, odd(tmp_path, "一.xlsx")), D="goal")
    assert layouts_of(city.units["county"].pk) == {}


def test_decisions_about_units_are_kept(city: World, tmp_path: Path) -> None:
    reading = receive(city, odd(tmp_path, "一.xlsx"))
    units = {"住建部门": (city.units["housing"].pk,)}
    actions.match_units(actor=city.actor("coordinator"), reading=reading, decisions=units)
    say_so(city, reading, D="goal")
    assert reading.unit_names.get(name="住建部门").units == [city.units["housing"].pk]


def test_without_a_column_of_problems_nothing_changes(city: World, tmp_path: Path) -> None:
    reading = receive(city, odd(tmp_path, "一.xlsx"))
    before = as_read(reading, "problem")
    with pytest.raises(Refused, match="没有哪一列"):
        say_so(city, reading, B="remark")
    assert as_read(reading, "problem") == before


def test_a_confirmed_file_is_not_read_again(city: World, tmp_path: Path) -> None:
    reading = receive(
        city, ledger(tmp_path, ("1", "", "路灯不亮", "更换", "市住建局", "", "", "2026-08-31", "", ""))
    )
    actions.confirm(actor=city.actor("coordinator"), reading=reading)
    with pytest.raises(Refused):
        say_so(city, reading, D="goal")


def test_a_later_version_is_recognised_once_its_columns_are_right(city: World, tmp_path: Path) -> None:
    first = say_so(city, receive(city, odd(tmp_path, "一.xlsx")), D="measures")
    leave_out(city, first)
    actions.confirm(actor=city.actor("coordinator"), reading=first)
    for layout in relaying.remembered(city.actor("coordinator")):
        wrong = layout.layout | {"fields": layout.layout["fields"] | {"B": "measures", "D": "problem"}}
        type(layout).objects.filter(id=layout.id).update(layout=wrong)
    again = receive(city, odd(tmp_path, "二.xlsx", ("3", "北关桥栏杆松动，有隐患。", "", "加固", "")))
    assert not again.as_round
    say_so(city, again, B="problem", D="measures")
    again.refresh_from_db()
    assert again.as_round
    assert [draft.verdict for draft in Draft.objects.filter(reading_id=again.id).order_by("place")][-1] == "added"


def test_a_layout_is_remembered_with_its_words_and_forgotten(city: World, tmp_path: Path) -> None:
    office = city.actor("coordinator")
    say_so(city, receive(city, odd(tmp_path, "一.xlsx")), D="goal")
    (layout,) = relaying.remembered(office)
    assert (layout.layout["file"], layout.layout["labels"]["D"]) == ("一.xlsx", "要求")
    relaying.forget(actor=city.actor("county_coordinator"), layout=layout)
    assert layouts_of(office.unit_id), "not another office's to forget"
    relaying.forget(actor=office, layout=layout)
    assert layouts_of(office.unit_id) == {}


def test_what_people_have_worked_on_is_counted(city: World, tmp_path: Path) -> None:
    reading = receive(city, odd(tmp_path, "一.xlsx"))
    assert relaying.gone_over(reading) == 0
    Draft.objects.filter(reading_id=reading.id, place=2).update(dropped=True)
    assert relaying.gone_over(reading) == 1


def test_likely_duplicates_are_looked_for_anew(city: World, tmp_path: Path) -> None:
    twice = ("3", "育才路二十三盏路灯不亮，夜间出行很不便。", "", "更换灯具", "")
    reading = say_so(city, receive(city, odd(tmp_path, "一.xlsx", twice)), D="goal")
    alike = dict(Draft.objects.filter(reading_id=reading.id).values_list("place", "alike"))
    assert [bool(alike[place]) for place in (1, 2, 3)] == [False, True, True]
