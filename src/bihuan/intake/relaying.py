"""A person says which column is which: the file is read again so, and the layout is remembered for the next one.

Only while nobody confirmed the file; what was corrected by hand in its drafts is read anew and thereby given up,
which the page says beforehand. Decisions about unit names are kept. What is remembered can be forgotten again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.rows import collector_at_rest
from bihuan.documents.reading import Layout, Unreadable
from bihuan.documents.reading import Reading as Ledgers
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.holding import hold
from bihuan.intake.models import Draft, Extract, KnownLayout, Reading, UnitName
from bihuan.intake.receiving import keep_drafts, layouts_of, read_kept
from bihuan.intake.rounds import place_drafts
from bihuan.organisations.access import Actor, may_keep_ledgers

Fields = Mapping[str, str]
"""Column letter → field of the reading contract, '' for none of ours."""


def layout_of(table: Mapping[str, Any]) -> Layout:
    """How a table of a reading was read."""
    fields = {column["column"]: column["field"] for column in table["columns"]}
    return Layout.of_table(table["fingerprint"], table["anchor"], table["header_rows"], table["first_row"], fields)


def read_as(*, actor: Actor, reading: Reading, columns: Mapping[int, Fields]) -> Reading:
    """Read an open file again with the columns as a person says, table by table (its place in `reading.tables`).

    Raises `Refused` where no column is the problem, the reading is no longer open, or its file cannot be read so.
    """
    layouts = [
        replace(layout_of(reading.tables[place]), fields={**layout_of(reading.tables[place]).fields, **fields})
        for place, fields in columns.items()
    ]
    for layout in layouts:
        if not {"problem", "title", "goal"} & set(layout.fields.values()):
            raise Refused(Denied(say("没有哪一列是“问题”。"), say("请选定写问题的那一列。")))
    with collector_at_rest():
        found = _found(reading, layouts_of(actor.unit_id) | {layout.fingerprint: layout for layout in layouts})
        with transaction.atomic():
            hold(actor, reading)
            _keep(actor, reading, found)
            _remember(actor, reading, layouts)
    return reading


def _found(reading: Reading, known: Mapping[str, Layout]) -> Ledgers:
    """What stands in the file, read outside any transaction: a long one holds up nobody."""
    try:
        return read_kept(reading, known)
    except (Unreadable, OSError) as error:
        raise Refused(Denied(say("按这样的列读不出问题。"), say("请再核对各列。"))) from error


def _keep(actor: Actor, reading: Reading, found: Ledgers) -> None:
    """Take the old drafts away and keep the new ones; decisions about units and about rounds stay."""
    decided = _decisions(reading)
    for model in (Draft, UnitName, Extract):
        model.objects.filter(region_id=reading.region_id, reading_id=reading.id).delete()
    keep_drafts(reading, found)
    _decide_again(reading, decided)
    place_drafts(actor, reading, [item.problem for item in found.items])


def _decisions(reading: Reading) -> dict[str, UnitName]:
    rows = UnitName.objects.filter(region_id=reading.region_id, reading_id=reading.id)
    return {row.name: row for row in rows if row.ignored or row.how == UnitName.How.PERSON}


def _decide_again(reading: Reading, decided: Mapping[str, UnitName]) -> None:
    rows = UnitName.objects.filter(region_id=reading.region_id, reading_id=reading.id, name__in=list(decided))
    for row in rows:
        before = decided[row.name]
        row.units, row.how, row.ignored = before.units, before.how, before.ignored
        row.save(update_fields=["units", "how", "ignored"])


def _remember(actor: Actor, reading: Reading, layouts: list[Layout]) -> None:
    """Keep the layouts, each with its header's words and the file it was said of, for people to know it by."""
    for layout in layouts:
        said = layout.as_json() | {"labels": _labels(reading, layout), "file": reading.name}
        values = {"layout": said, "person_id": actor.person_id, "noted_at": clock.now()}
        KnownLayout.objects.update_or_create(
            region_id=actor.region_id,
            unit_id=actor.unit_id,
            fingerprint=layout.fingerprint,
            defaults=values,
            create_defaults={"id": new_id(), **values},
        )


def _labels(reading: Reading, layout: Layout) -> dict[str, str]:
    table = next((row for row in reading.tables if row["fingerprint"] == layout.fingerprint), None)
    return {column["column"]: column["label"] for column in table["columns"]} if table else {}


def gone_over(reading: Reading) -> int:
    """How many drafts people have worked on: reading the file again gives that up."""
    worked_on = Q(edited=True) | Q(dropped=True) | Q(part__gt=0)
    return Draft.objects.filter(worked_on, region_id=reading.region_id, reading_id=reading.id).count()


def remembered(actor: Actor) -> QuerySet[KnownLayout]:
    """What the people of the actor's office said of layouts, the latest first."""
    if may_keep_ledgers(actor):
        return KnownLayout.objects.none()
    rows = KnownLayout.objects.filter(region_id=actor.region_id, unit_id=actor.unit_id)
    return rows.order_by("-noted_at", "id")


def forget(*, actor: Actor, layout: KnownLayout) -> None:
    """Read the office's next file laid out so by the reader's own lights again; what was read before stays.

    Raises `Refused` where the actor does not keep ledgers.
    """
    insist(may_keep_ledgers(actor))
    remembered(actor).filter(id=layout.id).delete()
