"""Read plans, notices and replies in plain text: numbered problems with labels, tables drawn in the text.

A first, modest reader: what carries no label or table is left alone rather than guessed at, so it finds too
little before it finds too much. Word, PDF and prose without labels are not its business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.dates import Deadline, read_deadline
from bihuan.documents.reading.frames import Frame, frame_of
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.labels import ANSWER, OPINION, Line, Segment, cut
from bihuan.documents.reading.ledger import read_cells
from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.numbering import split_steps, strip_number, trim
from bihuan.documents.reading.sheets import Grid, Value
from bihuan.documents.reading.statuses import status_in_prose
from bihuan.documents.reading.units import SUPPORT, read_persons, read_units

_QUOTED = re.compile(r"^(?:关于|针对)?[“\"](?P<said>.+)[”\"](?:的|这一|等)?问题[。：:，]?$")
_ABOUT = re.compile(r"^(?:关于|针对)[“\"](?P<said>.+?)[”\"](?:的|这一|等)?问题(?:[。：:，]|$)")
_PROBLEM_LABEL = re.compile(r"^(?:问题|隐患)\d*[:：]")
_INLINE = re.compile(
    r"(?<=[。；;])\s*(?=(?:\d{1,2}[.．、]|"
    r"[（(][一二三四五六七八九十\d]{1,2}[)）])\s*(?:存在)?问题[:：])"
)
_SENTENCE = re.compile(r"[^。！？!?]+")
_TASKS = re.compile(r"(?:重点工作|责任分解|任务分解|目标任务|工作要点)")
_EXPECTED = re.compile(
    r"^(?:.{0,20}?(?:预计|计划|力争|确保|将于|拟于|争取))?(?P<when>.*?(?:底前?|前|上半年|"
    r"下半年|季度末?|日))(?:全[部面])?(?:完成|到位|清偿|建成|解决)?.{0,4}$"
)
_HEADLINE = re.compile(r"(?:情况|工作|要求|安排|部署|意见|说明|通知|如下|进展|措施|结果|方面)$")
_DATED_LINE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
_IN_CHARGE = re.compile(
    r"[（(](?P<units>[^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*(?:牵头|负责|配合|落实|"
    r"参与))[）)][。.]?$"
)
_AT_ONCE = re.compile(r"^(?:立行立改|立查立改|即知即改|即行即改|边查边改|边督边改|立即整改)$")
_WIDE_GAP = re.compile(r"[\t　]+| {2,}")
_LONGEST_PROBLEM = 200
_LONGEST_PROMISE = 24
_LONGEST_LINE = 2000


def read_documents(path: Path) -> Iterator[dict[str, object]]:
    """Read a .jsonl of documents {id, title, text}; yields {id, items, stats} a document, in order.

    Raises Unreadable with the line number when a line is no JSON object.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                document = json.loads(line)
                text, title = str(document["text"]), str(document.get("title", ""))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise Unreadable(
                    say("第 %(line)s 行不是一份文档（应为含 text 的 JSON 对象）。"), line=number
                ) from error
            items = [item.as_json() for item in read_text(text, title)]
            yield {"id": document.get("id", number), "items": items, "stats": []}


def read_text(text: str, title: str = "") -> tuple[Item, ...]:
    """The problems of one text, in order; empty when it labels none."""
    lines = [line for line in _INLINE.sub("\n", text).splitlines() if line.strip()]
    table = [line for line in lines if line.strip().startswith("|")]
    if len(table) > 1:
        return _read_table(table)
    reader = _Reader(frame_of([title, *lines]), goals=bool(_TASKS.search(title)))
    for line in lines:
        reader.take(line)
    return tuple(reader.finish())


def _read_table(lines: list[str]) -> tuple[Item, ...]:
    """A table drawn with bars is a sheet like any other."""
    rows: list[list[Value]] = [
        [cell.strip() or None for cell in line.strip().strip("|").split("|")] for line in lines
    ]
    rows = [row for row in rows if not all(cell is None or set(str(cell)) <= set("-: ") for cell in row)]
    width = max(map(len, rows), default=0)
    grid = Grid(None, [row + [None] * (width - len(row)) for row in rows])
    return read_cells(Cells(grid), "").items


