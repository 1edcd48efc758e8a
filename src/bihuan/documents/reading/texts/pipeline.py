"""Blocks in, problems out: the steps of reading a text, in order.

Tables are read as ledgers; lines are cut at labels and numbers and gathered into drafts; what neither gives is
looked for in the prose itself. Every item ends with the place of its words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.frames import Frame, frame_of
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.ledger import read_cells
from bihuan.documents.reading.mending import simplified
from bihuan.documents.reading.numbering import line_number, ordinal_of, split_steps
from bihuan.documents.reading.sheets import Grid, Value
from bihuan.documents.reading.texts.answers import Answer
from bihuan.documents.reading.texts.blocks import Block, Piece
from bihuan.documents.reading.texts.cases import read_case
from bihuan.documents.reading.texts.gathering import Gatherer, opener_of
from bihuan.documents.reading.texts.labels import ANSWER, cut, field_of, labels_in
from bihuan.documents.reading.texts.locating import located
from bihuan.documents.reading.texts.places import Passage, Span
from bihuan.documents.reading.texts.settling import settle
from bihuan.documents.reading.words import bare_label

_TASKS = re.compile(r"(?:重点工作|责任分解|任务分解|目标任务|工作要点|实事|任务书)")
_INLINE = re.compile(
    r"(?:^|(?<=[。；;：:]))\s{0,3}(?=(?:\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十\d]{1,2}[)）]|"
    r"[一二三四五六七八九十]{1,3}、|[①-⑳]))"
)
_LONGEST_TITLE = 40
_OWN = {words.LEAD, words.PERSON, words.DEADLINE, words.PROBLEM}


def read_blocks(blocks: Sequence[Block], title: str = "") -> tuple[Item, ...]:
    """The problems of a document in order; empty when it states none."""
    frame = frame_of([title, *(block.text for block in blocks)])
    items: list[Item] = []
    plain: list[Piece] = []
    for place, block in enumerate(blocks):
        found = _from_table(block, place, frame) if block.rows else ()
        items.extend(found)
        if not found:
            plain.extend(_cell_lines(block, place) if block.rows else _lines(block, place))
    items += _from_lines(plain, frame, title, blocks)
    return tuple(sorted(items, key=lambda item: item.passage.first if item.passage else 0))


def _lines(block: Block, place: int) -> Iterator[Piece]:
    """The lines of a paragraph; one that holds several labelled problems is cut at their numbers."""
    whole = Piece(block.number + block.text, place, -len(block.number))
    for line in whole.lines():
        yield from _at_numbers(line)


def _at_numbers(line: Piece) -> list[Piece]:
    """Cut where numbers of one form count up and every stretch between them has labels of its own."""
    starts = [found.start() for found in _INLINE.finditer(line.text)]
    for form in dict.fromkeys(form for at in starts if (form := line_number(line.text[at : at + 60])[0])):
        marks = _records(line.text, [at for at in starts if line_number(line.text[at : at + 60])[0] == form])
        if len(marks) > 1:
            ends = [*marks[1:], None]
            parts = [line.part(start, end) for start, end in zip(marks, ends, strict=True)]
            return [head, *parts] if (head := line.part(0, marks[0])).text else parts
    return [line]


def _records(text: str, starts: list[int]) -> list[int]:
    """Those of the numbers that begin a problem: they count up, and labels stand before the next one."""
    marks: list[int] = []
    for at in starts:
        told = text[marks[-1] : at] if marks else ""
        if _ordinal(text[at:]) == len(marks) + 1 and (not marks or _has_own_labels(told)):
            marks.append(at)
    return marks if marks and _has_own_labels(text[marks[-1] :]) else marks[:-1]


def _ordinal(text: str) -> int | None:
    form, rest = line_number(text[:60])
    return ordinal_of(text[: len(text[:60]) - len(rest)]) if form else None


def _has_own_labels(text: str) -> bool:
    return any(field in _OWN for _, _, field in labels_in(text))


def _from_table(block: Block, place: int, frame: Frame) -> tuple[Item, ...]:
    """The rows of a table that is a ledger; dates without a year are taken to be in the document's."""
    if _is_form(block.rows):
        return ()
    width = max(map(len, block.rows), default=0)
    values: list[list[Value]] = []
    for row in block.rows:
        values.append([*(cell or None for cell in row), *[None] * (width - len(row))])
    year = f"{frame.year}年" if frame.year else ""
    items = read_cells(Cells(Grid(None, values, merges=block.merges)), year).items
    return tuple(_in_cells(_with_progress(item, frame), block, place) for item in items)


