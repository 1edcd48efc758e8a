"""Trials of colour policies: asked for, worked through, kept as small files in the home until they are a week old.

A trial changes nothing. It keeps its counts, and the ids of the problems behind every figure (16 bytes each, one
file for each figure), so that any page of any list is one short read; memory stays flat however many there are.
It may stop anywhere and go on: what was written behind the last noted place is cut off. Only who asked sees it,
acting for the same unit; lists show what that actor may see at that moment.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bihuan.book import clock, home
from bihuan.domain.colours import Colour, Policy, policy_from_data
from bihuan.domain.policies import refuses_new
from bihuan.domain.refusals import Denied, insist, say
from bihuan.insight.trying import CHUNK, Cell, Trying, Walked, walk
from bihuan.ledger import tally
from bihuan.ledger.actions.policies import FARTHEST, refuses_name
from bihuan.ledger.models import Axis
from bihuan.ledger.policies import schedule_on_record
from bihuan.organisations.access import Actor, may_set_up
from bihuan.organisations.queue import enqueue

AT_ONCE = 10_000
"""With more problems in sight than this the worker does it, and a page shows how far it is."""
KEPT_SECONDS = 7 * 24 * 3600
MOST_KEPT = 5
"""Trials kept for one person; with another one the oldest goes."""
ID_BYTES = 16
STATE = "trial.json"


@dataclass(frozen=True)
class Trial:
    """A trial as far as it has come. `seen` is the newest policy on record when it was asked for; `passed` of
    `expected` problems in sight have been looked at, open or not."""

    key: str
    person_id: int
    unit_id: int
    policy: Policy
    day: date
    seen: int
    made_at: datetime
    expected: int
    passed: int = 0
    after: UUID | None = None
    done: bool = False
    counts: Mapping[Cell, int] = field(default_factory=dict)
    fits: Mapping[int, int] = field(default_factory=dict)
    """How many problems each rule decides on, by its place from 0; rules that nothing fits are not in it."""

    @property
    def trying(self) -> Trying:
        """What is tried: the policy against those on record when it was asked for."""
        return Trying(self.policy, schedule_on_record().up_to(self.seen), self.day)

    @property
    def total(self) -> int:
        """How many open problems were looked at so far."""
        return sum(self.counts.values())

    @property
    def changing(self) -> int:
        """How many of them would have another colour."""
        return sum(count for (now, then), count in self.counts.items() if now != then)


def begin(*, actor: Actor, policy: Policy, day: date) -> Trial:
    """Try a policy on a day, today or to come; at once where that is quick, else by the worker.

    Counts what the actor's unit may see: for administrators, who see no problems, counts and nothing else. Raises
    `Refused` for anyone who may not set up, for a policy that could not be put on record, and for other days.
    """
    insist(may_set_up(actor))
    insist(refuses_name(policy.name) or refuses_new(policy) or _refuses_day(day))
    expected = in_sight(actor.unit_id)
    seen = schedule_on_record().version
    trial = Trial(uuid4().hex, actor.person_id, actor.unit_id, policy, day, seen, clock.now(), expected)
    _folder(trial.key).mkdir(parents=True, mode=0o700)
    _keep(trial)
    _forget_before(trial)
    if expected <= AT_ONCE:
        return run(trial.key) or trial
    enqueue("try-policy", trial=trial.key)
    return trial


def _refuses_day(day: date) -> Denied | None:
    if clock.today() <= day <= clock.today() + FARTHEST:
        return None
    return Denied(say("只能按今天或三年以内的日期试算。"), say("请重新填写日期。"))


def in_sight(unit_id: int) -> int:
    """How many problems, open or not, the unit may see today, from kept sums."""
    sums = tally.totals(axis=Axis.SIGHT, units=[unit_id], day=clock.today())[unit_id]
    return sum(tally.by_stage_and_colour(sums).values())


def find(actor: Actor, key: str) -> Trial | None:
    """The actor's own trial, asked for in the same unit; else None."""
    trial = _read(key)
    mine = trial is not None and (trial.person_id, trial.unit_id) == (actor.person_id, actor.unit_id)
    return trial if mine else None


