"""Go through the lines of a text and gather what belongs to one problem, field by field.

Whether a draft is a problem at all is decided where it becomes an item; here every numbered line may be one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bihuan.documents.reading import words
from bihuan.documents.reading.dates import read_deadline
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.marks import chosen
from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.numbering import ordinal_of
from bihuan.documents.reading.texts.blocks import Piece
from bihuan.documents.reading.texts.brackets import charged_behind
from bihuan.documents.reading.texts.drafts import TOLD, Draft
from bihuan.documents.reading.texts.findings import (
    add_deadline,
    announces,
    end_of_problem,
    findings_in,
    unit_behind,
)
from bihuan.documents.reading.texts.furniture import closes, is_noise, is_signature
from bihuan.documents.reading.texts.labels import ITEM, Line, Segment

_FOR_ALL = re.compile(r"(?:请|以上|上述|要求)(?:各|以上|上述|有关|相关|责任|单位|问题|各单位)")
_REPORTED = re.compile(r"(?:反映|举报|投诉)(?:的|人称)?[“\"「](?P<said>[^”\"」]{6,150})[”\"」]")
_IN_CHARGE = re.compile(
    r"[（(](?P<units>[^（）()]{2,200}(?:[（(][^（）()]{1,40}[）)][^（）()]{0,120}){0,4}"
    r"(?:牵头|负责|配合|落实|参与|承办|主办))[）)][。.；;]?$"
)
_ABOUT = re.compile(
    r"^(?:关于|针对|对于)?[“\"「『].{2,120}[”\"」』]的?(?:这一|等)?(?:方面的?)?(?:问题|隐患|情形)|^(?:关于|针对)"
)
_ABOUT_ALONE = re.compile(r"^(?:关于|针对)[^。，,：:]{3,80}问题[，,。：:]")
_WIDE_GAP = re.compile(r"[\t　]+| {2,}")
_LISTING = (words.MEASURES, words.LEAD, words.SUPPORT, words.DEADLINE, words.GOAL, words.PROGRESS, words.PERSON)
_OPENING = (words.LEAD, words.PERSON, words.DEADLINE, words.CATEGORY, words.SOURCE, words.NO)
_LONGEST_LINE = 2000


class Gatherer:
    """Takes the lines one by one; `drafts` are complete after the last."""

    def __init__(self, frame: Frame, subject: str, opener: str | None) -> None:
        self._frame = frame
        self._subject = subject
        self._opener = opener
        self.drafts: list[Draft] = []
        self._open: str | None = None
        self._inside = False
        self._loose: Piece | None = None
        self._category = ""
        self._listing = False
        self._inner = 0
        self._under_heading = False
        self._named_by = ""
        self._ended = False
        self._forms: list[str] = []

    def take(self, line: Piece, found: Line, below: Line | None = None) -> None:
        """Take in one line and how it was cut; `below` is the line after it."""
        found = self._nested(found, below)
        if self._ends(line, found):
            return
        self._level(found)
        self._take_reported(line)
        parts = _parts(line)
        if len(parts) >= 3 and self._take_row(parts):
            return
        first = found.segments[0]
        self._inside = False
        if self._listing and found.form is not None and first.field is None and is_unit(first.label):
            self._take_charged(found, first, line)
        else:
            self._take_segments(line, found)

    def _nested(self, found: Line, below: Line | None) -> Line:
        """A list inside a problem may be numbered like the problems themselves; it begins with one again."""
        draft = self._last
        if draft is None or self._open is None or found.form is None or found.form != draft.form:
            self._inner = 0
            return found
        number = ordinal_of(found.number)
        again = below is not None and below.segments[0].field in draft.fields and self._inner > 0
        if number != self._inner + 1 or again:
            self._inner = 0
            return found
        self._inner += 1
        return replace(found, form=f"{found.form} inside")

    def _ends(self, line: Piece, found: Line) -> bool:
        """Whether a line holds nothing of a problem: what pages print, closing words, or what announces a list."""
        if is_noise(line.text) or (
            found.segments[0].field in ("", None) and found.form is None and closes(line.text)
        ):
            self._shut()
            return True
        if found.form is None and announces(line.text):
            self._shut()
            self._listing = True
            return True
        return False

    def _take_segments(self, line: Piece, found: Line) -> None:
        first = found.segments[0]
        if found.form is None and _FOR_ALL.match(line.text):
            self._open = None
        named = first.field is None and is_unit(first.label)
        if (first.field == "" or named) and self._take_listing(found, line):
            return
        if first.field == "":
            self._take_plain(found, first.piece)
        for segment in found.segments:
            if segment.field != "":
                self._take_label(segment, found)
        if first.field != "":
            self._loose = None

    @property
    def _last(self) -> Draft | None:
        return self.drafts[-1] if self.drafts else None

    def _begin(self, form: str | None, number: str, block: int) -> Draft:
        draft = Draft(form=form, number=number, first=block, last=block, category=self._category)
        self.drafts.append(draft)
        self._open = None
        self._ended = False
        return draft

    def _take_row(self, parts: list[Piece]) -> bool:
        """A row of a table typed with blanks: number, problem, unit, date, measure."""
        number = re.fullmatch(r"(\d{1,3})[.、]?", parts[0].text)
        if number is None or any("：" in part.text for part in parts):
            return False
        draft = self._begin(None, number[1], parts[0].block)
        draft.own_lines = 1
        draft.add(self._subject, parts[1])
        for part in parts[2:]:
            draft.add(self._kind_of_cell(part.text), part)
        return True

    def _kind_of_cell(self, text: str) -> str:
        if all(is_unit(name) for name in re.split("[、，]", text)):
            return words.LEAD
        deadline = read_deadline(text, self._frame)
        if deadline is not None and (deadline.day or deadline.kind != "date" or deadline.relative):
            return words.DEADLINE
        return words.MEASURES

    def _take_reported(self, line: Piece) -> None:
        """A problem quoted from a complaint (反映的“…”属实) where none has been named yet."""
        if any(words.PROBLEM in draft.fields for draft in self.drafts):
            return
        if said := _REPORTED.search(line.text):
            draft = self._begin(None, "", line.block)
            draft.add(words.PROBLEM, line.part(said.start("said"), said.end("said")))

    def _shut(self) -> None:
        """Nothing that follows belongs to the problem above."""
        self._open = None
        self._ended = True

    def _level(self, found: Line) -> None:
        """Keep the forms of numbers that enclose this line; a form of an outer level ends what is open."""
        if found.form is None or found.form.endswith("inside"):
            return
        draft = self._last
        if found.form in self._forms:
            outer = draft is not None and draft.form in self._forms[self._forms.index(found.form) + 1 :]
            inner = len(self._forms) - 1 - self._forms.index(found.form)
            del self._forms[len(self._forms) - inner :]
            self._listing = self._listing and not inner
            if outer:
                self._shut()
        else:
            self._forms.append(found.form)

    def _take_listing(self, found: Line, line: Piece) -> bool:
        """A paragraph that counts up what was found; a sentence below a list may set a date for all of it."""
        if self._open is not None or len(found.segments) > 1:
            return False
        if found.form is None:
            everyone = bool(_FOR_ALL.match(line.text))
            add_deadline([draft for draft in self.drafts if draft.listed or everyone], line, self._frame)
            self._listing = False
        drafts = findings_in(line, self._frame)
        self.drafts.extend(drafts)
        return bool(drafts)

    def _take_plain(self, found: Line, piece: Piece) -> None:
        """Text without a label: a new problem when numbered, else more of the field that is open."""
        if found.form is None and _ABOUT_ALONE.match(piece.text):
            self._take_numbered(found, piece)
            return
        draft = self._last
        if draft is not None and self._open in (words.LEAD, words.SUPPORT):
            self._keep_units_only(draft, self._open, piece)
        if draft is not None and self._open == words.PROBLEM:
            if found.form is not None:
                self._listing, self._open = True, None
            else:
                draft.add(words.PROBLEM, piece)
                self._open = None
                return
        if draft is not None and self._continues(draft, found):
            self._inside = self._open is not None
            if not is_signature(piece.text, told=self._open is None):
                draft.add(self._open or TOLD, piece)
            return
        if found.form is not None and piece.text:
            self._take_numbered(found, piece)
        else:
            self._loose = piece

    def _keep_units_only(self, draft: Draft, name: str, piece: Piece) -> None:
        """A list of units goes on over lines only with further units."""
        said = draft.text(name)
        more = all(is_unit(unit) for unit in re.split("[、，,；;]", piece.text.strip("。；;，、")) if unit)
        if said and not more and not said.endswith(("、", "，")):
            self._open = None

    def _continues(self, draft: Draft, found: Line) -> bool:
        """Whether a plain line is more of what is open, or told about a problem that names itself as one."""
        if found.form is not None and (found.form in (draft.form, ITEM) or self._is_record(found)):
            return False
        return self._open is not None or (draft.about and not self._ended)

    def _is_record(self, found: Line) -> bool:
        """Whether a numbered line below a heading such as 二、整改情况 is a problem of its own."""
        labelled = any(segment.field for segment in found.segments)
        return self._under_heading and (labelled or bool(_ABOUT.match(found.segments[0].text)))

    def _take_numbered(self, found: Line, piece: Piece) -> None:
        draft = self._begin(found.form, found.number, piece.block)
        if charge := _IN_CHARGE.search(piece.text[:_LONGEST_LINE]):
            draft.add(words.LEAD, piece.part(charge.start("units"), charge.end("units")))
            piece = piece.part(0, charge.start())
        elif behind := unit_behind(piece):
            draft.add(words.LEAD, behind[1])
            piece = behind[0]
        elif charged := charged_behind(piece, self._frame):
            draft.add(words.LEAD, charged.units)
            if charged.deadline is not None:
                draft.add(words.DEADLINE, charged.deadline)
            piece = charged.what
        draft.about = bool(_ABOUT.match(piece.text))
        draft.listed = self._listing
        if draft.listed:
            end = end_of_problem(piece.text)
            if end < len(piece.text):
                draft.add(TOLD, piece.part(end))
            piece = piece.part(0, end)
        draft.add(self._subject, piece)

    def _take_charged(self, found: Line, segment: Segment, line: Piece) -> None:
        """A finding listed under the name of its unit (（一）东城街道：…)."""
        draft = self._begin(found.form, found.number, line.block)
        draft.listed = True
        at = line.text.index(segment.label)
        draft.add(words.LEAD, line.part(at, at + len(segment.label)))
        draft.add(self._subject, segment.piece)

    def _take_label(self, segment: Segment, found: Line) -> None:
        name = segment.field
        if segment.label.endswith("要求") and self._set_date(segment):
            return
        if name == words.CATEGORY and (self._last is None or found.segments[0] is segment):
            self._category = segment.text
        if name is not None and name == self._opener and found.segments[0] is segment:
            self._begin(found.form, found.number, segment.piece.block)
        elif name == words.PROBLEM or self._starts_from_loose(name):
            if not self._is_task_of(segment):
                self._take_subject(segment, found)
            return
        if name == words.TITLE:
            self._loose = segment.piece
        draft = self._last
        if draft is not None and not self._is_of_measure(found, segment):
            self._add_label(draft, segment, found)

    def _is_task_of(self, segment: Segment) -> bool:
        """Whether a label names the task beside a problem just named (问题描述：…, 整改任务：…)."""
        draft = self._last
        only = draft is not None and set(draft.fields) == {words.PROBLEM}
        return only and "任务" in segment.label and "问题" in self._named_by

    def _set_date(self, segment: Segment) -> bool:
        """A demand below a list of problems that sets a date for all of them."""
        listed = [draft for draft in self.drafts if draft.listed]
        before = sum(words.DEADLINE in draft.fields for draft in listed)
        add_deadline(listed, segment.piece, self._frame)
        return sum(words.DEADLINE in draft.fields for draft in listed) > before

    def _add_label(self, draft: Draft, segment: Segment, found: Line) -> None:
        name = segment.field
        if not segment.text and found.form is not None and len(self.drafts) > 1 and draft.listed:
            self._open = None
            return
        self._under_heading = not segment.text and found.form is not None
        draft.own_lines += found.segments[0] is segment
        self._open = name if name in _LISTING else None
        if name is None:
            return
        if name == words.LEAD and "牵头" not in segment.label and draft.duty_supports:
            name = words.SUPPORT
        draft.duty_supports |= name == words.LEAD and "牵头" in segment.label
        draft.add(name, _ticked(segment.piece))
        if segment.text and name not in (words.MEASURES, words.LEAD, words.PROGRESS):
            self._open = None

    def _is_of_measure(self, found: Line, segment: Segment) -> bool:
        """A label inside a numbered measure (…。牵头单位：…) belongs to that measure, not to the problem."""
        return self._inside and self._open == words.MEASURES and segment is not found.segments[0]

    def _starts_from_loose(self, name: str | None) -> bool:
        """A plain line right above the first label is the problem the labels are about."""
        return bool(self._loose and self._loose.text) and name in (words.LEAD, words.DEADLINE) and not self.drafts

    def _take_subject(self, segment: Segment, found: Line) -> None:
        draft = self._last
        named = segment.field == words.PROBLEM
        self._named_by = segment.label
        if named and draft is not None and self._awaits_subject(draft):
            draft.add(words.PROBLEM, segment.piece)
            self._open = None if segment.text else words.PROBLEM
            return
        loose = self._loose
        draft = self._begin(found.form, found.number, segment.piece.block)
        if named:
            draft.add(words.PROBLEM, segment.piece)
            self._open = None if segment.text else words.PROBLEM
        elif loose is not None:
            draft.add(self._subject, loose)
            draft.add(segment.field or "", segment.piece)
            self._open = None if segment.text else segment.field
        self._loose = None

    def _awaits_subject(self, draft: Draft) -> bool:
        """Whether the draft was opened by a number or by a label that comes before its problem."""
        return not draft.fields or (self._opener is not None and words.PROBLEM not in draft.fields)

    def share_last(self) -> None:
        """A unit named once below a list of one-line problems answers for all of them."""
        *before, last = self.drafts or [Draft()]
        if before and last.own_lines == 1 and all(not d.own_lines and words.LEAD not in d.fields for d in before):
            for draft in before:
                for piece in last.fields.get(words.LEAD, ()):
                    draft.add(words.LEAD, piece)


def opener_of(lines: list[Line]) -> str | None:
    """The field whose label begins each record where that is not the problem (责任单位 first, 存在问题 below)."""
    firsts = [line.segments[0].field for line in lines if line.segments[0].field]
    known = [name for name in firsts if name in (*_OPENING, words.PROBLEM)]
    if not known or known[0] not in _OPENING or words.PROBLEM not in known:
        return None
    return known[0] if known.count(known[0]) == known.count(words.PROBLEM) else None


def _ticked(piece: Piece) -> Piece:
    """Of boxes to tick the words behind the ticked one; any other stretch as it is."""
    words_ticked = chosen(piece.text)
    if words_ticked is None:
        return piece
    at = piece.text.index(words_ticked)
    return piece.part(at, at + len(words_ticked))


def _parts(line: Piece) -> list[Piece]:
    """A line cut at its wide gaps."""
    parts, at = [], 0
    for gap in _WIDE_GAP.finditer(line.text):
        parts.append(line.part(at, gap.start()))
        at = gap.end()
    return [part for part in [*parts, line.part(at)] if part.text]
