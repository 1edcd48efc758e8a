"""The table of unit names: what each may stand for, and what a person decided about it.

Works as a plain form: a name typed that is no unit's comes back with what it may mean. Nothing is chosen for
anybody; only what is exact was matched before, on arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.intake.matching import HOW_NAMES, Directory

if TYPE_CHECKING:
    from bihuan.intake.models import UnitName

LEAVE_OUT, ALL_TICKED = "none", "spread"
OFFERED = 4


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen."""

    value: str
    label: str
    chosen: bool = False


@dataclass
class NameRow:
    """One name: where it stands, what can be chosen for it; `ticks` are the units of a collective phrase."""

    key: str
    name: str
    count: int
    settled: bool
    how: str
    options: list[Option]
    ticks: list[Option] = field(default_factory=list)
    typed: str = ""


@dataclass(frozen=True)
class Said:
    """What the form said: decisions by name, and what was typed without naming one unit."""

    decisions: dict[str, tuple[int, ...] | None]
    unclear: dict[str, str]


def rows_of(
    directory: Directory, names: Iterable[UnitName], unclear: dict[str, str] | None = None
) -> list[NameRow]:
    """The table; `unclear` holds what was typed for a name without naming one unit."""
    return [_row(directory, name, (unclear or {}).get(name.name, "")) for name in names]


def _row(directory: Directory, name: UnitName, typed: str) -> NameRow:
    group = directory.collective(name.name)
    row = NameRow(
        key=name.id.hex,
        name=name.name,
        count=name.count,
        settled=name.settled and not typed,
        how=_(HOW_NAMES[name.how]) if name.how else "",
        options=options_for(directory, name, typed),
        typed=typed,
    )
    if group:
        ticked = set(name.units) or (set(group.units) if group.ticked else set())
        row.ticks = [Option(str(unit), directory.label(unit), unit in ticked) for unit in group.units]
        row.options.insert(0, Option(ALL_TICKED, _("下面勾选的单位"), len(name.units) > 1))
    return row


def options_for(directory: Directory, name: UnitName, typed: str = "") -> list[Option]:
    """What may be chosen for a name: its present unit, what was searched for, or the likeliest; or to leave it."""
    present = [unit for unit in name.units if unit in directory.units] if len(name.units) == 1 else []
    offered = directory.search(typed) if typed else [] if name.settled else directory.near(name.name, OFFERED)
    units = list(dict.fromkeys([*present, *offered]))
    return [
        *(Option(str(unit), directory.label(unit), unit in present and not typed) for unit in units),
        Option(LEAVE_OUT, _("不是单位，或先不指定"), name.ignored),
    ]


def said_in(data: QueryDict, directory: Directory, names: Sequence[UnitName], *, heed_typed: bool) -> Said:
    """What a person chose for each of `names`, or typed, where that is heeded (the form was sent by hand)."""
    said = Said({}, {})
    for name in names:
        typed = data.get(f"find-{name.id.hex}", "").strip()[:60] if heed_typed else ""
        value = data.get(f"unit-{name.id.hex}")
        if typed:
            _typed(said, directory, name.name, typed)
        elif value is not None:
            said.decisions[name.name] = _chosen(value, data.getlist(f"all-{name.id.hex}"))
        units = said.decisions.get(name.name, tuple(name.units))
        if data.get("rest") == LEAVE_OUT and not units and name.name not in said.unclear:
            said.decisions[name.name] = None
    return said


def _typed(said: Said, directory: Directory, name: str, typed: str) -> None:
    match = directory.match([typed]).get(typed)
    if match and len(match.units) == 1:
        said.decisions[name] = match.units
    else:
        said.unclear[name] = typed


def _chosen(value: str, ticked: Sequence[str]) -> tuple[int, ...] | None:
    if value == LEAVE_OUT:
        return None
    if value == ALL_TICKED:
        return tuple(dict.fromkeys(unit for text in ticked for unit in _number(text)))
    return tuple(_number(value))


def _number(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 10 else []
