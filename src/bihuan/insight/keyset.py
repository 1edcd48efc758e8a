"""Paging that costs the same on every page: the next page begins after the last row's sort value and id.

Rows without a value (no date yet) come last in either direction. Never counts and never skips rows.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bihuan.ledger.models import Problem

PAGE = 50


@dataclass(frozen=True)
class Sort:
    """A column with an index, and the direction."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Cursor:
    """The row after (or before) which a page begins: its sort value (None: it has none) and id."""

    value: Any
    id: UUID
    backwards: bool = False

    def as_text(self) -> str:
        """For the address."""
        value = self.value.isoformat() if isinstance(self.value, date) else self.value
        return base64.urlsafe_b64encode(json.dumps([value, self.id.hex]).encode()).decode().rstrip("=")


def cursor_from(text: str, *, backwards: bool = False) -> Cursor | None:
    """Read a cursor from the address; None where somebody has tampered with it."""
    try:
        value, id_ = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Cursor(_value(value), UUID(id_), backwards)
    except (ValueError, TypeError):
        return None


def _value(value: Any) -> Any:
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == "-" and value[7:8] == "-":
        try:
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            return value
    return value


@dataclass(frozen=True)
class Page:
    """A page of rows, with the cursors of its neighbours where there are any."""

    rows: list[Problem]
    following: Cursor | None
    preceding: Cursor | None


def page(rows: QuerySet[Problem], sort: Sort, cursor: Cursor | None, size: int = PAGE) -> Page:
    """The page of `rows` that begins at `cursor` (None: the first one)."""
    backwards = cursor is not None and cursor.backwards
    found = _fetch(rows, sort, cursor, size + 1, backwards)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], None, None)
    first, last = _cursor(found[0], sort, True), _cursor(found[-1], sort, False)
    has_next = more if not backwards else True
    has_previous = more if backwards else cursor is not None
    return Page(found, last if has_next else None, first if has_previous else None)


def _cursor(row: Problem, sort: Sort, backwards: bool) -> Cursor:
    return Cursor(getattr(row, sort.column), row.id, backwards)


def _fetch(
    rows: QuerySet[Problem], sort: Sort, cursor: Cursor | None, size: int, backwards: bool
) -> list[Problem]:
    """Rows from the cursor on: first those with a value, then those without (backwards the other way round)."""
    nullable = Problem._meta.get_field(sort.column).null
    blocks = [False, True] if nullable else [False]
    if backwards:
        blocks.reverse()
    found: list[Problem] = []
    for empty in blocks:
        if len(found) < size and _reached(empty, cursor, backwards):
            block = rows.filter(**{f"{sort.column}__isnull": empty}) if nullable else rows
            if cursor is not None and empty == (cursor.value is None):
                block = block.filter(_beyond(sort, cursor, backwards))
            found += block.order_by(*_order(sort, empty, backwards))[: size - len(found)]
    return found


def _reached(empty: bool, cursor: Cursor | None, backwards: bool) -> bool:
    """Is this block at or behind the cursor?"""
    if cursor is None:
        return True
    at = cursor.value is None
    return empty <= at if backwards else empty >= at


def _descends(sort: Sort, backwards: bool) -> bool:
    return sort.descending != backwards


def _beyond(sort: Sort, cursor: Cursor, backwards: bool) -> Q:
    word = "lt" if _descends(sort, backwards) else "gt"
    beyond_id = Q(**{f"id__{word}": cursor.id})
    if cursor.value is None:
        return beyond_id
    column = sort.column
    same = Q(**{column: cursor.value}) & beyond_id
    return Q(**{f"{column}__{word}e": cursor.value}) & (Q(**{f"{column}__{word}": cursor.value}) | same)


def _order(sort: Sort, empty: bool, backwards: bool) -> list[str]:
    sign = "-" if _descends(sort, backwards) else ""
    return [f"{sign}id"] if empty else [f"{sign}{sort.column}", f"{sign}id"]
