"""Which column of a table is which field: what its header claims, checked against what its cells look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.headers import Header, claims_above
from bihuan.documents.reading.looks import Look, look_at
from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.sheets import Value
from bihuan.documents.reading.statuses import read_status
from bihuan.documents.reading.words import (
    CATEGORY,
    DEADLINE,
    LEAD,
    MEASURES,
    NO,
    PERSON,
    PROBLEM,
    PROGRESS,
    STATUS,
    SUPPORT,
)

HEADER, LOOKS, BOTH, REMEMBERED = "header", "looks", "both", "remembered"

_SAMPLE = 200
_SHORTEST_PROSE = 8
_FLOOR = 0.3
_SEVERAL = (LEAD, SUPPORT, PERSON, MEASURES)
_ORDINALS = re.compile(r"[\d一二三四五六七八九十]+")
_HORIZON = re.compile(r"立[行即查]|即[知行时]|长期|持续|常态|限期|阶段|分期|集中整改|短期|中期")


@dataclass(frozen=True)
class MarkColumn:
    """A column that is ticked: `role` says which field its label is a value of."""

    column: int
    role: str
    label: str


@dataclass
class Columns:
    """Fields → columns (several for units, persons, measures), ticked columns, and how sure each guess is.

    `dated` are the columns of year, month and day that make up one deadline.
    """

    fields: dict[str, list[int]] = field(default_factory=dict)
    marks: list[MarkColumn] = field(default_factory=list)
    sure: dict[int, float] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)
    dated: tuple[int, ...] = ()
    asked: bool = False
    split_duty: bool = False

    def first(self, name: str) -> int | None:
        """The column of a field, None when the table has none."""
        return self.fields[name][0] if name in self.fields else None

    def role_of(self, column: int) -> str:
        """The field a column was taken for, '' for none."""
        named = next((name for name, places in self.fields.items() if column in places), "")
        return named or next((mark.role for mark in self.marks if mark.column == column), "")

    def take(self, name: str, column: int, confidence: float, reason: str) -> None:
        """Give a field one (more) column; `reason` as in `TableColumn`."""
        self.fields.setdefault(name, []).append(column)
        self.sure[column] = round(min(1.0, max(0.0, confidence)), 2)
        self.why[column] = reason


def assign(cells: Cells, header: Header) -> Columns:
    """Decide what each column of the table under a header is."""
    looks = [look_at(list(_sample(cells, header, column))) for column in range(cells.width)]
    found = Columns()
    _take_marks(cells, header, looks, found)
    ticked = {mark.column for mark in found.marks}
    _take_dated(header, found)
    scores = _scores(header, looks, ticked)
    _settle_problem(header, looks, scores)
    for score, name, column in sorted(scores, key=lambda entry: (-entry[0], entry[2])):
        if name not in found.fields and column not in found.sure:
            found.take(name, column, score, _reason(name, looks[column]))
    _settle_number(scores, found)
    _take_more(header, looks, scores, found)
    _guess(header, looks, found, ticked)
    return _settled(header, looks, found)


def remembered(cells: Cells, header: Header, fields: Mapping[str, str]) -> Columns:
    """The columns as a person once said they are; `fields` names the field of each by its letter."""
    guessed = assign(cells, header)
    found = Columns(split_duty=guessed.split_duty)
    for column in range(cells.width):
        name = fields.get(cells.column_name(column), "")
        mark = next((mark for mark in guessed.marks if mark.column == column and mark.role == name), None)
        if mark is not None:
            found.marks.append(mark)
            found.sure[column], found.why[column] = 1.0, REMEMBERED
        elif name:
            found.take(name, column, 1.0, REMEMBERED)
    if all(found.role_of(part) == DEADLINE for part in guessed.dated):
        found.dated = guessed.dated
    in_order = dict.fromkeys((*guessed.fields, *found.fields))  # what nobody corrected is read as it was
    found.fields = {name: found.fields[name] for name in in_order if name in found.fields}
    looks = [look_at(list(_sample(cells, header, column))) for column in range(cells.width)]
    return _settled(header, looks, found)


def _settled(header: Header, looks: list[Look], found: Columns) -> Columns:
    for places in found.fields.values():
        places.sort()
    status = found.first(STATUS)
    if status is not None:
        asking = re.search("是否|与否|有无|√|打勾|划勾", header.label(status))
        found.asked = bool(asking) or looks[status].marks > 0.8
    return found


def _reason(name: str, look: Look) -> str:
    return BOTH if _fits(name, look) > 0 else HEADER


def _take_dated(header: Header, found: Columns) -> None:
    """Year, month and day in columns of their own under one heading of a deadline."""
    leaves = [words.bare_label(path[-1]) if path else "" for path in header.paths]
    for column, path in enumerate(header.paths[:-1]):
        if leaves[column : column + 2] != ["年", "月"] or DEADLINE not in claims_above(path[:-1]):
            continue
        found.dated = tuple(range(column, column + (3 if leaves[column + 2 : column + 3] == ["日"] else 2)))
        for part in found.dated:
            found.take(DEADLINE, part, 0.9, HEADER)
        return


def _sample(cells: Cells, header: Header, column: int) -> Iterator[tuple[Value, str]]:
    count = 0
    for row in range(header.body, min(cells.height, header.body + 5 * _SAMPLE)):
        text = cells.text(row, column)
        if text:
            yield cells.value(row, column), text
            count += 1
            if count >= _SAMPLE:
                return


def _scores(header: Header, looks: list[Look], ticked: set[int]) -> list[tuple[float, str, int]]:
    scores: list[tuple[float, str, int]] = []
    for column, path in enumerate(header.paths):
        if column in ticked:
            continue
        for name, weight in claims_above(path).items():
            score = weight + _fits(name, looks[column])
            if score >= _FLOOR:
                scores.append((score, name, column))
    return scores


def _fits(name: str, look: Look) -> float:
    """How far the cells speak for (above 0) or against (below 0) a field; 0 for an empty column."""
    judge = _JUDGES.get(name)
    return judge(look) if judge and look.count else 0.0


_JUDGES: Mapping[str, Callable[[Look], float]] = {
    NO: lambda look: 0.05 * look.ordinals - (0.6 if look.length > 25 else 0.0),
    STATUS: lambda look: (
        0.25 * look.statuses - (0.4 if look.statuses + look.marks < 0.3 and look.length > 10 else 0.0)
    ),
    PROGRESS: lambda look: -0.3 if look.statuses > 0.8 and look.length < 8 else 0.0,
    DEADLINE: lambda look: 0.1 * look.terms - (0.4 if look.terms < 0.2 else 0.0),
    LEAD: lambda look: 0.1 * look.units - (0.4 if look.units < 0.2 and look.persons > 0.6 else 0.0),
    SUPPORT: lambda look: 0.1 * look.units - (0.4 if look.units < 0.2 and look.persons > 0.6 else 0.0),
    PERSON: lambda look: 0.1 * look.persons - (0.5 if look.persons < 0.2 and look.units > 0.6 else 0.0),
    PROBLEM: lambda look: (
        (0.05 if look.length >= 8 else 0.0) - (0.6 if look.numbers > 0.8 or look.marks > 0.5 else 0.0)
    ),
    CATEGORY: lambda look: -0.5 if look.terms > 0.6 else 0.0,
}


def _settle_problem(header: Header, looks: list[Look], scores: list[tuple[float, str, int]]) -> None:
    """Of two columns of problems the finer one holds the problems, the coarser their category."""
    rivals = [(score, column) for score, name, column in scores if name == PROBLEM and score >= 0.7]
    if len(rivals) < 2:
        return
    finest = max(looks[column].count for _, column in rivals)
    for score, column in rivals:
        if looks[column].count * 3 <= finest * 2:
            scores.remove((score, PROBLEM, column))
            scores.append((0.5, CATEGORY, column))


def _settle_number(scores: list[tuple[float, str, int]], found: Columns) -> None:
    """Of several columns of numbers the one nearest before the problem numbers it; others number its group."""
    problem, number = found.first(PROBLEM), found.first(NO)
    if problem is None or number is None:
        return
    likely = [column for score, name, column in scores if name == NO and score >= 0.9 and column < problem]
    nearest = max(likely, default=number)
    if nearest not in found.sure:
        found.fields[NO] = [nearest]
        found.sure[nearest], found.why[nearest] = found.sure.pop(number), found.why.pop(number)


def _take_more(header: Header, looks: list[Look], scores: list[tuple[float, str, int]], found: Columns) -> None:
    """Further columns of units, persons and measures; 责任单位 beside 牵头单位 is the supporting side."""
    lead = found.first(LEAD)
    found.split_duty = lead is not None and any("牵头" in words.bare_label(part) for part in header.paths[lead])
    for score, name, column in sorted(scores, key=lambda entry: entry[2]):
        further = (name in _SEVERAL and score >= 0.8) or _goes_on(header, name, column, found)
        if column in found.sure or not further:
            continue
        second = name == LEAD and found.split_duty and "牵头" not in header.label(column)
        found.take(SUPPORT if second else name, column, score, _reason(name, looks[column]))


def _goes_on(header: Header, name: str, column: int, found: Columns) -> bool:
    """Whether a further column goes on with the first one: 完成时限1, 完成时限2; 3月进展, 4月进展."""
    first = found.first(name)
    if name not in (DEADLINE, PROGRESS) or first is None:
        return False
    return _uncounted(header, first) == _uncounted(header, column)


def _uncounted(header: Header, column: int) -> str:
    return _ORDINALS.sub("", words.bare_label(header.label(column)))


def _guess(header: Header, looks: list[Look], found: Columns, ticked: set[int]) -> None:
    """Fields no header claims, by the looks of columns whose header says nothing either way."""
    most = max((look.count for look in looks), default=0)
    mute = [
        column
        for column, path in enumerate(header.paths)
        if column not in found.sure
        and column not in ticked
        and looks[column].count * (1 if path else 2) > (0 if path else most)
        and not (path and words.is_ruled(path[-1]))
    ]
    tests = ((LEAD, "units"), (DEADLINE, "terms"), (STATUS, "statuses"), (PERSON, "persons"))
    for name, share in tests:
        likely = [column for column in mute if getattr(looks[column], share) >= 0.8]
        if likely and name not in found.fields and not any(mark.role == name for mark in found.marks):
            found.take(name, likely[0], 0.5, LOOKS)
            mute.remove(likely[0])
    longest = max((looks[column].length for column in mute), default=0.0)
    least = max(_SHORTEST_PROSE, longest / 2)
    texts = [column for column in mute if looks[column].length >= least and looks[column].distinct > 0.5]
    if texts and PROBLEM not in found.fields and words.TITLE not in found.fields:
        found.take(PROBLEM, texts[0], 0.4, LOOKS)
    else:
        mute = [column for column in mute if not header.paths[column]]
    _guess_number(looks, found, mute)


def _guess_number(looks: list[Look], found: Columns, mute: list[int]) -> None:
    """A column of ordinals to the left of the problem is its number."""
    problem = found.first(PROBLEM) or found.first(words.TITLE) or 0
    left = [c for c in mute if c < problem and looks[c].ordinals >= 0.9 and looks[c].distinct > 0.9]
    if left and NO not in found.fields:
        found.take(NO, left[0], 0.5, LOOKS)


def _take_marks(cells: Cells, header: Header, looks: list[Look], found: Columns) -> None:
    """Columns that are ticked under a label which is itself a value: a status, a horizon, a unit."""
    for column, path in enumerate(header.paths):
        role = _mark_role(path) if path else ""
        if not role:
            continue
        neighbours = [
            c for c in (column - 1, column + 1) if 0 <= c < len(looks) and _mark_role(header.paths[c]) == role
        ]
        seen = [looks[c] for c in (column, *neighbours) if looks[c].count]
        ticks = sum(look.marks * look.count for look in seen) >= 0.6 * sum(look.count for look in seen)
        if seen and (ticks or (neighbours and role != LEAD and all(look.length <= 12 for look in seen))):
            found.marks.append(MarkColumn(column, role, path[-1]))
    # A lone tick column must itself be ticked, not merely stand beside others.
    found.marks = [mark for mark in found.marks if looks[mark.column].count or len(found.marks) > 1]


def _mark_role(path: tuple[str, ...]) -> str:
    if not path:
        return ""
    leaf = words.bare_label(path[-1])
    if words.claims_of(path[-1]).get(STATUS, 0.0) >= 0.9:
        return ""
    if _HORIZON.search(leaf) and (len(path) > 1 or len(leaf) <= 6) and not words.claims_of(leaf).get(MEASURES):
        return DEADLINE
    if read_status(leaf) is not None and not claims_above((leaf,)):
        return STATUS
    if leaf in ("是", "否"):
        return STATUS if claims_above(path[:-1]).get(STATUS, 0.0) >= 0.7 else ""
    if len(path) > 1 and is_unit(leaf) and not words.claims_of(path[-1]):
        above = claims_above(path[:-1])
        return SUPPORT if SUPPORT in above else LEAD if LEAD in above else ""
    return ""
