"""Files and pasted texts on their way in: read, and kept as drafts for a person to go over.

A ledger is read as a table, anything else as a text; a .txt file and pasted words may be either. What people
said of a layout before is heeded when it comes again. Nothing of a file that cannot be read stays behind, and
nothing here touches the ledger.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.rows import collector_at_rest, insert, made
from bihuan.documents.messages import Fault
from bihuan.documents.reading import (
    DocumentReading,
    Item,
    Layout,
    Limits,
    Unreadable,
    is_document,
    read_document,
    read_ledger,
)
from bihuan.documents.reading import Reading as Ledgers
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.claiming import doubts_about
from bihuan.intake.extracts import keep_blocks, keep_sheets
from bihuan.intake.mapping import names_in
from bihuan.intake.models import Draft, KnownLayout, Reading
from bihuan.intake.naming import add_names
from bihuan.intake.rounds import place_drafts
from bihuan.intake.uploads import Arrival, arriving
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.actions.register import refuses_ledger
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Ledger
from bihuan.organisations.access import Actor, may_keep_ledgers

HEAD = 1 << 20
"""Bytes by which it is told whether a file is a ledger or a text."""
_PARAGRAPH = re.compile(r"\u00b6(\d+)")
_WHOLE_PARAGRAPH = re.compile(r"\u00b6\d+")
"""What is said of a whole paragraph (characters lost or mended) is to be looked at; it need not be put right."""
_ONLY_GOAL = Fault(say("文中只写了目标，没有写问题，暂以目标作为问题内容。"))


@dataclass(frozen=True)
class NewLedger:
    """A ledger to be opened together with the first file for it; `prefix` begins its numbers."""

    name: str
    prefix: str


def receive(*, actor: Actor, ledger: Ledger | NewLedger, name: str, chunks: Iterable[bytes]) -> Reading:
    """Read an uploaded file into drafts for `ledger`; keeps the file under its hash.

    Raises `Refused` where the actor does not keep this ledger, or with the reader's reason where the file cannot
    be read, is too large, or the disk is full; then nothing stays behind. A file without problems is no failure:
    its reading has no drafts.
    """
    insist(may_keep_ledgers(actor) if isinstance(ledger, NewLedger) else refuses_ledger(actor, ledger))
    with collector_at_rest(), arriving(name, chunks) as file:
        found = _read(file, layouts_of(actor.unit_id))
        with transaction.atomic():
            if isinstance(ledger, NewLedger):
                ledger = open_ledger(actor=actor, name=ledger.name, prefix=ledger.prefix)
            reading = _reading(actor, ledger, file, found)
            keep_drafts(reading, found)
            place_drafts(actor, reading, [item.problem for item in found.items])
            file.keep()
    return reading


def receive_text(*, actor: Actor, ledger: Ledger | NewLedger, text: str) -> Reading:
    """Read pasted words (a text, or rows copied from a table) into drafts; kept as a .txt file like any other.

    Raises `Refused` as `receive` does, and where nothing was pasted.
    """
    if not text.strip():
        raise Refused(Denied(say("还没有粘贴内容。"), say("请粘贴文字，或选择文件。")))
    name = f"{clock.local(clock.now()):%Y-%m-%d %H%M}.txt"
    return receive(actor=actor, ledger=ledger, name=name, chunks=[text.replace("\r\n", "\n").encode()])


def layouts_of(unit_id: int) -> dict[str, Layout]:
    """What the office's people said of layouts, by fingerprint."""
    rows = KnownLayout.objects.filter(unit_id=unit_id).values_list("fingerprint", "layout")
    return {fingerprint: Layout.from_json(layout) for fingerprint, layout in rows}


def _read(file: Arrival, known: Mapping[str, Layout]) -> Ledgers | DocumentReading:
    limits = Limits(file_size=settings.LEDGER_MAX_BYTES)
    try:
        with file.path.open("rb") as opened:
            head = opened.read(HEAD)
        if is_document(head, file.name):
            return read_document(file.path, file.name, limits, title=PurePath(file.name).stem)
        return read_ledger(file.path, name=file.name, limits=limits, known=known)
    except Unreadable as unreadable:
        fault = unreadable.fault
        raise Refused(Denied(fault.text, params=dict(fault.params))) from unreadable


