"""A file becomes grids of plain cells; what it claims to be by name counts for nothing, its bytes decide.

Everything a file could do to the machine is checked here and in the scanners before python-calamine reads
the values. Which cell means what is not decided here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading import compound, delimited
from bihuan.documents.reading.archive import Archive, damaged
from bihuan.documents.reading.excel import is_excel, refuse_binary, scan_excel
from bihuan.documents.reading.facts import Cell, Merge, SheetFacts
from bihuan.documents.reading.formulas import work_out
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.mending import unscrambled
from bihuan.documents.reading.opendocument import is_opendocument, scan_opendocument
from bihuan.documents.reading.webtables import is_web_page, tables_of

Value = str | int | float | bool | date | datetime | time | timedelta | None

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_KINDS = (
    (b"%PDF", say("这是 PDF 文件，不是表格，请上传 Excel、WPS 表格或 csv。")),
    (b"\x89PNG", say("这是图片，不是表格，请上传 Excel、WPS 表格或 csv。")),
    (b"\xff\xd8\xff", say("这是图片，不是表格，请上传 Excel、WPS 表格或 csv。")),
    (b"Rar!", say("这是压缩包，请解压后上传里面的表格。")),
    (b"7z\xbc\xaf", say("这是压缩包，请解压后上传里面的表格。")),
)
_TEXT_NAMES = ("csv", "tsv", "txt", "tab", "prn")


@dataclass(frozen=True)
class Grid:
    """One sheet: rows from the sheet's first row on, all equally long; indices are 0-based.

    `uncounted` are the formulas without a value, `worked_out` the cells whose formula `worked_out` found a value
    for. `scrambled` keeps the text a cell really holds where its bytes were taken for another encoding and `rows`
    have what it said before.
    """

    name: str | None
    rows: list[list[Value]]
    visible: bool = True
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    uncounted: Mapping[Cell, str] = field(default_factory=dict)
    worked_out: frozenset[Cell] = frozenset()
    formats: Mapping[Cell, str] = field(default_factory=dict)
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    scrambled: Mapping[Cell, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


def read_grids(path: Path, name: str, limits: Limits) -> list[Grid]:
    """All worksheets of a file, hidden ones included.

    Raises Unreadable when the file is no table, empty, damaged, encrypted or beyond the limits; OSError
    when it cannot be opened.
    """
    size = path.stat().st_size
    if size > limits.file_size:
        raise Unreadable(
            say("文件有 %(size)s MB，超过 %(limit)s MB 的上限，请分成几个文件上传。"),
            size=round(size / 1024 / 1024, 1),
            limit=round(limits.file_size / 1024 / 1024),
        )
    return grids_of(path.read_bytes(), name, limits)


def grids_of(data: bytes, name: str, limits: Limits) -> list[Grid]:
    """The same for a file that is in memory already; its size is not checked."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable(say("文件是空的，没有任何内容。"))
    if data.startswith(_ZIP):
        return _from_zip(data, limits)
    if data.startswith(compound.MAGIC):
        return _from_compound(data, limits)
    return [_from_text(data, name, limits)]


def worked_out(grid: Grid) -> Grid:
    """The same sheet with the values of such formulas without one as can be worked out."""
    if not any(grid.uncounted.values()):
        return grid
    rows = [list(row) for row in grid.rows]
    height = max(row for row, _ in grid.uncounted) + 1
    width = max(grid.width, max(column for _, column in grid.uncounted) + 1)
    rows.extend([] for _ in range(height - len(rows)))
    for row in rows:
        row.extend([None] * (width - len(row)))
    done = work_out(rows, {place: formula for place, formula in grid.uncounted.items() if formula})
    left = {place: formula for place, formula in grid.uncounted.items() if place not in done}
    return replace(grid, rows=_squared(rows), uncounted=left, worked_out=frozenset(done))


def _from_zip(data: bytes, limits: Limits) -> list[Grid]:
    archive = Archive(data, limits)
    if is_excel(archive):
        return _grids(data, scan_excel(archive, limits))
    if is_opendocument(archive):
        return _grids(data, scan_opendocument(archive, limits))
    refuse_binary(archive)
    if "word/document.xml" in archive.names:
        raise Unreadable(say("这是 Word 文档，不是表格，请上传 Excel、WPS 表格或 csv。"))
    raise Unreadable(say("这不是表格文件（可能是压缩包改了名字），请上传 Excel、WPS 表格或 csv。"))


