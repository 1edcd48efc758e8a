"""By when a problem is due and how far it has come, over all the cells and ticks that say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bihuan.documents.messages import say
from bihuan.documents.reading import words
from bihuan.documents.reading.dates import read_deadline
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.marks import is_tick
from bihuan.documents.writing.edits import Write
from bihuan.documents.writing.own.dayforms import ends_month
from bihuan.documents.writing.own.pen import Pen
from bihuan.documents.writing.own.statusforms import status_as_text, tick_for

LONGEST_STATUS = 14
"""A longer text in a column of statuses is a report of progress."""
_TICK = "√"


class Terms:
    """Writes deadlines and statuses of one table."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._table = pen.table
        self._due = self._table.fields.get(words.DEADLINE, [])
        self._how = self._table.fields.get(words.STATUS, [])
        self.ticks = [one for one in self._table.ticks if one.field == words.STATUS]
        self._due_ticks = [one for one in self._table.ticks if one.field == words.DEADLINE]

    def write_deadline(self, number: int, wanted: date | str) -> None:
        """Write by when item `number` is due: into its last step, and no step is later."""
        item = self._table.items[number]
        if self._table.dated:
            for column, write in self.parts(wanted):
                self._pen.write(number, self._table.rows(item)[0], column, write)
            return
        spots = self._table.spots(item, self._due)
        if not spots and self._due:
            spots = [(self._table.rows(item)[0], self._due[0])]
        if not spots:
            self._write_beside_ticks(number, item, wanted)
            return
        days = [self._day(*spot) for spot in spots]
        latest = max((day for day in days if day), default=None)
        for spot, day in zip(spots, days, strict=True):
            later = isinstance(wanted, date) and day is not None and day > wanted
            if len(spots) == 1 or day == latest or later:
                row, column = spot
                old, text = self._pen.values.value(row, column), self._table.effective(row, column)
                self._pen.write(number, row, column, self._pen.values.deadline(wanted, column, old, text))

    def parts(self, wanted: date | str) -> Iterator[tuple[int, Write]]:
        """A day cut into the columns of year, month and day; what is no such day is told."""
        columns = self._table.dated
        if isinstance(wanted, str) or (len(columns) < 3 and not ends_month(wanted)):
            self._pen.note(
                say("原表的时限分年、月、日几列，“%(deadline)s”没有写出，请手工填写。"), deadline=f"{wanted}"
            )
            return
        for column, value in zip(columns, (wanted.year, wanted.month, wanted.day), strict=False):
            yield column, Write(value)

    def _day(self, row: int, column: int) -> date | None:
        value = self._pen.values.value(row, column)
        found = read_deadline(value if not isinstance(value, str) else self._table.effective(row, column))
        return found.day if found else None

    def _write_beside_ticks(self, number: int, item: Item, wanted: date | str) -> None:
        """A date that stands in place of a tick, or another column ticked."""
        row = self._table.rows(item)[0]
        texts = [(one, self._table.text(row, one.column)) for one in self._due_ticks]
        dated = next((one for one, text in texts if text and not is_tick(text)), None)
        chosen = next((one for one, _ in texts if one.label == wanted), None)
        if dated is not None:
            old, text = self._pen.values.value(row, dated.column), self._table.text(row, dated.column)
            self._pen.write(number, row, dated.column, self._pen.values.deadline(wanted, dated.column, old, text))
        elif chosen is not None:
            for one, _ in texts:
                self._pen.write(number, row, one.column, Write(_TICK if one is chosen else None))
        else:
            self._pen.no_column("整改时限")

    def write_status(self, number: int, wanted: str) -> None:
        """Write how far item `number` has come, in every row that says so."""
        item = self._table.items[number]
        if self.ticks:
            self._move_tick(number, item, wanted)
        elif self._how:
            spots = self._table.spots(item, self._how) or [(self._table.rows(item)[0], self._how[0])]
            for row, column in spots:
                old = self._table.text(row, column)
                if len(old) > LONGEST_STATUS and words.PROGRESS not in self._table.fields:
                    self._untold(wanted)
                    continue
                text = self.status_text(wanted, column, old)
                if text is not None:
                    self._pen.write(number, row, column, Write(text))
        else:
            self._pen.no_column("完成状态")

    def status_text(self, wanted: str, column: int, old: str) -> str | None:
        """The words of a column for a status; None, and a note, where it has none."""
        text = status_as_text(wanted, old, self._table.samples(column), self._table.asked)
        if text is None:
            self._untold(wanted)
        return text

    def _untold(self, wanted: str) -> None:
        self._pen.note(say("原表“完成状态”的写法说不出“%(status)s”，没有写出，请手工填写。"), status=wanted)

    def _move_tick(self, number: int, item: Item, wanted: str) -> None:
        label = self.label(wanted)
        if label is None:
            return
        rows = [
            row for row in self._table.rows(item) if any(self._table.text(row, one.column) for one in self.ticks)
        ]
        for row in rows or [self._table.rows(item)[0]]:
            texts = [self._table.text(row, one.column) for one in self.ticks]
            sign = next((text for text in texts if is_tick(text)), self.sign)
            for one in self.ticks:
                told = self._table.text(row, one.column)
                if (one.label == label) != is_tick(told):
                    self._pen.write(number, row, one.column, Write(sign if one.label == label else None))

    def label(self, wanted: str) -> str | None:
        """The label to tick for a status; None, and a note, where no column says it."""
        label = tick_for(wanted, [one.label for one in self.ticks])
        if label is None:
            self._untold(wanted)
        return label

    @property
    def sign(self) -> str:
        """The tick this table uses."""
        texts = (text for one in self.ticks for text in self._table.samples(one.column))
        return next((text for text in texts if is_tick(text)), _TICK)
