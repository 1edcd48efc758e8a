"""The table by unit as it is shown: which columns under which heads, what a cell says, which list it opens.

One arrangement for the page, its print and its Excel. No figure is worked out here (`insight.by_unit`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.domain.indicators import COMPLETION, FIGURES, STANDINGS, Figure, Rate
from bihuan.domain.refusals import say
from bihuan.insight.by_unit import SORTS, Line, UnitTable
from bihuan.web.filters import day_asked

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("dispatched",)),
    (say("签收情况"), ("signed", "signed_office")),
    (say("所处环节"), STANDINGS),
    (say("超时限"), ("overdue", "overdue_original")),
    (say("颜色"), ("red", "yellow")),
)
"""The columns of figures, under their common heads; the completion rate comes after them."""
UNFINISHED = ("unsigned", "under_way", "overdue")
ALARMS = frozenset({"overdue", "overdue_original", "red"})
"""Figures that are marked where they are not nought."""
_PAPERS = (("landscape", 22, 16), ("portrait", 44, 15), ("dense", 62, 25), ("tiny", 76, 29))
"""Ways to print on one A4 sheet, the most legible first: how many lines it holds, how many signs a name's line."""


@dataclass(frozen=True)
class Asked:
    """Which table an address asks for."""

    day: date
    unit: int | None = None
    sort: str = ""

    @staticmethod
    def from_query(query: QueryDict) -> Asked:
        """Read it; what is missing or makes no sense is today, the own unit, the order of the tree."""
        unit, sort = query.get("unit", ""), query.get("sort", "")
        return Asked(
            day=day_asked(query.get("on")) or clock.today(),
            unit=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 10 else None,
            sort=sort if sort.lstrip("-") in SORTS and sort.count("-") < 2 else "",
        )

    def address(self, **changes: object) -> str:
        """The query of the same table with some things changed; today is not written down."""
        asked: dict[str, object] = {"unit": self.unit, "on": self.day, "sort": self.sort, **changes}
        if asked["on"] == clock.today():
            asked["on"] = None
        return "?" + urlencode({key: str(value) for key, value in asked.items() if value})


@dataclass(frozen=True)
class Row:
    """A row as shown; `address` opens the unit's own table, if it has one of interest.

    `alone`: its figures are of the unit itself, without those below it. `pressing`: there may be something to
    remind the unit of.
    """

    line: Line
    label: str
    address: str = ""
    alone: bool = False
    pressing: bool = False

    def list_query(self, day: date) -> str:
        """What follows `?figure=<code>` in the address of the list that a figure of this row opens on `day`."""
        on = "" if day == clock.today() else f"&on={day.isoformat()}"
        return f"{on}&unit={self.line.unit.unit_id}{'&alone=1' if self.alone else ''}"

    @property
    def rate(self) -> str:
        """The completion rate as 33.3%, or a dash where nothing was handed out."""
        tenths = self.line.tenths
        return "—" if tenths is None else f"{tenths // 10}.{tenths % 10}%"


@dataclass(frozen=True)
class Head:
    """The head of a column: what it means, the address of the table sorted by it, and which way it is sorted."""

    code: str
    name: str
    meaning: str
    address: str
    direction: str


def columns() -> list[Figure]:
    """The figures shown, in order."""
    return [FIGURES[code] for _group, codes in GROUPS for code in codes]


def _shown() -> list[Figure | Rate]:
    return [*columns(), COMPLETION]


def groups() -> list[tuple[str, int]]:
    """The heads above the heads, each with how many columns it spans."""
    return [(_(name) if name else "", len(codes)) for name, codes in GROUPS]


def heads(asked: Asked) -> list[Head]:
    """The heads of all columns of figures and of the rate; a first click sorts the largest on top."""
    found = []
    for shown in _shown():
        code = shown.code
        direction = {code: "ascending", f"-{code}": "descending"}.get(asked.sort, "")
        address = asked.address(sort=code if direction == "descending" else f"-{code}")
        found.append(Head(code, _(shown.name), _(shown.meaning), address, direction))
    return found


def rows(table: UnitTable, asked: Asked) -> list[Row]:
    """The rows between head and total: the unit's own problems first, then the units below it."""
    own = Row(table.own, _("%(unit)s本级") % {"unit": table.unit.short}, alone=True)
    return [own, *(_row(line, asked) for line in table.rows)]


def total(table: UnitTable) -> Row:
    """The row of the total."""
    return Row(table.total, _("合计"))


def _row(line: Line, asked: Asked) -> Row:
    name = line.unit.name if line.unit.is_active else _("%(unit)s（已停用）") % {"unit": line.unit.name}
    opens = asked.address(unit=line.unit.unit_id) if line.opens else ""
    return Row(line, name, opens, pressing=any(line.figures[code] for code in UNFINISHED))


def days_offered(today: date) -> dict[str, date]:
    """The days one asks for most: today, the ends of last month and of last quarter."""
    month_end = today.replace(day=1) - timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return {_("今天"): today, _("上月末"): month_end, _("上季度末"): quarter - timedelta(days=1)}


def as_of(day: date) -> str:
    """What the figures are as of, with the time at which they were taken: the 统计时间 of forms."""
    made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    if day == clock.today():
        return made
    if day > clock.today():
        return _("预计到%(day)s（按%(made)s的记录推算，不办理、不延期时）") % {"day": day, "made": made}
    return _("%(day)s 24:00（%(made)s制表）") % {"day": day, "made": made}


def title(table: UnitTable) -> str:
    """The title of the table."""
    text = (
        _("%(unit)s问题整改情况分单位预计表")
        if table.day > clock.today()
        else _("%(unit)s问题整改情况分单位统计表")
    )
    return text % {"unit": table.unit.name}


def meanings() -> Mapping[str, str]:
    """What each column counts, by its name."""
    return {_(shown.name): _(shown.meaning) for shown in _shown()}


def paper(names: Iterable[str]) -> str:
    """How the table prints on one A4 sheet: "landscape", "portrait", and with smaller type "dense" or "tiny".

    Told by the lines that the names take. What fits no sheet goes on to further ones, in legible type.
    """
    widths = [sum(1.0 if ord(sign) > 0x2E7F else 0.55 for sign in name) for name in names]
    for way, lines, signs in _PAPERS:
        if sum(0.25 + 0.75 * max(1, ceil(width / signs)) for width in widths) <= lines:
            return way
    return "portrait"


def cells_of(row: Row) -> Iterator[object]:
    """A row's cells for Excel: name, counts, and the rate as a share of one."""
    yield row.label
    yield from (row.line.figures[figure.code] for figure in columns())
    yield None if row.line.tenths is None else row.line.tenths / 1000
