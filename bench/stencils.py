"""A history made into a stencil: rows and entries with holes where a copy has its own ids, texts, units and dates.

Printing a copy fills the holes and hashes its entries anew, each over the exact bytes of its body and so over
the hash before it (see domain/journal.py). Everything else stays what the real actions left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from bench.histories import History
from bihuan.book.models import Chain, Entry
from bihuan.domain.journal import GENESIS
from bihuan.ledger.models import Problem, Reach

Values = list[Any]
Pick = Callable[[Values], tuple[Any, ...]]
NAMED = (
    "number title text goal deed1 deed2 deed3 jitter office lead support1 support2 ledger target target_number "
    "coordinator coordinator_post supervisor supervisor_post reviewer reviewer_post liaison liaison_post "
    "leader leader_post"
).split()
"""What a copy is addressed to, in the order in which its values are given."""
UUIDS = ("ledger", "target")
UNIT, PART = "unit_id", "part"


@dataclass
class Stencil:
    """One history, ready to be printed. Places are positions in the list of a copy's values."""

    kind: str
    registered: date
    is_dispatched: bool
    supports: int
    ids: int
    """How many fresh ids a copy needs; the first is the problem's own."""
    blank: Values
    given: int
    """Where the values of `NAMED` begin; ids as hex follow the ids, where the database keeps them so."""
    mixed: list[tuple[str, Pick, int]]
    bodies: list[tuple[str, Pick, int, int]]
    rows: list[tuple[str, Pick]]
    entries: list[Pick]
    reach: Pick
    reach_places: tuple[int, int, int]
    """Where a row of reach has its id, unit and part."""

    def print(self, values: Values) -> None:
        """Complete the values of a copy, whose holes are filled, by its bodies and their hashes."""
        for template, pick, place in self.mixed:
            values[place] = template % pick(values)
        for template, pick, place, seal in self.bodies:
            body = values[place] = template % pick(values)
            values[seal] = sha256(body.encode()).hexdigest()


@dataclass
class _Places:
    """Gives every hole and every fixed value its place."""

    names: dict[str, int] = field(default_factory=dict)
    values: Values = field(default_factory=list)

    def of(self, name: str, value: Any = None) -> int:
        if name not in self.names:
            self.names[name] = len(self.values)
            self.values.append(value)
        return self.names[name]

    def fixed(self, value: Any) -> int:
        return self.of(f"={type(value).__name__}:{value}", value)


