"""The text index of problems: every pair of neighbouring characters of title, text and number.

Pairs serve Chinese words of two characters and more on both databases (FTS5 on SQLite, a tsvector with GIN on
PostgreSQL). The index only narrows down; what is found is always checked against the text itself, so both ways
of asking (index or walking the list) find the same: every word as it was typed, letters in either case. Nothing
here knows who may see what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from bihuan.ledger.models import Problem
from bihuan.organisations.models import Unit

TABLE = "ledger_pairs"
"""The one table that no model knows; whoever copies all tables must name it."""
RUN = re.compile(r"[^\W_]+")
TEXTS = ("text", "title", "number")
"""The longest first: where a word stands in it, the others need not be compared."""
FEW = 2000
"""As many finds of the index as are worth sorting; for more of them the list is walked in its order."""


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters within each run of letters, signs and digits of `text`."""
    return {run[at : at + 2] for run in RUN.findall(text.lower()) for at in range(len(run) - 1)}


def add(problems: Sequence[Problem]) -> None:
    """Index new problems. Inside the caller's transaction."""
    _write([(problem.region_id, problem.id, _pairs_of(problem.__dict__)) for problem in problems])


def clear() -> None:
    """Forget all texts, to index them anew. Inside the caller's transaction."""
    with transaction.get_connection().cursor() as cursor:
        if _sqlite():
            cursor.execute("INSERT INTO ledger_pairs (ledger_pairs) VALUES ('delete-all')")
            cursor.execute("DELETE FROM ledger_textrow")
        else:
            cursor.execute("TRUNCATE ledger_pairs")


def renew(changed: Iterable[tuple[Mapping[str, Any], Problem]]) -> None:
    """Index anew the problems whose texts are not what they were (columns before, row now)."""
    texts = [(old, new) for old, new in changed if any(old[name] != new.__dict__[name] for name in TEXTS)]
    if texts:
        _forget([(new.region_id, new.id, _pairs_of(old)) for old, new in texts])
        add([new for _old, new in texts])


@dataclass(frozen=True)
class Search:
    """Words that are looked for, all of them."""

    words: tuple[str, ...]

    @cached_property
    def units(self) -> Mapping[str, list[int]]:
        """For each word the units whose names hold it."""
        return {word: list(_units_named(word).values_list("pk", flat=True)) for word in self.words}

    def matches(self) -> Q:
        """The condition that every word stands in title, text, number or the name of the lead unit."""
        found = Q()
        for word in self.words:
            look = "contains" if word.lower() == word.upper() else "icontains"
            said = Q(lead_unit_id__in=self.units[word]) if self.units[word] else Q()
            for name in TEXTS:
                said |= Q(**{f"{name}__{look}": word})
            found &= said
        return found

    def compared(self) -> Q:
        """The same as `matches`, for walks: told to the database as what half of all rows may meet.

        PostgreSQL takes a word of three characters for very rare. It would then read a list to its end and sort it
        rather than walk along it until a page is full.
        """
        if not self.words:
            return Q()
        met = When(self.matches(), then=Value(True))
        return Q(Case(met, default=Value(False), output_field=BooleanField()))

    def few(self) -> Finds | None:
        """The ids of all problems that may match, not yet checked; None where there are more than `FEW`.

        Words that name a unit are answered by that unit's problems too.
        """
        plain = [word for word in self.words if not self.units[word]]
        wanted = set().union(*(pairs(word) for word in plain or self.words[:1]))
        finds = _indexed(sorted(wanted)) if wanted else None
        return finds if plain or finds is None else self._or_led(finds, self.units[self.words[0]])

    def _or_led(self, finds: RawSQL, units: Sequence[int]) -> Finds | None:
        """The same with the problems that these units lead."""
        led = Problem.objects.filter(lead_unit_id__in=units, region_id__in=_regions(units)).order_by()
        ids = set(led.values_list("id", flat=True)[: FEW + 1])
        if len(ids) <= FEW:
            ids |= set(Problem.objects.filter(id__in=finds).order_by().values_list("id", flat=True))
        return list(ids) if len(ids) <= FEW else None


Finds = RawSQL | list[UUID]
"""Ids of problems, or the question to the index that finds them."""


def _units_named(word: str) -> QuerySet[Unit]:
    return Unit.objects.filter(name__icontains=word)


