"""A returned file as its page shows it: each row with what would be recorded, what not and why, and what stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.documents.messages import Fault
from bihuan.domain.refusals import say
from bihuan.intake.planning import Because, Line, Told
from bihuan.intake.returns import Rehearsal
from bihuan.web import errors

ORDER = ("overtaken", "refused", "partly", "will", "same")
STATES = {
    "overtaken": say("发出后有变化"),
    "refused": say("不能记录"),
    "partly": say("部分记录"),
    "will": say("将记录"),
    "same": say("没有变化"),
}


@dataclass(frozen=True)
class RowTold:
    """A row in the reader's language."""

    line: Line
    state: str
    label: str
    says: tuple[Told, ...]
    against: tuple[tuple[str, str], ...]


def rows_told(rehearsal: Rehearsal) -> list[RowTold]:
    """The rows, those that need a person first, otherwise in the order of the file."""
    ranked = sorted(rehearsal.lines, key=lambda line: (ORDER.index(line.state), line.row.row))
    return [
        RowTold(
            line,
            line.state,
            _(STATES[line.state]),
            tuple(Told(_(told.what), told.old, told.new) for said in line.said.values() for told in said),
            tuple((_cell(because.place), _because(because)) for because in line.against),
        )
        for line in ranked
    ]


def _because(because: Because) -> str:
    denied = because.denied
    return _(denied.reason) % denied.params if because.as_written else errors.told(denied)


def _cell(place: str) -> str:
    """The cell alone; the row has a column of its own, and the sheet is the only one."""
    cell = place.rpartition("!")[2]
    return "" if cell.isdecimal() else cell


def summary(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """How many rows there are of each kind, in the order of the page."""
    counts = ((state, rehearsal.count(state)) for state in ORDER)
    return [{"state": state, "label": _(STATES[state]), "count": count} for state, count in counts if count]


def faults_told(faults: Iterable[Fault]) -> Sequence[tuple[str, str]]:
    """What concerns the file, or rows that cannot be told: the place and the text."""
    return [(fault.place or "", _(fault.text) % fault.params) for fault in faults]
