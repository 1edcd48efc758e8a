"""Deadlines as offices write them → what kind they are and the day they fall on.

A day is only given where the words fix one; a date that does not exist is reported, never mended. Where the
year is not written it may come from the ledger's own head (`Frame`), and the reader says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.dateforms import Found, find_dates, plain_date_text
from bihuan.documents.reading.frames import Frame

DATE, STAGE, IMMEDIATE, LONGTERM = "date", "stage", "immediate", "longterm"
_BOTH = "immediate+longterm"

_AT_ONCE = re.compile(
    r"立(?:行|查|知|整|说|接|即|马)[立即行]?[改行整]|即(?:知|查|行|改|整|时|刻|办|接|"
    r"交)[即立]?[改办行整]?|立即|马上|当场|现场整改"
    r"|边[查督审巡][边即]改|随[查发现]+随改|未巡先改|immediate|at once",
    re.IGNORECASE,
)
_KEPT_UP = re.compile(
    r"长期|持续|常态|常抓不懈|坚持不懈|永久|不间断|经常性|贯穿|全年|每年|每季|每月|日常|"
    r"long-?term|standing|ongoing",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十两半]{1,3})"
_COUNTED = re.compile(
    rf"{_NUMBER}个?(?:多)?(?:工作日|自然日|日|天|周|星期|礼拜|个月|季度|小时|年)(?:以|之)?内"
    rf"|{_NUMBER}个(?:工作日|自然日|月|星期|小时)|T\+\d+|限期?{_NUMBER}(?:日|天)|"
    rf"{_NUMBER}(?:日|天|周)(?:后|完成|办结)"
    r"|当日|当天|次日|即日起|within \d+",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^\s*起?\s*(?:至|到|-|~|—|–|－|～|―)+\s*$")
MOVED = re.compile(r"延期|延长|顺延|展期|推迟|(?:调整|变更|修改)[为至到]?")
_LONGEST = 400  # a longer text is prose in the wrong column, not a deadline
_EPOCH = datetime(1899, 12, 30)
_SERIALS = range(29221, 62094)  # 1980-01-01 … 2069-12-31: no other number of five digits is meant as a date


@dataclass(frozen=True)
class Deadline:
    """A deadline as read; `day` is None where the words fix none. `wrong` holds dates that do not exist."""

    raw: str
    kind: str
    day: date | None = None
    longterm: bool = False
    relative: bool = False
    wrong: tuple[str, ...] = ()
    notes: tuple[Fault, ...] = ()


def read_deadline(value: object, frame: Frame | None = None) -> Deadline | None:
    """Read a cell or a phrase; None when it is empty.

    `value` may be a text, a date, a datetime or a number (an Excel serial day, or 20240531 and the like).
    """
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return Deadline(value.date().isoformat() if midnight else value.isoformat(), DATE, value.date())
    if isinstance(value, date):
        return Deadline(value.isoformat(), DATE, value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    raw = "" if value is None else str(value)
    return _read_text(raw.strip().strip("。；;，,、 "), frame or Frame())


@lru_cache(maxsize=8192)
def _read_text(raw: str, frame: Frame) -> Deadline | None:
    if not raw or not any(char.isalnum() for char in raw):
        return None
    if len(raw) > _LONGEST:
        return Deadline(raw, DATE)
    text = plain_date_text(raw)
    serial = _serial(text)
    if serial is not None:
        return Deadline(raw, DATE, serial)
    found = find_dates(text, frame)
    lost = (Fault(say("时限“%(text)s”中有丢失的字符，请核对日期。"), {"text": raw}),) if "\ufffd" in raw else ()
    at_once, kept_up = bool(_AT_ONCE.search(text)), bool(_KEPT_UP.search(text))
    if found:
        return _dated(raw, text, found, kept_up, lost)
    if _COUNTED.search(text):
        return Deadline(raw, DATE, longterm=kept_up, relative=True, notes=lost)
    if at_once or kept_up:
        return Deadline(raw, _BOTH if at_once and kept_up else IMMEDIATE if at_once else LONGTERM, notes=lost)
    return Deadline(raw, DATE, notes=lost)


def _serial(text: str) -> date | None:
    """The day of an Excel serial number (1900 date system) that stands alone, with or without hours."""
    if not re.fullmatch(r"\d{5}(?:\.\d+)?", text) or int(float(text)) not in _SERIALS:
        return None
    return (_EPOCH + timedelta(days=float(text))).date()


def _dated(raw: str, text: str, found: list[Found], kept_up: bool, lost: tuple[Fault, ...]) -> Deadline:
    steps, moved = _steps(text, found)
    notes = [*lost, *moved]
    wrong = tuple(one.words for one in found if one.wrong)
    days = [one.day for one in steps if one.day is not None]
    notes += [note for one in steps for note in one.notes]
    if len(set(days)) > 1:
        return Deadline(raw, STAGE, None if wrong else max(days), kept_up, wrong=wrong, notes=tuple(notes))
    day = days[-1] if days and not wrong else None
    return Deadline(raw, DATE, day, kept_up, wrong=wrong, notes=tuple(notes))


def _steps(text: str, found: list[Found]) -> tuple[list[Found], list[Fault]]:
    """The dates that stand for themselves: of a range the end, of a moved date the new one."""
    steps: list[Found] = []
    notes: list[Fault] = []
    end = 0
    for one in found:
        between = text[end : one.start]
        if steps and _RANGE.match(between):
            steps.pop()
        elif steps and MOVED.search(between):
            old = steps.pop()
            notes.append(
                Fault(
                    say("时限写有延期：“%(old)s”改为“%(new)s”，按改后日期读取。"),
                    {"old": old.words, "new": one.words},
                )
            )
        steps.append(one)
        end = one.end
    return steps, notes
