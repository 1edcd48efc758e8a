"""What happened to a unit, in words a person reads: one line an entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.organisations.history import Event, name_on
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.book.models import Entry


@dataclass(frozen=True)
class Line:
    """A line of the timeline: what, by whom, and its entry."""

    entry: Entry
    what: str
    who: str


def lines(events: list[Event]) -> list[Line]:
    """The events in words."""
    return [Line(event.entry, _what(event), _who(event)) for event in events]


def _who(event: Event) -> str:
    return shown.person_name(event.person) if event.person else _("系统")


def _what(event: Event) -> str:
    words = WORDS.get(event.entry.action)
    return words(event) if words else event.entry.action


def _renamed(event: Event) -> str:
    if "name" in event.changes:
        old, new = event.changes["name"]
        return _("改名：“%(old)s”改为“%(new)s”") % {"old": old, "new": new}
    names = event.changes.get("short_names", ((), ()))[1]
    return _("简称改为：%(names)s") % {"names": shown.listed(names) or "—"}


def _moved(event: Event) -> str:
    day = clock.day_of(event.entry.recorded_at)
    old, new = event.changes.get("parent_id", (None, None))
    names = {"old": name_on(old, day - timedelta(days=1)) or name_on(old, day), "new": name_on(new, day)}
    return _("上级单位由“%(old)s”改为“%(new)s”") % names


def _merged(event: Event) -> str:
    into = event.changes.get("merged_into_id", (None, None))[1]
    return _("并入“%(into)s”，停用") % {"into": name_on(into, clock.day_of(event.entry.recorded_at))}


WORDS: Mapping[str, Callable[[Event], str]] = {
    "create": lambda event: _("设立：%(name)s") % {"name": event.changes.get("name", ("", ""))[1]},
    "rename": _renamed,
    "move": _moved,
    "follow": lambda event: _("上级单位调整，随同划转"),
    "merge": _merged,
    "take_in": lambda event: _("“%(name)s”并入本单位") % {"name": event.details.get("name", "")},
    "activate": lambda event: _("启用"),
    "deactivate": lambda event: _("停用"),
    "forget_name": lambda event: _("不再把“%(name)s”认作本单位") % {"name": event.details.get("name", "")},
}
