"""Find the dates inside a text of a deadline, form by form, and work out the day each one ends on.

A month means its last day, a quarter and a half their last, 上旬 the 10th, 中旬 the 20th. This module
knows forms only; what several dates in one text mean together is decided in `dates`.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.numbering import chinese_number


@dataclass(frozen=True)
class Found:
    """One date in a text; `day` None when it cannot be fixed, `wrong` when it does not exist."""

    start: int
    end: int
    words: str
    day: date | None = None
    wrong: bool = False
    notes: tuple[Fault, ...] = ()


_CN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CN_YEAR = re.compile(r"(?<![十百])[二一][〇零○一二三四五六七八九]{3}(?=年)")
_CN_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}(?=月|日|号|季度)")
_GAPS = re.compile(r"(?<=[^\d\s])\s+|\s+(?=[^\d\s])")
_LETTER_O = re.compile(r"(?<=\d)[oO](?=[\d年月日])|(?<=[\d年月])[oO](?=\d)")

_YEAR = (
    r"(?:(?P<year>(?:19|20)\d{2})年度?|(?P<short>(?<!\d)[1-4]\d)年(?=\d|[底末内]|[上下]半年|第?\d季)"
    r"|(?P<near>今年|本年度?|当年|明年|后年|去年))"
)
_STOP = r"(?=$|[前底末内止以之，,。；;、)）（(至到\-~—完须应由])"
_FORMS = (
    ("day", r"(?<!\d)(?P<year>(?:19|20)\d{2})年(?P<month>\d{1,2})月(?P<day>\d{1,2})(?!\d)[日号]?"),
    ("day", r"(?<!\d)(?P<year>(?:19|20)\d{2})[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})(?!\d)[日号]?"),
    ("day", r"(?<!\d)(?P<year>(?:19|20)\d{2})年(?P<month>\d{2})(?P<day>\d{2})日"),
    ("day", r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:\d{6})?(?!\d)日?"),
    ("day", r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>20\d{2})(?!\d)"),
    ("no_year", r"(?<!\d)(?!(?:19|20)\d{2}年)\d{3,}年\d{1,2}月(?:\d{1,2}[日号]?)?"),
    ("no_year", r"(?<![\d.-])(?!(?:19|20)\d{2}[./-])\d{3,4}([./-])\d{1,2}\1\d{1,2}(?![\d.-])"),
    (
        "month",
        rf"{_YEAR}?(?<!\d)\d{{1,2}}月?[-~—至到](?P<month>\d{{1,2}})月(?!\d*个)(?!\d{{1,2}}日)(?P<part>底|"
        rf"末)?",
    ),
    ("day", rf"{_YEAR}?(?<!\d)(?P<month>\d{{1,2}})月份?(?P<day>\d{{1,3}})(?:[日号]|{_STOP})"),
    (
        "month",
        rf"{_YEAR}?(?<!\d)(?P<month>\d{{1,2}})月份?(?P<part>上旬|中旬|下旬|上半月|月?初|"
        rf"月?底|月?末|月?中(?!旬))?(?!\d*个)",
    ),
    ("quarter", rf"{_YEAR}?(?<!\d)第?(?P<quarter>\d)季度[末底]?"),
    ("quarter", r"(?:(?P<year>(?:19|20)\d{2})年?)?Q(?P<quarter>\d)(?!\d)"),
    ("half", rf"{_YEAR}?(?P<half>[上下])半年"),
    ("month", r"(?<!\d)(?P<year>(?:19|20)\d{2})[./-](?P<month>\d{1,2})(?![\d./-])月?(?P<part>底|末)?"),
    ("month", rf"(?<!\d)(?P<year>20\d{{2}})(?P<month>\d{{2}})(?!\d){_STOP}"),
    ("year", rf"{_YEAR}年?(?:[底末内终]|(?P<middle>年中))"),
    ("year", r"(?<!每)年[底末内终]"),
    ("year", r"(?P<year>(?:19|20)\d{2})年度?(?=$|[，,。；;、)）]|完成|以内)"),
    ("year", r"(?<!\d)(?P<year>20\d{2})$"),
    ("loose", r"(?P<near>本月|当月|这个月|下个?月|次月)(?P<part>上旬|中旬|下旬|底|末|内)?"),
    ("mention", r"(?P<year>(?:19|20)\d{2})年"),
    ("day", r"(?<=[至到~—-])(?P<day>\d{1,2})[日号]"),
    ("day", r"(?<![\d.])(?P<month>\d{1,2})\.(?P<day>\d{1,2})(?=前|日|之前|以前|止)"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _FORMS)
_ANY_DIGIT = re.compile(r"[\d年月Q]")


def plain_date_text(text: str) -> str:
    """A text with widths folded, Chinese numbers of dates in digits and blanks around words removed."""
    text = unicodedata.normalize("NFKC", text).strip()
    text = _GAPS.sub("", text)
    text = _CN_YEAR.sub(lambda found: found[0].translate(_CN_DIGITS), text)
    text = _CN_NUMBER.sub(lambda found: str(chinese_number(found[0])), text)
    return _LETTER_O.sub("0", text)


def find_dates(text: str, frame: Frame) -> list[Found]:
    """All dates of a text already made plain, in order; earlier forms win where two would overlap."""
    if not _ANY_DIGIT.search(text):
        return []
    matches: list[tuple[str, re.Match[str]]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if all(match.end() <= m.start() or match.start() >= m.end() for _, m in matches):
                matches.append((kind, match))
    matches.sort(key=lambda pair: pair[1].start())
    cursor = _Cursor(frame)
    found = [cursor.settle(kind, match) for kind, match in matches]
    return [one for (kind, _), one in zip(matches, found, strict=True) if kind != "mention"]


def _is_torn(match: re.Match[str]) -> bool:
    """Whether a lost character touches the date, so that a digit may be missing."""
    return "\ufffd" in match.string[max(0, match.start() - 1) : match.end() + 1]


class _Cursor:
    """Carries the year and month named last, for dates that lean on them (2024年6月底、9月底)."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._year: int | None = None
        self._month: int | None = None

    def settle(self, kind: str, match: re.Match[str]) -> Found:
        groups = {key: value for key, value in match.groupdict().items() if value}
        year, notes = self._which_year(groups)
        place = (match.start(), match.end(), match[0])
        try:
            month, day = _WORK_OUT[kind](groups, self)
            if month is None or _is_torn(match):
                return Found(*place, notes=notes)
            last = _last_day(year, month)
            if not 1 <= (day or 1) <= last:
                raise ValueError(match[0])
        except ValueError:
            return Found(*place, wrong=True)
        self._month = month
        if year is None:
            return Found(*place)
        return Found(*place, day=self._final(kind, groups, year, month, day or last), notes=notes)

    def _final(self, kind: str, groups: dict[str, str], year: int, month: int, day: int) -> date:
        if kind == "loose" and groups["near"].startswith(("下", "次")):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
            day = min(day, _last_day(year, month))
        return date(year, month, day)

    def _which_year(self, groups: dict[str, str]) -> tuple[int | None, tuple[Fault, ...]]:
        if "year" in groups or "short" in groups:
            self._year = int(groups["year"]) if "year" in groups else 2000 + int(groups["short"])
            return self._year, ()
        near = groups.get("near")
        today = self._frame.today
        base = today.year if today else self._frame.year
        if near is None and self._year is not None:
            return self._year, ()
        if base is None:
            return None, ()
        shift = {"明年": 1, "后年": 2, "去年": -1}.get(near or "", 0)
        self._year = base + shift if near else self._frame.year
        return self._year, (
            Fault(say("时限没有写年份，按文中所示 %(year)s 年读取。"), {"year": self._year or ""}),
        )

    @property
    def month_now(self) -> int | None:
        """The month the ledger was filled in, where its head says so."""
        return self._frame.today.month if self._frame.today else None

    @property
    def month(self) -> int | None:
        """The month of the date before."""
        return self._month