def _regions(units: Sequence[int]) -> list[int]:
    return list(Unit.objects.filter(pk__in=units).values_list("region_id", flat=True).distinct())


def _pairs_of(row: Mapping[str, Any]) -> list[str]:
    return sorted(set().union(*(pairs(row[name]) for name in TEXTS)))


def finds(problem: UUID, texts: Mapping[str, Any]) -> bool:
    """Does the index lead to this problem by every pair of its texts?"""
    wanted = _pairs_of(texts)
    if not wanted:
        return True
    with transaction.get_connection().cursor() as cursor:
        if _sqlite():
            sql = (
                "SELECT 1 FROM ledger_pairs WHERE ledger_pairs MATCH %s "
                "AND rowid = (SELECT id FROM ledger_textrow WHERE problem_id = %s)"
            )
            cursor.execute(sql, [_all_of(wanted), problem.hex])
        else:
            sql = "SELECT 1 FROM ledger_pairs WHERE problem_id = %s AND pairs = array_to_tsvector(%s)"
            cursor.execute(sql, [problem, wanted])
        return cursor.fetchone() is not None


Indexed = tuple[int, UUID, list[str]]
"""Region, problem, pairs."""


def _sqlite() -> bool:
    return str(transaction.get_connection().vendor) == "sqlite"


def _all_of(wanted: Sequence[str]) -> str:
    """The pairs as a question to FTS5."""
    return " AND ".join(f'"{pair}"' for pair in wanted)


def _write(rows: Sequence[Indexed]) -> None:
    if not rows:
        return
    with transaction.get_connection().cursor() as cursor:
        if not _sqlite():
            sql = "INSERT INTO ledger_pairs (region_id, problem_id, pairs) VALUES (%s, %s, array_to_tsvector(%s))"
            cursor.executemany(sql, rows)
            return
        cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_textrow")
        first = cursor.fetchone()[0] + 1
        numbered = [(first + place, problem.hex) for place, (_region, problem, _found) in enumerate(rows)]
        cursor.executemany("INSERT INTO ledger_textrow (id, problem_id) VALUES (%s, %s)", numbered)
        texts = [(first + place, " ".join(found)) for place, (_region, _problem, found) in enumerate(rows)]
        cursor.executemany("INSERT INTO ledger_pairs (rowid, pairs) VALUES (%s, %s)", texts)


def _forget(rows: Sequence[Indexed]) -> None:
    with transaction.get_connection().cursor() as cursor:
        if not _sqlite():
            sql = "DELETE FROM ledger_pairs WHERE region_id = %s AND problem_id = %s"
            cursor.executemany(sql, [(region, problem) for region, problem, _found in rows])
            return
        take_out = (
            "INSERT INTO ledger_pairs (ledger_pairs, rowid, pairs) "
            "SELECT 'delete', id, %s FROM ledger_textrow WHERE problem_id = %s"
        )
        cursor.executemany(take_out, [(" ".join(found), problem.hex) for _region, problem, found in rows])
        cursor.executemany(
            "DELETE FROM ledger_textrow WHERE problem_id = %s",
            [(problem.hex,) for _region, problem, _found in rows],
        )


def _indexed(wanted: Sequence[str]) -> RawSQL | None:
    """Ids of problems with all these pairs; None where there are more than `FEW`, or the database expects so."""
    if _sqlite():
        finds, asked = "SELECT rowid FROM ledger_pairs WHERE ledger_pairs MATCH %s", _all_of(wanted)
        ids = f"SELECT problem_id FROM ledger_textrow WHERE id IN ({finds})"  # noqa: S608  our own names
    else:
        ids = finds = "SELECT problem_id FROM ledger_pairs WHERE pairs @@ %s::tsquery"
        asked = " & ".join(f"'{pair}'" for pair in wanted)
    with transaction.get_connection().cursor() as cursor:
        if not _sqlite():
            cursor.execute(f"EXPLAIN (FORMAT JSON) {finds}", [asked])
            if cursor.fetchone()[0][0]["Plan"]["Plan Rows"] > 20 * FEW:
                return None
        cursor.execute(f"SELECT count(*) FROM ({finds} LIMIT %s) AS found", [asked, FEW + 1])  # noqa: S608  as above
        return RawSQL(ids, [asked]) if cursor.fetchone()[0] <= FEW else None  # noqa: S611  as above
