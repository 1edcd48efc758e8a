"""Booked rows: which columns of a row are on the record, and what changed in them.

An entry names every change as `{"kind:id": {"column": [old, new]}}` in plain JSON values. Folding all entries
of a chain must give the rows exactly as they stand, which `verify` proves for every class registered here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db import models

Snapshot = Mapping[str, Any]
Changes = dict[str, dict[str, list[Any]]]
State = dict[str, dict[str, Any]]

BOOKED: dict[str, type[Booked]] = {}
_AS_THEY_ARE = frozenset({str, int, bool, list, dict, type(None)})


class Booked(models.Model):
    """A row whose columns `ON_RECORD` may only change together with an entry.

    `KIND` names it in entries. JSON columns are replaced, never changed in place.
    """

    KIND: ClassVar[str]
    ON_RECORD: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "KIND" in cls.__dict__:
            BOOKED[cls.KIND] = cls

    @property
    def record_key(self) -> str:
        """How entries name this row."""
        return f"{self.KIND}:{self.record_id}"

    @property
    def record_id(self) -> UUID:
        """The UUID under which this row is on the record."""
        found: UUID = self.pk
        return found

    def snapshot(self) -> dict[str, Any]:
        """The columns on the record, as they are now."""
        values = self.__dict__
        return {name: values[name] for name in self.ON_RECORD}


def plain(value: Any) -> Any:
    """`value` as the JSON value that stands in an entry."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"no plain form for {type(value)}")


def changes_of(row: Booked, before: Snapshot | None) -> dict[str, list[Any]]:
    """The columns of `row` that differ from `before`, as [old, new]; all that are set for a new row.

    A new row whose key is not its UUID puts its key on the record too: that is how other rows name it.
    """
    values = row.__dict__
    if before is None:
        own = {"id": [None, row.pk]} if row.pk != row.record_id else {}
        known = ((name, value) for name in row.ON_RECORD if (value := values[name]) is not None)
        return own | {name: [None, v if type(v) in _AS_THEY_ARE else plain(v)] for name, v in known}
    return {
        name: [plain(before[name]), plain(values[name])] for name in row.ON_RECORD if values[name] != before[name]
    }


def fold(state: State, changes: Changes) -> Iterable[str]:
    """Apply the changes of one entry to `state`; yields the key and column of every old value that is wrong."""
    for key, columns in changes.items():
        row = state.setdefault(key, {})
        for name, (old, new) in columns.items():
            if row.get(name) != old:
                yield f"{key}.{name}"
            row[name] = new


def differences(state: Mapping[str, Any], row: Booked) -> list[str]:
    """The columns in which `row` is not what its entries say."""
    values = row.__dict__
    names = row.ON_RECORD if row.pk == row.record_id else ("id", *row.ON_RECORD)
    return [name for name in names if plain(values[name]) != state.get(name)]
