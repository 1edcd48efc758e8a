"""The screen on which a file is gone over: its drafts as lines, one of them open, and the file beside it.

Loads what one page shows and no more, whatever the file's length. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.intake.lineup import AT_ONCE, At, Stretch, at_of, lineup, near, stretch
from bihuan.intake.mapping import day_of, parts_of, units_by_name
from bihuan.intake.queries import IN_ROUND, SHOWN, Standing, units_of
from bihuan.ledger.actions.register import title_of
from bihuan.web.drafts import stretch_at, where
from bihuan.web.panels import KINDS, Given, Panel, kind_of, panel_of
from bihuan.web.source import Source, source_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from bihuan.intake.models import Draft, Reading, UnitName
    from bihuan.organisations.access import Actor
    from bihuan.organisations.models import Unit

NEAR = 40
"""So many places before and after the open draft are looked for in the part of the file that is shown."""


@dataclass(frozen=True)
class Asked:
    """What of a reading is asked for: which drafts, which of them open, and from which row on the file stands."""

    shown: str = "all"
    words: str = ""
    at: At | None = None
    page: int | None = None
    start: int | None = None

    def query(self, **changes: object) -> str:
        """The address's query for another draft or page of the same kind; it begins with `?`."""
        kept = {"show": self.shown if self.shown != "all" else "", "q": self.words} | changes
        return "?" + urlencode({name: str(value) for name, value in kept.items() if value})


def asked_in(data: QueryDict, at: At | None = None) -> Asked:
    """What an address asks for; what it cannot ask for counts as not said."""
    shown = data.get("show", "all")
    return Asked(
        shown=shown if shown in SHOWN or shown in IN_ROUND else "all",
        words=data.get("q", "").replace("\0", "").strip()[:60],
        at=at or at_in(data.get("at", "")),
        page=_number(data.get("page")),
        start=_number(data.get("from")),
    )


def at_in(text: str) -> At | None:
    """The draft that `12` or `12.1` means; None for anything else."""
    place, _dot, part = text.partition(".")
    found = (_number(place), _number(part or "0"))
    return None if found[0] is None or found[1] is None else At(found[0], found[1])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


@dataclass(frozen=True)
class Line:
    """A draft in one line; `kind` is one of `KINDS` or dropped, merged or empty."""

    address: str
    where: str
    sheet: str
    title: str
    lead: str
    due: date | None
    kind: str
    verdict: str
    part: int
    """1 for the first that was made of one place, 0 where it is the only one known of."""
    hidden: bool
    present: bool


@dataclass
class Screen:
    """Everything the screen shows, ready for its template."""

    address: str
    here_query: str
    lines: list[Line]
    total: int
    first: int
    panel: Panel | None
    source: Source | None
    goto: dict[str, str]
    """Where keys and links lead: next, previous, doubt, page_before, page_after; `then`: which draft follows."""

    @property
    def here(self) -> str:
        """The address of what is shown."""
        return self.address + self.here_query

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.first + len(self.lines) - 1


def screen_of(
    actor: Actor, reading: Reading, asked: Asked, names: Sequence[UnitName], standing: Standing, given: Given
) -> Screen | None:
    """The screen for what is asked for; None where that draft does not exist."""
    around_it = near(reading, asked.at, NEAR) if asked.at else []
    around = next((draft for draft in around_it if at_of(draft) == asked.at), None)
    if asked.at and around is None:
        return None
    drafts = lineup(reading, asked.shown, asked.words)
    found = stretch(drafts, around=around, page=asked.page)
    units = units_by_name(names)
    shown = units_of(found.rows, units)
    total = drafts.count() if asked.words else getattr(standing, asked.shown, standing.problems)
    present = found.present
    if present is not None and around is None:
        around_it = near(reading, at_of(present), NEAR)
    beside = [draft for draft in around_it if not draft.dropped]
    page = found.start // AT_ONCE + 1
    address = reverse("reading", args=[reading.id])
    return Screen(
        address=address,
        here_query=asked.query(at=at_of(present) if present else ""),
        lines=[
            _line(draft, units, shown, address + asked.query(at=at_of(draft), page=page), draft == present)
            for draft in found.rows
        ],
        total=total,
        first=found.start + 1,
        panel=panel_of(actor, reading, present, names, shown, beside, given) if present else None,
        source=source_of(reading, present, _links(beside, asked, address), asked.start) if present else None,
        goto=_goto(found, asked, standing, total, address),
    )


def _links(drafts: Iterable[Draft], asked: Asked, address: str) -> dict[int, str]:
    """For rows and paragraphs near the open draft the address of their own."""
    found: dict[int, str] = {}
    for draft in drafts:
        first, last = stretch_at(draft.item)
        for row in range(first, min(last, first + AT_ONCE) + 1):
            found.setdefault(row, address + asked.query(at=at_of(draft)))
    return found


def _goto(found: Stretch, asked: Asked, standing: Standing, total: int, address: str) -> dict[str, str]:
    beside = {"next": found.beside(1), "previous": found.beside(-1), "doubt": found.next_doubt}
    page = found.start // AT_ONCE + 1
    goto = {
        name: address + asked.query(at=at_of(draft), page=page)
        for name, draft in beside.items()
        if draft is not None
    }
    at_top = found.start == 0 and bool(found.rows) and found.present == found.rows[0]
    if "doubt" not in goto and standing.open and not at_top:
        goto["doubt"] = address
    if found.start:
        goto["page_before"] = address + asked.query(page=page - 1)
    if total > found.start + AT_ONCE:
        goto["page_after"] = address + asked.query(page=page + 1)
    return goto | {"then": _then(found)}


def _then(found: Stretch) -> str:
    """The draft to go on with: after a doubt the next doubt (the first one where empty), else the next one."""
    present = found.present
    if present is not None and kind_of(present) in KINDS[:-1]:
        return str(at_of(found.next_doubt)) if found.next_doubt else ""
    after = found.beside(1) or present
    return str(at_of(after)) if after else ""


def _line(
    draft: Draft, units: Mapping[str, tuple[int, ...]], shown: Mapping[int, Unit], address: str, present: bool
) -> Line:
    item = draft.item
    problem = item.get("problem", "")
    place = item.get("place", {})
    return Line(
        address=address,
        where=where(draft),
        sheet=place.get("sheet") or "",
        title=title_of(item.get("title", ""), problem) if problem else "",
        lead=_lead(item, units, shown),
        due=day_of(item),
        kind=kind_of(draft),
        verdict=draft.verdict if not draft.dropped else "",
        part=draft.part + 1 if draft.part else 0,
        hidden=bool(place.get("hidden")),
        present=present,
    )


def _lead(item: Mapping[str, Any], units: Mapping[str, tuple[int, ...]], shown: Mapping[int, Unit]) -> str:
    lead = parts_of(item, units).lead
    if lead is not None and lead in shown:
        return str(shown[lead].short)
    return "、".join(item.get("lead_units", ()))


def address_of(reading: Reading, asked: Asked, at: At | None = None) -> str:
    """The screen's address, with a draft open."""
    return reverse("reading", args=[reading.id]) + asked.query(at=at or "")
