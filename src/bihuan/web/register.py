"""The register of rules as pages show it: what is asked for in the address, the figures with their links, Excel.

Every figure links to the list that it counts, on the same page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.ledgers import Column, write_ledger
from bihuan.domain.refusals import say
from bihuan.insight.rules_made import (
    FIGURES,
    REVIEWS,
    Level,
    RuleFilter,
    filter_of,
    listed,
    page_of,
    register_of,
    years_of,
)
from bihuan.ledger.actions.exporting import record_export
from bihuan.organisations.access import Actor
from bihuan.web.outcomes import CHANGES, FIGURE_NAMES, STATES, rule_state
from bihuan.web.templatetags.bihuan import unit_name

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from bihuan.ledger.models import RuleMade

CHUNK = 2000
REVIEW_NAMES: Mapping[str, str] = {"due": say("评估已到期"), "soon": say("90天内到期")}
TEXT_LENGTH = 60
_COLUMNS: tuple[tuple[str, float], ...] = (
    (say("单位名称"), 24),
    (say("制度名称"), 40),
    (say("文号"), 22),
    (say("类别"), 8),
    (say("状态"), 8),
    (say("印发日期"), 12),
    (say("到期评估日期"), 14),
    (say("上次评估"), 12),
    (say("关联问题"), 10),
    (say("主要内容"), 60),
)


@dataclass(frozen=True)
class Cell:
    """A figure, and the address of its rows (empty for nought)."""

    name: str
    count: int
    address: str
    warns: bool = False


@dataclass(frozen=True)
class Row:
    """A row of the figures; `opens` is the address of the unit's own register, where there is more below it."""

    label: str
    cells: list[Cell]
    opens: str = ""


@dataclass(frozen=True)
class Shown:
    """What the page shows: the figures, the filter in words, and the rows of the list."""

    rows: QuerySet[RuleMade]
    context: Mapping[str, Any]


def filter_from(query: QueryDict) -> RuleFilter:
    """What the address asks for; what makes no sense there is left out."""
    year = _number(query.get("year", ""))
    return RuleFilter(
        unit=_number(query.get("unit", "")) or None,
        alone=query.get("alone") == "1",
        change=_one_of(query.get("change", ""), CHANGES),
        year=year if 1949 <= year <= 2999 else None,
        state=_one_of(query.get("state", ""), ("in_force", "ended")),
        review=_one_of(query.get("review", ""), REVIEWS),
        tied=query.get("tied") == "1",
        text=query.get("q", "").replace("\0", "").strip()[:TEXT_LENGTH],
    )


def shown(actor: Actor, asked: RuleFilter, query: QueryDict) -> Shown | None:
    """The register for one filter; None where its unit is out of sight."""
    today = clock.today()
    year = asked.year or today.year
    found = register_of(actor, today, unit=asked.unit, year=year)
    rows = listed(actor, asked, today)
    if found is None or rows is None:
        return None
    own = _row(found.own, _("%(unit)s本级") % {"unit": found.unit.short}, year)
    context = {
        "register": found,
        "heads": [(code, _(FIGURE_NAMES[code])) for code in FIGURES],
        "own": own,
        "below": [_row(level, level.unit.name, year) for level in found.rows],
        "total": _row(found.total, _("合计"), year),
        "asked": asked,
        "year": year,
        "years": sorted({year, *years_of(actor, today)}, reverse=True),
        "changes": [(code, _(name)) for code, name in CHANGES.items()],
        "states": [(code, _(STATES[code])) for code in ("in_force", "ended")],
        "reviews": [(code, _(REVIEW_NAMES[code])) for code in REVIEWS],
        "query": query.urlencode(),
        "filtered": asked != RuleFilter(unit=asked.unit),
    }
    return Shown(rows, context)


def export(actor: Actor, asked: RuleFilter) -> IO[bytes] | None:
    """The rules asked for as a temporary Excel file, read from the start; None where the unit is out of sight.

    That it was taken away is put on the record of exports.
    """
    with transaction.atomic():
        rows = listed(actor, asked, clock.today())
        if rows is None:
            return None
        file = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
        count = [0]
        heads = [Column(_(name), width, "wrapped" if width >= 40 else "text") for name, width in _COLUMNS]
        made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
        note = _("统计时间：%(made)s　校验根：%(root)s") % {"made": made, "root": latest_root() or "—"}
        write_ledger(file, title=_("制度清单"), columns=heads, rows=_values(rows, count), note=note)
        filters = {name: str(value) for name, value in vars(asked).items() if value}
        record_export(actor=actor, details={"list": "rules", "filter": filters, "rows": count[0]})
    file.seek(0)
    return file


def _values(rows: QuerySet[RuleMade], count: list[int]) -> Iterator[list[Any]]:
    after = ""
    while True:
        found, after = page_of(rows, after, CHUNK)
        for row in found:
            count[0] += 1
            yield [
                unit_name(row.unit),
                row.title,
                row.document,
                _(CHANGES[row.change]),
                rule_state(row),
                row.issued_on,
                row.review_on,
                row.reviewed_on,
                row.ties,
                row.summary,
            ]
        if not after:
            return


def _row(level: Level, label: str, year: int) -> Row:
    scope: dict[str, object] = {"unit": level.unit.unit_id}
    if level.alone:
        scope["alone"] = 1
    opens = f"?unit={level.unit.unit_id}&year={year}" if level.opens else ""
    return Row(label, [_cell(code, level.figures[code], scope, year) for code in FIGURES], opens)


def _cell(code: str, count: int, scope: Mapping[str, object], year: int) -> Cell:
    asked = {name: value for name, value in vars(filter_of(code, year)).items() if value}
    address = "?" + urlencode({**scope, **{k: 1 if v is True else v for k, v in asked.items()}}) + "#list"
    return Cell(_(FIGURE_NAMES[code]), count, address if count else "", warns=code == "due" and count > 0)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _one_of(text: str, known: Any) -> str:
    return text if text in known else ""