@dataclass
class _Draft:
    """What has been gathered for one problem; `own_lines` counts label lines of its own."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    own_lines: int = 0
    form: str | None = None
    duty_supports: bool = False

    def add(self, name: str, text: str) -> None:
        """Add a text to a field."""
        self.fields.setdefault(name, []).append(text)

    def text(self, name: str) -> str:
        """All texts of a field, one a line."""
        return "\n".join(part for part in self.fields.get(name, ()) if part)


class _Reader:
    """Goes through a text line by line and gathers drafts."""

    def __init__(self, frame: Frame, goals: bool) -> None:
        self._frame = frame
        self._subject = words.GOAL if goals else words.PROBLEM
        self._drafts: list[_Draft] = []
        self._open: str | None = None
        self._inside = False
        self._loose = ""

    def take(self, line: str) -> None:
        """Take in one line."""
        parts = [part for part in _WIDE_GAP.split(line.strip()) if part]
        if len(parts) >= 3 and self._take_row(parts):
            return
        found = cut(line)
        first = found.segments[0]
        self._inside = False
        if first.field == "":
            self._take_plain(found, first.text)
        else:
            self._take_labels(found)
            self._loose = ""
            return
        self._take_labels(found)

    def _take_labels(self, found: Line) -> None:
        for segment in found.segments:
            if segment.field != "":
                self._take_label(segment, found)

    def _take_row(self, parts: list[str]) -> bool:
        """A row of a table typed with blanks: number, problem, unit, date, measure."""
        if not re.fullmatch(r"\d{1,3}[.、]?", parts[0]) or any("：" in part for part in parts):
            return False
        draft = _Draft(own_lines=1)
        draft.add(self._subject, parts[1])
        for part in parts[2:]:
            deadline = read_deadline(part, self._frame)
            if all(is_unit(name) for name in re.split("[、，]", part)):
                draft.add(words.LEAD, part)
            elif deadline is not None and (deadline.day or deadline.kind != "date" or deadline.relative):
                draft.add(words.DEADLINE, part)
            else:
                draft.add(words.MEASURES, part)
        self._drafts.append(draft)
        self._open = None
        return True

    def _take_plain(self, found: Line, text: str) -> None:
        """Text without a label: a new problem when numbered, else more of the field that is open."""
        draft = self._drafts[-1] if self._drafts else None
        inside = draft is not None and self._open is not None and found.form != draft.form
        if draft is not None and self._open is not None and (found.form is None or inside):
            self._inside = True
            if not _DATED_LINE.match(text):
                draft.add(self._open, text)
            return
        if found.form is not None and text:
            self._drafts.append(_Draft(form=found.form))
            if charge := _IN_CHARGE.search(text[:_LONGEST_LINE]):
                self._drafts[-1].add(words.LEAD, charge["units"])
                text = text[: charge.start()]
            self._drafts[-1].add(self._subject, text)
            self._open = None
        else:
            self._loose = text

    def _take_label(self, segment: Segment, found: Line) -> None:
        name = segment.field
        if name == words.PROBLEM or self._starts_from_loose(name):
            self._begin(segment, found)
            return
        if name == words.TITLE:
            self._loose = segment.text
        draft = self._drafts[-1] if self._drafts else None
        if draft is None or self._is_of_measure(found, segment):
            return
        draft.own_lines += found.segments[0] is segment
        self._open = (
            name if name in (words.MEASURES, words.LEAD, words.SUPPORT, words.DEADLINE, words.GOAL) else None
        )
        if name is None:
            return
        if name == words.LEAD and "牵头" not in segment.label and draft.duty_supports:
            name = words.SUPPORT
        draft.duty_supports |= name == words.LEAD and "牵头" in segment.label
        draft.add(name, segment.text)
        if segment.text and name not in (words.MEASURES, words.LEAD):
            self._open = None

    def _is_of_measure(self, found: Line, segment: Segment) -> bool:
        """A label inside a numbered measure (…。牵头单位：…) belongs to that measure, not to the problem."""
        return self._inside and self._open == words.MEASURES and segment is not found.segments[0]

    def _starts_from_loose(self, name: str | None) -> bool:
        """A plain line right above the first label is the problem the labels are about."""
        return bool(self._loose) and name in (words.LEAD, words.DEADLINE) and not self._drafts

    def _begin(self, segment: Segment, found: Line) -> None:
        draft = self._drafts[-1] if self._drafts else None
        if segment.field == words.PROBLEM and draft is not None and not draft.fields:
            draft.add(words.PROBLEM, segment.text)
            return
        draft = _Draft(form=found.form)
        self._drafts.append(draft)
        self._open = None
        if segment.field == words.PROBLEM:
            draft.add(words.PROBLEM, segment.text)
        else:
            draft.add(self._subject, self._loose)
            draft.add(segment.field or "", segment.text)
        self._loose = ""

    def finish(self) -> Iterator[Item]:
        """The items of all drafts that say more than their problem."""
        self._share_last()
        for draft in self._drafts:
            item = _item(draft, self._frame)
            if item is not None:
                yield item

    def _share_last(self) -> None:
        """A unit named once below a list of one-line problems answers for all of them."""
        *before, last = self._drafts or [_Draft()]
        if before and last.own_lines == 1 and all(not d.own_lines and words.LEAD not in d.fields for d in before):
            for draft in before:
                for text in last.fields.get(words.LEAD, ()):
                    draft.add(words.LEAD, text)


def _item(draft: _Draft, frame: Frame) -> Item | None:
    name = words.GOAL if words.PROBLEM not in draft.fields else words.PROBLEM
    subject, sentences = _subject(draft.text(name))
    if not 4 <= len(subject) <= _LONGEST_PROBLEM or (len(subject) <= 12 and _HEADLINE.search(subject)):
        return None
    told = _told([*sentences, *_SENTENCE.findall(draft.text(words.PROGRESS).replace("\n", "。"))], frame)
    status, raw = told.status, told.raw
    opinion = status_in_prose(draft.text(OPINION)) or status_in_prose(draft.text(words.STATUS))
    if draft.text(OPINION) and opinion:
        status, raw = opinion[0], trim(draft.text(OPINION))
    units = read_units(draft.text(words.LEAD))
    deadline = read_deadline(trim(draft.text(words.DEADLINE)).replace("\n", ""), frame) or told.when
    measures = split_steps(draft.text(words.MEASURES)) or tuple(told.steps)
    if not (units.lead or deadline or measures or status or draft.text(words.GOAL)):
        return None
    return Item(
        problem=subject if name == words.PROBLEM else "",
        goal=subject if name == words.GOAL else strip_number(draft.text(words.GOAL)),
        measures=measures,
        lead_units=units.lead,
        support_units=units.support + read_units(draft.text(words.SUPPORT), SUPPORT).support,
        person=read_persons(draft.text(words.PERSON)),
        deadline_raw=deadline.raw if deadline else "",
        deadline_kind=deadline.kind if deadline else "",
        deadline_date=deadline.day if deadline else None,
        deadline_longterm=bool(deadline and deadline.longterm),
        deadline_relative=bool(deadline and deadline.relative),
        progress=draft.text(words.PROGRESS) or draft.text(ANSWER),
        status=status,
        status_raw=raw,
    )


def _subject(text: str) -> tuple[str, list[str]]:
    """The problem itself and the sentences told after it."""
    text = _PROBLEM_LABEL.sub("", text.strip())
    if found := _ABOUT.match(text):
        return trim(found["said"]), _SENTENCE.findall(text[found.end() :])
    if found := _QUOTED.match(text):
        return trim(found["said"]), []
    first, *rest = _SENTENCE.findall(text) or [""]
    clauses = [clause for clause in re.split("[，,]", first) if clause]
    stated = next((clause for clause in clauses[1:] if len(clause) <= 10 and status_in_prose(clause)), None)
    if stated is not None:
        cut_at = first.rindex(stated)
        return strip_number(first[:cut_at]), [first[cut_at:], *rest]
    return strip_number(first), rest


@dataclass
class _Told:
    """What is told after a problem, sorted clause by clause."""

    status: str = ""
    raw: str = ""
    steps: list[str] = field(default_factory=list)
    when: Deadline | None = None

    def hear(self, clause: str, frame: Frame) -> bool:
        """Take in a clause that states a status or promises a date; False when it tells what was done."""
        bare = trim(clause)
        stated = status_in_prose(bare)
        due = read_deadline(bare, frame) if stated and self.status else None if stated else _due(bare, frame)
        if stated and not self.status:
            self.status, self.raw = stated
        if due is not None and (due.day or due.kind != "date"):
            self.when = self.when or due
        return bool(stated or due or _AT_ONCE.match(bare))


def _told(sentences: Iterable[str], frame: Frame) -> _Told:
    """Sort sentences told after a problem into status, measures and a date that is still to come."""
    told = _Told()
    for sentence in sentences:
        clauses = re.split("(?<=[，,；;])", sentence)
        kept = "".join(clause for clause in clauses if not told.hear(clause, frame))
        told.steps.extend(split_steps(kept) if trim(kept) else ())
    return told


def _due(clause: str, frame: Frame) -> Deadline | None:
    """The date a clause promises (预计2024年12月底完成), None when it promises none."""
    found = _EXPECTED.match(clause) if len(clause) <= _LONGEST_PROMISE else None
    if found is None:
        return None
    deadline = read_deadline(found["when"], frame)
    return deadline if deadline is not None and deadline.day is not None else None
