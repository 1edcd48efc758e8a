"""A ledger going back out: in the layout the office sent, or with its faults marked for whoever made the file.

The file as it came is read again as it was read then; what stands on the ledger is written into it, and only
where it differs from what the file says, so that names and dates keep the office's own wording. A file's word
for status stays where nothing better is known here; what was proved, or disproved, is written. Nothing here
changes the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from bihuan.book import clock
from bihuan.book.rows import collector_at_rest
from bihuan.documents.messages import Fault
from bihuan.documents.reading import Place, Unreadable
from bihuan.documents.reading import Reading as Ledgers
from bihuan.documents.writing.marked_copy import Mark, MarkedWords, place_of, write_marked_copy
from bihuan.documents.writing.own_layout import OwnCopy, ProblemRow, write_own_layout
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.intake.comparing import notes_here, status_here
from bihuan.intake.mapping import day_of, parts_of, units_by_name
from bihuan.intake.models import Draft, Reading, UnitName
from bihuan.intake.queries import drafts_of
from bihuan.intake.receiving import read_kept
from bihuan.intake.relaying import layout_of
from bihuan.intake.rounds import on_ledger
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.files import path_of
from bihuan.ledger.then import Stood, stood_on
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import UnitThen, tree_on


@collector_at_rest()
def own_copy(*, actor: Actor, reading: Reading, day: date | None = None, notes_seen: bool = True) -> OwnCopy:
    """The file of a confirmed reading with its problems as they stood at the end of `day` (today), in its layout.

    Problems that were typed in since go in as new rows. Who took it away goes on the record; a copy with notes
    that nobody has seen yet (`notes_seen` False) is only to be told of, and does not count as taken away. Raises
    `Refused` where the reading was no ledger, is not confirmed, or its file is not there any more.
    """
    if reading.kind != Reading.Kind.SHEETS or reading.state != Reading.State.CONFIRMED:
        raise Refused(Denied(say("只有登记入账的表格文件能按原样导出。")))
    day = day or clock.today()
    if reading.settled_at and day < clock.day_of(reading.settled_at):
        raise Refused(Denied(say("那一天这份文件还没有登记入账。"), say("请选登记以后的日期。")))
    data = _file_of(reading)
    rows = _rows(actor, reading, day)
    try:
        copy = write_own_layout(data, _read_again(reading), rows)
    except (Unreadable, ValueError) as error:
        text = say("“%(name)s”现在读出来和登记时不一样，不能按原样导出。")
        raise Refused(Denied(text, say("请在台账页面导出Excel。"), {"name": reading.name})) from error
    if notes_seen or not copy.notes:
        details = {"reading": str(reading.id), "on": day.isoformat(), "rows": len(rows)}
        with transaction.atomic():
            record_export(actor=actor, details=details)
    return copy


def marked_copy(*, reading: Reading, told: Iterable[tuple[str, str]], words: MarkedWords) -> OwnCopy:
    """The file of a reading with its faults marked: `told` gives place and text of each, as the reader reads."""
    marks = [Mark(*place_of(place), text) for place, text in told]
    return write_marked_copy(_file_of(reading), reading.name, marks, words)


def faults_in(reading: Reading) -> list[Fault]:
    """Everything that must be mended, or had better be looked at, with its place in the file."""
    notes = [note for draft in drafts_of(reading) for note in draft.doubts]
    return [Fault(note["template"], note["params"], note["place"]) for note in (*reading.faults, *notes)]


def _file_of(reading: Reading) -> bytes:
    try:
        return path_of(reading.sha256).read_bytes()
    except OSError as error:
        text = say("原文件“%(name)s”已经不在服务器上。")
        raise Refused(Denied(text, say("请联系系统管理员。"), {"name": reading.name})) from error


def _read_again(reading: Reading) -> Ledgers:
    """The file read as it was read then, by the layouts that were found or corrected."""
    known = {table["fingerprint"]: layout_of(table) for table in reading.tables if table.get("fingerprint")}
    return read_kept(reading, known)


def _rows(actor: Actor, reading: Reading, day: date) -> list[ProblemRow]:
    drafts = {draft.problem_id: draft for draft in drafts_of(reading) if draft.problem_id}
    problems = list(on_ledger(actor, reading).order_by("number"))
    typed = [row for row in problems if row.reading_id is None and row.id not in drafts]
    there = [row for row in problems if row.id in drafts]
    stood, tree = stood_on([*there, *typed], day), tree_on(day)
    names = units_by_name(UnitName.objects.filter(region_id=reading.region_id, reading_id=reading.id))
    found = [_changed(stood[row.id], drafts[row.id], names, tree) for row in there if row.id in stood]
    return found + [_new(stood[row.id], tree) for row in typed if row.id in stood]


def _changed(
    now: Stood, draft: Draft, names: Mapping[str, tuple[int, ...]], tree: Mapping[int, UnitThen]
) -> ProblemRow:
    """What of a problem is no longer as its row says."""
    item, problem = draft.item, now.problem
    lead, supports = problem.lead_unit_id, now.supports
    parts = parts_of(item, names)
    same_units = parts.left_out or (parts.lead, set(parts.support)) == (lead, set(supports))
    measures = tuple(row.text for row in now.measures)
    due = problem.due or problem.wanted_due
    return ProblemRow(
        origin=_origin(item["place"]),
        category=_other(problem.category, item.get("category", "")),
        problem=_other(problem.text, item.get("problem", "")),
        goal=_other(problem.goal, item.get("goal", "")),
        measures=None if _plain(measures) == _plain(item.get("measures", ())) else measures,
        lead_units=None if same_units else _named([lead] if lead else [], tree),
        support_units=None if same_units else _named(supports, tree),
        person=_other(now.person, item.get("person", "")),
        deadline=None if due in (None, day_of(item)) else due,
        progress=notes_here(now.measures),
        status=status_here(problem, item.get("status", "")),
    )


def _new(now: Stood, tree: Mapping[int, UnitThen]) -> ProblemRow:
    """A problem that is in no row of the file."""
    problem = now.problem
    lead, supports = problem.lead_unit_id, now.supports
    return ProblemRow(
        no=problem.number,
        category=problem.category,
        problem=problem.text,
        goal=problem.goal,
        measures=tuple(row.text for row in now.measures),
        lead_units=_named([lead] if lead else [], tree),
        support_units=_named(supports, tree),
        person=now.person,
        deadline=problem.due or problem.wanted_due,
        progress=notes_here(now.measures),
        status=status_here(problem, ""),
    )


def _origin(place: Mapping[str, Any]) -> Place:
    return Place(
        place["sheet"], place["row"], place["cells"], last_row=place["last_row"], table=place.get("table", 0)
    )


def _other(now: str, said: str) -> str | None:
    """What stands here, where it is something and not what the file says."""
    return None if not now or _plain([now]) == _plain([said]) else now


def _plain(texts: Sequence[str]) -> list[str]:
    return ["".join(text.split()) for text in texts]


def _named(units: Iterable[int], tree: Mapping[int, UnitThen]) -> tuple[str, ...]:
    return tuple(tree[unit].short for unit in units if unit in tree)