def _from_compound(data: bytes, limits: Limits) -> list[Grid]:
    scanned = compound.scan_compound(data, limits)
    book = _open(data)
    facts: dict[str, SheetFacts] = dict(zip(book.sheet_names, scanned, strict=False))
    for name, one in facts.items():
        for (top, left), (bottom, right) in book.get_sheet_by_name(name).merged_cell_ranges or ():
            one.merges.append(Merge(top, left, bottom, right))
    return _grids(data, facts)


def _from_text(data: bytes, name: str, limits: Limits) -> Grid:
    for magic, text in _KINDS:
        if data.startswith(magic):
            raise Unreadable(text)
    text = delimited.decode(data)
    if is_web_page(text):
        return _from_page(text, limits)
    if name.lower().rpartition(".")[2] not in _TEXT_NAMES and not delimited.is_table(text):
        raise Unreadable(
            say("文件名是“%(name)s”，内容却不是工作簿。请用 Excel 或 WPS 打开，另存为 xlsx 再上传。"), name=name
        )
    if _is_binary(text):
        raise Unreadable(say("这不是文本表格（内容是二进制数据），请上传 Excel、WPS 表格或 csv。"))
    rows: list[list[Value]] = [[cell or None for cell in row] for row in delimited.cells(text, name, limits)]
    rows = _squared(rows)
    return Grid(None, rows, scrambled=_unscramble(rows))


def _from_page(text: str, limits: Limits) -> Grid:
    cells, merges = tables_of(text, limits)
    rows = _squared([[cell or None for cell in row] for row in cells])
    return Grid(None, rows, merges=merges, scrambled=_unscramble(rows))


def _is_binary(text: str) -> bool:
    head = text[:4096]
    odd = sum(1 for char in head if char == "\ufffd" or (ord(char) < 32 and char not in "\t\r\n\f\x1a"))
    return odd * 5 > len(head)


@contextmanager
def _parsing() -> Iterator[None]:
    """Whatever goes wrong inside the value reader is damage, a Rust panic (no Exception) included."""
    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise damaged() from error
        raise


def _open(data: bytes) -> CalamineWorkbook:
    with _parsing():
        return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _grids(data: bytes, facts: Mapping[str, SheetFacts]) -> list[Grid]:
    book = _open(data)
    found = [
        _grid(book, sheet.name, sheet.visible == SheetVisibleEnum.Visible, facts[sheet.name])
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.name in facts
    ]
    book.close()
    if not any(grid.rows for grid in found):
        raise Unreadable(say("文件里的工作表都是空的，没有任何内容。"))
    return found


def _grid(book: CalamineWorkbook, name: str, visible: bool, facts: SheetFacts) -> Grid:
    with _parsing():
        values = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    rows: list[list[Value]] = [[_plain(value) for value in row] for row in values]
    rows = _squared(rows)
    scrambled = _unscramble(rows)
    return Grid(
        name,
        rows,
        visible,
        tuple(facts.merges),
        frozenset(facts.hidden_rows),
        frozenset(facts.hidden_columns),
        facts.uncounted,
        formats=facts.formats,
        widths=facts.widths,
        heights=facts.heights,
        scrambled=scrambled,
    )


def _unscramble(rows: list[list[Value]]) -> dict[Cell, str]:
    """Put what cells said before into `rows`; returns what they hold."""
    found: dict[Cell, str] = {}
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and (before := unscrambled(value)) is not None:
                found[(number, column)] = value
                row[column] = before
    return found


def _plain(value: Value) -> Value:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return int(value)
    if isinstance(value, str):
        return value.replace("\0", "") or None  # `_x0000_` in a workbook; PostgreSQL takes it in no text
    return value


def _squared(rows: list[list[Value]]) -> list[list[Value]]:
    """Without empty rows and columns at the end, and every row equally long."""
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    width = max((_length(row) for row in rows), default=0)
    return [row[:width] + [None] * (width - len(row)) for row in rows]


def _length(row: list[Value]) -> int:
    return next((place + 1 for place in range(len(row) - 1, -1, -1) if row[place] is not None), 0)
