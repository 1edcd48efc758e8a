"""Campaigns in the words of their pages: figures with their addresses, the bar by stage, the Word file.

Every address opens the ledger filtered to exactly the rows that the figure counts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bihuan.documents.writing.campaign_summary import Summary, Table, write_summary
from bihuan.domain.case import Role
from bihuan.domain.colours import Colour
from bihuan.domain.indicators import COMPLETION, FIGURES, STANDINGS
from bihuan.domain.refusals import say
from bihuan.insight.campaigns import SHOWN, ItemLine, Overview, Sheet, Tallied
from bihuan.insight.counts import shares
from bihuan.ledger.actions.campaigns import FROZEN, refuses_item_change
from bihuan.ledger.campaigns import SeenCampaign, State, Template, templates, undone
from bihuan.organisations.access import Actor
from bihuan.web.templatetags import bihuan as shown

STATES: Mapping[State, str] = {
    State.COMING: say("未开始"),
    State.UNDER_WAY: say("进行中"),
    State.ENDED: say("已到期，待结束"),
    State.CLOSED: say("已结束"),
}
UNDONE_IN_WORD = 300
"""How many problems not done a summary lists at most; it says so where there are more."""


def column_heads() -> list[dict[str, str]]:
    """What heads the figures of a line, with what each means."""
    return [{"code": code, "name": _(FIGURES[code].name), "meaning": _(FIGURES[code].meaning)} for code in SHOWN]


def template_names(chosen: Template) -> list[dict[str, Any]]:
    """The templates to choose from, in the reader's language."""
    return [
        {"code": row.code, "name": shown.named(row.name, row.name_en), "chosen": row is chosen}
        for row in templates().values()
    ]


def listed(rows: Sequence[Overview]) -> list[dict[str, Any]]:
    """The campaigns of the list."""
    return [
        {
            "campaign": row.seen.campaign,
            "state": _(STATES[row.state]),
            "code": row.state.value,
            "closed": row.state is State.CLOSED,
            "items": row.items,
            "added": row.added,
            **_counted(row.counted, {"campaign": row.seen.campaign.pk}),
        }
        for row in rows
    ]


def shown_sheet(actor: Actor, sheet: Sheet, today: date) -> dict[str, Any]:
    """A campaign's page: its total, its items and units; where it is closed, then beside now."""
    campaign = sheet.seen.campaign
    base: dict[str, Any] = {"campaign": campaign.pk}
    return {
        "total": _counted(sheet.total, base),
        "items": [_item(actor, sheet.seen, line, base, today) for line in sheet.items],
        "units": [
            {"name": line.name, "leads": line.leads, "cells": _cells(line.counted, base | {"unit": line.unit_id})}
            for line in sheet.units
        ],
        "then": _then(sheet.closed) if sheet.closed else None,
        "undone": _ledger(base),
    }


def _item(
    actor: Actor, seen: SeenCampaign, line: ItemLine, base: Mapping[str, Any], today: date
) -> dict[str, Any]:
    item = line.item
    mine = item is not None and actor.role is Role.COORDINATOR and seen.campaign.closed_on is None
    may_change = mine and item is not None and refuses_item_change(actor, seen, item, today) is None
    return {
        "item": item,
        "may_change": may_change,
        "then": f"{line.closed['done']} / {line.closed[COMPLETION.whole]}" if line.closed else "",
        "cells": _cells(line.counted, {**base, "item": item.pk if item else 0}),
    }


def _counted(counted: Tallied, base: Mapping[str, Any]) -> dict[str, Any]:
    """How a whole campaign stands: figures, bar by stage and colours, each with its address; what waits."""
    figures, whole = counted.figures, COMPLETION.whole
    bars, at = [], 0.0
    for code, share in zip(STANDINGS, shares(figures[code] for code in STANDINGS), strict=True):
        bars.append({"code": code, "count": figures[code], "name": _(FIGURES[code].name), "x": f"{at:.2f}"})
        bars[-1] |= {"width": f"{share:.2f}", "address": _ledger({**base, "figure": code})}
        at += share
    return {
        "cells": mark_safe("".join(_figure_cells(counted, escape(_ledger(base))))),  # noqa: S308  numbers, our addresses
        "whole": {"count": figures[whole], "address": _ledger({**base, "figure": whole})},
        "bars": bars,
        "colours": [
            {"colour": c.value, "count": n, "address": _ledger({**base, "figure": whole, "colour": c.value})}
            for c, n in counted.colours.items()
        ],
        "rate": rate(counted.tenths),
        "waiting": counted.waiting,
        "waiting_address": _ledger({**base, "stage": ["draft", "listed"]}),
    }


