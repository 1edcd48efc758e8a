"""A copy of a csv, tsv or txt file with edits in it; encoding, separators and line ends stay."""

from __future__ import annotations

from datetime import date

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading import delimited
from bihuan.documents.reading.limits import Limits
from bihuan.documents.writing.delimitedtext import (
    DELIMITERS,
    Line,
    cell_text,
    lines_of,
    opened,
    said_by,
    usual_end,
)
from bihuan.documents.writing.edits import SheetEdits, Written


def edit_text(data: bytes, name: str, edits: SheetEdits) -> tuple[bytes, tuple[Fault, ...]] | None:
    """The file with the edits in it, and what a person must know of it.

    None where its cells are not parted plainly (columns lined up with blanks) or its encoding is only guessed.
    """
    file = opened(data)
    cut = _cut(file[0], delimited.cells(delimited.decode(data), name, Limits())) if file else None
    if file is None or cut is None:
        return None
    (_, coding), (head, lines, delimiter) = file, cut
    copy = _Copy(lines, delimiter)
    copy.edit(edits)
    copy.insert(edits)
    new = head + "".join(delimiter.join(line.cells) + line.end for line in copy.lines)
    return coding.encode(new), () if coding.can(new) else (Fault(_lost_signs()),)


def _cut(text: str, rows: list[list[str]]) -> tuple[str, list[Line], str] | None:
    """The text cut into the rows the reader has, with what stands before them and their separator."""
    first, end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        lines = lines_of(rest, first.strip()[4])
        return (first + end, lines, first.strip()[4]) if _agree(lines, rows) else None
    for delimiter in DELIMITERS:
        lines = lines_of(text, delimiter)
        if _agree(lines, rows):
            return "", lines, delimiter
    return None


def _agree(lines: list[Line], rows: list[list[str]]) -> bool:
    """Whether lines have the cells the reader saw; it leaves out ruled lines, and tricks around long numbers."""
    return len(lines) == len(rows) and all(
        not row or (len(row) == len(line.cells) and _same(line.cells[-1], row[-1]))
        for line, row in zip(lines, rows, strict=True)
    )


def _same(cell: str, read: str) -> bool:
    said = said_by(cell).encode("utf-8", "replace").decode()
    return said == read or said.strip("\t'=\"") == read.strip("\t'=\"") or "\ufffd" in read or "\x00" in said


def _lost_signs() -> str:
    return say("原文件的编码里没有个别字符，已写成“?”，请核对；需要的话改存为 UTF-8 或 xlsx。")


class _Copy:
    """The lines of one file being edited."""

    def __init__(self, lines: list[Line], delimiter: str) -> None:
        self.lines = lines
        self._delimiter = delimiter
        self._end = usual_end(lines)

    def edit(self, edits: SheetEdits) -> None:
        """Put values into cells that are there, or would be."""
        for (row, column), write in edits.cells.items():
            cells = self.lines[row].cells
            cells += [""] * (column + 1 - len(cells))
            cells[column] = self._told(write.value, self._is_always_quoted(cells[column]))

    def insert(self, edits: SheetEdits) -> None:
        """Put in new lines, from below so that the places above stay."""
        for new in sorted(edits.rows, key=lambda one: one.before)[::-1]:
            like = self.lines[min(new.like, len(self.lines) - 1)] if self.lines else Line([], self._end)
            width = max(len(like.cells), *(column + 1 for column in new.cells))
            quoted = [self._is_always_quoted(cell) for cell in like.cells] + [False] * width
            cells = [
                self._told(new.cells[column].value if column in new.cells else None, quoted[column])
                for column in range(width)
            ]
            if new.before >= len(self.lines) and self.lines and not self.lines[-1].end:
                self.lines[-1].end = self._end
                self.lines.append(Line(cells, ""))
            else:
                self.lines.insert(new.before, Line(cells, self._end))

    def _is_always_quoted(self, cell: str) -> bool:
        """Whether a cell has quotation marks that it does not need."""
        return cell.startswith('"') and cell_text(said_by(cell), self._delimiter) != cell

    def _told(self, value: Written, quoted: bool) -> str:
        text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
        return cell_text(text, self._delimiter, quoted)
