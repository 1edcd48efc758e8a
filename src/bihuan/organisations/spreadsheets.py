"""Units and people as an Excel file: the template, what was filled in, and the list of first passwords.

Reads cells into plain rows with their place and writes workbooks; whether the rows fit the organisation is asked
in `importing`. Headings and words are understood in every language of the service.
"""

from __future__ import annotations

import io
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.documents.reading import Fault, Limits, Unreadable
from bihuan.documents.reading.facts import address
from bihuan.documents.reading.sheets import Grid, read_grids
from bihuan.domain.case import Role
from bihuan.domain.lifecycle import ROLE_NAMES
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.organisations.models import UnitKind

UNITS, PEOPLE = say("单位"), say("人员")
LIMITS = Limits(file_size=5 * 1024 * 1024, inflated=60 * 1024 * 1024, rows=5_000, columns=60, cells=300_000)

UNIT_COLUMNS: Mapping[str, str] = {
    "name": say("单位全称"),
    "short_names": say("简称"),
    "kind": say("类型"),
    "parent": say("上级单位"),
    "division_code": say("区划代码"),
}
PERSON_COLUMNS: Mapping[str, str] = {
    "name": say("姓名"),
    "username": say("用户名"),
    "unit": say("单位"),
    "role": say("岗位"),
    "title": say("职务"),
}
NEEDED = {"units": ("name", "kind"), "people": ("name", "username", "unit", "role")}
KIND_NAMES: Mapping[UnitKind, str] = {
    UnitKind.GOVERNMENT: say("党委政府"),
    UnitKind.BUREAU: say("部门"),
    UnitKind.TOWNSHIP: say("乡镇街道"),
    UnitKind.ENTERPRISE: say("企业"),
    UnitKind.INSTITUTION: say("事业单位"),
}
UNIT_NOTES: Mapping[str, str] = {
    "name": say("必填。单位的正式名称。"),
    "short_names": say("文件里常用的叫法，多个用顿号隔开；导入台账时按它识别单位。"),
    "kind": say("必填，从下拉列表中选择。"),
    "parent": say("上级单位的全称；空白表示直接在您的单位之下。有重名时写成“上级/单位”。"),
    "division_code": say("选填，6、9或12位数字。"),
}
PERSON_NOTES: Mapping[str, str] = {
    "name": say("必填。"),
    "username": say("必填，登录用：字母、数字和 . _ - @ +。同一人有几个岗位时写几行，用户名相同。"),
    "unit": say("必填。任职单位的全称，可以是本文件里新增的单位。"),
    "role": say("必填，从下拉列表中选择。"),
    "title": say("选填，如“副局长”。"),
}


@dataclass(frozen=True)
class Row:
    """One filled row: its texts by column and the cell that each stands in."""

    texts: Mapping[str, str]
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.texts.get(column, "")

    def fault(self, column: str, text: str, **params: object) -> Fault:
        """What is wrong in the cell of `column`."""
        return Fault(text, params, self.cells[column])


@dataclass(frozen=True)
class Sheets:
    """The rows of both sheets, and what is wrong with the sheets as such."""

    units: tuple[Row, ...] = ()
    people: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The rows as JSON values, to be confirmed by the next request. Sheets with faults are not carried on."""
        rows = {"units": self.units, "people": self.people}
        return {name: [[dict(row.texts), dict(row.cells)] for row in found] for name, found in rows.items()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Sheets:
        """What `as_json` gave."""
        units, people = (tuple(Row(*row) for row in data[name]) for name in ("units", "people"))
        return Sheets(units, people)


def read_sheets(name: str, chunks: Iterable[bytes]) -> Sheets:
    """Read an uploaded workbook.

    Raises `Refused` where it is no workbook, is too large, or holds neither of the two sheets.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sheets"
            _write(path, chunks)
            grids = read_grids(path, name, LIMITS)
    except Unreadable as unreadable:
        raise Refused(Denied(unreadable.fault.text, params=dict(unreadable.fault.params))) from unreadable
    except OSError as error:
        raise Refused(
            Denied(say("文件没有保存成功：服务器存储空间不足或不可写。"), say("请联系系统管理员。"))
        ) from error
    found = {key: _grid(grids, title) for key, title in (("units", UNITS), ("people", PEOPLE))}
    if not any(found.values()):
        raise Refused(Denied(say("文件里没有“单位”工作表，也没有“人员”工作表。"), say("请下载模板，按模板填写。")))
    units, unit_faults = _rows(found["units"], UNIT_COLUMNS, NEEDED["units"])
    people, people_faults = _rows(found["people"], PERSON_COLUMNS, NEEDED["people"])
    return Sheets(units, people, (*unit_faults, *people_faults))


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            file.write(chunk)
            if size > LIMITS.file_size:
                return