def _cells(counted: Tallied, base: Mapping[str, Any]) -> SafeString:
    """The cells of a line, written as HTML directly: some hundreds of figures stand on a page."""
    address = escape(_ledger(base))
    whole = f"{address}&amp;figure={COMPLETION.whole}"
    colours = (
        f'<a href="{whole}&amp;colour={c.value}">{_mark(c, get_language())} <span class="num">{n:,}</span></a> '
        for c, n in counted.colours.items()
        if n
    )
    parts = (*_figure_cells(counted, address), '<td class="cell-colours">', *colours, "</td>")
    return mark_safe("".join(parts))  # noqa: S308  numbers, and addresses of our own making


@lru_cache(20)
def _mark(colour: Colour, language: str) -> str:
    """The mark of a colour in the present language."""
    return shown.colour(colour.value)


def _figure_cells(counted: Tallied, address: str) -> Iterator[str]:
    for code in SHOWN:
        count = counted.figures[code]
        told = f'<a href="{address}&amp;figure={code}">{count:,}</a>' if count else '<span class="zero">0</span>'
        yield f'<td class="num">{told}</td>'
    yield f'<td class="num rate">{rate(counted.tenths)}</td>'


def _then(figures: Mapping[str, int]) -> dict[str, Any]:
    return {
        "counts": [figures[code] for code in SHOWN],
        "red": figures["red"],
        "yellow": figures["yellow"],
        "rate": rate(COMPLETION.tenths(figures)),
    }


def rate(tenths: int | None) -> str:
    """A rate in per cent; a dash for none."""
    return "—" if tenths is None else f"{tenths / 10:g}%"


def _ledger(query: Mapping[str, Any]) -> str:
    return f"{reverse('ledger')}?{urlencode(query, doseq=True)}"


def summary_file(actor: Actor, seen: SeenCampaign) -> io.BytesIO:
    """The summary of a closed campaign as a Word document, with what is undone of what the reader may see."""
    campaign = seen.campaign
    kept = campaign.figures
    rows = list(undone(actor, seen)[: UNDONE_IN_WORD + 1])
    day = shown.longday(campaign.closed_on)
    target = io.BytesIO()
    write_summary(
        target,
        Summary(
            title=_("%(name)s总结") % {"name": campaign.name},
            lines=[
                _("组织单位：%(unit)s") % {"unit": campaign.office.name},
                _("牵头单位：%(unit)s") % {"unit": campaign.lead_unit.name},
                _("起止日期：%(starts)s至%(ends)s；%(closed)s结束")
                % {"starts": campaign.starts, "ends": campaign.ends, "closed": campaign.closed_on},
            ],
            sections=[(_("一、目标"), campaign.goal), (_("二、总结"), campaign.summary)],
            tables=[
                _table(
                    _("三、各事项情况（%(day)s）") % {"day": day},
                    pgettext("campaign", "事项"),
                    "title",
                    kept.get("items", ()),
                ),
                _table(
                    _("四、各单位情况（%(day)s，含下级）") % {"day": day},
                    _("单位名称"),
                    "name",
                    kept.get("units", ()),
                ),
                Table(
                    _("五、尚未办结的问题（下载时）"),
                    [_("编号"), _("标题"), _("牵头单位"), _("整改时限"), _("环节")],
                    [
                        [
                            row.number,
                            row.title,
                            shown.unit_name(row.lead_unit),
                            shown.day(row.due),
                            shown.stage(row.stage),
                        ]
                        for row in rows[:UNDONE_IN_WORD]
                    ],
                    note=_more(len(rows)),
                ),
            ],
        ),
    )
    target.seek(0)
    return target


def _more(count: int) -> str:
    if count == 0:
        return _("没有未办结的问题。")
    if count <= UNDONE_IN_WORD:
        return ""
    return _("只列出前%(most)s个，全部请在台账上查看。") % {"most": UNDONE_IN_WORD}


def _table(title: str, name: str, key: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    heads = [name, *(_(FIGURES[code].name) for code in FROZEN), _(COMPLETION.name)]
    cells = [[str(row[key]), *(str(row[code]) for code in FROZEN), rate(COMPLETION.tenths(row))] for row in rows]
    return Table(title, heads, cells)
