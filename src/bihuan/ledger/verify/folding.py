"""Rows on the record, compared with what their entries say of them.

A row belongs to the chain of its own UUID, or, as a part, to the chain of its problem. Rows of large tables are
read stretch by stretch together with their chains, those of small tables once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from bihuan.book.booked import BOOKED, Booked
from bihuan.book.keys import RegionalModel
from bihuan.domain.journal import seal
from bihuan.ledger.models import Problem
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.verify.chains import Fault, Told
from bihuan.ledger.verify.findings import What
from bihuan.ledger.verify.reading import Range, Stored
from bihuan.organisations.models import Person, Unit

Values = dict[str, Any]
Rows = dict[str, Values]
"""Rows by the key under which entries name them."""


@dataclass(frozen=True)
class Shape:
    """One class of rows on the record, and which column names the chain that a row belongs to."""

    model: type[Booked]

    @cached_property
    def is_part(self) -> bool:
        return issubclass(self.model, PartOfProblem)

    @cached_property
    def is_regional(self) -> bool:
        return issubclass(self.model, RegionalModel)

    @cached_property
    def uuid(self) -> str:
        """The column that holds the UUID under which entries name a row."""
        return "id" if self.is_regional else "uid"

    @cached_property
    def owner(self) -> str:
        """The column that holds the subject of the chain."""
        return "problem_id" if self.is_part else self.uuid

    @cached_property
    def on_record(self) -> tuple[str, ...]:
        """The columns that entries name; an integer key is among them."""
        return self.model.ON_RECORD if self.is_regional else ("id", *self.model.ON_RECORD)

    @cached_property
    def values(self) -> Callable[[Values], tuple[Any, ...]]:
        """The values of these columns in a row."""
        return itemgetter(*self.on_record)

    @cached_property
    def stored(self) -> Stored:
        return Stored(self.model)

    def key(self, row: Mapping[str, Any]) -> str:
        """How entries name this row."""
        return f"{self.model.KIND}:{row[self.uuid]}"


def shapes() -> dict[str, Shape]:
    """Every class of rows on the record, by kind."""
    return {kind: Shape(model) for kind, model in BOOKED.items()}


def regional_rows(stretch: Range, known: Mapping[str, Shape]) -> dict[str, Rows]:
    """The rows of large tables whose chains lie in this stretch, by chain."""
    found: dict[str, Rows] = {}
    for shape in known.values():
        if shape.is_regional:
            for row in shape.stored.dicts(*stretch.condition(shape.owner)):
                found.setdefault(row[shape.owner], {})[shape.key(row)] = row
    return found


def small_rows(known: Mapping[str, Shape]) -> Rows:
    """All rows of small tables."""
    return {
        shape.key(row): row for shape in known.values() if not shape.is_regional for row in shape.stored.dicts()
    }


def compare(told: Told, rows: Rows, known: Mapping[str, Shape]) -> None:
    """Compare every row that the chain speaks of with what it says; rows left over have no entry.

    `rows` are those that belong to the chain; each is taken out as it is found.
    """
    for key, state in told.state.items():
        shape = known.get(key.partition(":")[0])
        if shape is None or (not shape.is_part and key != f"{told.kind}:{told.subject}"):
            told.fault(What.ENTRY_BODY, seq=told.seq)
            continue
        row = rows.pop(key, None)
        if row is None:
            told.fault(What.ROW_MISSING, row=key)
            continue
        for column in _wrong(state, row, shape):
            told.fault(What.ROW_COLUMN, row=key, column=column)
        for what, params in _besides(told, row, shape):
            told.fault(what, **params)
    for key in rows:
        told.fault(What.ROW_EXTRA, row=key)


def _wrong(state: Mapping[str, Any], row: Values, shape: Shape) -> list[str]:
    columns = shape.on_record
    if shape.values(row) == tuple(map(state.get, columns)):
        return []
    return [column for column in columns if row[column] != state.get(column)]


def _besides(told: Told, row: Values, shape: Shape) -> Iterator[Fault]:
    """What must hold of problems, units and people beyond the columns on the record."""
    if shape.model is Problem and row["reading_id"] != _reading(row["place"]):
        yield What.ROW_COLUMN, {"row": shape.key(row), "column": "reading_id"}
    if shape.model is Unit and row["region_id"] != told.region:
        yield What.ROW_COLUMN, {"row": shape.key(row), "column": "region_id"}
    if shape.model is Person:
        if not _sealed(told, row):
            yield What.NAME_SEAL, {}
        for column in ("is_staff", "is_superuser"):
            if row[column]:
                yield What.RIGHTS, {"column": column}


def _reading(place: Any) -> Any:
    return place.get("reading") or None if isinstance(place, dict) else None


def is_erased(row: Values) -> bool:
    """Was the name of this person erased, text and salt?"""
    return not row["name"] and not row["salt"]


def erased(rows: Rows) -> int:
    """How many names were erased."""
    return sum(is_erased(row) for key, row in rows.items() if key.startswith(f"{Person.KIND}:"))


def _sealed(told: Told, row: Values) -> bool:
    """The name is the one that was sealed, or it was erased and an entry says so."""
    if is_erased(row):
        return told.erased
    try:
        return bool(seal(row["name"], bytes.fromhex(row["salt"])) == row["name_seal"])
    except (TypeError, ValueError):
        return False


def name_of(told: Told, rows: Rows) -> str:
    """How the chain is called: a problem's business number, or the kind and the name of what it is about."""
    kind = told.kind or next((_kind_of_chain(key) for key in rows), "chain")
    key = f"{kind}:{told.subject}"
    return label(key, told.state.get(key) or rows.get(key) or {})


def label(key: str, values: Mapping[str, Any]) -> str:
    """The business number of a problem, or the kind and the name of another row (its id where it has none)."""
    kind, _colon, subject = key.partition(":")
    if kind == Problem.KIND and values.get("number"):
        return str(values["number"])
    name = next((values[column] for column in ("name", "username", "version") if values.get(column)), subject)
    return f"{kind} {name}"


def _kind_of_chain(key: str) -> str:
    """The kind of the chain to which a row with this key belongs."""
    kind = key.partition(":")[0]
    return Problem.KIND if issubclass(BOOKED[kind], PartOfProblem) else kind