def _grid(grids: Sequence[Grid], title: str) -> Grid | None:
    spelled = spellings(title)
    return next((grid for grid in grids if plain(grid.name or "") in spelled), None)


def _rows(
    grid: Grid | None, columns: Mapping[str, str], needed: Sequence[str]
) -> tuple[tuple[Row, ...], list[Fault]]:
    if grid is None:
        return (), []
    heads = _heads(grid, columns)
    if heads is None:
        return (), [
            Fault(
                say("没有找到表头，第一行应为：%(columns)s。"), {"columns": "、".join(columns.values())}, grid.name
            )
        ]
    top, places = heads
    missing = [columns[column] for column in needed if column not in places]
    if missing:
        return (), [Fault(say("缺少“%(columns)s”列。"), {"columns": "、".join(missing)}, f"{grid.name}!{top + 1}")]
    rows = (_row(grid, number, places, columns) for number in range(top + 1, len(grid.rows)))
    return tuple(row for row in rows if any(row.texts.values())), []


def _heads(grid: Grid, columns: Mapping[str, str]) -> tuple[int, dict[str, int]] | None:
    """The row of the headings, among the first ten, and the place of each column found in it."""
    spelled = {text: column for column, title in columns.items() for text in spellings(title)}
    for number, values in enumerate(grid.rows[:10]):
        texts = [_heading(value) for value in values]
        found = {spelled[text]: place for place, text in enumerate(texts) if text in spelled}
        if len(found) >= 2:
            return number, found
    return None


def _heading(value: Any) -> str:
    return plain(_text(value)).split("(")[0].rstrip("*:")


def _row(grid: Grid, number: int, places: Mapping[str, int], columns: Mapping[str, str]) -> Row:
    values = grid.rows[number]
    texts = {column: _text(values[place]) for column, place in places.items()}
    cells = {column: f"{grid.name}!{address(number, places.get(column, 0))}" for column in columns}
    return Row(texts, cells)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def plain(text: str) -> str:
    """Text as words are compared: one width, no blanks, small letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


@cache
def spellings(text: str) -> frozenset[str]:
    """How `text` may be written: in every language of the service."""
    found = {plain(text)}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.add(plain(_(text)))
    return frozenset(found)


def kind_of(text: str) -> UnitKind | None:
    """The kind of unit that a cell names, or its code."""
    return next((kind for kind, name in KIND_NAMES.items() if plain(text) in {*spellings(name), kind.value}), None)


def role_of(text: str) -> Role | None:
    """The role that a cell names, or its code."""
    return next((role for role, name in ROLE_NAMES.items() if plain(text) in {*spellings(name), role.value}), None)


def template() -> bytes:
    """An empty workbook to fill in, in the reader's language, with a note on every column."""

    def fill(book: xlsxwriter.Workbook) -> None:
        kinds = [_(name) for name in KIND_NAMES.values()]
        roles = [_(name) for name in ROLE_NAMES.values()]
        _empty_sheet(book, _(UNITS), UNIT_COLUMNS, UNIT_NOTES, {"kind": kinds})
        _empty_sheet(book, _(PEOPLE), PERSON_COLUMNS, PERSON_NOTES, {"role": roles})

    return _workbook(fill)


def _empty_sheet(
    book: xlsxwriter.Workbook,
    title: str,
    columns: Mapping[str, str],
    notes: Mapping[str, str],
    choices: Mapping[str, list[str]],
) -> None:
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "bg_color": "#e7eef8", "bottom": 1})
    as_text = book.add_format({"num_format": "@"})
    for place, (column, name) in enumerate(columns.items()):
        sheet.set_column(place, place, 28 if column in ("name", "short_names", "parent", "unit") else 18, as_text)
        sheet.write_string(0, place, _(name), head)
        sheet.write_comment(0, place, _(notes[column]), {"x_scale": 2})
        if column in choices:
            sheet.data_validation(
                1, place, LIMITS.rows - 1, place, {"validate": "list", "source": choices[column]}
            )
    sheet.freeze_panes(1, 0)


def passwords_workbook(accounts: Iterable[tuple[str, str, str, str, str]]) -> bytes:
    """A workbook of name, unit, account, one-time password and its last day; it is kept nowhere else."""
    titles = [_("姓名"), _("单位"), _("用户名"), _("一次性密码"), _("有效期至")]

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(_("一次性密码"))
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, title in enumerate(titles):
            sheet.set_column(place, place, 26)
            sheet.write_string(0, place, title, bold)
        for number, account in enumerate(accounts, start=1):
            for place, text in enumerate(account):
                sheet.write_string(number, place, text)

    return _workbook(fill)


def _workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        fill(book)
    return buffer.getvalue()
