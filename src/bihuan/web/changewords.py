"""The words in which a change of a row is told: labels for columns, values as a person reads them.

What each kind of row has to tell stands in the modules of its room; `changes` puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.ledger.dossier import Names
from bihuan.likeness.marking import Marked, marked
from bihuan.web.templatetags import bihuan as shown

Words = Callable[[Any, Names], str]
Columns = Mapping[str, list[Any]]
Table = Mapping[str, tuple[str, Words]]
Teller = Callable[[Columns, Names, str], "Iterator[Change]"]


@dataclass(frozen=True)
class Change:
    """One thing that changed; `old` is empty where there was nothing before. `parts` are its own parts, if any.

    `marks` shows within a text what differs.
    """

    what: str
    old: str = ""
    new: str = ""
    parts: tuple[Change, ...] = ()
    marks: Marked | None = None


WORDING = frozenset({"title", "text", "goal", "category", "nature"})
"""What is mended in places rather than written anew: shown with the changed characters marked."""


def as_is(value: Any, names: Names) -> str:
    return str(value)


def percent(value: Any, names: Names) -> str:
    return f"{value}%"


def unit_word(value: Any, names: Names) -> str:
    return shown.unit_name(names.units.get(value))


def source_word(value: Any, names: Names) -> str:
    return shown.source_name(names.sources.get(value))


def of_columns(columns: Columns, table: Mapping[str, tuple[str, Words]], names: Names) -> Iterator[Change]:
    for name, (label, words) in table.items():
        if name in columns:
            old, new = (words(value, names) if value not in (None, "") else "" for value in columns[name])
            if old or new:
                yield Change(
                    _(label), old, new, marks=marked(old, new) if name in WORDING and old and new else None
                )


def is_new(columns: Columns, name: str) -> bool:
    return name in columns and columns[name][0] is None


def joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
