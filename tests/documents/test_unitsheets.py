"""A unit's own Excel: what goes out filled in comes back as exactly that, and nothing else is believed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading.unitsheets import FilledSheet, read_unit_sheet
from bihuan.documents.unitsheets import COLUMNS, HeadMark, RowMark, head_mark, row_mark
from bihuan.documents.writing.unitsheets import UnitRow, UnitSheet, write_unit_sheet

KEY = b"k" * 32
SENT = date(2026, 3, 2)
TOP = 6
"""The first row of the table, as Excel counts."""
PLACE = {code: place for place, code in enumerate(COLUMNS, start=1)}
MARK = len(COLUMNS) + 1


def rows(count: int, measures: int = 2) -> list[UnitRow]:
    """`count` problems with `measures` each."""
    found = []
    for number in range(1, count + 1):
        problem = uuid4()
        found += [
            UnitRow(
                RowMark(1, 37, problem, uuid4(), 3, 20),
                f"YT2026-{number:05d}",
                "集镇污水管网多处破损，雨天污水外溢到农田，群众多次反映没有解决。",
                f"第{place}项：修复破损管网并建立巡查台账",
                SENT + timedelta(days=20),
                SENT + timedelta(days=30),
                first=place == 1,
                unsigned=number % 2 == 1,
            )
            for place in range(1, measures + 1)
        ]
    return found


def written(table: list[UnitRow], path: Path) -> Path:
    """The file as it goes out."""
    sheet = UnitSheet(1, 37, "澄浦县鲤埠镇人民政府", "云汀市", SENT, "2026-03-02 10:00", table)
    write_unit_sheet(path, sheet, key=KEY)
    return path


def filled(path: Path, fill: Callable[[Worksheet], None], name: str = "back.xlsx") -> Path:
    """The file opened, filled in and saved, as a spreadsheet program would."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    fill(sheet)
    back = path.with_name(name)
    book.save(back)
    return back


def read(path: Path, key: bytes = KEY) -> FilledSheet:
    return read_unit_sheet(path, path.name, key=key)


def put(cells: dict[tuple[int, str], Any]) -> Callable[[Worksheet], None]:
    """Fill cells by row of the table (from 0) and column."""

    def fill(sheet: Worksheet) -> None:
        for (row, code), value in cells.items():
            sheet.cell(TOP + row, PLACE[code]).value = value

    return fill


def test_an_untouched_file_says_nothing(tmp_path: Path):
    back = read(written(rows(3), tmp_path / "out.xlsx"))
    assert len(back.rows) == 6
    assert all(row.is_empty for row in back.rows)
    assert (back.faults, back.filled_by, back.filled_on) == ((), "", None)
    assert back.head == HeadMark(1, 37, SENT, 6)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=40)
