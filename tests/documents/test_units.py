"""Lists of units and persons as offices write them, and the parts they are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.documents.reading.names import is_person, is_unit
from bihuan.documents.reading.units import LEAD, SUPPORT, read_persons, read_units


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("市住建局、市水利局", ("市住建局", "市水利局")),
        (
            "市住建局，市水利局；市财政局\n市教育局/市民政局",
            ("市住建局", "市水利局", "市财政局", "市教育局", "市民政局"),
        ),
        ("市住建局、各县（市、区）人民政府", ("市住建局", "各县（市、区）人民政府")),
        ("市财政局等，各县、市、区政府", ("市财政局", "各县、市、区政府")),
        ("市水利局、市林业局及沿河各乡镇（街道）", ("市水利局", "市林业局", "沿河各乡镇（街道）")),
        ("市自然资源和规划局", ("市自然资源和规划局",)),
        ("市林业和草原局、市水利局和市财政局", ("市林业和草原局", "市水利局", "市财政局")),
        ("各县（市、区）党委和政府、市直有关部门", ("各县（市、区）党委和政府", "市直有关部门")),
        ("柳湾镇人民政府 县畜牧局 县环保局", ("柳湾镇人民政府", "县畜牧局", "县环保局")),
        ("1.市住建局；2.市水利局。", ("市住建局", "市水利局")),
        ("责任单位：市住建局", ("市住建局",)),
        ("市教育局等部门", ("市教育局",)),
        ("市住建局、市住建局", ("市住建局",)),
        ("", ()),
        ("/", ()),
        ("无", ()),
    ],
)
def test_lists_of_leading_units(text, lead):
    found = read_units(text)
    assert (found.lead, found.support) == (lead, ())


@pytest.mark.parametrize(
    ("text", "lead", "support"),
    [
        ("市商务局（牵头）\n市生态环境局", ("市商务局",), ("市生态环境局",)),
        ("市生态环境局、市商务局（牵头单位）", ("市商务局",), ("市生态环境局",)),
        ("柳湾镇人民政府\n县水利局\n县应急管理局（配合）", ("柳湾镇人民政府", "县水利局"), ("县应急管理局",)),
        (
            "市住建局、各区人民政府牵头，市财政局、市城管局配合",
            ("市住建局", "各区人民政府"),
            ("市财政局", "市城管局"),
        ),
        ("由市住建局牵头，市财政局、市城管局按职责分工负责", ("市住建局",), ("市财政局", "市城管局")),
        ("牵头单位：市住建局；配合单位：市财政局、市城管局", ("市住建局",), ("市财政局", "市城管局")),
        ("牵头单位：市住建局\n责任单位：各区人民政府\n督导单位：市纪委", ("市住建局",), ("各区人民政府",)),
        (
            "县农业农村局（排名第一的为牵头单位，下同）、县水利局，各乡镇",
            ("县农业农村局",),
            ("县水利局", "各乡镇"),
        ),
        ("市住建局（牵头）、市财政局（配合）", ("市住建局",), ("市财政局",)),
    ],
)
def test_parts_given_by_words(text, lead, support):
    found = read_units(text)
    assert (found.lead, found.support) == (lead, support)


def test_the_role_of_the_column_and_the_first_of_a_list():
    assert read_units("市财政局、市城管局", SUPPORT).support == ("市财政局", "市城管局")
    found = read_units("市水利局、市财政局", LEAD, first=True)
    assert (found.lead, found.support) == (("市水利局",), ("市财政局",))


def test_persons_among_units_are_told_apart():
    found = read_units("市园林中心 顾小满")
    assert (found.lead, found.persons) == (("市园林中心",), ("顾小满",))


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("周明", "周明"),
        ("周明、李小海", "周明、李小海"),
        ("周明 李小海", "周明、李小海"),
        ("周明\n李小海", "周明、李小海"),
        ("张 三", "张三"),
        ("乡长罗宁", "罗宁"),
        ("马晓南（副县长）", "马晓南"),
        ("王强局长", "王强"),
        ("县住建局局长赵晴 13800000000", "赵晴"),
        ("责任人：钱远", "钱远"),
        ("欧阳晓月", "欧阳晓月"),
        ("/", ""),
    ],
)
def test_persons(text, persons):
    assert read_persons(text) == persons


def test_what_units_and_persons_look_like():
    assert all(map(is_unit, ("市住建局", "柳湾镇", "青禾县人民政府", "某某有限公司", "县医院", "各乡镇（街道）")))
    assert not any(map(is_unit, ("周明", "2025年6月", "完成整改", "局")))
    assert all(map(is_person, ("周明", "欧阳晓月", "李小海")))
    assert not any(map(is_person, ("市住建局", "已完成", "长期坚持", "周")))


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text):
    found = read_units(text)
    assert not set(found.lead) & set(found.support)
    read_persons(text)