Worked = tuple[int | None, int | None]


def _last_day(year: int | None, month: int) -> int:
    if not 1 <= month <= 12:
        raise ValueError(month)
    return calendar.monthrange(year if year is not None else 2000, month)[1]


def _by_day(groups: dict[str, str], cursor: _Cursor) -> Worked:
    month = int(groups["month"]) if "month" in groups else cursor.month
    day = int(groups["day"])
    if day == 0:
        raise ValueError(day)
    return month, day


def _by_month(groups: dict[str, str], _: _Cursor) -> Worked:
    return int(groups["month"]), _part(groups)


def _part(groups: dict[str, str]) -> int | None:
    """The day a part of a month ends on; None for its last day."""
    part = groups.get("part", "").removeprefix("月")
    return {"上旬": 10, "初": 10, "中旬": 20, "上半月": 15, "中": 15}.get(part)


def _by_quarter(groups: dict[str, str], _: _Cursor) -> Worked:
    quarter = int(groups["quarter"])
    if not 1 <= quarter <= 4:
        raise ValueError(quarter)
    return quarter * 3, None


def _by_half(groups: dict[str, str], _: _Cursor) -> Worked:
    return (6 if groups["half"] == "上" else 12), None


def _by_mention(_: dict[str, str], __: _Cursor) -> Worked:
    return None, None


def _by_year(groups: dict[str, str], _: _Cursor) -> Worked:
    return (6 if "middle" in groups else 12), None


def _by_no_year(groups: dict[str, str], _: _Cursor) -> Worked:
    """202年5月1日 is a slip of the pen, and no 1 May of the year in the title."""
    raise ValueError(groups)


def _by_loose_month(groups: dict[str, str], cursor: _Cursor) -> Worked:
    return cursor.month_now, _part(groups)


_WORK_OUT: dict[str, Callable[[dict[str, str], _Cursor], Worked]] = {
    "day": _by_day,
    "month": _by_month,
    "quarter": _by_quarter,
    "half": _by_half,
    "year": _by_year,
    "loose": _by_loose_month,
    "mention": _by_mention,
    "no_year": _by_no_year,
}
