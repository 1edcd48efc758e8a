"""A draw in words: what it was drawn from, why each was drawn, what came of it by unit, the rate of rebounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.deadlines import HORIZON_NAMES, URGENCY_NAMES
from bihuan.domain.flows import GRADE_NAMES, Grade
from bihuan.domain.refusals import say
from bihuan.domain.sampling import SIGNS, How, points_of, signs_of
from bihuan.ledger.choices import source_named, unit_titles
from bihuan.ledger.draws import NOT_PLANNED, DrawnRow, results_by_unit
from bihuan.web.changes import RESULTS
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.actions.drawing import Asked
    from bihuan.ledger.models import Draw, Problem

RESULT_NAMES: Mapping[str, str] = {**RESULTS, NOT_PLANNED: say("没有安排")}
HOW_NAMES: Mapping[How, str] = {How.RISK: say("按风险"), How.RANDOM: say("随机")}


def conditions_told(drawn: Draw) -> list[str]:
    """What the draw was narrowed down by, in words; empty for all that was struck off."""
    said = drawn.conditions
    unit, source = said.get("unit_id"), said.get("source_id")
    parts = [
        _("%(day)s起销号") % {"day": said["closed_from"]} if "closed_from" in said else "",
        _("%(day)s止销号") % {"day": said["closed_to"]} if "closed_to" in said else "",
        unit_titles([unit]).get(unit, "") if unit else "",
        shown.source_name(source_named(source)) if source else "",
        _(HORIZON_NAMES[Horizon(said["horizon"])]) if "horizon" in said else "",
        _(URGENCY_NAMES[Urgency(said["urgency"])]) if "urgency" in said else "",
        _(GRADE_NAMES[Grade(said["grade"])]) if "grade" in said else "",
    ]
    return [part for part in parts if part]


def why_told(row: DrawnRow) -> str:
    """The signs of risk of a problem at the time of the draw, with their points."""
    told = [_("%(sign)s（%(points)s分）") % {"sign": _(sign.name), "points": sign.points} for sign in row.signs]
    return shown.listed(told) if told else _("没有风险情形")


def rows_told(rows: Iterable[DrawnRow], problems: Mapping[UUID, Problem]) -> list[dict[str, Any]]:
    """Rows of a draw with their problems and the words for how, why and the result."""
    return [
        {
            "row": row,
            "problem": problems[row.id],
            "how": _(HOW_NAMES[row.how]),
            "why": why_told(row),
            "result": _(RESULT_NAMES[row.result]),
        }
        for row in rows
        if row.id in problems
    ]


def units_told(rows: Sequence[DrawnRow]) -> list[dict[str, Any]]:
    """How it stands by leading unit, the total first, with the rate of rebounds among those looked at."""
    by_unit = results_by_unit(rows)
    names = unit_titles(unit for unit in by_unit if unit is not None)
    total: Counter[str] = sum(by_unit.values(), Counter())
    lines = [_line(0, _("合计"), total)]
    parts = [_line(unit, names.get(unit or 0, "—"), counts) for unit, counts in by_unit.items()]
    return [*lines, *sorted(parts, key=lambda line: (-line["counts"][2][1], -line["all"], line["name"]))]


def _line(unit: int | None, name: str, counts: Counter[str]) -> dict[str, Any]:
    looked = counts["sustained"] + counts["rebounded"]
    rate = f"{100 * counts['rebounded'] / looked:.1f}%" if looked else "—"
    figures = [(code, counts[code]) for code in RESULT_NAMES]
    return {"unit": unit or 0, "name": name, "all": counts.total(), "counts": figures, "rate": rate}


def preview_told(spread: Counter[int], asked: Asked) -> dict[str, Any]:
    """How many there are to draw from: by points, and by sign of risk."""
    by_points: Counter[int] = Counter()
    by_sign: Counter[str] = Counter()
    for bits, count in spread.items():
        by_points[points_of(bits)] += count
        for sign in signs_of(bits):
            by_sign[sign.code] += count
    whole = spread.total()
    risky = whole - by_points[0]
    return {
        "whole": whole,
        "risky": risky,
        "points": [(points, count) for points, count in sorted(by_points.items())],
        "signs": [(_(sign.name), sign.points, by_sign[sign.code]) for sign in SIGNS],
        "by_risk": min(asked.by_risk, risky),
        "at_random": min(asked.at_random, whole - min(asked.by_risk, risky)),
        "most": max(by_points.values(), default=1),
    }