texts = words.map(str.strip).filter(lambda text: not text.startswith(("=", "#", "bihuan")))
names = texts.map(lambda text: " ".join(text.split()))
days = st.dates(date(2000, 1, 1), date(2099, 12, 31)) | st.none()
filling = st.fixed_dictionaries(
    {
        "signer": names,
        "signed_on": days,
        "progress": st.integers(0, 100) | st.none(),
        "note": texts,
        "done_on": days,
        "new_due": days,
        "reason": texts,
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(filling, min_size=3, max_size=3), st.permutations([0, 1, 2]))
def test_what_is_filled_in_comes_back_as_exactly_that_in_any_order(tmp_path, said, order):
    table = rows(3, measures=1)

    def fill(sheet: Worksheet) -> None:
        for row, values in enumerate(said):
            for code, value in values.items():
                cell = sheet.cell(TOP + row, PLACE[code])
                if value not in (None, ""):
                    cell.value = value
                    cell.data_type = "s" if isinstance(value, str) else cell.data_type
        taken = [[cell.value for cell in sheet[TOP + row]] for row in range(3)]
        for target, source in enumerate(order):
            for column, value in enumerate(taken[source], start=1):
                cell = sheet.cell(TOP + target, column)
                cell.value = value
                cell.data_type = "s" if isinstance(value, str) else cell.data_type

    back = {row.mark: row for row in read(filled(written(table, tmp_path / "out.xlsx"), fill)).rows}
    for sent, values in zip(table, said, strict=True):
        row = back[sent.mark]
        assert row.faults == ()
        assert {code: getattr(row, code) for code in values} == values
        assert row.number == sent.number


@pytest.mark.parametrize(
    ("code", "value", "read_as"),
    [
        ("progress", "60%", 60),
        ("progress", "６０％", 60),
        ("progress", 60.0, 60),
        ("progress", "100", 100),
        ("signed_on", "2026年3月5日", date(2026, 3, 5)),
        ("signed_on", "2026.3.5", date(2026, 3, 5)),
        ("signed_on", 20260305, date(2026, 3, 5)),
        ("signed_on", datetime(2026, 3, 5, 9, 30), date(2026, 3, 5)),
        ("signer", "  宁  致和 ", "宁 致和"),
        ("note", 12, "12"),
    ],
)
def test_what_people_write_is_understood(tmp_path: Path, code: str, value: Any, read_as: Any):
    back = read(filled(written(rows(1), tmp_path / "out.xlsx"), put({(0, code): value})))
    assert (getattr(back.rows[0], code), back.rows[0].faults) == (read_as, ())


def test_a_cell_formatted_as_percent_is_read_as_it_is_seen(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        cell = sheet.cell(TOP, PLACE["progress"])
        cell.value, cell.number_format = 0.6, "0%"

    assert read(filled(written(rows(1), tmp_path / "out.xlsx"), fill)).rows[0].progress == 60


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("signed_on", "2026年2月30日", "没有“2026年2月30日”这一天"),
        ("signed_on", "三月五日", "看不懂日期“三月五日”"),
        ("signed_on", "1926-03-05", "年份不对"),
        ("progress", 0.6, "进度“0.6”不是0到100的整数"),
        ("progress", 101, "进度“101”不是0到100的整数"),
        ("progress", -1, "进度“-1”不是0到100的整数"),
        ("progress", "六成", "进度“六成”不是0到100的整数"),
        ("progress", True, "不是0到100的整数"),
        ("progress", "=50+10", "这里是公式，文件里没有算出的结果"),
        ("note", '=HYPERLINK("http://x")', "这里是公式"),
        ("note", "字" * 2001, "文字太长"),
        ("signer", "字" * 61, "太长，最多60个字"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_cell(tmp_path: Path, code: str, value: Any, words: str):
    row = read(filled(written(rows(1), tmp_path / "out.xlsx"), put({(1, code): value}))).rows[1]
    (fault,) = row.faults
    assert words in str(fault)
    assert fault.place == f"{row.place.split('!')[0]}!{chr(64 + PLACE[code])}{TOP + 1}"
    assert not row.is_empty


def test_a_formula_that_failed_is_not_taken_for_an_empty_cell(tmp_path: Path):
    good, bad = written(rows(1), tmp_path / "out.xlsx"), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(filled(good, put({(0, "progress"): 77}))) as before, zipfile.ZipFile(bad, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name.endswith("sheet1.xml"):
                head, _, rest = data.decode().partition('t="n"><v>77</v>')
                data = (head + 't="e"><f>1/0</f><v>#DIV/0!</v>' + rest).encode()
                assert rest
            after.writestr(name, data)
    (fault,) = read(bad).rows[0].faults
    assert "这里是公式" in str(fault)


def test_rows_deleted_added_and_a_renamed_sheet_are_noticed(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        sheet.title = "改过的名字"
        sheet.cell(TOP + 2, PLACE["progress"]).value = 50
        sheet.cell(TOP + 9, PLACE["number"]).value = "YT2026-99999"
        sheet.cell(TOP + 9, PLACE["note"]).value = "新发现的问题"
        sheet.delete_rows(TOP)

    back = read(filled(written(rows(2), tmp_path / "out.xlsx"), fill))
    assert [row.progress for row in back.rows] == [None, 50, None]
    added, missing = back.faults
    assert (added.place, "自己加的行" in str(added)) == ("改过的名字!14", True)
    assert str(missing) == "发出时有4行，交回的少了1行；少的行不作改动。"


def test_columns_may_have_been_moved(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        sheet.cell(TOP, PLACE["progress"]).value = 70
        for row in range(4, TOP + 4):
            last = sheet.cell(row, 30)
            first = sheet.cell(row, PLACE["progress"])
            last.value, first.value = first.value, None

    assert read(filled(written(rows(1), tmp_path / "out.xlsx"), fill)).rows[0].progress == 70


def test_who_filled_it_in_and_when_is_read_from_the_foot(tmp_path: Path):
    table = rows(1)

    def fill(sheet: Worksheet) -> None:
        at = TOP + len(table) + 1
        sheet.cell(at, PLACE["problem"]).value = "边 一鸣"
        sheet.cell(at, PLACE["done_on"]).value = date(2026, 3, 6)

    back = read(filled(written(table, tmp_path / "out.xlsx"), fill))
    assert (back.filled_by, back.filled_on) == ("边 一鸣", date(2026, 3, 6))


def test_a_mark_that_was_changed_is_not_believed(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        cell = sheet.cell(TOP, MARK)
        assert isinstance(cell.value, str)
        cell.value = cell.value.replace(":3:20:", ":4:20:")
        sheet.cell(TOP, PLACE["progress"]).value = 90

    back = read(filled(written(rows(1), tmp_path / "out.xlsx"), fill))
    assert len(back.rows) == 1
    assert "隐藏的标记被改动过" in str(back.faults[0])


def test_marks_of_another_installation_are_foreign(tmp_path: Path):
    path = written(rows(1), tmp_path / "out.xlsx")
    with pytest.raises(Unreadable, match="不是本系统发出的（可能来自别的城市）"):
        read(path, key=b"another")


@given(st.integers(0, 10**6), st.uuids(), st.none() | st.uuids(), st.binary(min_size=1), st.integers(0, 60))
def test_marks_are_read_with_their_key_alone_and_no_sign_of_them_can_be_changed(unit, problem, measure, key, at):
    mark = RowMark(1, unit, problem, measure, 2, 40)
    sealed = mark.sealed(key)
    assert row_mark(sealed, key) == mark
    assert row_mark(sealed, key + b"x") is None
    at %= len(sealed)
    changed = sealed[:at] + ("0" if sealed[at] != "0" else "1") + sealed[at + 1 :]
    assert row_mark(changed, key) is None
    assert head_mark(sealed, key) is None


def test_saved_as_csv_it_still_comes_back(tmp_path: Path):
    sheet = openpyxl.load_workbook(
        filled(written(rows(2), tmp_path / "out.xlsx"), put({(0, "progress"): 35, (0, "note"): "已招标"}))
    ).worksheets[0]
    out = io.StringIO()
    csv.writer(out).writerows(
        [value.date() if isinstance(value, datetime) else value for value in row]
        for row in sheet.iter_rows(values_only=True)
    )
    path = tmp_path / "back.csv"
    path.write_bytes(out.getvalue().encode("gb18030"))
    first = read(path).rows[0]
    assert (first.progress, first.note) == (35, "已招标")


def test_a_workbook_under_the_name_of_a_csv_is_read_for_what_it_is(tmp_path: Path):
    path = written(rows(1), tmp_path / "out.xlsx").rename(tmp_path / "out.csv")
    assert len(read(path).rows) == 2


def test_files_that_are_none_of_ours_are_refused_in_plain_words(tmp_path: Path):
    plain, many, bomb, macro = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.xlsx", "d.xlsm"))
    book = openpyxl.Workbook()
    book.worksheets[0].append(["编号", "进度"])
    book.save(plain)
    book.worksheets[0].cell(10_000, 1).value = "最后一行"
    book.save(many)
    with zipfile.ZipFile(written(rows(1), bomb)) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as bad:
        for name, data in parts.items():
            bad.writestr(name, b" " * 200_000_000 if name == "xl/sharedStrings.xml" else data)
    with zipfile.ZipFile(macro, "w") as bad:
        for name, data in parts.items():
            bad.writestr(name, data)
        bad.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
    for path, words in (
        (plain, "这不是本系统发出的整改情况表"),
        (many, "太大"),
        (bomb, "压缩|解压|过大|太大"),
        (macro, "文件里有宏"),
    ):
        with pytest.raises(Unreadable, match=words):
            read(path)


def test_two_sheets_in_one_file_are_refused(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.copy_worksheet(sheet)

    with pytest.raises(Unreadable, match="不止一张"):
        read(filled(written(rows(1), tmp_path / "out.xlsx"), fill))


def test_it_prints_on_one_page_wide_and_locks_what_is_not_the_units(tmp_path: Path):
    table = rows(2)
    sheet = openpyxl.load_workbook(written(table, tmp_path / "out.xlsx")).worksheets[0]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    setup = sheet.sheet_properties.pageSetUpPr
    assert setup is not None
    assert setup.fitToPage
    assert sheet.protection.sheet
    assert sheet.protection.password is None

    def locked(row: int, code: str) -> bool:
        return bool(sheet.cell(TOP + row, PLACE[code]).protection.locked)

    assert [locked(0, code) for code in ("number", "problem", "due", "now")] == [True] * 4
    assert [locked(0, code) for code in ("signer", "signed_on", "progress", "note")] == [False] * 4
    assert (locked(1, "signer"), locked(1, "progress")) == (True, False)  # signed for once a problem
    assert (locked(2, "signer"), locked(2, "new_due")) == (True, False)  # signed already
    assert sheet.column_dimensions[get_column_letter(MARK)].hidden
    kinds = sorted(str(rule.type) for rule in sheet.data_validations.dataValidation)
    assert set(kinds) == {"date", "whole"}


def test_500_rows_go_out_and_come_back_quickly(tmp_path: Path):
    table = rows(250)
    began = datetime.now()
    back = read(written(table, tmp_path / "out.xlsx"))
    assert len(back.rows) == 500
    assert isinstance(back.rows[0].mark.problem, UUID)
    assert (datetime.now() - began).total_seconds() < 5
