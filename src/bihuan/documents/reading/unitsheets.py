"""Read a unit's own Excel as it comes back: what was filled in, and what is wrong in which cell.

Rows are known by their hidden marks, columns by their hidden codes: they may have been moved, deleted, added to or
renamed. Nothing is guessed: a date that does not exist, a formula without a value, a percentage beyond 100 is
said. What becomes of the rows is not decided here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from bihuan.documents.messages import Fault, Unreadable, say
from bihuan.documents.reading.facts import address
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.sheets import Grid, read_grids
from bihuan.documents.unitsheets import (
    CODE,
    COLUMNS,
    HeadMark,
    RowMark,
    head_mark,
    is_mark,
    row_mark,
)

LIMITS = Limits(file_size=10 * 1024 * 1024, inflated=80 * 1024 * 1024, rows=6_000, columns=80, cells=400_000)
TEXT_LENGTH = 2000
NAME_LENGTH = 60
_MACROS = (b"vbaProject.bin", "_VBA_PROJECT".encode("utf-16-le"))
_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_EIGHT_DIGITS = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_PERCENT = re.compile(r"(\d{1,3})\s*%?")
_EPOCH = date(1899, 12, 30)
_SERIALS = range(36526, 73051)  # 2000-01-01 … 2099-12-31
_FILLED = tuple(code for code, column in COLUMNS.items() if column.filled)


@dataclass(frozen=True)
class FilledRow:
    """One row as it came back. `faults` name cells; a row with faults says nothing else that counts."""

    place: str
    row: int
    mark: RowMark
    number: str
    signer: str = ""
    signed_on: date | None = None
    progress: int | None = None
    note: str = ""
    done_on: date | None = None
    new_due: date | None = None
    reason: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Was nothing filled in?"""
        said = (self.signer, self.signed_on, self.note, self.done_on, self.new_due, self.reason)
        return self.progress is None and not any(said) and not self.faults


@dataclass(frozen=True)
class FilledSheet:
    """A unit's file as it came back; `faults` concern rows that cannot be told, or the file as a whole."""

    head: HeadMark
    rows: tuple[FilledRow, ...]
    filled_by: str = ""
    filled_on: date | None = None
    faults: tuple[Fault, ...] = ()


def read_unit_sheet(path: Path, name: str, *, key: bytes) -> FilledSheet:
    """Read a file that was sent with marks sealed by `key`.

    Raises Unreadable where it is no table, too large, damaged, holds macros, or was not sent by this installation;
    OSError where it cannot be opened.
    """
    data = path.read_bytes() if path.stat().st_size <= LIMITS.file_size else b""
    if any(macro in data for macro in _MACROS):
        raise Unreadable(say("文件里有宏。请在 Excel 或 WPS 中另存为不带宏的 xlsx 再上传。"))
    grids = read_grids(path, name, LIMITS)
    found = [(grid, place) for grid in grids if (place := _head_of(grid)) is not None]
    if not found:
        raise Unreadable(
            say("这不是本系统发出的整改情况表，或者表头下面隐藏的标记行被删掉了。请用发出的原表填写。")
        )
    if len(found) > 1:
        raise Unreadable(say("文件里有不止一张整改情况表，请一张一个文件上传。"))
    return _Reader(*found[0], key).sheet()


def _head_of(grid: Grid) -> tuple[int, int] | None:
    """The cell of the head's mark."""
    for row, values in enumerate(grid.rows):
        for column, value in enumerate(values):
            if isinstance(value, str) and is_mark(value, "head"):
                return row, column
    return None


