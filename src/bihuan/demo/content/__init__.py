"""What the demo is told with: the invented city's units, people and sources, its problems and its phrases.

Reads the JSON files beside it and gives them out as frozen rows. Everything in them is invented and in Chinese, as
a real office's ledger would be; only the names of fields, natures and sources have English beside them. Nothing
here writes to a database: `bihuan.demo.build` turns the rows into a living office through the real actions.

Each problem was written by hand; where the same kind of problem turned up elsewhere it carries `sites` with their
own facts, title, goal and measures. `load_problems` gives both out side by side, each as a finding of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["government", "bureau", "township", "enterprise", "institution"]
Role = Literal["coordinator", "liaison", "reviewer", "leader", "supervisor", "auditor", "administrator"]
Horizon = Literal["at_once", "by_date", "standing"]


@dataclass(frozen=True)
class UnitText:
    """A unit of the city. `parent` is the key of the unit above it; the root has none and comes first."""

    key: str
    name: str
    short_names: tuple[str, ...]
    kind: Kind
    parent: str | None
    division_code: str


@dataclass(frozen=True)
class PostText:
    """What somebody is in a unit: the role, the unit's key and the title that lists show."""

    role: Role
    unit: str
    title: str


@dataclass(frozen=True)
class PersonText:
    """Somebody who signs in to the demo, with one or more posts."""

    key: str
    name: str
    english_name: str
    username: str
    posts: tuple[PostText, ...]


@dataclass(frozen=True)
class SourceText:
    """Where problems come from; `parent` is the key of the source above it, which comes earlier."""

    key: str
    zh: str
    en: str
    parent: str | None


@dataclass(frozen=True)
class Label:
    """A field (such as education) or nature (such as weak oversight) of problems, in both languages."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True)
class MeasureText:
    """One measure: who takes it, its share in per cent, and the days from dispatch until it is due."""

    text: str
    share: int
    unit: str
    days: int


@dataclass(frozen=True)
class ProblemText:
    """A finding at one unit: what is wrong, who mends it, and what will be said on the way.

    `field` is the key of a field; `nature` is the Chinese name of a nature; `days` is the limit from dispatch. A
    reason, look-back or rebound that was not written is an empty text: take one from the phrases, or do without.
    """

    key: str
    field: str
    title: str
    text: str
    nature: str
    source: str
    lead: str
    support: tuple[str, ...]
    horizon: Horizon
    days: int
    goal: str
    measures: tuple[MeasureText, ...]
    notes: tuple[str, ...]
    evidence: tuple[str, ...]
    extension_reason: str = ""
    return_reason: str = ""
    lookback: str = ""
    rebound: str = ""
    found_again_from: str = ""
    """The key of the problem of which this is the same kind elsewhere; empty for one that stands alone."""


@dataclass(frozen=True)
class StepText:
    """A milestone: days from dispatch until the day planned, and until it was reached (None: not yet)."""

    text: str
    planned: int
    done: int | None


@dataclass(frozen=True)
class AmountText:
    """How much is to be done and is done by now, in hundredths; money has neither name nor word."""

    target: int
    actual: int
    name: str = ""
    word: str = ""


@dataclass(frozen=True)
class ProjectText:
    """A problem that takes building: its milestones, quantities and money; `ends` is the limit from dispatch."""

    title: str
    text: str
    goal: str
    source: str
    lead: str
    ends: int
    steps: tuple[StepText, ...]
    amounts: tuple[AmountText, ...]
    money: AmountText | None


def load_units() -> list[UnitText]:
    """The units, each after the one above it."""
    return [UnitText(**row | {"short_names": tuple(row["short_names"])}) for row in _read("units.json")]


def load_people() -> list[PersonText]:
    """The people with their posts."""
    return [
        PersonText(**row | {"posts": tuple(PostText(**post) for post in row["posts"])})
        for row in _read("people.json")
    ]


def load_sources() -> list[SourceText]:
    """The sources of problems, each after the one above it."""
    return [SourceText(**row) for row in _read("sources.json")]


def load_fields() -> list[Label]:
    """The fields that problems belong to, in the order in which they are shown."""
    return [Label(**row) for row in _read("fields.json")]


def load_natures() -> list[Label]:
    """The natures by which problems are classed."""
    return [Label(**row) for row in _read("natures.json")]


def load_phrases() -> dict[str, tuple[str, ...]]:
    """Short sentences by the action that they are said with, such as `sign` or `grant_extension`."""
    return {action: tuple(lines) for action, lines in _read("phrases.json").items()}


def load_projects() -> list[ProjectText]:
    """The problems that take building, for the project wall."""
    return [
        ProjectText(
            **row
            | {
                "steps": tuple(StepText(**step) for step in row["steps"]),
                "amounts": tuple(AmountText(**amount) for amount in row["amounts"]),
                "money": AmountText(**row["money"]) if row["money"] else None,
            }
        )
        for row in _read("projects.json")
    ]


def load_problems() -> list[ProblemText]:
    """Every finding: the problems field by field, each followed by its sites. A new list each time."""
    rows = [row for label in load_fields() for row in _read(f"problems/{label.key}.json")]
    return [finding for row in rows for finding in _told(row)]


def _told(row: dict[str, Any]) -> Iterator[ProblemText]:
    """A written problem, then the same kind of problem at each of its sites."""
    shared = {name: row[name] for name in ("field", "source", "horizon", "days")}
    shared["nature"] = _natures()[row["nature"]]
    own = {name: row[name] for name in ("key", "title", "text", "lead", "goal")}
    said = {name: row.get(name, "") for name in ("extension_reason", "return_reason", "lookback", "rebound")}
    yield ProblemText(**shared, **own, **said, **_lists(row))
    for place, site in enumerate(row["sites"], start=1):
        yield ProblemText(
            **shared,
            **{name: site[name] for name in ("title", "text", "goal")},
            **_lists(site),
            key=f"{row['key']}-{place}",
            lead=site["unit"],
            found_again_from=row["key"],
        )


def _lists(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "support": tuple(row["support"]),
        "measures": tuple(MeasureText(**measure) for measure in row["measures"]),
        "notes": tuple(row["notes"]),
        "evidence": tuple(row["evidence"]),
    }


@cache
def _natures() -> dict[str, str]:
    return {label.key: label.zh for label in load_natures()}


def _read(name: str) -> Any:
    return json.loads((files(__name__) / name).read_text(encoding="utf-8"))