def _is_form(rows: Sequence[tuple[str, ...]]) -> bool:
    """A card of labels and answers side by side, not a header with rows below it."""
    first = [cell for cell in rows[0] if cell.strip()]
    if len(first) > 1 and all(_label(cell) for cell in first):
        return False
    labelled = sum(bool(_label(row[0])) and len(row) > 1 for row in rows if row)
    return labelled * 3 >= len(rows) * 2


def _label(cell: str) -> str:
    """The label a cell is, without blanks and brackets; '' for any other cell."""
    bare = bare_label(cell) if 0 < len(cell) <= 12 else ""
    return bare if bare and field_of(bare) != "" else ""


def _in_cells(item: Item, block: Block, place: int) -> Item:
    """The item with the cells of its fields as spans of the table's block."""
    if item.place is None:
        return item
    spans: dict[str, tuple[Span, ...]] = {}
    for name, cell in item.place.cells.items():
        row, column = _cell_of(cell)
        if row < len(block.rows) and column < len(block.rows[row]):
            spans[name] = (Span(place + 1, 0, len(block.rows[row][column]), row + 1, column + 1),)
    doubts = tuple(replace(doubt, place=f"¶{place + 1}!{doubt.place}") for doubt in item.doubts)
    return replace(item, passage=Passage(place + 1, place + 1, spans), doubts=doubts)


def _cell_of(name: str) -> tuple[int, int]:
    """Row and column (0-based) of a cell by its name (C5)."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]) - 1, column - 1


def _cell_lines(block: Block, place: int) -> Iterator[Piece]:
    """The lines of a table that is no ledger: a form of labels and answers, or a frame around a text."""
    for row, cells in enumerate(block.rows, start=1):
        label = ""
        for column, cell in enumerate(cells, start=1):
            text = simplified(cell)
            if label and text.strip():
                yield Piece(f"{label}：{text}", place, -len(label) - 1, (row, column))
                label = ""
            elif not label and any(after.strip() for after in cells[column:]) and (label := _label(text)):
                continue
            else:
                yield from Piece(text, place, 0, (row, column)).lines()


def _with_progress(item: Item, frame: Frame) -> Item:
    """A row whose progress is told in sentences also says there who acts, by when and how far it has come."""
    if not item.progress or item.status or item.measures or item.deadline_raw:
        return item
    answer = Answer(frame)
    for step in split_steps(item.progress):
        answer.hear(step)
    due, status = answer.due, answer.status
    return replace(
        item,
        measures=tuple(answer.actors.measures),
        lead_units=tuple(answer.actors.lead) or item.lead_units,
        support_units=item.support_units or tuple(answer.actors.support),
        deadline_raw=due.raw if due else "",
        deadline_kind=due.kind if due else "",
        deadline_date=due.day if due else None,
        deadline_relative=bool(due and due.relative),
        status=status[0],
        status_raw=status[1],
    )


def _names_tasks(title: str, lines: Sequence[Piece]) -> bool:
    """Whether the title, or a first line that looks like one, says that tasks follow and not problems."""
    first = lines[0].text if lines else ""
    is_title = len(first) <= _LONGEST_TITLE and not any(char in first for char in "。：:；，")
    return bool(_TASKS.search(title) or (is_title and _TASKS.search(first)))


def _from_lines(lines: list[Piece], frame: Frame, title: str, blocks: Sequence[Block]) -> list[Item]:
    cut_lines = [(line, cut(line)) for line in lines]
    if found := read_case(cut_lines, title, frame):
        item, case = found
        return [located(item, {words.PROBLEM: [case.problem], ANSWER: case.spoken or case.reply}, blocks)]
    opener = opener_of([found for _, found in cut_lines])
    gatherer = Gatherer(frame, words.GOAL if _names_tasks(title, lines) else words.PROBLEM, opener)
    below = [cut_line for _, cut_line in cut_lines[1:]]
    for (line, cut_line), after in itertools.zip_longest(cut_lines, below):
        gatherer.take(line, cut_line, after)
    gatherer.share_last()
    return [located(item, draft.fields, blocks) for item, draft in settle(gatherer.drafts, frame)]
