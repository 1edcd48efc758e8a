"""What the cells of a column look like, whatever stands above them; a second opinion on every header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.documents.reading.dateforms import find_dates, plain_date_text
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.marks import is_mark
from bihuan.documents.reading.mending import simplified
from bihuan.documents.reading.names import is_person, is_unit
from bihuan.documents.reading.numbering import ordinal
from bihuan.documents.reading.sheets import Value
from bihuan.documents.reading.statuses import read_status

_TERM = re.compile(
    r"立[行查知即整]|即[知行时]|长期|持续|常态|工作日|\d+[日天]内|年底|[上下]半年|季度|底前|"
    r"月前|[天日周月]内"
)
_SPLIT = re.compile(r"[、，,；;\n\r/ \u3000]+")
_SHORT = 14
_NUMBER = re.compile(r"[\d,，.]+%?")


@dataclass(frozen=True)
class Look:
    """Shares (0…1) of a column's filled cells that look like something; `length` is their mean in signs."""

    count: int = 0
    length: float = 0.0
    distinct: float = 0.0
    marks: float = 0.0
    statuses: float = 0.0
    terms: float = 0.0
    units: float = 0.0
    persons: float = 0.0
    ordinals: float = 0.0
    numbers: float = 0.0


def look_at(values: Sequence[tuple[Value, str]]) -> Look:
    """Look at (value, text) pairs of the filled cells of one column."""
    values = [(value, simplified(text)) for value, text in values]
    texts = [text for _, text in values]
    count = len(texts)
    if not count:
        return Look()
    return Look(
        count=count,
        length=sum(map(len, texts)) / count,
        distinct=len(set(texts)) / count,
        marks=_share(is_mark(text) for text in texts),
        statuses=_share(_is_status(text) for text in texts),
        terms=_share(_is_term(value, text) for value, text in values),
        units=_share(_are(text, is_unit) for text in texts),
        persons=_share(_are(text, is_person) for text in texts),
        ordinals=_share(_is_ordinal(text) for text in texts),
        numbers=_share(bool(_NUMBER.fullmatch(text)) for text in texts),
    )


def _share(hits: Iterable[bool]) -> float:
    answers = list(hits)
    return sum(answers) / len(answers)


def _is_status(text: str) -> bool:
    return len(text) <= _SHORT and read_status(text) is not None


def _is_term(value: Value, text: str) -> bool:
    if isinstance(value, date):
        return True
    if len(text) > 60:
        return False
    return bool(_TERM.search(text)) or bool(find_dates(plain_date_text(text), Frame()))


def _are(text: str, test: Callable[[str], bool]) -> bool:
    parts = [part for part in _SPLIT.split(text) if part]
    return bool(parts) and sum(test(part) for part in parts) * 2 > len(parts)


def _is_ordinal(text: str) -> bool:
    bare = text.strip("()（）、.．第项条 ")
    return len(text) <= 10 and (ordinal(bare) is not None or bool(re.fullmatch(r"[\w.\-—/]*\d[\w.\-—/]*", bare)))