class Holes:
    """What in a history's texts is a hole: the placeholder as it stands there, and the hole's name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._inside = dict(names)
        self.whole = dict(names)
        """Holes that may fill a cell by themselves; bodies are looked for nowhere else."""
        self._pattern: re.Pattern[str] | None = None

    def add(self, placeholder: str, name: str) -> None:
        """From now on `placeholder` is a hole, too."""
        self._inside[placeholder] = self.whole[placeholder] = name
        self._pattern = None

    def cut(self, text: str) -> tuple[str, list[str]]:
        """`text` as a template for %, and the names of the holes in it in their order."""
        if self._pattern is None:
            self._pattern = re.compile("|".join([*map(re.escape, self._inside), "%"]))
        found: list[str] = []

        def take_out(match: re.Match[str]) -> str:
            if match[0] == "%":
                return "%%"
            found.append(self._inside[match[0]])
            return "%s"

        return self._pattern.sub(take_out, text), found


class Cutter:
    """Cuts histories into stencils for one database."""

    def __init__(self, cell: Callable[[Any, Any], Any]) -> None:
        """`cell` gives a field's value as the writer of this database takes it."""
        self._cell = cell
        self._hex = connection.vendor == "sqlite"
        self._models = {label: apps.get_model(label) for label in _labels()}

    def cut(self, history: History) -> Stencil:
        """The stencil of `history`."""
        own = _own_ids(history)
        places = _Places()
        for place, _uuid in enumerate(own):
            places.of(f"id{place}")
        if self._hex:
            for place, _uuid in enumerate(own):
                places.of(f"hex{place}")
        given = len(places.values)
        for name in NAMED:
            places.of(name)
        for name in UUIDS:
            places.of(f"{name}_hex")
        holes = Holes(history.names | {str(uuid): f"id{place}" for place, uuid in enumerate(own)})
        self._mixed: list[tuple[str, Pick, int]] = []
        entries = history.rows[Entry._meta.label]
        bodies = [self._body(row, place, holes, places) for place, row in enumerate(entries)]
        rows, reach, reach_places = self._rows(history, holes, places)
        problem = history.rows[Problem._meta.label][0]
        return Stencil(
            kind=history.kind,
            registered=history.registered,
            is_dispatched=problem["dispatched_on"] is not None,
            supports=_supports(history),
            ids=len(own),
            blank=places.values,
            given=given,
            mixed=self._mixed,
            bodies=bodies,
            rows=rows,
            entries=[self._row(Entry._meta.label, row, holes, places) for row in entries],
            reach=reach,
            reach_places=reach_places,
        )

    def _body(self, row: dict[str, Any], place: int, holes: Holes, places: _Places) -> tuple[str, Pick, int, int]:
        """The body of an entry; from now on this body and its hash are holes themselves."""
        text = row["body"]
        template, used = holes.cut(text)
        pick = _pick([places.of(name) for name in used])
        holes.add(row["hash"], f"hash{place}")
        holes.whole[text] = f"body{place}"
        return template, pick, places.of(f"body{place}"), places.of(f"hash{place}")

    def _rows(
        self, history: History, holes: Holes, places: _Places
    ) -> tuple[list[tuple[str, Pick]], Pick, tuple[int, int, int]]:
        rows: list[tuple[str, Pick]] = []
        for label, found in history.rows.items():
            if label in (Entry._meta.label, Reach._meta.label):
                continue
            rows += [(label, self._row(label, row, holes, places)) for row in found]
        label = Reach._meta.label
        seen = history.rows[label][0] | {"id": None, UNIT: None, PART: None}
        found_places = [places.of(f"reach_{name}") for name in ("id", UNIT, PART)]
        inside = dict(zip(("id", UNIT, PART), found_places, strict=True))
        return (
            rows,
            self._row(label, seen, holes, places, inside),
            (found_places[0], found_places[1], found_places[2]),
        )

    def _row(
        self,
        label: str,
        row: dict[str, Any],
        holes: Holes,
        places: _Places,
        inside: dict[str, int] | None = None,
    ) -> Pick:
        at = inside or {}
        columns = self._models[label]._meta.concrete_fields
        return _pick(
            [
                at[column.attname]
                if column.attname in at
                else self._place(column, row[column.attname], holes, places)
                for column in columns
            ]
        )

    def _place(self, column: Any, value: Any, holes: Holes, places: _Places) -> int:
        """Where the value of this cell will stand: a hole, a text with holes in it, or a value that stays."""
        if value in (None, "", GENESIS):
            return places.fixed(self._cell(column, value))
        text = _text_of(column, value)
        name = holes.whole.get(text)
        if name is not None:
            is_hex = self._hex and isinstance(column, models.UUIDField)
            return places.of((f"hex{name[2:]}" if name.startswith("id") else f"{name}_hex") if is_hex else name)
        cell = self._cell(column, value)
        template, used = holes.cut(cell) if isinstance(cell, str) else ("", [])
        if not used:
            return places.fixed(cell)
        place = places.of(f"~{cell}")
        pick = _pick([places.of(name) for name in used])
        if all(place != known for *_rest, known in self._mixed):
            self._mixed.append((template, pick, place))
        return place


def _labels() -> list[str]:
    from bench.leavings import kept_models

    return [model._meta.label for model, _column, _order in kept_models()]


def columns_of(label: str) -> list[str]:
    """The columns of a table, in the order in which printed rows have them."""
    return [str(column.column) for column in apps.get_model(label)._meta.concrete_fields]


def _own_ids(history: History) -> list[UUID]:
    """The ids of the problem and of everything that belongs to it alone, the problem's first."""
    problem = history.rows[Problem._meta.label][0]["id"]
    skipped = (Reach._meta.label, Chain._meta.label, Problem._meta.label)
    others = [row["id"] for label, rows in history.rows.items() if label not in skipped for row in rows]
    return [problem, *others]


def _supports(history: History) -> int:
    return sum(row["role"] == "support" and not row["dropped"] for row in history.rows["ledger.Responsibility"])


def _text_of(column: Any, value: Any) -> str:
    return json.dumps(value) if isinstance(column, models.JSONField) else str(value)


def _pick(places: Sequence[int]) -> Pick:
    """What takes the values at `places` as a tuple, however few they are."""
    if len(places) > 1:
        return itemgetter(*places)
    if not places:
        return lambda _values: ()
    only = places[0]
    return lambda values: (values[only],)
