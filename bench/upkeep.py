"""What is measured beside pages: starting, memory, checkpoint, proof, bare commits, a policy that changes.

Each is a command as an office gives it, timed from outside.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.measures import Figure, timed
from bench.service import serving

PROGRAM = str(Path(sys.executable).with_name("bihuan"))
STARTS = 5
START_MS, MEMORY_MIB = 2000.0, 300.0
TRIED_MS = 3000.0
DRAWN_MS, DRAW_MIB = 8000.0, 150.0
Environment = Mapping[str, str]


def said_by(module: str, environment: Environment) -> Any:
    """What a module of the benchmark prints as JSON in this environment."""
    ran = subprocess.run([sys.executable, "-m", module], env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(ran.stdout)


def settle(environment: Environment) -> None:
    """Bring a home loaded by an earlier version up to date, as an office does after an upgrade; and see to it that
    it has a campaign."""
    subprocess.run([PROGRAM, "setup"], env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "bench.campaign"], env=environment, check=True)


def starts(environment: Environment) -> Figure:
    """From the command to the first page, several times; files were gathered before."""
    with serving(environment):
        pass
    found = []
    for _ in range(STARTS):
        with serving(environment) as service:
            found.append(service.started_in)
    return timed("start to first page", found, target_ms=START_MS)


def memory(used: int) -> Figure:
    """Of pages and worker together, after the pages were measured; `used` in bytes."""
    return Figure("memory of web and worker, MiB", amount=round(used / 2**20, 1), target_amount=MEMORY_MIB)


def bare_commits(environment: Environment) -> Figure:
    """Two rows and a commit, nothing else, on the same database and disk."""
    said = said_by("bench.bare", environment)
    alone: list[float] = said["alone"]
    note = f"one after the other {1 / statistics.mean(alone):.0f}/s"
    return timed("bare two-row commits", alone, rate=round(said["rate"], 1), note=note)


def recolouring(environment: Environment) -> Figure:
    """Colours to come by a new version of the policy, for every open problem."""
    said = said_by("bench.recolouring", environment)
    seconds, count = float(said["seconds"]), int(said["problems"])
    note = f"{count} open problems; at this rate 100,000 in {100_000 / count * seconds:.0f} s"
    return Figure("policy changed", p50_ms=round(seconds * 1000), rate=round(count / seconds), note=note)


def trying(environment: Environment) -> Figure:
    """What a colour policy would do to every open problem, told for 100,000 of them, in processor time."""
    said = said_by("bench.trying", environment)
    seconds, count = float(said["seconds"]), int(said["problems"])
    hundred = round(100_000 / count * seconds * 1000)
    note = f"{count} open problems in {seconds:.2f} s of processor time"
    return Figure("policy tried on 100,000", p50_ms=hundred, target_ms=TRIED_MS, note=note)


def drawing(environment: Environment) -> list[Figure]:
    """A sample for look-back: a million ranked and kept; one drawn from the ledger, told for a million of it.

    Only a ledger of a city, on PostgreSQL, has a million struck off: the target is for that.
    """
    said = said_by("bench.drawing", environment)
    ranked, drawn = said["ranked"], said["drawn"]
    seconds, times = float(drawn["cpu_seconds"]), 1_000_000 / int(drawn["problems"])
    reading, ranking = float(drawn["reading_cpu_seconds"]), float(ranked["cpu_seconds"])
    planning = max(0.0, seconds - reading - ranking / times)
    million = round((times * reading + ranking + planning) * 1000)
    note = f"{drawn['problems']} struck off: {seconds:.2f} s of processor time, {drawn['seconds']:.2f} s in all"
    target = DRAWN_MS if "DATABASE_URL" in environment else None
    memory = round(max(ranked["more_mib"], drawn["more_mib"]), 1)
    return [
        Figure("a million ranked for a draw", p50_ms=round(ranked["cpu_seconds"] * 1000)),
        Figure("look-back draw from 1,000,000", p50_ms=million, target_ms=target, note=note),
        Figure("memory of a draw, MiB", amount=memory, target_amount=DRAW_MIB),
    ]


def checkpoint(environment: Environment) -> list[Figure]:
    """One over what was done since loading, with the cost of starting the command taken off."""
    idle = _run(environment, "checkpoint", "--public-key")
    seconds = max(0.001, _run(environment, "checkpoint", "--json") - idle)
    return [Figure("checkpoint of the day", p50_ms=round(seconds * 1000, 1))]


def proof(environment: Environment) -> Figure:
    """`verify` over everything; raises where it finds anything."""
    began = time.perf_counter()
    ran = subprocess.run(
        [PROGRAM, "verify", "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - began
    told = json.loads(ran.stdout)
    if not told["clean"]:
        raise RuntimeError(f"verify found: {told['findings'][:5]}")
    entries = told["counts"]["entries"]
    return Figure(
        "verify", p50_ms=round(seconds * 1000), rate=round(entries / seconds), note=f"{entries} entries, clean"
    )


def loading(about: Mapping[str, Any]) -> list[Figure]:
    """What loading took, as it was noted then."""
    parts = about["seconds"]
    total = sum(parts.values())
    note = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in parts.items())
    chains = about["problems"]
    return [
        Figure("load", p50_ms=round(total * 1000), rate=round(about["problems"] / total), note=note),
        Figure(
            "checkpoint of everything",
            p50_ms=round(parts["checkpoint"] * 1000),
            rate=round(chains / max(0.1, parts["checkpoint"])),
            note="chains a second",
        ),
    ]


def _run(environment: Environment, *arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([PROGRAM, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
