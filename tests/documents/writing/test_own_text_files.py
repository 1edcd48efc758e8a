"""Text files go out in the encoding, with the separators, quotation marks and line ends they came in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bihuan.documents.reading import read_ledger
from bihuan.documents.writing.own_layout import ProblemRow
from tests.documents.writing.offices import again, exported, row_of

LINES = (
    "序号,问题,责任单位,整改时限\r\n"
    "1,路灯不亮,市城管局,2026年3月底前\r\n"
    '2,"站牌破损，\n已有半年",市交通局,2026-06-30\r\n'
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "utf-16-be")


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "台账.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_change_touches_its_cell_alone(tmp_path, encoding):
    path = written(tmp_path, LINES, encoding)
    copy = exported(path, replace(row_of(path, 0), problem="路灯全灭"))
    assert copy.name == "台账.csv"
    assert copy.data == LINES.replace("路灯不亮", "路灯全灭").encode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_new_problem_is_a_new_line(tmp_path, encoding):
    path = written(tmp_path, LINES, encoding)
    row = ProblemRow(no="3", problem="护栏松动", lead_units=("市住建局", "市水务局"), deadline=date(2026, 9, 30))
    copy = exported(path, row)
    assert copy.data == (LINES + "3,护栏松动,市住建局、市水务局,2026年9月底前\r\n").encode(encoding)


@pytest.mark.parametrize(("delimiter", "name"), [("\t", "a.tsv"), (";", "a.csv"), ("|", "a.txt"), ("，", "a.txt")])
def test_separators_and_a_missing_last_line_end_stay(tmp_path, delimiter, name):
    rows = [["序号", "问题", "责任单位"], ["1", "路灯不亮", "市城管局"], ["2", "站牌破损", "市交通局"]]
    text = "\n".join(delimiter.join(row) for row in rows)
    path = written(tmp_path, text, name=name)
    copy = exported(
        path, replace(row_of(path, 1), problem=f"站牌{delimiter}已旧"), ProblemRow(no="3", problem="护栏松动")
    )
    expected = text.replace("站牌破损", f'"站牌{delimiter}已旧"') + "\n" + delimiter.join(["3", "护栏松动", ""])
    assert copy.data.decode() == expected


def test_quotation_marks_are_used_where_the_file_uses_them(tmp_path):
    text = '"序号","问题","责任单位"\n"1","路灯""新""不亮","市城管局"\n'
    path = written(tmp_path, text)
    copy = exported(path, replace(row_of(path, 0), lead_units=("市交通局",)), ProblemRow(no="2", problem='说"好"'))
    assert copy.data.decode() == text.replace("市城管局", "市交通局") + '"2","说""好""",""\n'


def test_the_line_that_names_the_separator_stays(tmp_path):
    text = "sep=;\r\n序号;问题;责任单位\r\n1;路灯不亮;市城管局\r\n"
    path = written(tmp_path, text)
    assert exported(path, replace(row_of(path, 0), problem="路灯全灭")).data.decode() == text.replace(
        "不亮", "全灭"
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-3处", "@A1", "＝1", " =1", "'=1", "\t=1", "=1\n=2"])
def test_nothing_typed_becomes_a_formula_and_it_is_read_back_as_typed(tmp_path, text):
    path = written(tmp_path, LINES)
    copy = exported(path, replace(row_of(path, 0), problem=text))
    cell = copy.data.decode().split("\r\n")[1].split(",")[1].lstrip('"')
    assert cell.startswith("'")
    assert again(tmp_path, copy).items[0].problem == text.strip()


def test_negative_numbers_stay_numbers(tmp_path):
    path = written(tmp_path, "序号,问题,备注\n1,路灯不亮,无\n")
    assert exported(path, replace(row_of(path, 0), remark="-3.5")).data.decode().endswith("-3.5\n")


def test_bytes_that_are_no_text_stay(tmp_path):
    data = LINES.encode("gb18030").replace("市交通局".encode("gb18030"), b"\xca\xd0\xff\xb4\xa6")
    path = tmp_path / "坏.csv"
    path.write_bytes(data)
    copy = exported(path, replace(row_of(path, 0), problem="路灯全灭"))
    assert copy.data == data.replace("路灯不亮".encode("gb18030"), "路灯全灭".encode("gb18030"))


def test_columns_lined_up_with_blanks_come_back_as_a_workbook(tmp_path):
    text = "序号  问题      责任单位\n1     路灯不亮  市城管局\n2     站牌破损  市交通局\n"
    path = written(tmp_path, text, name="台账.txt")
    assert exported(path).data == path.read_bytes()
    copy = exported(path, replace(row_of(path, 0), problem="路灯全灭"))
    assert copy.name == "台账.xlsx"
    assert [item.problem for item in again(tmp_path, copy).items] == ["路灯全灭", "站牌破损"]


def test_ruled_tables_of_plain_text_keep_their_ruling(tmp_path):
    text = "| 序号 | 问题 | 责任单位 |\n| --- | --- | --- |\n| 1 | 路灯不亮 | 市城管局 |\n"
    path = written(tmp_path, text, name="台账.txt")
    copy = exported(path, replace(row_of(path, 0), problem="路灯全灭"))
    assert copy.data.decode() == text.replace(" 路灯不亮 ", "路灯全灭")
    assert read_ledger(path).items[0].lead_units == again(tmp_path, copy).items[0].lead_units
