"""The shared corpus, where it lies beside this repository: every ledger of it is read whole and right."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bihuan.documents.reading.documents import read_documents
from bihuan.documents.reading.ledger import read_ledger

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the shared corpus does not lie beside this repository"
)


@pytest.fixture(scope="module")
def score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ledgers() -> list[Path]:
    return sorted((CORPUS / "sheets").glob("*.gold.json")) if CORPUS.is_dir() else []


@pytest.mark.parametrize("gold_path", ledgers(), ids=lambda path: path.name[:2])
def test_every_ledger_is_read_whole_and_right(score, gold_path):
    gold = [row for sheet in json.loads(gold_path.read_text("utf-8"))["sheets"] for row in sheet["rows"]]
    found = read_ledger(gold_path.with_name(gold_path.name.removesuffix(".gold.json"))).as_json()["items"]
    items, every = score.Tally(), score.Tally()
    score.score_items(gold, found, items, {}, every)
    assert (items.hit, items.found) == (len(gold), len(gold))
    assert (every.hit, every.found) == (every.gold, every.gold)


@pytest.mark.parametrize("part", ["", "_found"])
def test_the_texts_stay_at_their_level(score, part):
    lines = (CORPUS / "texts" / f"gold{part}.jsonl").read_text("utf-8").split("\n")
    gold = {one["id"]: one for one in map(json.loads, filter(None, lines))}
    found = {one["id"]: one for one in read_documents(CORPUS / "texts" / f"docs{part}.jsonl")}
    items, every = score.Tally(), score.Tally()
    for key, one in gold.items():
        score.score_items(one["items"], found[key]["items"], items, {}, every)
    assert 2 * items.hit >= 0.97 * (items.gold + items.found)
    assert 2 * every.hit >= (0.95 if not part else 0.85) * (every.gold + every.found)


def test_the_figures_of_the_texts_are_found(score):
    gold = [json.loads(line) for line in (CORPUS / "texts" / "gold.jsonl").read_text("utf-8").split("\n") if line]
    found: dict[Any, Any] = {one["id"]: one for one in read_documents(CORPUS / "texts" / "docs.jsonl")}
    hit = count = 0
    for one in gold:
        got = [(float(f["value"]), score.fold(f["unit"])) for f in found[one["id"]]["stats"]]
        want = [(float(f["value"]), score.fold(f.get("unit", ""))) for f in one["stats"]]
        hit += sum(pair in got for pair in want)
        count += len(want)
    assert hit >= 0.95 * count


def test_the_command_prints_one_object_a_file_and_names_what_it_cannot_read(tmp_path):
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no workbook")
    files = [str(path.with_name(path.name.removesuffix(".gold.json"))) for path in ledgers()[:1]]
    run = subprocess.run(
        [sys.executable, "-m", "bihuan.documents.reading", *files, str(bad)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2] / "src",
    )
    assert run.returncode == 1
    assert "bad.xlsx" in run.stderr
    assert len(run.stdout.splitlines()) == len(files)
    assert json.loads(run.stdout.splitlines()[0])["items"]
