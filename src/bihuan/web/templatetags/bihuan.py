"""How values are shown: colours, stages, dates, counts, refusals; the same on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bihuan.book import clock
from bihuan.domain.case import Horizon, Role, Stage, Urgency
from bihuan.domain.classes import IMPACT_NAMES
from bihuan.domain.colours import COLOUR_NAMES, REASONS, Colour, Turn
from bihuan.domain.deadlines import HORIZON_NAMES, URGENCY_NAMES
from bihuan.domain.lifecycle import MOVES, ROLE_NAMES, STAGE_NAMES, Move
from bihuan.domain.refusals import Denied
from bihuan.domain.taking_over import CLAIMED_NAMES, Claimed
from bihuan.web import errors
from bihuan.web.actionwords import DONE_BY

register = template.Library()

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LETTERS = {"green": "G", "red": "R", "yellow": "Y", "blue": "B", "grey": "–"}


@register.filter
def day(value: date | datetime | None) -> str:
    """A date in tables: 2026-11-22, or a dash where there is none."""
    if value is None or value == "":
        return "—"
    return (clock.local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in tables: 2026-11-22 09:30 in the office's time zone."""
    return clock.local(value).strftime("%Y-%m-%d %H:%M") if value else "—"


@register.filter
def longday(value: date | None) -> str:
    """A date in text: 2026年11月22日（周日）, or Sunday 22 November 2026."""
    if value is None:
        return "—"
    if english():
        return f"{value:%A} {value.day} {value:%B} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日（{WEEKDAYS[value.weekday()]}）"


@register.filter
def wan(value: int) -> str:
    """A number in a headline: exact below ten thousand, then 万 and 亿 (thousands grouped in English)."""
    if english() or value < 10_000:
        return f"{value:,}"
    size, word = (100_000_000, "亿") if value >= 100_000_000 else (10_000, "万")
    return f"{value / size:.2f}".rstrip("0").rstrip(".") + word


def english() -> bool:
    """Is the page shown in English?"""
    return (translation.get_language() or "").startswith("en")


@register.simple_tag
def colour(value: str) -> SafeString:
    """A colour with its letter: never colour alone."""
    name = _(COLOUR_NAMES[Colour(value)])
    mark = LETTERS[value] if english() else name
    return format_html('<span class="colour colour-{}" title="{}">{}</span>', value, name, mark)


@register.filter
def colour_name(value: str) -> str:
    """The name of a colour."""
    return _(COLOUR_NAMES[Colour(value)])


@register.filter
def stage(value: str) -> str:
    """The name of a stage."""
    return _(STAGE_NAMES[Stage(value)]) if value else ""


@register.filter
def claimed(value: str | None) -> str:
    """The status that a file claims; a dash where it claims none."""
    return _(CLAIMED_NAMES[Claimed(value)]) if value else "—"


@register.filter
def horizon(value: str) -> str:
    """The name of a horizon."""
    return _(HORIZON_NAMES[Horizon(value)])


@register.filter
def urgency(value: str) -> str:
    """The name of a class of urgency."""
    return _(URGENCY_NAMES[Urgency(value)])


@register.filter
def impact(value: str) -> str:
    """How far a problem reaches."""
    return _(IMPACT_NAMES[value])


@register.filter
def role(value: str) -> str:
    """The name of a role."""
    return _(ROLE_NAMES[Role(value)])


@register.filter
def verb(value: str) -> str:
    """What a move is called on its button."""
    return _(MOVES[Move(value)].verb)


@register.filter
def action_name(value: str) -> str:
    """What an entry's action is called before the person's name; also for those that are no move of a problem."""
    return str(DONE_BY[Move(value)]) if value in set(Move) else value


@register.filter
def told(denied: Denied) -> str:
    """A refusal: the reason and what would mend it."""
    return errors.told(denied)


@register.filter
def because(turn: Turn) -> str:
    """Why a colour holds."""
    return reason_text(turn.reason.code, turn.reason.params)


def reason_text(code: str, params: Mapping[str, Any]) -> str:
    """The text of a reason in the reader's language, dates written out."""
    shown = {key: day(value) if isinstance(value, date) else value for key, value in params.items()}
    return _(REASONS[code]) % shown


@register.filter
def unit_name(unit: Any) -> str:
    """A unit's short name for tables; a dash for none."""
    return str(unit.short) if unit is not None else "—"


def named(name: str, name_en: str) -> str:
    """A name in the reader's language, as far as there is one in English."""
    return name_en if name_en and english() else name


@register.filter
def source_name(source: Any) -> str:
    """A source's name in the reader's language."""
    if source is None:
        return "—"
    return named(source.name, source.name_en)


@register.filter
def person_name(person: Any) -> str:
    """A person's name in the reader's language."""
    if person is None:
        return pgettext("person", "系统")
    return named(person.name, person.name_en)


@register.filter
def days_from(value: date | None, today: date) -> str:
    """How far a day is from today: 今天, 3天后, 逾期5天."""
    if value is None:
        return ""
    distance = (value - today).days
    if distance == 0:
        return _("今天")
    if distance > 0:
        return ngettext("%(days)s天后", "%(days)s天后", distance) % {"days": distance}
    return ngettext("已过%(days)s天", "已过%(days)s天", -distance) % {"days": -distance}


@register.filter
def listed(values: Iterable[object]) -> str:
    """Several names in a row: 甲、乙, or A, B."""
    return (", " if english() else "、").join(str(value) for value in values)


@register.filter
def filesize_short(size: int) -> str:
    """A file size in KB or MB."""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], **changes: Any) -> str:
    """The present address's query with some parameters changed (empty: taken out), paging forgotten."""
    return addressed(context["request"].GET, **changes)


def addressed(query: QueryDict, **changes: Any) -> str:
    """The same for a query."""
    kept = {key: values for key, values in query.lists() if key not in ("after", "before", *changes)}
    changed = {key: [str(value)] for key, value in changes.items() if value not in (None, "")}
    return "?" + urlencode(kept | changed, doseq=True)
