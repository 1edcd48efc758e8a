"""Units with their persons in one cell: 市水务局（张明）, 市水务局：张明, 张明（市水务局）."""

from __future__ import annotations

import re

from bihuan.documents.reading.names import is_person, is_unit, without_title

_BRACKETED = re.compile(r"([^、，,；;/\n\r（）():：]{2,40})[（(]([^（）()]{2,30})[)）]")
_AFTER_COLON = re.compile(
    r"([^、，,；;/\n\r（）():：]{2,40})[:：]\s*([^、，,；;/\n\r（）():：]{2,12})(?=$|[、，,；;/\n\r])"
)
_PARTS = re.compile(r"[、，,；;/\s]+")


def part_persons(text: str) -> str:
    """The text of a cell with units and persons as one list of both, units first."""
    return _AFTER_COLON.sub(_listed, _BRACKETED.sub(_listed, text))


def _listed(found: re.Match[str]) -> str:
    before, inside = found[1].strip(), found[2].strip()
    if is_unit(before) and _are_persons(inside):
        return f"{before}、{inside}"
    if is_person(without_title(before)) and is_unit(inside):
        return f"{inside}、{before}"
    return found[0]


def _are_persons(text: str) -> bool:
    parts = [without_title(part) for part in _PARTS.split(text) if part]
    return bool(parts) and all(map(is_person, parts))


def unit_beside(text: str) -> str:
    """The units in brackets behind persons, joined by 、; '' where there are none."""
    units = [found[2].strip() for found in _BRACKETED.finditer(text) if is_person(without_title(found[1].strip()))]
    return "、".join(dict.fromkeys(unit for unit in units if is_unit(unit)))
