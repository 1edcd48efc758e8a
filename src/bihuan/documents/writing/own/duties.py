"""Who leads, who supports and who answers for a problem, over all the cells that say so.

A unit that stays is left in the cell where it stands; a new one goes where one of its part stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bihuan.documents.messages import say
from bihuan.documents.reading import words
from bihuan.documents.reading.facts import Cell
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.marks import is_second, is_tick
from bihuan.documents.reading.units import Units, read_persons
from bihuan.documents.writing.edits import Write
from bihuan.documents.writing.own.pen import Pen
from bihuan.documents.writing.own.table import Tick
from bihuan.documents.writing.own.unitforms import persons_as_text, units_as_text

_FILLED, _HOLLOW = "√", "○"


class Duties:
    """Writes the units and persons of one table."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._table = pen.table
        fields = self._table.fields
        self._columns = [*fields.get(words.LEAD, []), *fields.get(words.SUPPORT, [])]
        self._ticks = [one for one in self._table.ticks if one.field in (words.LEAD, words.SUPPORT)]

    @property
    def holds_units(self) -> bool:
        """Whether any column says units."""
        return bool(self._columns or self._ticks)

    def write_units(self, number: int, lead: Sequence[str], support: Sequence[str]) -> None:
        """Write who leads and who supports item `number`."""
        item = self._table.items[number]
        wanted = Units(tuple(lead), tuple(unit for unit in support if unit not in lead))
        if self._columns:
            self._write_cells(number, item, wanted)
        elif self._ticks:
            row = self._table.rows(item)[0]
            for one in self._ticks:
                self._pen.write(number, row, one.column, Write(self.tick(one, wanted, row) or None))
        self.tell_unticked(wanted)

    def tell_unticked(self, wanted: Units) -> None:
        """Say which units have no column to be ticked in."""
        labels = {one.label for one in self._ticks}
        for unit in (*wanted.lead, *wanted.support):
            if self._ticks and not self._columns and unit not in labels:
                self._pen.note(say("原表没有单位“%(unit)s”的勾选列，没有写出。"), unit=unit)

    def tick(self, one: Tick, wanted: Units, row: int | None) -> str:
        """What stands in a column of a unit: a tick where it has a part, '' where it has none."""
        old = self._table.text(row, one.column) if row is not None else ""
        leads, supports = one.label in wanted.lead, one.label in wanted.support
        if not (leads or supports):
            return "" if is_tick(old) else old
        second = supports and one.field != words.SUPPORT
        if is_tick(old) and is_second(old) == second:
            return old
        samples = [text for other in self._ticks for text in self._table.samples(other.column) if is_tick(text)]
        usual = _HOLLOW if second else _FILLED
        return next((text for text in samples if is_second(text) == second), usual)

    def write_person(self, number: int, wanted: str) -> None:
        """Write who answers for item `number` (several joined by 、)."""
        item = self._table.items[number]
        columns = self._table.fields.get(words.PERSON, [])
        spots = self._table.sayings(item, columns) or [
            (self._table.rows(item)[0], column) for column in columns[:1]
        ]
        if not spots:
            self._mix_in(number, item, wanted)
            return
        kept = dict.fromkeys(wanted.split("、"))
        named = [read_persons(self._effective(spot)).split("、") for spot in spots]
        shares = [[name for name in names if name in kept] for names in named]
        placed = {name for share in shares for name in share}
        shares[0] += [name for name in kept if name not in placed]
        if len(spots) == 1:
            shares = [list(kept)]
        for spot, share in zip(spots, shares, strict=True):
            old = self._effective(spot)
            if read_persons(old) != "、".join(share):
                text = persons_as_text("、".join(share), old, self._table.samples(spot[1]))
                self._pen.write(number, *spot, Write(text or None))

    def _mix_in(self, number: int, item: Item, wanted: str) -> None:
        """Persons that stand among the units."""
        for spot in self._table.spots(item, self._columns):
            cell, old = self._table.unit_cell(spot[1]), self._effective(spot)
            before = cell.read(old)
            if before.persons or cell.mixed:
                new = replace(before, persons=tuple(name for name in wanted.split("、") if name))
                self._pen.write(number, *spot, Write(units_as_text(new, cell, old, self._table.samples(spot[1]))))
                return
        self._pen.no_column("责任人")

    def _write_cells(self, number: int, item: Item, wanted: Units) -> None:
        spots = self._spots(item)
        before = [self._table.unit_cell(column).read(self._effective((row, column))) for row, column in spots]
        after = self._dealt(spots, before, wanted)
        for spot, old, new in zip(spots, before, after, strict=True):
            if old != new:
                cell = self._table.unit_cell(spot[1])
                text = units_as_text(new, cell, self._effective(spot), self._table.samples(spot[1]))
                self._pen.write(number, *spot, Write(text or None))

    def _spots(self, item: Item) -> list[Cell]:
        """The cells that name units, with an empty one of each part added where none does."""
        found = self._table.sayings(item, self._columns)
        first = self._table.rows(item)[0]
        for name in (words.LEAD, words.SUPPORT):
            columns = self._table.fields.get(name, [])
            if columns and not any(column in columns for _, column in found):
                found.append((first, columns[0]))
        return found

    def _dealt(self, spots: list[Cell], before: list[Units], wanted: Units) -> list[Units]:
        """What each cell is to say."""
        lead = _shares([one.lead for one in before], wanted.lead, self._home(spots, words.LEAD))
        support = _shares([one.support for one in before], wanted.support, self._home(spots, words.SUPPORT))
        persons = [one.persons for one in before]
        return [Units(tuple(a), tuple(b), c) for a, b, c in zip(lead, support, persons, strict=True)]

    def _home(self, spots: list[Cell], name: str) -> int:
        """The first cell of a part; that of the other part where the table has no column for it."""
        columns = self._table.fields.get(name, [])
        return next((place for place, (_, column) in enumerate(spots) if column in columns), 0)

    def _effective(self, spot: Cell) -> str:
        return self._table.effective(*spot)


def _shares(before: Sequence[Sequence[str]], wanted: Sequence[str], home: int) -> list[list[str]]:
    """Deal the wanted names out to the cells: those that stay where they are, the others at home."""
    if sum(1 for names in before if names) <= 1:
        place = next((n for n, names in enumerate(before) if names), home)
        return [list(wanted) if n == place else [] for n in range(len(before))]
    shares = [[name for name in names if name in wanted] for names in before]
    placed = {name for names in shares for name in names}
    lost = next((n for n, names in enumerate(before) if len(shares[n]) < len(names)), home)
    shares[lost] += [name for name in wanted if name not in placed]
    return shares
