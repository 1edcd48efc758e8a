"""Go down the rows of one table and make an item of each, or of each group of rows that states one problem."""

from __future__ import annotations

import re
from dataclasses import replace

from bihuan.documents.messages import Fault
from bihuan.documents.reading import words
from bihuan.documents.reading.columns import BOTH
from bihuan.documents.reading.drafts import Draft
from bihuan.documents.reading.headers import Header, anchor_of, header_at
from bihuan.documents.reading.items import Aside, Item, Table, TableColumn
from bihuan.documents.reading.layouts import fingerprint
from bihuan.documents.reading.rows import Row, Rows, heading_of
from bihuan.documents.reading.view import View
from bihuan.documents.reading.words import CATEGORY, LEAD, NO

_NEW_TABLE = re.compile(r"^[（(]?(?:附?表|附件)\s*[一二三四五六七八九十\d]")
_LONGEST_LABEL = 12
_SEVERAL, _MANY = (
    3,
    4,
)  # so many sure labels make a row a header: if one is a number's or no other text is there; at any rate
_KEYS = (words.PROBLEM, words.TITLE, words.GOAL, words.MEASURES)


class TableReader:
    """Reads one table once; `recognised` is its header as the reader itself saw it, corrected or not."""

    def __init__(self, view: View, recognised: Header) -> None:
        self._view = view
        self._cells = view.cells
        self._header = view.header
        self._columns = view.columns
        self._recognised = recognised
        self._height = recognised.bottom - recognised.top
        self._printed = list(self._cells.filled(recognised.top)) if self._height >= 0 else []
        self._rows = Rows(view)
        self._labels = frozenset(text for path in view.header.paths for text in path)
        self._section = ""
        self._loose = True
        self._category = ""
        self._units: list[str] = []
        self._above: dict[str, str] = {}
        self._draft: Draft | None = None
        self._asides: list[Aside] = []
        self.items: list[Item] = []
        self.faults: list[Fault] = []

    def read(self) -> Header | None:
        """Read all rows; returns the header of a further, different table below, None at the end."""
        row = self._header.body
        while row < self._cells.height:
            again = self._header_again(row)
            if again is not None:
                if again.paths != self._header.paths:
                    self._close()
                    self._leave_headings()
                    return again
                self._asides.extend(Aside(line + 1, "header") for line in range(row, again.bottom + 1))
                row = again.bottom + 1
                continue
            self._take(row)
            row += 1
        self._close()
        return None

    @property
    def holds_problems(self) -> bool:
        """Whether a column was found that says what each row is about; without one it is no ledger."""
        return any(name in self._columns.fields for name in _KEYS)

    @property
    def last(self) -> int:
        """The last row (0-based) that belongs to the table."""
        rows = [aside.row - 1 for aside in self._asides[-1:]]
        rows += [item.place.last_row - 1 for item in self.items[-1:] if item.place]
        return max(rows, default=self._header.body - 1)

    def _take(self, row: int) -> None:
        above = self._draft.row if self._draft else None
        kind = self._rows.kind(row, above, self._loose)
        self._loose = kind not in (Row.ITEM, Row.MORE)
        if kind is Row.MORE and self._draft is not None:
            self._draft.add(row)
            return
        if kind is not Row.EMPTY:
            self._close()
        if kind is Row.ITEM:
            self._draft = Draft(self._view, row, self._section, self._above)
            self._draft.add(row)
            return
        if kind is Row.HEADING:
            kind = self._headed(row)
        self._asides.append(Aside(row + 1, kind.value))

    def _headed(self, row: int) -> Row:
        """Take up the heading in a row; what stands above a header printed again is only a title."""
        text = self._cells.filled(row)[0][1]
        below = next((r for r in range(row + 1, self._cells.height) if self._cells.filled(r)), None)
        if below is not None and self._header_again(below) is not None:
            if _NEW_TABLE.match(text):
                self._section = ""
            return Row.ASIDE
        self._section = heading_of(self._cells.filled(row))
        return Row.HEADING

    def _close(self) -> None:
        if self._draft is None:
            return
        if CATEGORY in self._view.carried:
            self._category = self._draft.texts.setdefault(CATEGORY, self._category)
        if LEAD in self._view.carried:
            self._units = self._draft.lists[LEAD] = self._draft.lists.get(LEAD) or self._units
        self.faults.extend(self._draft.faults)
        self.items.append(self._draft.build())
        self._draft = None

    def _leave_headings(self) -> None:
        """What stands right above another table's header is its title."""
        while self._asides and self._asides[-1].kind in (Row.HEADING.value, Row.EMPTY.value):
            self._asides.pop()

    def _header_again(self, row: int) -> Header | None:
        """A header inside the table: printed again on each page, or that of another table."""
        filled = self._cells.filled(row)
        if len(filled) < 2 or self._is_numbered(filled[0][1]) or not self._may_be_header(filled):
            return None
        if filled == self._printed:
            return replace(self._header, top=row, bottom=row + self._height)
        return header_at(self._cells, row)

    def _is_numbered(self, first: str) -> bool:
        """Whether a row begins with a number; headers do not, and nearly all rows do."""
        return first[-1:].isdigit() and first not in self._labels

    def _may_be_header(self, filled: list[tuple[int, str]]) -> bool:
        if sum(1 for _, text in filled if text in self._labels) * 2 > len(filled):
            return True
        short = [words.claims_of(text) for _, text in filled if len(text) <= _LONGEST_LABEL]
        sure = sum(1 for claims in short if max(claims.values(), default=0.0) >= 0.8)
        if sure < _SEVERAL:
            return False
        return sure >= _MANY or sure == len(filled) or any(claims.get(NO, 0.0) >= 0.9 for claims in short)

    def table(self) -> Table:
        """The table as reported: where it is and what its columns were taken for."""
        header, cells = self._header, self._cells
        places = [item.place for item in self.items if item.place]
        return Table(
            sheet=cells.grid.name,
            header_rows=tuple(range(header.top + 1, header.bottom + 2)),
            columns=self._named(),
            items=len(self.items),
            hidden=not cells.grid.visible,
            sideways=cells.sideways,
            first_row=places[0].first_row if places else header.body + 1,
            last_row=places[-1].last_row if places else header.body + 1,
            asides=tuple(self._asides),
            anchor=anchor_of(cells, self._recognised),
            fingerprint=fingerprint(self._recognised.paths, sideways=cells.sideways),
        )

    def _named(self) -> tuple[TableColumn, ...]:
        header, columns = self._header, self._columns
        ticked = {mark.column for mark in columns.marks}
        return tuple(
            TableColumn(
                self._cells.column_name(column),
                header.label(column),
                role,
                columns.sure.get(column, 0.9 if role else 0.0),
                self._cells.hidden_column(column),
                columns.why.get(column, BOTH if role else ""),
                column in ticked,
            )
            for column, _ in self._view.named
            for role in (columns.role_of(column),)
        )
