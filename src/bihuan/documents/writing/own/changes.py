"""Problems of the file that changed: which of its cells change, and to what.

A field is written only where it differs from what the reader read. "The same as above" is written out where what
stands above changed, and a category that is carried down is said where it begins and where it ends.
"""

from __future__ import annotations

from bihuan.documents.messages import say
from bihuan.documents.reading import words
from bihuan.documents.reading.facts import Cell
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.numbering import strip_number
from bihuan.documents.reading.units import is_empty
from bihuan.documents.writing.edits import Write
from bihuan.documents.writing.own.duties import Duties
from bihuan.documents.writing.own.measures import Measures
from bihuan.documents.writing.own.pen import Pen
from bihuan.documents.writing.own.rows import ProblemRow
from bihuan.documents.writing.own.stepforms import reworded
from bihuan.documents.writing.own.table import SAME
from bihuan.documents.writing.own.terms import LONGEST_STATUS, Terms

_NUMBERED = ("title", "problem", "goal")
_PLAIN = {"source": "问题来源", "goal": "整改目标", "remark": "备注"}
_REPEATED = (words.LEAD, words.SUPPORT, words.PERSON, words.DEADLINE, words.CATEGORY)


class Changes:
    """Writes the problems of one table that are in the file already."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._table = pen.table
        self._duties = Duties(pen)
        self._measures = Measures(pen)
        self._terms = Terms(pen)
        self.categories: dict[int, str] = {}
        """What the categories of items are to be, by their number, where they change."""

    def write(self, number: int, row: ProblemRow) -> None:
        """Write what differs in item `number`."""
        item = self._table.items[number]
        self._write_texts(number, item, row)
        if row.measures is not None and row.measures != item.measures:
            self._measures.write(number, row.measures)
        lead = item.lead_units if row.lead_units is None else row.lead_units
        support = item.support_units if row.support_units is None else row.support_units
        if (lead, support) != (item.lead_units, item.support_units):
            self._write_duties(number, lead, support)
        if row.person is not None and row.person != item.person:
            self._duties.write_person(number, row.person)
        if row.deadline is not None and row.deadline not in (item.deadline_raw, item.deadline_date):
            self._terms.write_deadline(number, row.deadline)
        if row.status is not None and row.status not in (item.status, item.status_raw):
            self._terms.write_status(number, row.status)

    def finish(self) -> None:
        """What can only be told when all problems are written."""
        if self._table.carried:
            self._carry()
        self._pen.settle()
        self._say_again()

    def _write_duties(self, number: int, lead: tuple[str, ...], support: tuple[str, ...]) -> None:
        if self._duties.holds_units:
            self._duties.write_units(number, lead, support)
        else:
            self._pen.no_column("责任单位")

    def _write_texts(self, number: int, item: Item, row: ProblemRow) -> None:
        if row.no is not None and row.no != item.no:
            self._write_number(number, item, row.no)
        if row.category is not None and row.category != item.category:
            self._write_category(number, row.category)
        for name, label in _PLAIN.items():
            self._write_text(number, name, getattr(row, name), [name], label)
        self._write_problem(number, item, row)
        self._write_progress(number, item, row)

    def _write_problem(self, number: int, item: Item, row: ProblemRow) -> None:
        """A table with titles alone has the problem there; the reader tells both apart only where both stand."""
        titled = not self._table.spots(item, self._table.fields.get(words.PROBLEM, []))
        first = [words.TITLE, words.PROBLEM] if titled and item.problem else [words.PROBLEM, words.TITLE]
        self._write_text(number, "problem", row.problem, first, "问题")
        if words.PROBLEM in self._table.fields or not row.title:
            self._write_text(number, "title", row.title, [words.TITLE], "标题")

    def _write_progress(self, number: int, item: Item, row: ProblemRow) -> None:
        names = [words.PROGRESS]
        spots = self._table.spots(item, self._table.fields.get(words.STATUS, []))
        if any(len(self._table.text(*spot)) > LONGEST_STATUS for spot in spots):
            names.append(words.STATUS)  # without a column of its own, progress stands where the status does
        self._write_text(number, "progress", row.progress, names, "进展情况")

    def _write_number(self, number: int, item: Item, wanted: str) -> None:
        columns = self._table.fields.get(words.NO, [])
        if not columns:
            self._pen.no_column("序号")
            return
        spot = (self._table.rows(item)[0], columns[0])
        self._pen.write(number, *spot, self._pen.values.number(wanted, columns[0], self._pen.values.value(*spot)))

    def _write_category(self, number: int, wanted: str) -> None:
        columns = self._table.fields.get(words.CATEGORY, [])
        if not columns:
            self._pen.note(say("原表的类别写在小标题里，改了类别的问题没有移动，请手工调整。"))
            return
        self.categories[number] = wanted
        if not self._table.carried:
            row = self._table.rows(self._table.items[number])[0]
            self._pen.write(number, row, columns[0], Write(wanted or None))

    def _write_text(self, number: int, name: str, wanted: str | None, fields: list[str], label: str) -> None:
        item = self._table.items[number]
        old = getattr(item, name)
        if wanted is None or wanted == old or (name in _NUMBERED and strip_number(wanted) == old):
            return
        columns = next((self._table.fields[field] for field in fields if field in self._table.fields), [])
        if not columns:
            self._pen.no_column(label)
            return
        spots = self._table.sayings(item, columns) or [(self._table.rows(item)[0], columns[0])]
        if len(spots) > 1 and old and wanted.startswith(f"{old}\n"):
            last = spots[-1]
            self._pen.write(number, *last, Write(self._table.text(*last) + wanted[len(old) :]))
            return
        text = reworded(self._table.text(*spots[0]), old, wanted) if name in _NUMBERED else wanted
        self._pen.write(number, *spots[0], Write(text or None))
        for spot in spots[1:]:
            self._pen.write(number, *spot, Write(None))

    def _carry(self) -> None:
        """A category stands where it begins; a blank below means the same."""
        column = self._table.fields[words.CATEGORY][0]
        before: str | None = None
        for number, item in enumerate(self._table.items):
            row = self._table.rows(item)[0]
            wanted, text = self.categories.get(number, item.category), self._table.text(row, column)
            if not text and wanted != before:
                self._pen.write(number, row, column, Write(wanted or "—"))
            elif text and self.categories.keys() & {number, number - 1}:
                self._pen.write(number, row, column, Write(None if wanted == before else wanted or "—"))
            before = wanted

    def _say_again(self) -> None:
        """Write out "the same as above" where what stands above changed."""
        for name in _REPEATED:
            for column in self._table.fields.get(name, []):
                if any(text in SAME for text in self._texts(column)):
                    self._say_again_in(column)

    def _texts(self, column: int) -> list[str]:
        return [self._table.text(row, column) for item in self._table.items for row in self._table.rows(item)]

    def _say_again_in(self, column: int) -> None:
        source: Cell | None = None
        for number, item in enumerate(self._table.items):
            for row in self._table.rows(item):
                text = self._table.text(row, column)
                if text not in SAME:
                    source = (row, column) if not is_empty(text) else source
                elif source and not self._pen.was_written(row, column) and self._changed(source, row):
                    self._pen.write(number, row, column, Write(self._table.text(*source)))

    def _changed(self, source: Cell, row: int) -> bool:
        between = any(source[0] < new.before <= row and source[1] in new.cells for new in self._pen.edits.rows)
        return between or self._pen.was_written(*source)
