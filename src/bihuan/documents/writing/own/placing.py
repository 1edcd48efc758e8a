"""Problems that are not in the file yet: where in the table they go, and what stands in their row.

Below the last problem of their category where problems are grouped by it, else below the last of the table, always
above totals and notes. A new problem takes one row, in the style of the row above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from bihuan.documents.messages import say
from bihuan.documents.reading import words
from bihuan.documents.reading.units import Units
from bihuan.documents.writing.edits import NewRow, Write
from bihuan.documents.writing.own.duties import Duties
from bihuan.documents.writing.own.pen import Pen
from bihuan.documents.writing.own.rows import ProblemRow
from bihuan.documents.writing.own.stepforms import measures_as_text
from bihuan.documents.writing.own.terms import Terms
from bihuan.documents.writing.own.unitforms import persons_as_text, units_as_text

_NO_CATEGORY = "—"
_TEXTS = (
    ("category", words.CATEGORY, "问题类别"),
    ("source", words.SOURCE, "问题来源"),
    ("goal", words.GOAL, "整改目标"),
    ("progress", words.PROGRESS, "进展情况"),
    ("remark", words.REMARK, "备注"),
)


class Placing:
    """Puts new problems into one table; `changed` are the categories of its items that change, by their number."""

    def __init__(self, pen: Pen, changed: Mapping[int, str]) -> None:
        self._pen = pen
        self._changed = changed
        self._table = pen.table
        self._duties = Duties(pen)
        self._terms = Terms(pen)
        self._placed: list[tuple[int, str]] = []

    def add(self, rows: Sequence[ProblemRow]) -> None:
        """Put in new problems, those of known categories first."""
        ordered = sorted(rows, key=lambda row: self._group(row.category) is None)
        free = self._free_row() if self._table.is_fixed and rows else None
        for place, row in enumerate(ordered):
            if self._table.is_fixed:
                self._add_fixed(row, None if free is None else free + place)
            else:
                self._add_row(row)

    def _group(self, category: str | None) -> int | None:
        """The last item of a category, where the table is grouped by categories."""
        table = self._table
        if not category or not (table.grouped or table.carried or table.headings):
            return None
        last = self._last_of.get(category)
        return last if last is not None and self._is_open(last) else None

    @cached_property
    def _last_of(self) -> Mapping[str, int]:
        """The last item each category is to have."""
        return {self._changed.get(number, item.category): number for number, item in enumerate(self._table.items)}

    def _is_open(self, number: int) -> bool:
        """Whether a row can be put in below an item: no cell that says something else goes on there."""
        table = self._table
        row = table.rows(table.items[number])[-1]
        columns = {column for name, places in table.fields.items() if name != words.CATEGORY for column in places}
        return all(table.ends(row, column) == row for column in columns)

    def _add_row(self, row: ProblemRow) -> None:
        table = self._table
        group = self._group(row.category)
        last = group if group is not None else len(table.items) - 1
        above = table.rows(table.items[last])[-1] if table.items else table.table.first_row - 2
        before = (above if group is not None or not table.items else table.table.last_row - 1) + 1
        cells = dict(self._cells(row))
        if group is None and row.category and table.headings:
            self._pen.note(say("原表的小标题里没有类别“%(category)s”，新问题放在表末。"), category=row.category)
        joined = frozenset(c for c in self._shared(above, before) if self._joins(c, row, above, group))
        self._leave_category(row, group, before, cells)
        for column in self._told_columns(row):
            cells.setdefault(column, Write(None))  # no formula of the row above speaks for a new problem
        kept = {column: write for column, write in cells.items() if column not in joined}
        self._placed.append((before, row.category or ""))
        self._pen.edits.rows.append(NewRow(before, self._like(last, above), kept, joined))

    def _told_columns(self, row: ProblemRow) -> Iterator[int]:
        """The columns in which a problem says something; a number that is not given may be worked out."""
        for name, places in self._table.fields.items():
            if name != words.NO or row.no:
                yield from places
        yield from (one.column for one in self._table.ticks)

    def _like(self, last: int, above: int) -> int:
        """The row whose style is taken: the nearest problem above that is not hidden."""
        for number in range(last, -1, -1):
            row = self._table.rows(self._table.items[number])[-1]
            if not self._table.cells.hidden(row):
                return row
        return max(above, 0)

    def _shared(self, above: int, before: int) -> Iterator[int]:
        """Columns in which a cell merged over several problems ends directly above the new row."""
        table = self._table
        for column in range(table.cells.width):
            if above >= 0 and before == above + 1 and table.ends(above, column) == above:
                yield column

    def _joins(self, column: int, row: ProblemRow, above: int, group: int | None) -> bool:
        table = self._table
        owner = table.cells.owner(above, column)
        if column in table.fields.get(words.CATEGORY, []):
            return group is not None and table.grouped
        wide = bool(table.items) and owner < table.rows(table.items[group if group is not None else -1])[0]
        return wide and not any(column in places for places in table.fields.values())

    def _leave_category(self, row: ProblemRow, group: int | None, before: int, cells: dict[int, Write]) -> None:
        """Where categories may be carried down, a blank says the same as above: that there is none is said."""
        above = self._placed[-1] if self._placed else None
        follows = above == (before, row.category or "")
        column = self._column(words.CATEGORY)
        if self._table.carried and (group is not None or follows):
            cells.pop(self._table.fields[words.CATEGORY][0], None)
        elif column is not None and not row.category and not (self._table.grouped or self._table.headings):
            cells[column] = Write(_NO_CATEGORY)

    def _cells(self, row: ProblemRow) -> Iterator[tuple[int, Write]]:
        """Column and value of all a new problem says."""
        yield from self._texts(row)
        yield from self._what(row)
        yield from self._who(row)
        yield from self._when(row)
        yield from self._how_far(row)

    def _texts(self, row: ProblemRow) -> Iterator[tuple[int, Write]]:
        for name, field, label in _TEXTS:
            text = getattr(row, name)
            column = self._column(field)
            if text and column is not None:
                yield column, Write(text)
            elif text and not (field == words.CATEGORY and self._table.headings):
                self._pen.no_column(label)
        column = self._column(words.NO)
        if row.no and column is not None:
            yield column, self._pen.values.number(row.no, column, None)

    def _what(self, row: ProblemRow) -> Iterator[tuple[int, Write]]:
        problem, title = self._column(words.PROBLEM), self._column(words.TITLE)
        said = row.problem or row.title
        if said:
            yield (problem if problem is not None else title) or 0, Write(said)
        if row.title and row.problem and problem is not None and title is not None:
            yield title, Write(row.title)
        column = self._column(words.MEASURES)
        if row.measures and column is not None:
            yield column, Write(measures_as_text(row.measures, "", self._table.samples(column)))
        elif row.measures:
            self._pen.no_column("整改措施")

    def _who(self, row: ProblemRow) -> Iterator[tuple[int, Write]]:
        table = self._table
        lead, support = row.lead_units or (), row.support_units or ()
        places = (self._column(words.LEAD), self._column(words.SUPPORT))
        persons: tuple[str, ...] = tuple((row.person or "").split("、")) if row.person else ()
        for place, wanted in _dealt(places, lead, support):
            cell = table.unit_cell(place)
            if cell.mixed and self._column(words.PERSON) is None:
                wanted, persons = Units(wanted.lead, wanted.support, persons), ()
            yield place, Write(units_as_text(wanted, cell, "", table.samples(place)))
        if places == (None, None):
            yield from self._ticked_units(Units(lead, support))
        column = self._column(words.PERSON)
        if persons and column is not None:
            yield column, Write(persons_as_text("、".join(persons), "", table.samples(column)))
        elif persons:
            self._pen.no_column("责任人")

    def _ticked_units(self, wanted: Units) -> Iterator[tuple[int, Write]]:
        for one in self._table.ticks:
            if one.field in (words.LEAD, words.SUPPORT) and (text := self._duties.tick(one, wanted, None)):
                yield one.column, Write(text)
        self._duties.tell_unticked(wanted)

    def _when(self, row: ProblemRow) -> Iterator[tuple[int, Write]]:
        column = self._column(words.DEADLINE)
        ticked = next((one.column for one in self._table.ticks if one.label == row.deadline), None)
        if row.deadline and self._table.dated:
            yield from self._terms.parts(row.deadline)
        elif row.deadline and column is not None:
            yield column, self._pen.values.deadline(row.deadline, column, None, "")
        elif row.deadline and ticked is not None:
            yield ticked, Write(self._terms.sign)
        elif row.deadline:
            self._pen.no_column("整改时限")

    def _how_far(self, row: ProblemRow) -> Iterator[tuple[int, Write]]:
        column = self._column(words.STATUS)
        if not row.status:
            return
        if self._terms.ticks:
            label = self._terms.label(row.status)
            yield from ((one.column, Write(self._terms.sign)) for one in self._terms.ticks if one.label == label)
        elif column is not None:
            text = self._terms.status_text(row.status, column, "")
            if text is not None:
                yield column, Write(text)
        else:
            self._pen.no_column("完成状态")

    def _column(self, field: str) -> int | None:
        places = self._table.fields.get(field, [])
        return places[0] if places else None

    def _free_row(self) -> int | None:
        """The row below the last problem, where nothing may stand in the table's columns."""
        return self._table.table.last_row if self._table.items else self._table.table.first_row - 1

    def _add_fixed(self, row: ProblemRow, at: int | None) -> None:
        """Where no row can be put in, a new problem goes into the free row below the last one, if there is one."""
        table = self._table
        columns = [*table.labels]
        if at is None or any(table.text(at, column) for column in columns):
            self._pen.note(say("原表横排或并排，后面没有空位，新问题没有写出，请手工添加。"))
            return
        above = max(table.table.last_row - 1, 0)
        for column, write in self._cells(row):
            self._pen.edits.cells[table.place(at, column)] = Write(write.value, table.place(above, column))


def _dealt(
    places: tuple[int | None, int | None], lead: tuple[str, ...], support: tuple[str, ...]
) -> Iterator[tuple[int, Units]]:
    """Which units go into the columns of leading and of supporting units, where there are these."""
    leading, supporting = places
    if leading is not None and supporting is not None:
        if lead:
            yield leading, Units(lead)
        if support:
            yield supporting, Units((), support)
    elif (column := leading if leading is not None else supporting) is not None and (lead or support):
        yield column, Units(lead, support)
