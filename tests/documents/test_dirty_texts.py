"""Text that came damaged: what can be undone is undone, what is lost is named, the original stays."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.documents.reading import read_pasted

PLAN = "一、问题：{problem}\n责任单位：市市政处\n整改时限：2025年6月底前"


def test_traditional_characters_are_read_and_kept_as_written():
    (item,) = read_pasted("一、問題：橋樑護欄銹蝕\n責任單位：市園林局\n整改時限：長期堅持").items
    assert (item.problem, item.lead_units) == ("橋樑護欄銹蝕", ("市園林局",))
    assert (item.deadline_raw, item.deadline_kind) == ("長期堅持", "longterm")


def test_full_width_figures_are_read_and_kept_as_written():
    reading = read_pasted("１．问题：井盖缺失１２处\n责任单位：市市政处\n整改时限：２０２５年６月２０日前")
    (item,) = reading.items
    assert (item.problem, item.deadline_raw) == ("井盖缺失１２处", "２０２５年６月２０日前")
    assert item.deadline_date == date(2025, 6, 20)
    assert [(figure.value, figure.unit) for figure in reading.stats] == [(12, "处")]


@pytest.mark.parametrize(
    "twist",
    [
        lambda text: text.encode("utf-8").decode("latin-1"),
        lambda text: text.encode("utf-8").decode("gb18030"),
        lambda text: text.encode("gb18030").decode("latin-1"),
    ],
    ids=["utf-8 as latin-1", "utf-8 as gbk", "gbk as latin-1"],
)
def test_text_decoded_by_the_wrong_table_is_put_right_with_a_doubt(twist):
    problem = "河道护栏破损影响行人安全"
    twisted = twist(problem)
    reading = read_pasted(PLAN.format(problem=twisted))
    (item,) = reading.items
    assert item.problem == problem
    assert any("乱码" in str(doubt) and doubt.place == "¶1" for doubt in item.doubts)
    assert twisted in reading.blocks[0].original


@pytest.mark.parametrize("lost", ["河道护\ufffd破损多处", "河道锟斤拷破损多处", "河道护??破损多处"])
def test_lost_characters_are_named_and_nothing_is_made_up(lost):
    (item,) = read_pasted(PLAN.format(problem=lost)).items
    assert item.problem == lost
    assert any("丢失" in str(doubt) for doubt in item.doubts)


def test_radicals_of_pdf_programs_become_the_characters_they_look_like():
    (item,) = read_pasted("⼀、问题：⻘⽯桥⾬⽔⼝堵塞\n责任单位：县⼈⺠政府").items
    assert (item.problem, item.lead_units) == ("青石桥雨水口堵塞", ("县人民政府",))


def test_a_date_that_does_not_exist_is_a_fault_at_its_place():
    reading = read_pasted("一、问题：路沿石缺失\n责任单位：市市政处\n整改时限：2025年2月30日前")
    assert reading.items[0].deadline_date is None
    (fault,) = reading.faults
    assert "2025年2月30日" in str(fault)
    assert fault.place == "¶3:5-16"


def test_a_year_taken_from_the_title_is_told():
    (item,) = read_pasted("云汀市2025年整改方案\n一、问题：路沿石缺失\n整改时限：6月底前").items
    assert item.deadline_date == date(2025, 6, 30)
    assert [doubt.place for doubt in item.doubts] == ["¶3:5-9"]


def test_clean_text_raises_no_doubts():
    reading = read_pasted(PLAN.format(problem="“最后一公里”不畅（café 旁）？是的??"[:14]))
    assert [doubt for item in reading.items for doubt in item.doubts] == []
    assert reading.faults == ()
