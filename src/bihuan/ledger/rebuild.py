"""Making anew what follows from the record: colours, spans, reach, kept sums, the text index, prints.

After an upgrade that adds to them, and to mend a database in which `verify` found them wrong. Everything comes
from the entries, by the same replay by which `verify` compares; nothing that is on the record is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bihuan.book.rows import insert, update_where
from bihuan.ledger import prints, search, tally
from bihuan.ledger.actions.following import insert_reach
from bihuan.ledger.actions.recolouring import recolour
from bihuan.ledger.derived import DERIVED, reading_of
from bihuan.ledger.models import Problem, Reach, Span, Tally
from bihuan.ledger.verify.derived import Replay
from bihuan.ledger.verify.findings import Findings
from bihuan.ledger.verify.reading import Range, Row
from bihuan.ledger.verify.walk import Walk

BATCH = 2000


class _NoHeads:
    """No checkpoint is asked for: what follows from the record does not depend on them."""

    def regions(self) -> list[Any]:
        return []

    def within(self, stretch: Range) -> dict[str, Any]:
        return {}


class _Remaking(Replay):
    """A replay that writes what it comes to instead of comparing it."""

    def _past(self, spans: list[Span]) -> None:
        insert(spans)

    def compare(self, row: Mapping[str, Any] | None, spans: list[Row], reaches: list[Row]) -> None:
        if self._day is None or row is None or self._broken:
            return
        columns = self._settle(self._day)
        self._count(columns, self._day)
        problem = self._problem
        problem.reading_id = reading_of(problem.place)
        update_where(Problem, ("reading_id", *DERIVED), [(problem, {})])
        insert_reach([(problem, self._reach(columns, self._day))])


class _Rewalk(Walk):
    replays = _Remaking

    def run(self) -> None:
        super().run()
        insert(tally.rows_of(self._ground.sums))


def rebuild() -> int:
    """Make everything anew in one transaction; returns how many problems there are."""
    with transaction.atomic():
        for model in (Span, Reach, Tally):
            rows = model._default_manager.all()
            rows._raw_delete(rows.db)
        _Rewalk(Findings(), _NoHeads(), lambda done, total: None).run()  # type: ignore[arg-type]
        search.clear()
        batch: list[Problem] = []
        for problem in Problem.objects.only("id", "region_id", *search.TEXTS).order_by("id").iterator(BATCH):
            batch.append(problem)
            if len(batch) == BATCH:
                search.add(batch)
                batch = []
        search.add(batch)
        prints.rebuild()
        recolour()
    return Problem.objects.count()


def is_needed() -> bool:
    """Were problems put down by a version that did not keep sums yet?"""
    return Problem.objects.exists() and not Tally.objects.exists()
