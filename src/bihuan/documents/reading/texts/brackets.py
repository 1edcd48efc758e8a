"""What stands in brackets behind a problem: who answers for it and by when, without any label.

（县水务局牵头，各乡镇配合，2025年5月底前完成）; brackets that hold anything else are part of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bihuan.documents.reading.dates import read_deadline
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.texts.blocks import Piece
from bihuan.documents.reading.units import read_units

_BRACKET = re.compile(
    r"[（(](?P<inside>[^（）()]{2,160}(?:[（(][^（）()]{1,20}[）)][^（）()]{0,80}){0,3})[）)][。.；;]?$"
)
_TOKEN = re.compile(r"[^，,；;]+")
_LONGEST = 2000


@dataclass(frozen=True)
class Charged:
    """What is wrong, the units in the bracket behind it, and the date there if there is one."""

    what: Piece
    units: Piece
    deadline: Piece | None


def charged_behind(piece: Piece, frame: Frame) -> Charged | None:
    """Read the bracket at the end of a stretch; None where it holds more than units and a date."""
    found = _BRACKET.search(piece.text[:_LONGEST])
    if found is None or not found.start():
        return None
    inside = piece.part(*found.span("inside"))
    tokens = [inside.part(*token.span()) for token in _TOKEN.finditer(inside.text)]
    dates = [token for token in tokens if _is_date(token.text, frame)]
    units = [token for token in tokens if token not in dates]
    if not units or len(dates) > 1 or not all(_are_units(token.text) for token in units):
        return None
    if dates and tokens.index(dates[0]) not in (0, len(tokens) - 1):
        return None
    start, end = units[0].start - piece.start, units[-1].start - piece.start + len(units[-1].text)
    return Charged(piece.part(0, found.start()), piece.part(start, end), dates[0] if dates else None)


def _is_date(text: str, frame: Frame) -> bool:
    deadline = read_deadline(text, frame)
    return deadline is not None and (deadline.day is not None or deadline.relative or deadline.kind != "date")


def _are_units(text: str) -> bool:
    read = read_units(text)
    names = (*read.lead, *read.support)
    return bool(names) and all(is_unit(name) for name in names)
