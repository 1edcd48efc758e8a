"""The text index: does it lead to every problem? All of them up to some hundreds, beyond that a sample."""

from __future__ import annotations

from uuid import UUID

from bihuan.ledger import search
from bihuan.ledger.models import Problem
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Stored

SAMPLE = 500


def check(findings: Findings) -> None:
    """Report problems to which the index does not lead; it only narrows a search down, so it must miss none."""
    rows = Stored(Problem, ("id", *search.TEXTS))
    # Ids are random but for their first half, so those that end alike are a sample of all days.
    for problem, *texts in rows.rows(order=f"substr(CAST(id AS varchar(36)), 28), id LIMIT {SAMPLE}"):
        if not all(isinstance(value, str) for value in (problem, *texts)):
            continue  # no value that an action stores: its row is reported as such
        if not search.finds(UUID(problem), dict(zip(search.TEXTS, texts, strict=True))):
            findings.add(What.TEXT_INDEX, str(texts[search.TEXTS.index("number")]))
