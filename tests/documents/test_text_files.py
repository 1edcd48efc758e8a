"""csv, tsv and txt as systems export them: every encoding, every separator, long numbers kept whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.documents.reading.delimited import decode
from bihuan.documents.reading.ledger import read_ledger
from tests.documents import build

ROWS = [
    ["序号", "问题描述", "责任单位", "整改时限", "整改状态"],
    ["1", "河堤护坡塌陷，\n长约15米", "市水利局", "2025年6月底前", "整改中"],
    ["2", "菜场秤具,未检定", "市市场监管局、云东区人民政府", "立行立改", "已完成"],
]


def check(path: Path) -> None:
    first, second = read_ledger(path).items
    assert first.problem == "河堤护坡塌陷，\n长约15米"
    assert first.lead_units == ("市水利局",)
    assert second.problem == "菜场秤具,未检定"
    assert second.lead_units == ("市市场监管局", "云东区人民政府")
    assert (first.status, second.status) == ("ongoing", "done")
    assert first.place is not None
    assert first.place.sheet is None


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.tsv", "\t"), ("a.txt", ";"), ("a.txt", "|")])
def test_every_encoding_and_separator(tmp_path, encoding, name, delimiter):
    check(build.text(tmp_path / name, ROWS, encoding, delimiter))


def test_big_endian_with_a_mark(tmp_path):
    path = build.text(tmp_path / "a.csv", ROWS, "utf-16-be")
    path.write_bytes(b"\xfe\xff" + path.read_bytes())
    check(path)


def test_rare_signs_need_gb18030(tmp_path):
    rows = [ROWS[0], ["1", "㵲水镇䶮山村㸆房漏电", "㵲水镇人民政府", "2025年6月底前", "整改中"]]
    (item,) = read_ledger(build.text(tmp_path / "a.csv", rows, "gb18030")).items
    assert item.lead_units == ("㵲水镇人民政府",)


def test_units_parted_by_semicolons_do_not_part_the_cells(tmp_path):
    rows = [ROWS[0], ["1", "绿篱遮挡视线", "市园林中心;市交警支队;云东区城管局", "2025年5月", "整改中"]]
    (item,) = read_ledger(build.text(tmp_path / "a.csv", rows, "gbk")).items
    assert item.lead_units == ("市园林中心", "市交警支队", "云东区城管局")


def test_tricks_that_protect_long_numbers_are_undone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "工单编号,诉求内容,承办单位,办理时限\r\n"
        '="20250618003217",夜市油烟扰民,云东区城管局,2025-06-25 18:00:00\r\n'
        "\t20250618003218,公交改道未告示,市公交公司,2025-06-26\r\n",
        encoding="utf-8",
    )
    assert [item.no for item in read_ledger(path).items] == ["20250618003217", "20250618003218"]


def test_a_number_too_long_for_a_number_is_doubted(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx", [["编号", "问题", "责任单位"], [12345678901234567890, "乱停车", "市城管局"]]
    )
    (item,) = read_ledger(path).items
    assert any("15 位" in str(doubt) for doubt in item.doubts)


def test_the_line_that_names_the_separator_is_no_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n序号;问题;责任单位\n1;站牌锈蚀;市交通局\n", encoding="utf-8")
    (item,) = read_ledger(path).items
    assert item.problem == "站牌锈蚀"


def test_lost_signs_are_kept_and_doubted(tmp_path):
    path = build.text(tmp_path / "a.csv", ROWS, "utf-8")
    path.write_bytes(path.read_bytes().replace("护坡".encode(), "护坡".encode()[:-1]))
    first = read_ledger(path).items[0]
    assert "\ufffd" in first.problem
    assert any("丢失" in str(doubt) and doubt.place == "B2" for doubt in first.doubts)


def test_a_workbook_under_the_name_of_a_text_is_read_as_what_it_is(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [ROWS[0], ["1", "站牌锈蚀", "市交通局", "2025年", "整改中"]])
    assert len(read_ledger(path, name="a.csv").items) == 1


def test_an_open_quotation_mark_is_named_by_its_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('序号,问题,责任单位\n1,"没有收尾,市城管局\n' + "2,又一个,市城管局\n" * 20000, encoding="utf-8")
    with pytest.raises(Exception, match="引号"):
        read_ledger(path)


def test_traditional_characters_in_big5_are_told_from_gbk():
    text = "編號,問題,責任單位\n1,路燈不亮，影響行人夜間通行安全，請儘速處理,市政府工務局\n" * 5
    assert decode(text.encode("big5")) == text