def run(key: str) -> Trial | None:
    """Work a trial through from where it stands; None where it is gone, or somebody is at it already."""
    with _alone(key) as mine:
        trial = _read(key) if mine else None
        if trial is None or trial.done:
            return trial
        _cut(trial)
        for walked in walk(trial.trying, trial.unit_id, trial.after):
            trial = _taken_in(trial, walked)
        return trial


def _taken_in(trial: Trial, walked: Walked) -> Trial:
    """One stretch more: the ids first, then how far it is."""
    counts = Counter(trial.counts)
    for cell, ids in walked.cells.items():
        with _ids(trial.key, cell).open("ab") as file:
            file.write(b"".join(id_.bytes for id_ in ids))
        counts[cell] += len(ids)
    passed = trial.passed + CHUNK if walked.last else trial.expected
    fits = Counter(trial.fits)
    fits.update(walked.fits)
    trial = replace(
        trial, passed=passed, after=walked.last, done=walked.last is None, counts=dict(counts), fits=dict(fits)
    )
    _keep(trial)
    return trial


def ids_of(trial: Trial, cell: Cell, start: int, most: int) -> list[UUID]:
    """The ids of up to `most` problems behind a figure, from the place `start` on."""
    path = _ids(trial.key, cell)
    count = max(0, min(most, trial.counts.get(cell, 0) - start))
    if not count or start < 0 or not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(start * ID_BYTES)
        found = file.read(count * ID_BYTES)
    return [UUID(bytes=found[at : at + ID_BYTES]) for at in range(0, len(found) - ID_BYTES + 1, ID_BYTES)]


def forget_old() -> int:
    """Remove what is older than a week; how many trials there were."""
    latest = time.time() - KEPT_SECONDS
    old = [path for path in _all() if path.stat().st_mtime < latest]
    for path in old:
        shutil.rmtree(path.parent, ignore_errors=True)
    return len(old)


def _forget_before(trial: Trial) -> None:
    """With a new trial, its person's oldest ones go."""
    others = (_read(path.parent.name) for path in _all() if path.parent.name != trial.key)
    mine = [other for other in others if other and other.person_id == trial.person_id]
    for other in sorted(mine, key=lambda other: other.made_at, reverse=True)[MOST_KEPT - 1 :]:
        shutil.rmtree(_folder(other.key), ignore_errors=True)


# Files ----------------------------------------------------------------------------------------------------------


def _all() -> list[Path]:
    return list((home.home() / "trials").glob(f"*/{STATE}"))


def _folder(key: str) -> Path:
    return home.home() / "trials" / key


def _ids(key: str, cell: Cell) -> Path:
    return _folder(key) / f"{cell[0]}-{cell[1]}.ids"


def _cut(trial: Trial) -> None:
    """Take away what a run that broke off wrote behind the place that it had noted."""
    for path in _folder(trial.key).glob("*.ids"):
        now, _dash, then = path.stem.partition("-")
        os.truncate(path, trial.counts.get((Colour(now), Colour(then)), 0) * ID_BYTES)


def _keep(trial: Trial) -> None:
    """Write how far it is, whole or not at all."""
    values = asdict(trial) | {
        "policy": trial.policy.as_data(),
        "counts": {f"{now}-{then}": count for (now, then), count in trial.counts.items()},
    }
    path = _folder(trial.key) / STATE
    waiting = path.with_suffix(".part")
    waiting.write_text(json.dumps(values, default=str, ensure_ascii=False), encoding="utf-8")
    waiting.replace(path)


def _read(key: str) -> Trial | None:
    try:
        values: dict[str, Any] = json.loads((_folder(UUID(key).hex) / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return Trial(
        **values
        | {
            "policy": policy_from_data(values["policy"]),
            "day": date.fromisoformat(values["day"]),
            "made_at": datetime.fromisoformat(values["made_at"]),
            "after": UUID(values["after"]) if values["after"] else None,
            "counts": {_cell(name): count for name, count in values["counts"].items()},
            "fits": {int(place): count for place, count in values["fits"].items()},
        }
    )


def _cell(name: str) -> Cell:
    now, _dash, then = name.partition("-")
    return Colour(now), Colour(then)


@contextmanager
def _alone(key: str) -> Iterator[bool]:
    """True for the only one at work on a trial; a lock that ends with its process, however that ends."""
    folder = _folder(key)
    if not folder.is_dir():
        yield False
        return
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
