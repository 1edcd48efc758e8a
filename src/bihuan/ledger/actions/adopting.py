"""Taking over the set-up of another office from a file: the parts chosen, each through its own action, or none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bihuan.book.writing import first_come
from bihuan.domain.refusals import Denied, insist, say
from bihuan.domain.setup import PARTS
from bihuan.domain.setupfile import SetUpFile
from bihuan.ledger.actions.policies import switch_on
from bihuan.ledger.actions.setting_up import set_calendar, set_part
from bihuan.ledger.actions.sources import Entered, add_source, change_source
from bihuan.ledger.models import ColourPolicy, SetUp, Source
from bihuan.ledger.setupfiles import CALENDAR, COLOURS, SOURCES, Change, changes_by, codes_here, part_here
from bihuan.organisations.access import Actor, may_set_up


@first_come()
def adopt_setup(
    *, actor: Actor, file: SetUpFile, chosen: Collection[str], effective_from: date, note: str
) -> list[Change]:
    """Take over the `chosen` parts (of `setupfiles.ALL_PARTS`) of a file, in force from a day on; returns what
    changed.

    Colours begin no earlier than tomorrow; sources and the calendar count at once. Sources that are here stay.
    Raises `Refused` for anyone who may not set up, where nothing chosen would change anything, and for whatever an
    action has against it; then nothing is taken over.
    """
    insist(may_set_up(actor))
    changes = [change for change in changes_by(file) if change.part in chosen]
    if not changes:
        insist(Denied(say("所选的各项和这里完全相同，没有可接收的内容。"), say("请换一份文件，或多选几项。")))
    parts = [change.part for change in changes]
    if SOURCES in parts:
        _take_sources(actor, file)
    for part in PARTS:
        if part in parts:
            set_part(
                actor=actor,
                part=part,
                data=part_here(part, file),
                effective_from=effective_from,
                note=note,
                seen=_newest(SetUp, part=part),
            )
    if COLOURS in parts and file.policy:
        switch_on(
            actor=actor,
            policy=file.policy,
            effective_from=effective_from,
            reason=note,
            seen=_newest(ColourPolicy),
        )
    if CALENDAR in parts and file.calendar:
        set_calendar(actor=actor, calendar=file.calendar)
    return changes


def _newest(model: type[SetUp] | type[ColourPolicy], **conditions: str) -> int:
    rows = model._default_manager.filter(**conditions).order_by("-version")
    return rows.values_list("version", flat=True).first() or 0


def _take_sources(actor: Actor, file: SetUpFile) -> None:
    """Add what is not here and rename what is called otherwise; nothing is moved or retired."""
    codes = codes_here(file.sources)
    here = {row.code: row for row in Source.objects.all()}
    for row in file.sources:
        known = here.get(codes[row.code])
        if known is None:
            parent = here.get(codes.get(row.parent, ""))
            here[row.code] = add_source(
                code=row.code,
                name=row.name,
                name_en=row.name_en,
                parent=parent,
                reports=row.reports,
                keeper=row.keeper,
                region_id=actor.region_id,
                writer=actor.writer,
            )
        elif known.name != row.name:
            entered = Entered(
                row.name, row.name_en or known.name_en, known.parent_id, bool(known.reports), known.keeper or ""
            )
            change_source(actor=actor, source_id=known.pk, entered=entered)
