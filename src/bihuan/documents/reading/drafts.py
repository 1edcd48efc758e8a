"""One item from the rows it stands in: the first row says what it is, further rows add to its lists.

Values are read as written; every cell used is named, and whatever had to be assumed becomes a doubt.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, field, replace
from datetime import date

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading import words
from bihuan.documents.reading.dates import Deadline, read_deadline
from bihuan.documents.reading.duty import part_persons, unit_beside
from bihuan.documents.reading.items import Item, Place
from bihuan.documents.reading.joining import joined
from bihuan.documents.reading.marks import chosen, is_second, is_tick
from bihuan.documents.reading.mending import as_written, has_lost, simplified
from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.numbering import split_steps, strip_number, trim
from bihuan.documents.reading.statuses import DONE, NOT_STARTED, ONGOING, read_status, status_in_prose
from bihuan.documents.reading.units import LEAD as LEADING
from bihuan.documents.reading.units import SUPPORT as SUPPORTING
from bihuan.documents.reading.units import Units, is_empty, read_persons, read_units
from bihuan.documents.reading.view import View
from bihuan.documents.reading.words import (
    CATEGORY,
    DEADLINE,
    GOAL,
    LEAD,
    MEASURES,
    NO,
    PERSON,
    PROBLEM,
    PROGRESS,
    REMARK,
    SOURCE,
    STATUS,
    SUPPORT,
    TITLE,
)

_COUNTERS = re.compile(r"(?<=\S)[①-⑳]")
_LISTED = re.compile(r"^\s*[（(]?[1一①][)）.．、]?.*[\n；;。]\s*(?:[（(][2二][)）]|[2二][.．、]|②)", re.DOTALL)
_RATE = re.compile(r"率|进度|比例|%|％")
_LONGEST_EMPTY = 20
_SHORT_STATUS = 14
_EXACT_DIGITS = 10**15


@dataclass
class Draft:
    """An item while its rows are being read; `build` closes it."""

    view: View
    row: int
    section: str = ""
    above: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    deadlines: list[Deadline] = field(default_factory=list)
    statuses: list[tuple[str | None, str]] = field(default_factory=list)
    other: dict[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    doubts: list[Fault] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: set[tuple[int, int]] = field(default_factory=set)
    last: int = 0

    def add(self, row: int) -> None:
        """Read one row into the item."""
        self.last = row
        covered = self.view.cells.covered(row)
        body = dict(self.view.cells.filled(row))
        for name, places in self.view.columns.fields.items():
            for column in places:
                if column in body:
                    self._read(name, body[column], row, column)
                elif column in covered:
                    self._read(name, self.view.text(row, column), self.view.cells.owner(row, column), column)
        self._read_marks(row)
        self._keep_other(row)
        self._doubt_formulas(row)

    def _doubt_formulas(self, row: int) -> None:
        cells = self.view.cells
        for column in cells.uncounted(row):
            missing = say("单元格里的公式没有算出的值，请用 Excel 打开保存后重新上传，或直接填值。")
            self.doubts.append(Fault(missing, {}, self._at(row, column)))
        for column in cells.worked_out(row):
            note = say("公式没有存下结果，读取时算出“%(value)s”，请核对。")
            self.doubts.append(Fault(note, {"value": cells.text(row, column)}, self._at(row, column)))

    def _at(self, row: int, column: int) -> str:
        return self.view.cells.place(self.view.cells.owner(row, column), column)

    def _read(self, name: str, text: str, row: int, column: int) -> None:
        """Read one cell, once even where it is merged down over several rows."""
        if (row, column) in self.seen or not text:
            return
        self.seen.add((row, column))
        if text in ("同上", "〃", "″", "同左") and name in self.above:
            text = self.above[name]
        elif name in (LEAD, SUPPORT, PERSON, DEADLINE, CATEGORY):
            self.above[name] = text
        if len(text) <= _LONGEST_EMPTY and is_empty(text):
            if name == CATEGORY:  # said to have none, so none is carried down from above
                self.texts.setdefault(name, "")
            return
        self.used.setdefault(_FIELD.get(name, name), self.view.cells.address(row, column))
        if has_lost(text) and (name != DEADLINE or "\ufffd" not in text):
            self.doubts.append(Fault(say("文字中有丢失的字符，请对照原件核对。"), {}, self._at(row, column)))
        if (before := self.view.cells.scrambled(row, column)) is not None:
            note = say("这个单元格的文字是乱码（“%(text)s”），已按编码还原，请核对。")
            self.doubts.append(Fault(note, {"text": before}, self._at(row, column)))
        _READERS.get(name, Draft._read_text)(self, name, text, row, column)

    def _read_text(self, name: str, text: str, row: int, column: int) -> None:
        if name in (PROBLEM, TITLE, GOAL):
            text = trim(text) if _LISTED.search(text) else strip_number(text)
        if name in self.texts and text not in self.texts[name]:
            text = f"{self.texts[name]}\n{text}"
        self.texts.setdefault(name, text)
        if name in (PROGRESS, REMARK, GOAL):
            self.texts[name] = text

    def _read_number(self, name: str, text: str, row: int, column: int) -> None:
        value = self.view.value(row, column)
        if isinstance(value, int | float) and abs(value) >= _EXACT_DIGITS:
            note = say("编号超过 15 位，在表格里存成了数字，末几位可能已丢失，请对照原件核对。")
            self.doubts.append(Fault(note, {}, self._at(row, column)))
        self.texts.setdefault(name, text.rstrip("、.．"))

    def _read_measures(self, name: str, text: str, row: int, column: int) -> None:
        self._extend(MEASURES, split_steps(text))

    def _extend(self, name: str, values: tuple[str, ...]) -> None:
        kept = self.lists.setdefault(name, [])
        kept.extend(value for value in values if value not in kept)

    def _read_units(self, name: str, text: str, row: int, column: int) -> None:
        columns = self.view.columns
        first = name == LEAD and self.view.first_leads and SUPPORT not in columns.fields
        mixed = PERSON in words.claims_of(self.view.header.leaf(column))
        plain = _COUNTERS.sub("、", simplified(text))
        found = read_units(
            part_persons(plain) if mixed else plain, SUPPORTING if name == SUPPORT else LEADING, first, mixed
        )
        if plain != text:
            found = Units(*(as_written(names, plain, text) for names in astuple(found)))
        self._take_units(found)

    def _take_units(self, found: Units) -> None:
        self._extend(LEAD, found.lead)
        self._extend(SUPPORT, found.support)
        self._extend(PERSON, found.persons)

    def _read_person(self, name: str, text: str, row: int, column: int) -> None:
        plain = simplified(text)
        persons = read_persons(plain)
        self._extend(PERSON, as_written(persons.split("、"), plain, text) if persons else ())
        if not self.view.names_units and (units := unit_beside(plain)):
            self._take_units(read_units(units))

    def _read_deadline(self, name: str, text: str, row: int, column: int) -> None:
        value = self.view.value(row, column)
        if column in self.view.columns.dated:
            value = text = self._joined_date(row, column)
        month_only = isinstance(value, date) and value.day == 1 and "年" in text
        if isinstance(value, str) or month_only:  # 2025年6月 typed into Excel is stored as its first day
            found = read_deadline(simplified(text), self.view.frame)
            found = replace(found, raw=as_written((found.raw,), simplified(text), text)[0]) if found else None
        else:
            found = read_deadline(value, self.view.frame)
        self._take_deadline(found, row, column)

    def _joined_date(self, row: int, column: int) -> str:
        """Year, month and day from their columns, at the first of them; '' at the others."""
        places = self.view.columns.dated
        if column != places[0]:
            return ""
        texts = (self.view.text(row, place) for place in places)
        return "".join(f"{text}{unit}" for text, unit in zip(texts, "年月日", strict=False) if text)

    def _take_deadline(self, found: Deadline | None, row: int, column: int) -> None:
        if found is None:
            return
        self.deadlines.append(found)
        place = self._at(row, column)
        self.doubts.extend(Fault(note.text, note.params, place) for note in found.notes)
        for written in found.wrong:
            note = say("日期“%(date)s”不存在，请改正后重新上传，或在确认时填写。")
            self.faults.append(Fault(note, {"date": written}, place))

    def _read_status(self, name: str, text: str, row: int, column: int) -> None:
        raw = chosen(text) or self.view.legend.get(text, text)
        status = read_status(simplified(self._as_share(raw, row, column)), self.view.columns.asked)
        if len(raw) > _SHORT_STATUS and PROGRESS not in self.view.columns.fields:
            self.texts[PROGRESS] = raw
            stated = status_in_prose(raw)
            status, raw = stated if stated else (status, raw)
        self.statuses.append((status, strip_number(raw)))
        if status is None:
            self.doubts.append(
                Fault(say("看不懂状态“%(status)s”，请核对这一行。"), {"status": raw}, self._at(row, column))
            )

    def _as_share(self, text: str, row: int, column: int) -> str:
        """A bare figure under a heading that asks for a rate is a share: 45 and 0.45 are 45%."""
        value = self.view.value(row, column)
        if not isinstance(value, int | float) or isinstance(value, bool) or text.endswith("%"):
            return text
        if not _RATE.search(self.view.header.label(column)):
            return text
        return f"{value * 100 if value <= 1 else value:g}%"

    def _read_marks(self, row: int) -> None:
        ticked: dict[str, list[str]] = {}
        for mark in self.view.columns.marks:
            text = self.view.cells.text(row, mark.column)
            if not text or (not is_tick(text) and len(text) <= 2):
                continue
            self.used.setdefault(_FIELD.get(mark.role, mark.role), self.view.cells.address(row, mark.column))
            ticked.setdefault(mark.role, []).append(mark.label)
            self._mark(mark.role, mark.label, text, row, mark.column)
        if len(ticked.get(STATUS, [])) > 1:
            note = say("同一行勾了几个状态（%(labels)s），请核对。")
            self.doubts.append(Fault(note, {"labels": "、".join(ticked[STATUS])}, self.view.cells.place(row, 0)))

    def _mark(self, role: str, label: str, text: str, row: int, column: int) -> None:
        if role == STATUS:
            self.statuses.append((read_status(label, True), label))
        elif role == DEADLINE:
            dated = None if is_tick(text) else read_deadline(self.view.value(row, column), self.view.frame)
            self._take_deadline(dated or read_deadline(label, self.view.frame), row, column)
        else:
            second = role == SUPPORT or is_second(text)
            self._extend(SUPPORT if second else LEAD, (label,))

    def _keep_other(self, row: int) -> None:
        """Columns that are no field of ours are kept under their label."""
        for column, label in self.view.others:
            if text := self.view.text(row, column):
                self.other.setdefault(label, text)

    def build(self) -> Item:
        """The finished item."""
        self._settle_roles()
        section = self._section()
        deadline = joined(self.deadlines)
        status, status_raw = self._status()
        self.doubts.extend(self.faults)
        if not self.texts.get(PROBLEM) and not self.texts.get(TITLE) and not self.texts.get(GOAL):
            place = self.view.cells.place(self.row, self.view.columns.first(PROBLEM) or 0)
            self.doubts.append(Fault(say("这一行没有写问题内容，请补充或删除。"), {}, place))
        return Item(
            no=self.texts.get(NO, ""),
            category=self.texts.get(CATEGORY, "") or section,
            source=self.texts.get(SOURCE, ""),
            title=self.texts.get(TITLE, "") if self.texts.get(PROBLEM) else "",
            problem=self.texts.get(PROBLEM) or self.texts.get(TITLE, ""),
            goal=self.texts.get(GOAL, ""),
            measures=tuple(self.lists.get(MEASURES, ())),
            lead_units=tuple(self.lists.get(LEAD, ())),
            support_units=tuple(self.lists.get(SUPPORT, ())),
            person="、".join(self.lists.get(PERSON, ())),
            deadline_raw=deadline.raw if deadline else "",
            deadline_kind=deadline.kind if deadline else "",
            deadline_date=deadline.day if deadline else None,
            deadline_longterm=bool(deadline and deadline.longterm),
            deadline_relative=bool(deadline and deadline.relative),
            progress=self.texts.get(PROGRESS, ""),
            status=status or "",
            status_raw=status_raw,
            remark=self.texts.get(REMARK, ""),
            other=self.other,
            place=self._place(),
            doubts=tuple(self.doubts),
        )

    def _place(self) -> Place:
        cells = self.view.cells
        hidden = cells.hidden(self.row)
        return Place(cells.grid.name, self.row + 1, self.used, hidden, self.last + 1, self.view.table)

    def _section(self) -> str:
        """The heading above the item; where no column names units, a unit's name in it is the unit's."""
        if self.view.names_units or not is_unit(self.section):
            return self.section
        self._extend(LEAD, (self.section,))
        return ""

    def _settle_roles(self) -> None:
        """Without a leading unit in this row the 责任单位 beside 牵头单位 leads; nobody does both."""
        if not self.lists.get(LEAD) and self.view.columns.split_duty and self.lists.get(SUPPORT):
            places = self.view.columns.fields.get(SUPPORT, ())
            duty = [column for column in places if "责任" in self.view.header.label(column)]
            if duty and (text := self.view.text(self.row, duty[0])):
                self.lists[LEAD] = list(read_units(text).lead)
        lead = self.lists.get(LEAD, [])
        self.lists[SUPPORT] = [unit for unit in self.lists.get(SUPPORT, []) if unit not in lead]

    def _status(self) -> tuple[str | None, str]:
        """One status from those of all rows: done only where all are done; else what the progress states."""
        if self.statuses:
            kinds = {status for status, _ in self.statuses}
            raws = list(dict.fromkeys(raw for _, raw in self.statuses))
            if len(kinds) == 1:
                return self.statuses[0][0], "；".join(raws)
            return (ONGOING if kinds != {DONE, None} else DONE), "；".join(raws)
        progress = self.texts.get(PROGRESS, "")
        if len(progress) <= _SHORT_STATUS and (status := read_status(simplified(progress))) in (
            ONGOING,
            NOT_STARTED,
        ):
            return status, progress
        for name in (PROGRESS, REMARK):
            if stated := status_in_prose(self.texts.get(name, "")):
                return stated
        return None, ""


_FIELD = {DEADLINE: "deadline_raw"}
_READERS = {
    NO: Draft._read_number,
    MEASURES: Draft._read_measures,
    LEAD: Draft._read_units,
    SUPPORT: Draft._read_units,
    PERSON: Draft._read_person,
    DEADLINE: Draft._read_deadline,
    STATUS: Draft._read_status,
}
