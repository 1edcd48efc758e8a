"""Measure the readers against labels and print the tables of docs/reading.md.

`tools/reading.py FOLDER`: it holds `score.py`, `texts/docs*.jsonl` with `texts/gold*.jsonl`, and `sheets/`.
What counts as right is decided by that score.py; this program only runs the readers and sets the tables.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from bihuan.documents.reading import read_ledger, read_pasted

HEAD = "| {} | documents | items F1 | all fields F1 | figures recall |\n|---|---|---|---|---|"


def load(folder: Path) -> Any:
    """The scoring program of a folder as a module."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder}: no score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Tallies:
    """What was found of a group of documents."""

    def __init__(self, score: Any) -> None:
        self._score = score
        self.items, self.every, self.figures = score.Tally(), score.Tally(), score.Tally()
        self.fields: dict[str, Any] = {}
        self.documents = 0

    def add(self, gold: dict[str, Any], found: dict[str, Any]) -> None:
        """Count one document."""
        self.documents += 1
        self._score.score_items(gold.get("items", []), found["items"], self.items, self.fields, self.every)
        want, got = _figures(self._score, gold.get("stats", [])), _figures(self._score, found["stats"])
        hit = 0
        for pair in want:
            if pair in got:
                got.remove(pair)
                hit += 1
        self.figures.add(hit, len(want), hit)

    def row(self, name: str) -> str:
        """One line of a table."""
        recall = f"{self.figures.hit}/{self.figures.gold}" if self.figures.gold else "—"
        return f"| {name} | {self.documents} | {_f1(self.items)} | {_f1(self.every)} | {recall} |"


def _figures(score: Any, stats: Iterable[dict[str, Any]]) -> list[tuple[float, str]]:
    numbers = (one for one in stats if isinstance(one["value"], int | float))
    return [(float(one["value"]), score.fold(one.get("unit", ""))) for one in numbers]


def _f1(tally: Any) -> str:
    return str(tally).split()[1] + f" ({tally.hit}/{tally.gold}, {tally.found} found)" if tally.gold else "—"


def texts(folder: Path, score: Any) -> None:
    """Tables of the texts: by kind and origin, by field, and how long the reading took."""
    groups: dict[str, Tallies] = {}
    seconds = 0.0
    size = 0
    for gold_path in sorted(folder.glob("gold*.jsonl")):
        gold = {one["id"]: one for one in lines_of(gold_path)}
        for document in lines_of(gold_path.with_name(gold_path.name.replace("gold", "docs"))):
            if document["id"] not in gold:
                continue
            began = time.process_time()
            found = read_pasted(document["text"], document["title"]).as_json()
            seconds += time.process_time() - began
            size += len(document["text"].encode())
            for name in ("all", f"{document['kind']}, {document['origin']}"):
                groups.setdefault(name, Tallies(score)).add(gold[document["id"]], found)
    print(HEAD.format("kind, origin"))
    for name in [*sorted(name for name in groups if name != "all"), "all"]:
        print(groups[name].row(name))
    print("\n| field | F1 |\n|---|---|")
    for name, tally in groups["all"].fields.items():
        print(f"| {name} | {_f1(tally)} |")
    print(f"\n{size / 1000:.0f} KB of text in {seconds:.2f} s of processor time.")


def sheets(folder: Path, score: Any) -> None:
    """The table of the ledgers."""
    print("\n| ledger | items | fields |\n|---|---|---|")
    for gold_path in sorted(folder.glob("*.gold.json")):
        gold = [row for sheet in json.loads(gold_path.read_text("utf-8"))["sheets"] for row in sheet["rows"]]
        found = read_ledger(gold_path.with_name(gold_path.name.removesuffix(".gold.json"))).as_json()["items"]
        items, every = score.Tally(), score.Tally()
        score.score_items(gold, found, items, {}, every)
        name = gold_path.name.removesuffix(".gold.json")
        print(f"| {name} | {items.hit}/{items.gold} (+{items.found - items.hit}) | {every.hit}/{every.gold} |")


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a .jsonl."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def main(arguments: list[str]) -> int:
    """Print all tables of a folder; returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(arguments[0])
    score = load(folder)
    texts(folder / "texts", score)
    if (folder / "sheets").is_dir():
        sheets(folder / "sheets", score)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
