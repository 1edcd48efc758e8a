"""Workbooks as offices make them, with all that stands around a table and must not be lost; invented."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import xlsxwriter  # type: ignore[import-untyped]
from lxml import etree
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.documents.reading import Item, Reading, read_ledger
from bihuan.documents.writing.own_layout import OwnCopy, ProblemRow, write_own_layout

MACROS = b"\xd0\xcf\x11\xe0macros that nobody runs" * 40
BODY = 5  # first row of data in `full`


def picture() -> bytes:
    """A red dot as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


def full(path: Path) -> Path:
    """A ledger with a two-row header, merged categories, one problem over three rows, totals, and much around it.

    Rows 1–4 title and header, 5–9 data (5–6 category 水环境, 7–9 one problem of category 大气), 10 total, 11 note.
    """
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台账")
    edge = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_name": "仿宋", "font_size": 11}
    cell, head = book.add_format(edge), book.add_format({**edge, "bold": True, "bg_color": "#DDEBF7"})
    day = book.add_format({**edge, "num_format": 'yyyy"年"m"月"d"日"'})
    red = book.add_format({"bg_color": "#FFC7CE"})
    sheet.merge_range("A1:J1", "云汀市城市管理问题整改台账", book.add_format({"bold": True, "font_size": 18}))
    sheet.merge_range("A2:J2", "填报单位：市整改办　填报时间：2026年1月5日", book.add_format())
    for place, text in zip(
        ("A3:A4", "B3:B4", "C3:C4", "D3:D4"), ("序号", "类别", "存在问题", "整改措施"), strict=True
    ):
        sheet.merge_range(place, text, head)
    sheet.merge_range("E3:F3", "责任", head)
    sheet.write_row("E4", ["牵头单位", "责任人"], head)
    sheet.merge_range("G3:G4", "整改时限", head)
    sheet.merge_range("H3:H4", "完成状态", head)
    sheet.merge_range("I3:I4", "涉及点位数", head)
    sheet.merge_range("J3:J4", "备注", head)
    rows: Sequence[Sequence[object]] = (
        (
            1,
            "水环境",
            "护城河东段岸坡堆放垃圾",
            "1.清运垃圾；2.加装围挡。",
            "市城管局",
            "方舟",
            date(2026, 3, 31),
            "整改中",
            4,
            "",
        ),
        (2, None, "雨水井盖缺失", "补装井盖", "市住建局", "许诺", date(2026, 6, 30), "已完成", 12, "见附件"),
        (3, "大气", "渣土车遗撒", "加装篷布", "市城管局", "沈舟", date(2026, 9, 30), "整改中", 3, ""),
        (None, None, None, "联合执法", None, None, None, None, None, None),
        (None, None, None, "定期通报", None, None, None, None, None, None),
    )
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(BODY - 1 + down, across, value, day)
            else:
                sheet.write(BODY - 1 + down, across, value, cell)
    sheet.merge_range("B5:B6", "水环境", cell)
    sheet.merge_range("B7:B9", "大气", cell)
    for column, value in zip("ACEFHIJ", (3, "渣土车遗撒", "市城管局", "沈舟", "整改中", 3, ""), strict=True):
        sheet.merge_range(f"{column}7:{column}9", value, cell)
    sheet.merge_range("G7:G9", date(2026, 9, 30), day)
    sheet.merge_range("A10:H10", "合计", head)
    sheet.write_formula("I10", "=SUM(I5:I9)", head, 19)
    sheet.write_formula("J10", '=COUNTIF(H5:H9,"已完成")&"/"&COUNTA(C5:C9)', head, "1/3")
    sheet.merge_range("A11:J11", "注：以上点位数由各单位自报。", book.add_format({"italic": True}))
    sheet.set_column("C:D", 33.5)
    sheet.set_column("F:F", 9, None, {"hidden": True})
    sheet.set_row(0, 36)
    sheet.set_row(5, 48)
    sheet.freeze_panes(4, 0)
    sheet.autofilter("A4:J9")
    sheet.print_area("A1:J11")
    sheet.repeat_rows(2, 3)
    sheet.set_landscape()
    sheet.set_footer("&C第 &P 页")
    sheet.write_comment("C6", "请核对点位")
    sheet.write_comment("A11", "勿删")
    sheet.data_validation("H5:H9", {"validate": "list", "source": ["已完成", "整改中", "未启动"]})
    sheet.conditional_format("A5:J9", {"type": "formula", "criteria": "=$I5>$I$10/2", "format": red})
    sheet.insert_image("C13", "seal.png", {"image_data": io.BytesIO(picture())})
    sheet.insert_textbox("E13", "（公章）")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=台账!$A$5:$A$9", "values": "=台账!$I$5:$I$9"})
    sheet.insert_chart("H13", chart)
    other = book.add_worksheet("汇总")
    other.write_formula("A1", "=SUM(台账!I5:I9)", None, 19)
    other.write_formula("A2", "=台账!I10", None, 19)
    book.define_name("点位", "=台账!$I$5:$I$9")
    book.add_vba_project(io.BytesIO(MACROS), True)
    book.close()
    return path