def read_kept(reading: Reading, known: Mapping[str, Layout]) -> Ledgers:
    """The kept file of a ledger read again, by layouts that are `known`; raises `Unreadable` and `OSError`."""
    limits = Limits(file_size=settings.LEDGER_MAX_BYTES)
    return read_ledger(path_of(reading.sha256), name=reading.name, limits=limits, known=known)


def _reading(actor: Actor, ledger: Ledger, file: Arrival, found: Ledgers | DocumentReading) -> Reading:
    is_text = isinstance(found, DocumentReading)
    return Reading.objects.create(
        region_id=ledger.region_id,
        ledger_id=ledger.id,
        unit_id=actor.unit_id,
        person_id=actor.person_id,
        kind=Reading.Kind.TEXT if is_text else Reading.Kind.SHEETS,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        uploaded_at=clock.now(),
    )


def keep_drafts(reading: Reading, found: Ledgers | DocumentReading) -> None:
    """Keep what was read in a new reading, or one whose drafts were taken away: drafts, unit names, the source."""
    own = [[*item.doubts, *_in_passage(item, found.faults)] for item in found.items]
    of_items = {_key(doubt) for doubts in own for doubt in doubts}
    reading.faults = [_note(fault, faulty=False) for fault in found.faults if _key(fault) not in of_items]
    reading.drafts_count = len(found.items)
    if isinstance(found, DocumentReading):
        keep_blocks(reading, (block.as_json() for block in found.blocks))
    else:
        reading.tables = [asdict(table) for table in found.tables]
        keep_sheets(reading, found)
    reading.save(update_fields=["faults", "drafts_count", "tables"])
    faults = {_key(fault) for fault in found.faults if not _WHOLE_PARAGRAPH.fullmatch(fault.place or "")}
    items = enumerate(zip(found.items, own, strict=True), start=1)
    insert([_draft(reading, place, item, doubts, faults) for place, (item, doubts) in items])
    add_names(reading, _names_in(found.items))


def _key(fault: Fault) -> tuple[str, str | None]:
    return fault.text, fault.place


def _note(fault: Fault, *, faulty: bool) -> dict[str, Any]:
    params = {name: str(value) for name, value in fault.params.items()}
    return {"template": fault.text, "params": params, "place": fault.place, "faulty": faulty}


def _in_passage(item: Item, faults: Iterable[Fault]) -> list[Fault]:
    """What is wrong in the paragraphs of a text that an item was read from, and does not stand with it yet."""
    passage = item.passage
    if passage is None:
        return []
    said = {_key(doubt) for doubt in item.doubts}
    placed = ((fault, _PARAGRAPH.match(fault.place or "")) for fault in faults if _key(fault) not in said)
    return [fault for fault, at in placed if at and passage.first <= int(at[1]) <= passage.last]


def _draft(
    reading: Reading, place: int, item: Item, doubts: list[Fault], faults: set[tuple[str, str | None]]
) -> Draft:
    plain = item.as_json()
    plain.pop("doubts", None)
    if reading.kind == Reading.Kind.TEXT and not item.problem.strip() and item.goal.strip():
        plain["problem"] = item.goal
        doubts.append(_ONLY_GOAL)
    no_text = not str(plain.get("problem", "")).strip()
    notes = [_note(doubt, faulty=no_text or _key(doubt) in faults) for doubt in doubts]
    notes += [_note(doubt, faulty=False) for doubt in doubts_about(plain, clock.today())]
    return made(
        Draft,
        id=new_id(),
        region_id=reading.region_id,
        reading_id=reading.id,
        place=place,
        item=plain,
        doubts=notes,
        faulty=no_text or any(note["faulty"] for note in notes),
        doubtful=any(not note["faulty"] for note in notes),
    )


def _names_in(items: Iterable[Item]) -> Counter[str]:
    return Counter(
        name
        for item in items
        for name in names_in({"lead_units": item.lead_units, "support_units": item.support_units})
    )
