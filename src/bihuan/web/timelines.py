"""A time line of milestones as inline SVG: places in per cent, so that it is as wide as there is room for.

No style attributes (the pages allow none): shapes stand once in the page (`web/wall/shapes.html`), colours in
route.css, and each state has a shape of its own beside its colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.domain.route import STATE_NAMES, Mark, State, state_on
from bihuan.web.templatetags.bihuan import english

if TYPE_CHECKING:
    from bihuan.ledger.models import Milestone

HEIGHT, MIDDLE = 30, 15
EDGE = 1.5
"""Room at either end, in per cent, so that no shape is cut off."""
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_TICKS = 13
STEPS = (1, 3, 6, 12, 60, 120, 12000)
"""Months from one mark on the axis to the next."""


@dataclass(frozen=True)
class Window:
    """The days that a time line shows: from `first` up to, not including, `end`."""

    first: date
    end: date

    def at(self, day: date) -> float:
        """Where a day stands, in per cent of the width."""
        return EDGE + (day - self.first).days * (100 - 2 * EDGE) / max(1, (self.end - self.first).days)

    def holds(self, day: date) -> bool:
        """Is the day shown?"""
        return self.first <= day < self.end

    @property
    def ticks(self) -> list[date]:
        """The first days of the months that are marked: every month, or fewer where there are many."""
        count = months_between(self.first, self.end)
        step = next(step for step in STEPS if count <= MOST_TICKS * step)
        months = (month_after(self.first, n) for n in range(count + 1))
        return [day for day in months if self.holds(day) and (day.year * 12 + day.month - 1) % step == 0]


def month_after(first: date, months: int) -> date:
    """The first day of the month so many months after the one of `first`, kept between the years 1 and 9998."""
    count = min(max(first.year * 12 + first.month - 1 + months, 12), 9998 * 12)
    return date(count // 12, count % 12 + 1, 1)


def months_between(first: date, end: date) -> int:
    """How many months lie between two days, partial ones counted."""
    return (end.year - first.year) * 12 + end.month - first.month + 1


def window_of(days: Iterable[date]) -> Window:
    """A window that holds all of `days`, of at least two months."""
    found = sorted(days)
    first = found[0].replace(day=1)
    return Window(first, max(month_after(found[-1], 1), month_after(first, 2)))


def month_name(day: date, *, with_year: bool) -> str:
    """A month on the axis: 3月, or 2026年3月 where the year begins or the axis does."""
    if english():
        return f"{MONTHS_EN[day.month - 1]} {day.year}" if with_year else MONTHS_EN[day.month - 1]
    text = _("%(year)s年%(month)s月") if with_year else _("%(month)s月")
    return text % {"year": day.year, "month": day.month}


def axis(window: Window, today: date) -> SafeString:
    """The months above the time lines, with today."""
    parts = ['<svg class="tl tl-axis" width="100%" height="20" aria-hidden="true">']
    ticks = window.ticks
    for place, tick in enumerate(ticks):
        name = month_name(tick, with_year=place == 0 or tick.month == 1)
        parts.append(
            f'<line class="tl-month" x1="{window.at(tick):.2f}%" x2="{window.at(tick):.2f}%" y1="4" y2="20"/>'
        )
        parts.append(f'<text x="{window.at(tick):.2f}%" dx="3" y="14">{escape(name)}</text>')
    if window.holds(today):
        parts.append(
            f'<line class="tl-today" x1="{window.at(today):.2f}%" x2="{window.at(today):.2f}%" y1="0" y2="20"/>'
        )
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308  numbers, and names of months


def line(milestones: Sequence[Milestone], window: Window, today: date, due: date | None = None) -> SafeString:
    """The time line of one project: its milestones, the due day, today, and how many lie outside the window."""
    marks = [(row, state_on(Mark(row.planned_on, row.done_on), today)) for row in milestones]
    label = escape(summary([state for _row, state in marks]))
    parts = [f'<svg class="tl" width="100%" height="{HEIGHT}" role="img" aria-label="{label}">']
    parts += [_upright("tl-month", window.at(tick)) for tick in window.ticks]
    parts.append(f'<line class="tl-base" x1="0" x2="100%" y1="{MIDDLE}" y2="{MIDDLE}"/>')
    parts += _span([row.planned_on for row in milestones], window)
    if window.holds(today):
        parts.append(_upright("tl-today", window.at(today)))
    if due is not None and window.holds(due):
        parts.append(_use("mk-due", window.at(due), _("整改时限%(day)s") % {"day": due}))
    # The worst come last: where marks lie upon each other, what is behind is seen.
    for row, state in sorted(marks, key=lambda one: -tuple(State).index(one[1])):
        if window.holds(row.planned_on):
            parts.append(_use(f"mk-{state.value}", window.at(row.planned_on), told(row, state)))
    parts += _outside([row.planned_on for row in milestones], window)
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308  texts are escaped in `_use`, the rest are numbers


def summary(states: Sequence[State]) -> str:
    """Said in words what a time line shows: 5个节点：落后1，未到期4."""
    counts = [(state, states.count(state)) for state in State if state in states]
    told_ = (", " if english() else "，").join(f"{_(STATE_NAMES[state])} {count}" for state, count in counts)
    count = len(states)
    return ngettext("%(count)s个节点：%(told)s", "%(count)s个节点：%(told)s", count) % {
        "count": count,
        "told": told_,
    }


def told(row: Milestone, state: State) -> str:
    """A milestone in words: what, planned when, how it stands."""
    words = {"text": row.text, "planned": row.planned_on, "state": _(STATE_NAMES[state])}
    if row.done_on is not None:
        return _("%(text)s · 计划%(planned)s · %(state)s（%(done)s）") % {**words, "done": row.done_on}
    return _("%(text)s · 计划%(planned)s · %(state)s") % words


def _upright(kind: str, at: float) -> str:
    return f'<line class="{kind}" x1="{at:.2f}%" x2="{at:.2f}%" y1="0" y2="{HEIGHT}"/>'


def _use(shape: str, at: float, title: str) -> str:
    return f'<use href="#{shape}" x="{at:.2f}%" y="{MIDDLE}"><title>{escape(title)}</title></use>'


def _span(days: Sequence[date], window: Window) -> list[str]:
    """The stretch from the first planned day to the last, as far as it is shown."""
    if not days or max(days) < window.first or min(days) >= window.end:
        return []
    left, right = max(min(days), window.first), min(max(days), window.end - timedelta(days=1))
    width = max(0.0, window.at(right) - window.at(left))
    return [f'<rect class="tl-span" x="{window.at(left):.2f}%" width="{width:.2f}%" y="{MIDDLE - 2}" height="4"/>']


def _outside(days: Sequence[date], window: Window) -> list[str]:
    before, after = sum(1 for day in days if day < window.first), sum(1 for day in days if day >= window.end)
    parts = []
    if before:
        parts.append(f'<text class="tl-more" x="0" y="9">◂{before}</text>')
    if after:
        parts.append(f'<text class="tl-more tl-end" x="100%" y="9">{after}▸</text>')
    return parts