def check_sound(data: bytes) -> None:
    """What Excel insists on: rows and cells in order, styles that exist, merged ranges that do not overlap."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
        roots = {n: etree.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith((".xml", ".rels"))}
    kinds = {one.get("PartName", "").lstrip("/") for one in roots["[Content_Types].xml"].iter("{*}Override")}
    assert kinds <= set(roots) | {"xl/vbaProject.bin"}
    formats = roots["xl/styles.xml"].find("{*}cellXfs")
    assert formats is not None
    for name, root in roots.items():
        if name.startswith("xl/worksheets/sheet"):
            check_rows(root, len(formats))
            check_merges([one.get("ref", "") for one in root.iter("{*}mergeCell")])


def check_rows(root: etree._Element, styles: int) -> None:
    last = 0
    for row in root.iter("{*}row"):
        number = int(row.get("r") or last + 1)
        assert number > last
        last, column = number, 0
        for cell in row.iter("{*}c"):
            place = coordinate_to_tuple(cell.get("r") or f"{get_column_letter(column + 1)}{number}")
            assert place[0] == number
            assert place[1] > column
            column = place[1]
            assert int(cell.get("s", "0")) < styles


def check_merges(ranges: Sequence[str]) -> None:
    taken: set[tuple[int, int]] = set()
    for told in ranges:
        left, top, right, bottom = (side or 0 for side in range_boundaries(told))
        cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        assert len(cells) > 1
        assert not cells & taken, told
        taken |= cells


def again(folder: Path, copy: OwnCopy) -> Reading:
    """What the reader makes of a copy."""
    path = folder / "again" / copy.name
    path.parent.mkdir(exist_ok=True)
    if copy.data.startswith(b"PK") and not copy.name.endswith(".ods"):
        check_sound(copy.data)
    path.write_bytes(copy.data)
    return read_ledger(path)


def exported(path: Path, *rows: ProblemRow) -> OwnCopy:
    """The file with problems as they are now."""
    return write_own_layout(path.read_bytes(), read_ledger(path), rows)


def row_of(path: Path, number: int) -> ProblemRow:
    """The row of the problem `number` (from 0) of a file, without any change."""
    return ProblemRow(read_ledger(path).items[number].place)


def told(item: Item) -> dict[str, object]:
    """What an item says, wherever it stands."""
    found = item.as_json()
    found.pop("place", None)
    found.pop("doubts", None)
    return found


def sheet_of(copy: OwnCopy, name: str | None = None) -> Worksheet:
    """A sheet of a copy as openpyxl reads it."""
    book = openpyxl.load_workbook(io.BytesIO(copy.data), keep_vba=copy.name.endswith("xlsm"))
    sheet = book[name] if name else book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet
