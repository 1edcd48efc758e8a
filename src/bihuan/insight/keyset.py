"""Paging that costs the same on every page: the next page begins after the last row's sort value and id.

Rows without a value (no date yet) come last in either direction. Never counts and never skips rows.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, Q, QuerySet

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


def cursor_from(text: str, sort: Sort, *, backwards: bool = False) -> Cursor | None:
    """Read a cursor of a list sorted by `sort` from the address; None where somebody has tampered with it."""
    try:
        value, id_ = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Cursor(_value(sort, value), UUID(_text(id_)), backwards)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _value(sort: Sort, value: Any) -> Any:
    """The value as its column holds it; raises ValueError, TypeError or OverflowError for what it cannot hold."""
    field = Problem._meta.get_field(sort.column)
    if value is None and field.null:
        return None
    return _READERS[field.get_internal_type()](value)


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("not a text that the database can hold")
    value.encode()
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise TypeError("not the number of a row")
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "DateField": date.fromisoformat,
    "DateTimeField": _moment,
    "CharField": _text,
    "ForeignKey": _number,
}


@dataclass(frozen=True)
class Page:
    """A page of rows, with the cursors of its neighbours where there are any."""

    rows: list[Any]
    following: Cursor | None
    preceding: Cursor | None


class Rows(Protocol):
    """Where a page takes its rows from: a plain list (`Plain`), or the stretches of an index (`stretches`)."""

    def fetch(self, sort: Sort, cursor: Cursor | None, size: int, *, backwards: bool) -> list[Any]:
        """Up to `size` rows from behind the cursor on: those with a sort value, then those without."""


def page(rows: Rows, sort: Sort, cursor: Cursor | None, size: int = PAGE) -> Page:
    """The page of `rows` that begins at `cursor` (None: the first one)."""
    backwards = cursor is not None and cursor.backwards
    found = rows.fetch(sort, cursor, size + 1, backwards=backwards)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], None, None)
    first, last = _cursor(found[0], sort, True), _cursor(found[-1], sort, False)
    has_next = more if not backwards else True
    has_previous = more if backwards else cursor is not None
    return Page(found, last if has_next else None, first if has_previous else None)


def _cursor(row: Any, sort: Sort, backwards: bool) -> Cursor:
    return Cursor(getattr(row, sort.column), row.id, backwards)


def blocks(sort: Sort, cursor: Cursor | None, backwards: bool) -> Iterator[tuple[bool, Cursor | None]]:
    """The rows with a sort value and those without, as (without?, where it begins), as far as they are reached."""
    order = [False, True] if Problem._meta.get_field(sort.column).null else [False]
    for empty in reversed(order) if backwards else order:
        if _reached(empty, cursor, backwards):
            yield empty, cursor if cursor is not None and empty == (cursor.value is None) else None


Bringing = Callable[[QuerySet[Problem]], Iterable[Any]]
"""Reads the rows of a list, given their problems: whatever it needs, always with `id` and what it sorts by."""


@dataclass(frozen=True)
class Plain:
    """The rows of a query, sorted for every page; `bringing` reads what a row shows."""

    rows: QuerySet[Problem]
    bringing: Bringing

    def fetch(self, sort: Sort, cursor: Cursor | None, size: int, *, backwards: bool) -> list[Any]:
        """See `Rows`. Only what is sorted by is read of rows that the page does not show."""
        asked = Q(pk__in=())
        for empty, beyond in blocks(sort, cursor, backwards):
            block = Q(**{f"{sort.column}__isnull": empty})
            asked |= block & beyond_of(sort, beyond, backwards) if beyond is not None else block
        rows = self.rows.filter(asked) if cursor is not None else self.rows
        value, descends = F(sort.column), _descends(sort, backwards)
        nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        first = value.desc(**nulls) if descends else value.asc(**nulls)
        ids = rows.order_by(first, "-id" if descends else "id").values_list("id", flat=True)[:size]
        return brought(list(ids), self.bringing)


def brought(ids: Sequence[UUID], bringing: Bringing) -> list[Any]:
    """The rows of the problems with these ids, which are known to be in sight, in their order."""
    found = {row.id: row for row in bringing(Problem.objects.filter(id__in=ids))} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def _reached(empty: bool, cursor: Cursor | None, backwards: bool) -> bool:
    """Is this block at or behind the cursor?"""
    if cursor is None:
        return True
    at = cursor.value is None
    return empty <= at if backwards else empty >= at


def _descends(sort: Sort, backwards: bool) -> bool:
    return sort.descending != backwards


def beyond_of(sort: Sort, cursor: Cursor, backwards: bool, names: tuple[str, str] | None = None) -> Q:
    """The condition that a row lies behind the cursor; `names` are the columns of sort value and id."""
    column, id_ = names or (sort.column, "id")
    word = "lt" if _descends(sort, backwards) else "gt"
    beyond_id = Q(**{f"{id_}__{word}": cursor.id})
    if cursor.value is None:
        return beyond_id
    same = Q(**{column: cursor.value}) & beyond_id
    return Q(**{f"{column}__{word}e": cursor.value}) & (Q(**{f"{column}__{word}": cursor.value}) | same)


def order_of(sort: Sort, empty: bool, backwards: bool, names: tuple[str, str] | None = None) -> list[str]:
    """The order of a block of rows with or without a sort value."""
    column, id_ = names or (sort.column, "id")
    sign = "-" if _descends(sort, backwards) else ""
    return [f"{sign}{id_}"] if empty else [f"{sign}{column}", f"{sign}{id_}"]
