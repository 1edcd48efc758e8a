"""Ledgers as offices send them, where the shared corpus lies beside this repository: from file to ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bihuan.intake import actions, drafting, queries
from bihuan.ledger.models import Problem
from tests.intake.files import AT_ONCE, NEAR, PLAIN, STANDING, leave_out, ledger, receive

pytestmark = pytest.mark.django_db
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "sheets"
FILES = sorted(CORPUS.glob("*.gold.json")) if CORPUS.is_dir() else []


def bring_in(city, path):
    reading = receive(city, path)
    actor = city.actor("coordinator")
    leave_out(city, reading)
    for draft in queries.drafts_of(reading, "faulty"):
        drafting.drop_draft(actor=actor, reading=reading, place=draft.place)
    return actions.confirm(actor=actor, reading=reading) if reading.drafts_count else []


@pytest.mark.parametrize("gold_path", FILES, ids=lambda path: path.name[:2])
def test_every_row_of_a_ledger_comes_onto_the_ledger(city, gold_path):
    gold = [row for sheet in json.loads(gold_path.read_text("utf-8"))["sheets"] for row in sheet["rows"]]
    bring_in(city, gold_path.with_name(gold_path.name.removesuffix(".gold.json")))
    found = Problem.objects.order_by("number")
    assert [problem.text for problem in found] == [row["problem"].rstrip("。") for row in gold]
    for problem, row in zip(found, gold, strict=True):
        assert str(problem.wanted_due or "") == row.get("deadline_date", "")
        assert problem.claims.get("deadline_raw", "") == row.get("deadline_raw", "")
        assert problem.measures.count() == len(row.get("measures", ()))


def test_a_ledger_of_ours_comes_onto_the_ledger(city, tmp_path):
    problems = bring_in(city, ledger(tmp_path, PLAIN, AT_ONCE, STANDING, NEAR))
    assert [problem.horizon for problem in problems] == ["by_date", "at_once", "standing", "by_date"]
