"""A unit at work on its own Excel: opens what was sent, fills cells in, saves."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.documents.unitsheets import COLUMNS
from bihuan.intake.sending import send
from tests.world import World

TOP = 6
PLACE = {code: place for place, code in enumerate(COLUMNS, start=1)}
Fill = Callable[[Worksheet], None]


def sent(world: World, *units: str) -> bytes:
    """The bytes of what goes out to these units."""
    parcel = send(actor=world.actor("coordinator"), units=[world.units[unit].pk for unit in units or ("housing",)])
    return parcel.file.read()


def fill(data: bytes, cells: Mapping[tuple[int, str], Any] | None = None, also: Fill | None = None) -> bytes:
    """The workbook with cells filled in by row of the table (from 0) and column; foot: row -1."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    last = next(row for row in range(TOP, sheet.max_row + 2) if sheet.cell(row, PLACE["number"]).value is None)
    for (row, code), value in (cells or {}).items():
        sheet.cell(last + 1 if row < 0 else TOP + row, PLACE[code]).value = value
    if also:
        also(sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
