"""The file beside its drafts: the rows or paragraphs around one draft, with what was used of them marked by field.

Written as HTML directly, as some hundred cells stand on every page; every text is escaped. Shows the file as it
was read and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.documents.reading.facts import cell_of, letters
from bihuan.intake.extracts import rows_between
from bihuan.web.drafts import FIELDS

if TYPE_CHECKING:
    from bihuan.intake.models import Draft, Reading

ABOVE, ROWS, MOST = 4, 30, 120
FIELD_OF = {"deadline_raw": "deadline"}
Links = Mapping[int, str]
"""For a row or paragraph the address at which its draft is open."""


@dataclass(frozen=True)
class Source:
    """What is shown of the file: its sheet, the part written out, and from where on more is to be had."""

    sheet: str
    part: SafeString
    legend: list[tuple[str, str]]
    above: int | None
    below: int | None


def source_of(reading: Reading, draft: Draft, links: Links, start: int | None = None) -> Source | None:
    """The file around `draft`, or from row `start` on; None where nothing was kept of it."""
    if "passage" in draft.item:
        return _text(reading, draft.item["passage"], links, start)
    return _sheet(reading, draft.item.get("place", {}), links, start)


def _window(first: int, last: int, start: int | None) -> tuple[int, int]:
    begin = max(1, first - ABOVE) if start is None else max(1, start)
    end = begin + ROWS - 1
    return begin, min(max(end, last + 2), begin + MOST) if start is None else end


def _source(
    reading: Reading,
    rows: Sequence[tuple[int, Any]],
    window: tuple[int, int],
    sheet: str,
    part: str,
    used: set[str],
) -> Source:
    begin, end = window
    shown_to = rows[-1][0]
    return Source(
        sheet=sheet,
        part=mark_safe(part),  # noqa: S308  every text in it is escaped
        legend=[(name, _(label)) for name, label in FIELDS.items() if name in used],
        above=max(1, begin - ROWS) if begin > 1 else None,
        below=end + 1 if shown_to == end else None,
    )


# Sheets


@dataclass(frozen=True)
class _Marks:
    """Which cells of a sheet a draft was read from: single ones, and whole columns in its rows."""

    cells: Mapping[tuple[int, str], str]
    columns: Mapping[str, str]
    rows: frozenset[int]

    def field(self, row: int, column: str) -> str:
        """The field a cell was read into; empty for none."""
        return self.cells.get((row, column)) or (self.columns.get(column, "") if row in self.rows else "")


def _sheet(reading: Reading, place: Mapping[str, Any], links: Links, start: int | None) -> Source | None:
    table = _table_of(reading, place)
    marks = _marks(place, table)
    first = min(marks.rows, default=place.get("row", 1))
    window = _window(first, max(marks.rows, default=first), start)
    rows = rows_between(reading, place.get("sheet") or "", *window)
    if not rows:
        return None
    used = {marks.field(number, column) for number, row in rows for column, _text in row}
    labels = {} if table.get("sideways") else _labels(table)
    columns = sorted({*labels, *(c for _n, row in rows for c, _text in row)}, key=lambda c: (len(c), c))
    part = _head(columns, labels) + "".join(_row(number, row, columns, marks, links) for number, row in rows)
    return _source(reading, rows, window, place.get("sheet") or "", f"{part}</tbody></table>", used)


def _table_of(reading: Reading, place: Mapping[str, Any]) -> Mapping[str, Any]:
    number = place.get("table", 0)
    found: Mapping[str, Any] = reading.tables[number] if number < len(reading.tables) else {}
    return found


def _labels(table: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """For each column of a table its heading in the file, and what it was taken for."""
    return {
        column["column"]: (column["label"], column["field"] if column["field"] in FIELDS else "")
        for column in table.get("columns", ())
    }


def _marks(place: Mapping[str, Any], table: Mapping[str, Any]) -> _Marks:
    cells: dict[tuple[int, str], str] = {}
    rows: set[int] = set()
    places = [place, *(one for one in place.get("more", ()) if one.get("sheet") == place.get("sheet"))]
    for one in places:
        for name, address in one.get("cells", {}).items():
            if found := cell_of(address):
                cells[found[0] + 1, letters(found[1])] = FIELD_OF.get(name, name)
        if not table.get("sideways"):
            rows.update(range(one.get("row", 1), one.get("last_row", one.get("row", 1)) + 1))
    fields = {} if table.get("sideways") else {c: field for c, (_label, field) in _labels(table).items() if field}
    return _Marks(cells, fields, frozenset(rows or {row for row, _column in cells}))


def _head(columns: Sequence[str], labels: Mapping[str, tuple[str, str]]) -> str:
    names = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    head = f'<table class="sheet"><thead><tr class="letters"><td></td>{names}</tr>'
    if any(label for label, _field in labels.values()):
        cells = "".join(_heading(*labels.get(column, ("", ""))) for column in columns)
        head += f'<tr class="labels"><td></td>{cells}</tr>'
    return head + "</thead><tbody>"


def _heading(label: str, field: str) -> str:
    shown = escape(label.rpartition("/")[2][:60])
    taken = f'<span class="taken">{escape(_(FIELDS[field]))}</span>' if field else ""
    return f'<th class="f-{field}">{shown}{taken}</th>' if field else f"<th>{shown}</th>"


def _row(number: int, row: Sequence[tuple[str, str]], columns: Sequence[str], marks: _Marks, links: Links) -> str:
    texts = dict(row)
    address = links.get(number)
    name = f'<a href="{escape(address)}" data-draft>{number}</a>' if address else str(number)
    cells = "".join(_cell(texts.get(column, ""), marks.field(number, column)) for column in columns)
    if (
        len(row) == 1 and number not in marks.rows and len(columns) > 1
    ):  # a title or heading, usually merged across
        cells = f'<td colspan="{len(columns)}" class="alone">{escape(row[0][1])}</td>'
    present = ' class="present"' if number in marks.rows else ""
    return f'<tr{present} data-row="{number}"><th scope="row">{name}</th>{cells}</tr>'


def _cell(text: str, field: str) -> str:
    if not text:
        return "<td></td>"
    used = f' class="used f-{escape(field)}" data-field="{escape(field)}"' if field else ""
    return f"<td{used}><div>{escape(text)}</div></td>"


# Texts


def _text(reading: Reading, passage: Mapping[str, Any], links: Links, start: int | None) -> Source | None:
    first, last = passage["first_paragraph"], passage["last_paragraph"]
    window = _window(first, last, start)
    blocks = rows_between(reading, "", *window)
    if not blocks:
        return None
    spans = [(FIELD_OF.get(name, name), span) for name, found in passage["spans"].items() for span in found]
    part = "".join(
        _block(
            number, block, [one for one in spans if one[1]["paragraph"] == number], first <= number <= last, links
        )
        for number, block in blocks
    )
    return _source(reading, blocks, window, "", f'<div class="text">{part}</div>', {name for name, _span in spans})


def _block(number: int, block: Mapping[str, Any], spans: Sequence[Any], present: bool, links: Links) -> str:
    address = links.get(number)
    name = f'<a href="{escape(address)}" data-draft>{number}</a>' if address else str(number)
    title = escape(pgettext("place", "第%(row)s段") % {"row": number})
    if block.get("rows"):
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{_marked(cell, _inside(spans, r, c))}</td>" for c, cell in enumerate(row, 1))
            + "</tr>"
            for r, row in enumerate(block["rows"], 1)
        )
        body = f'<div class="drawn"><table>{rows}</table></div>'
    else:
        mark = f'<span class="number">{escape(block["number"])}</span>' if block.get("number") else ""
        body = f"<p>{mark}{_marked(block.get('text', ''), spans)}</p>"
    here = " present" if present else ""
    at = f'<span class="at" title="{title}">{name}</span>'
    return f'<div class="paragraph{here}" data-row="{number}">{at}{body}</div>'


def _inside(spans: Sequence[Any], row: int, column: int) -> list[Any]:
    return [one for one in spans if (one[1].get("row"), one[1].get("column")) == (row, column)]


def _marked(text: str, spans: Iterable[tuple[str, Mapping[str, int]]]) -> str:
    """The text with its spans marked; of two that overlap the first to begin."""
    parts, at = [], 0
    for field, span in sorted(spans, key=lambda one: (one[1]["start"], -one[1]["end"])):
        start, end = max(0, span["start"]), min(span["end"], len(text))
        if start < at or end <= start:
            continue
        parts.append(escape(text[at:start]))
        parts.append(
            f'<mark class="used f-{escape(field)}" data-field="{escape(field)}">{escape(text[start:end])}</mark>'
        )
        at = end
    return "".join(parts) + escape(text[at:])
