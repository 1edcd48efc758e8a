"""The walk over all chains, stretch by stretch, with everything that belongs to them.

A stretch holds some thousand chains and every row of the large tables that falls between them, so that rows
without a chain and chains without rows are met as well, and memory stays flat however many problems there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Sum

from bihuan.book.models import Chain, Entry
from bihuan.ledger.models import Problem, Reach, Span
from bihuan.ledger.verify import folding, tallies
from bihuan.ledger.verify.chains import COLUMNS, PLACE, Sealed, Told
from bihuan.ledger.verify.checkpoints import SealedHeads
from bihuan.ledger.verify.derived import REACH_COLUMNS, SPAN_COLUMNS, Replay
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.folding import Rows, Values
from bihuan.ledger.verify.ground import ground
from bihuan.ledger.verify.numbers import Numbers
from bihuan.ledger.verify.reading import Range, Row, Stored, ranges_of, regions_of

CHAINS = 2000
"""Chains in one stretch."""

Progress = Callable[[int, int], None]
Tuples = dict[str, list[Row]]


@dataclass
class Stretch:
    """Everything of one stretch but its entries, by chain; what was looked at is taken out."""

    chains: dict[str, Values]
    rows: dict[str, Rows]
    sealed: dict[str, list[Sealed]]
    spans: Tuples
    reaches: Tuples

    def subjects(self) -> list[str]:
        """The chains of which something is left."""
        return sorted({*self.chains, *self.rows, *self.sealed, *self.spans, *self.reaches})


class Walk:
    """Walks over all chains; `progress` is called with how many of how many entries were read."""

    replays: type[Replay] = Replay

    def __init__(self, findings: Findings, heads: SealedHeads, progress: Progress) -> None:
        self._findings = findings
        self._heads = heads
        self._progress = progress
        self._known = folding.shapes()
        self._small = folding.small_rows(self._known)
        self._ground = ground()
        self._numbers = Numbers()
        self._problem = Problem()
        self._wrongly_marked: list[str] = []
        self._entries = Stored(Entry, COLUMNS)
        self._chains = Stored(Chain)
        self._spans = Stored(Span, ("problem_id", *SPAN_COLUMNS))
        self._reaches = Stored(Reach, ("problem_id", *REACH_COLUMNS))

    def run(self) -> None:
        """Look at everything."""
        counts = self._findings.counts
        counts.erased = sum(
            folding.is_erased(row) for key, row in self._small.items() if key.startswith("person:")
        )
        total = Chain.objects.aggregate(n=Sum("seq"))["n"] or 0
        for region in self._regions():
            for stretch in ranges_of(Chain._meta.db_table, region, CHAINS):
                self._walk(stretch)
                self._progress(counts.entries, total)
        for key, row in self._small.items():
            self._findings.add(What.ROW_EXTRA, folding.label(key, row), row=key)
        if self._wrongly_marked:
            count = len(self._wrongly_marked)
            self._findings.add(What.CHAIN_SEALED, self._wrongly_marked[0], count=count)
        self._numbers.compare(self._findings)
        tallies.compare(self._ground.sums, self._findings)
        counts.uncoloured = self._ground.uncoloured
        self._ground.trees.compare(self._findings)

    def _regions(self) -> list[Any]:
        tables = [shape.stored.table for shape in self._known.values() if shape.is_regional]
        tables += [stored.table for stored in (self._chains, self._entries, self._spans, self._reaches)]
        return sorted({*regions_of(tables), *self._heads.regions()}, key=str)

    def _walk(self, stretch: Range) -> None:
        within = Stretch(
            chains={row["id"]: row for row in self._chains.dicts(*stretch.condition("id"))},
            rows=folding.regional_rows(stretch, self._known),
            sealed=self._heads.within(stretch),
            spans=_by_problem(self._spans.rows(*stretch.condition("problem_id"))),
            reaches=_by_problem(self._reaches.rows(*stretch.condition("problem_id"))),
        )
        entries = self._entries.rows(*stretch.condition("subject"), "subject, seq")
        for subject, rows in groupby(entries, key=itemgetter(PLACE["subject"])):
            self._look_at(stretch.region, subject, rows, within)
        for subject in within.subjects():
            self._look_at(stretch.region, subject, (), within)

    def _look_at(self, region: Any, subject: str, entries: Iterable[Row], within: Stretch) -> None:
        """One chain with all that belongs to it."""
        told = Told(region, subject, within.sealed.pop(subject, ()))
        replay = self.replays(self._ground, told, self._problem)
        for row in entries:
            replay.before(row)
            content = told.take(row)
            if content is not None:
                told.fold(content)
        chain = within.chains.pop(subject, None)
        told.finish(chain)
        rows = within.rows.pop(subject, {})
        own = f"{told.kind}:{subject}"
        if own in self._small:
            rows[own] = self._small.pop(own)
        name, problem = folding.name_of(told, rows), rows.get(own)
        folding.compare(told, rows, self._known)
        replay.compare(problem, within.spans.pop(subject, []), within.reaches.pop(subject, []))
        self._put_down(told, chain, name)

    def _put_down(self, told: Told, chain: Values | None, name: str) -> None:
        counts = self._findings.counts
        counts.entries += told.entries
        counts.chains += chain is not None
        if told.kind == Problem.KIND and told.entries:
            counts.problems += 1
            self._numbers.meet(told.region, told.state.get(f"problem:{told.subject}", {}).get("number"))
            self._numbers.meet_letters(told.state)
        if chain is not None and chain["sealed"] != told.sealed_up_to:
            self._wrongly_marked.append(name)
        for what, params in told.faults:
            self._findings.add(what, name, **params)


def _by_problem(rows: Iterator[Row]) -> Tuples:
    found: Tuples = {}
    for problem, *columns in rows:
        found.setdefault(problem, []).append(tuple(columns))
    return found