class _Reader:
    """Reads one sheet whose head was found."""

    def __init__(self, grid: Grid, head: tuple[int, int], key: bytes) -> None:
        self._grid, self._key = grid, key
        self._codes, self._mark = head
        values = grid.rows[self._codes]
        marked = head_mark(str(values[self._mark]), key)
        if marked is None:
            raise Unreadable(
                say("这张表不是本系统发出的（可能来自别的城市），或者隐藏的标记被改动过。请用发出的原表填写。")
            )
        self._head = marked
        codes = (str(value)[len(CODE) :] if str(value).startswith(CODE) else "" for value in values)
        self._places = {code: place for place, code in enumerate(codes) if code in COLUMNS}
        lost = [COLUMNS[code].label for code in ("number", *_FILLED) if code not in self._places]
        if lost:
            raise Unreadable(say("缺少“%(columns)s”列。请用发出的原表填写。"), columns="、".join(lost))

    def sheet(self) -> FilledSheet:
        """Everything below the head."""
        rows, faults, foot = [], [], None
        for at in range(len(self._grid.rows)):
            text = str(self._grid.rows[at][self._mark] or "")
            mark = row_mark(text, self._key)
            if mark is not None:
                rows.append(self._row(at, mark))
            elif is_mark(text, "foot"):
                foot = at
            elif at > self._codes:
                faults += self._unknown(at, text)
        missing = self._head.rows - len({row.mark for row in rows})
        if missing > 0:
            faults.append(
                Fault(
                    say("发出时有%(sent)s行，交回的少了%(missing)s行；少的行不作改动。"),
                    {"sent": self._head.rows, "missing": missing},
                )
            )
        by, on = self._signed(foot) if foot is not None else ("", None)
        return FilledSheet(self._head, tuple(rows), by, on, tuple(faults))

    def _unknown(self, at: int, mark: str) -> list[Fault]:
        """A row without a good mark: nothing to say where nothing is filled in."""
        if mark:
            text = say("这一行隐藏的标记被改动过，认不出是哪个问题，没有读取。")
        elif any(self._value(at, code) not in (None, "") for code in ("number", *_FILLED)):
            text = say("这一行不在发出的表里（自己加的行），没有读取。新问题请由交办单位登记。")
        else:
            return []
        return [Fault(text, place=f"{self._grid.name or ''}!{at + 1}".lstrip("!"))]

    def _signed(self, at: int) -> tuple[str, date | None]:
        """Who filled the file in and when, as far as that can be read."""
        by = " ".join(_text(self._value(at, "problem")).split())[:NAME_LENGTH] if "problem" in self._places else ""
        try:
            return by, _day(self._value(at, "done_on"))
        except _Wrong:
            return by, None

    def _row(self, at: int, mark: RowMark) -> FilledRow:
        said: dict[str, object] = {}
        faults = []
        for code in _FILLED:
            try:
                said[code] = self._said(at, code)
            except _Wrong as wrong:
                faults.append(Fault(wrong.text, {"text": wrong.shown}, self._cell(at, code)))
        return FilledRow(
            place=f"{self._grid.name or ''}!{at + 1}".lstrip("!"),
            row=at + 1,
            mark=mark,
            number=_text(self._value(at, "number")),
            cells={code: self._cell(at, code) for code in ("number", *_FILLED)},
            faults=tuple(faults),
            **said,  # type: ignore[arg-type]
        )

    def _said(self, at: int, code: str) -> object:
        place = (at, self._places[code])
        if place in self._grid.uncounted:
            raise _Wrong(say("这里是公式，文件里没有算出的结果。请直接填写结果。"), "")
        value = self._value(at, code)
        if code == "progress":
            return _progress(value, percent=self._grid.formats.get(place) == "percent")
        return _READERS[COLUMNS[code].kind](value)

    def _value(self, at: int, code: str) -> object:
        return self._grid.rows[at][self._places[code]]

    def _cell(self, at: int, code: str) -> str:
        cell = address(at, self._places[code])
        return f"{self._grid.name}!{cell}" if self._grid.name else cell


class _Wrong(Exception):
    """A cell that cannot be taken: why, and what stands in it."""

    def __init__(self, text: str, shown: object) -> None:
        super().__init__(text)
        self.text, self.shown = text, str(shown)[:40]


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        value = value.isoformat()[:10]
    return "" if value is None else str(value).strip()


def _plain(value: object) -> str:
    return unicodedata.normalize("NFKC", _text(value)).strip()


def _words(value: object) -> str:
    """A text; the errors of formulas (#REF! and the like) are none."""
    text = _text(value)
    if re.fullmatch(r"#(REF|N/A|NAME|VALUE|DIV/0|NULL|NUM)[!?]?", text):
        raise _Wrong(say("公式出错了（%(text)s）。请直接填写内容。"), text)
    if len(text) > TEXT_LENGTH:
        raise _Wrong(say("文字太长，从“%(text)s”开始的这一格请压缩到2000字以内。"), text[:20])
    return text


def _name(value: object) -> str:
    text = " ".join(_words(value).split())
    if len(text) > NAME_LENGTH:
        raise _Wrong(say("姓名“%(text)s”太长，最多60个字。"), text[:20])
    return text


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return _within(value.date())
    if isinstance(value, date):
        return _within(value)
    if isinstance(value, int) and not isinstance(value, bool) and value in _SERIALS:
        return _EPOCH + timedelta(days=value)
    text = _plain(value)
    if not text:
        return None
    found = _WRITTEN.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text)
    if found is None:
        raise _Wrong(say("看不懂日期“%(text)s”，请写成2026-03-05的样子。"), text)
    try:
        return _within(date(*(int(part) for part in found.groups())))
    except ValueError as error:
        raise _Wrong(say("没有“%(text)s”这一天，请核对日期。"), text) from error


def _within(day: date) -> date:
    if not 2000 <= day.year <= 2099:
        raise _Wrong(say("日期“%(text)s”的年份不对，请核对。"), day.isoformat())
    return day


def _progress(value: object, *, percent: bool) -> int | None:
    if isinstance(value, bool):
        raise _not_whole(value)
    if isinstance(value, int | float):
        number = round(value * 100, 6) if percent else value
        if number != int(number) or not 0 <= number <= 100:
            raise _not_whole(value)
        return int(number)
    text = _plain(value)
    if not text:
        return None
    found = _PERCENT.fullmatch(text)
    if found is None or int(found[1]) > 100:
        raise _not_whole(text)
    return int(found[1])


def _not_whole(value: object) -> _Wrong:
    return _Wrong(say("进度“%(text)s”不是0到100的整数（例如完成六成，填60）。"), value)


_READERS: Mapping[str, Callable[[object], object]] = {"text": _name, "wrapped": _words, "date": _day}
