"""How mandatory check topics and answers are shown: states, figures that open to their rows, the reminder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.domain.refusals import say
from bihuan.ledger.topics import FOUND, GONE, NOT_FOUND, OVERDUE, WAITING, Scope, Standing, silent_units
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import CheckAnswer, CheckTopic

STATE_NAMES: Mapping[str, str] = {
    FOUND: say("发现问题"),
    NOT_FOUND: say("未发现"),
    WAITING: say("待答复"),
    OVERDUE: say("逾期未答复"),
    GONE: say("单位已停用"),
}
NAMED = 300
"""So many units are named in a reminder; the others are counted."""


def topic_told(topic: CheckTopic, standing: Standing) -> dict[str, Any]:
    """A topic with its figures, each with the address of the rows that it counts."""
    return {"topic": topic, "standing": standing, "figures": standing_told(topic, standing)}


def standing_told(topic: CheckTopic, standing: Standing, *, under: int | None = None) -> list[dict[str, Any]]:
    """The figures of a standing in their order: code, name, count, address."""
    base = reverse("check_topic", args=[topic.pk])
    within = {"under": under} if under else {}
    counts = [("", _("已下发"), standing.asked)]
    counts += [(state, _(name), getattr(standing, state)) for state, name in STATE_NAMES.items()]
    return [
        {"state": state, "name": name, "count": count, "address": _address(base, within | _state(state))}
        for state, name, count in counts
    ]


def _state(state: str) -> dict[str, Any]:
    return {"state": state} if state else {}


def _address(base: str, query: Mapping[str, Any]) -> str:
    return f"{base}?{urlencode(query)}" if query else base


def row_told(row: CheckAnswer) -> dict[str, Any]:
    """A unit's row on a topic: how it stands, and whether it came late."""
    state = state_of(row)
    return {
        "row": row,
        "state": state,
        "name": _(STATE_NAMES[state]),
        "late": row.answered_on is not None and row.answered_on > row.topic.due,
        "count": len(row.problems),
    }


def state_of(row: CheckAnswer) -> str:
    """How the unit stands on the topic today. The row comes with its topic and unit."""
    if row.answer != WAITING:
        return row.answer
    if not row.unit.is_active:
        return GONE
    return OVERDUE if row.topic.due < clock.today() else WAITING


def reminder_of(scope: Scope, office: str) -> dict[str, Any] | None:
    """Who has not answered yet, as a text to be pasted into a chat; None where nobody is awaited."""
    if scope.topic.closed_on is not None:
        return None
    rows = silent_units(scope, clock.today())
    names = list(rows.values_list("unit__name", flat=True)[: NAMED + 1])
    if not names:
        return None
    values = {
        "title": scope.topic.title,
        "due": shown.longday(scope.topic.due),
        "units": shown.listed(names[:NAMED]),
        "count": rows.count(),
    }
    who = (
        _("还没有答复的单位（%(count)s个）：%(units)s。")
        if len(names) <= NAMED
        else _("还没有答复的单位共%(count)s个：%(units)s等，其余请在系统中查看。")
    )
    lines = [
        _("【必查事项催报】%(title)s") % values,
        _("请于%(due)s前在系统中答复“发现”或“未发现”。") % values
        if scope.topic.due >= clock.today()
        else _("答复期限（%(due)s）已过，请尽快在系统中答复“发现”或“未发现”。") % values,
        who % values,
        f"{office} {shown.longday(clock.today())}",
    ]
    text = "\n".join(lines)
    return {"text": text, "lines": min(14, text.count("\n") + 2 + len(text) // 60), "count": values["count"]}


def cell_told(answer: str, problems: int, *, over: bool, active: bool) -> str:
    """An answer as the cell of a table."""
    if answer == FOUND:
        return _("发现%(count)s个") % {"count": problems}
    if answer == NOT_FOUND:
        return _(STATE_NAMES[NOT_FOUND])
    if not active:
        return _(STATE_NAMES[GONE])
    return _(STATE_NAMES[OVERDUE if over else WAITING])
