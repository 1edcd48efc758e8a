"""`make bench`: loads what is missing, measures through the real server, prints tables, keeps bench/results.json.

`python -m bench.run [--database sqlite] [--problems 100000] [--fresh] [--pages]`. Without a database both, one
after the other. `--pages` measures pages alone, which changes nothing in the ledger.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import machine, reading, report, upkeep
from bench.deeds import Deeds
from bench.homes import DATABASES, ROOT, Home
from bench.load import load
from bench.measures import RESULTS, Figure, keep, timed
from bench.pages import PAGES, Page
from bench.service import serving
from bench.users import PASSWORD
from bench.visitor import Unexpected, Visitor

ROUNDS, WARMING = 60, 3
LEAST, LONGEST = 12, 40.0
"""A page that takes longer than so many seconds in all is asked for fewer times, but so often at least."""


def measure(home: Home, *, rounds: int = ROUNDS, pages_only: bool = False) -> list[Figure]:
    """Every figure of one loaded home."""
    about = home.about
    assert about is not None
    with home.environment() as environment:
        upkeep.settle(environment)
        told = upkeep.said_by("bench.statements", environment)
        figures: list[Figure] = []
        if not pages_only:
            figures += [*upkeep.loading(about), upkeep.starts(environment), upkeep.bare_commits(environment)]
        with serving(environment) as service:
            figures += _pages(service.port, told["pages"], rounds)
            figures.append(upkeep.memory(service.memory()))
            if not pages_only:
                figures += _deeds(Deeds(service.port, told["names"]), figures)
        if not pages_only:
            figures += [
                upkeep.trying(environment),
                upkeep.recolouring(environment),
                *upkeep.drawing(environment),
                *upkeep.checkpoint(environment),
                upkeep.proof(environment),
            ]
    return figures


def _pages(port: int, told: Mapping[str, Mapping[str, Any]], rounds: int) -> list[Figure]:
    """Pages in turns, so that what the machine does besides falls on all of them alike."""
    visitors = {user: Visitor(port) for user in {page.user for page in PAGES}}
    for user, visitor in visitors.items():
        visitor.sign_in(user, PASSWORD)
    seconds: dict[str, list[float]] = {page.name: [] for page in PAGES}
    for turn in range(-WARMING, rounds):
        for page in PAGES:
            known = seconds[page.name]
            if len(known) >= LEAST and sum(known) > LONGEST:
                continue
            took = _opened(visitors[page.user], told[page.name]["path"], part=page.is_part)
            if turn >= 0:
                known.append(took)
    return [
        timed(
            page.name,
            seconds[page.name],
            queries=told[page.name]["queries"],
            target_ms=page.target,
            note=_note(page, told[page.name]),
        )
        for page in PAGES
    ]


def _opened(visitor: Visitor, path: str, *, part: bool) -> float:
    answer = visitor.get(path, part=part)
    if answer.status != 200:
        raise Unexpected(f"{path} answered {answer.status}")
    return answer.seconds


def _note(page: Page, told: Mapping[str, Any]) -> str:
    return f"{told['bytes'] / 1024:.0f} KiB as {page.user}"


def _deeds(deeds: Deeds, figures: Sequence[Figure]) -> list[Figure]:
    bare = next(figure for figure in figures if figure.name == "bare two-row commits")
    brought, reading = deeds.bring_in()
    return [*deeds.create(bare), *brought, *deeds.dispatch(reading), *deeds.work()]


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, help="only this one")
    parser.add_argument("--problems", type=int, default=100_000, help="how many problems (default 100,000)")
    parser.add_argument("--fresh", action="store_true", help="load anew what is loaded already")
    parser.add_argument("--pages", action="store_true", help="pages alone: the ledger stays as it is")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each page is asked for")
    parser.add_argument("--scale", type=float, default=1.0, help="how many of the histories are acted out")
    parser.add_argument("--homes", type=Path, default=ROOT, help="where loaded ledgers lie")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that keeps the figures")
    given = parser.parse_args()
    print(machine.facts())
    if not given.pages:
        reading.show(given.scale, given.results)
    for database in [given.database] if given.database else DATABASES:
        home = Home(database, given.problems, given.homes)
        load(home, fresh=given.fresh, scale=given.scale)
        began = time.strftime("%Y-%m-%d %H:%M")
        figures = measure(home, rounds=given.rounds, pages_only=given.pages)
        keep(figures, database=database, problems=given.problems, path=given.results)
        print(report.table(f"{database}, {given.problems:,} problems, {began}", figures))
        print(report.growth_table(database, given.results))


if __name__ == "__main__":
    main()
