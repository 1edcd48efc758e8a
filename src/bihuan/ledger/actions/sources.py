"""The inventory of sources: where problems come from, as a tree that the office changes, and what each brought.

Sources are never deleted, because problems stand on them: they are retired. Who may change the inventory is asked
here; problems are registered elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import id_from, new_id
from bihuan.book.writing import Writer, first_come
from bihuan.domain.classes import Quarter
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.models import Problem, Source, SourceReport
from bihuan.organisations.access import Actor, may_keep_ledgers, may_set_up
from bihuan.organisations.actions import SYSTEM, book

NAME_LENGTH, ENGLISH_LENGTH, KEEPER_LENGTH, NOTE_LENGTH = 60, 80, 60, 200
MOST_LEVELS = 4
QUARTERS_BACK = 7
"""For how many quarters back something may still be declared."""


@dataclass(frozen=True)
class Entered:
    """A source as it shall stand in the inventory; `reports`: every quarter something is to be brought in."""

    name: str
    name_en: str = ""
    parent_id: int | None = None
    reports: bool = False
    keeper: str = ""


def may_keep_sources(actor: Actor) -> Denied | None:
    """May the actor change the inventory, which is one for all units?"""
    if may_set_up(actor) is None:
        return None
    return Denied(say("只有系统管理员和最上级单位的整改办可以修改来源目录。"), say("请与上级整改办联系。"))


@transaction.atomic
def add_source(
    *,
    code: str,
    name: str,
    region_id: int,
    name_en: str = "",
    parent: Source | None = None,
    reports: bool | None = None,
    keeper: str | None = None,
    writer: Writer = SYSTEM,
) -> Source:
    """Add a source of problems below `parent`, or at the top."""
    source = Source.objects.create(
        code=code, name=name, name_en=name_en, parent=parent, reports=reports, keeper=keeper
    )
    book(source, "create", region_id=region_id, writer=writer)
    return source


@first_come()
def enter_source(*, actor: Actor, entered: Entered) -> Source:
    """Add a source to the inventory.

    Raises `Refused` for anyone who may not, where a name is missing, too long or taken, and where the source above
    is not there, is retired, or lies too deep.
    """
    insist(may_keep_sources(actor))
    tree = _tree()
    entered = _tidy(entered)
    insist(_refuses(tree, entered, own=None))
    return add_source(
        code=new_id().hex,
        name=entered.name,
        name_en=entered.name_en,
        parent=tree.get(entered.parent_id or 0),
        reports=entered.reports,
        keeper=entered.keeper,
        region_id=actor.region_id,
        writer=actor.writer,
    )


@first_come()
def change_source(*, actor: Actor, source_id: int, entered: Entered) -> Source:
    """Change what a source is called, below which it stands, and whether something is to come each quarter.

    Raises `Refused` as `enter_source` does, for a source that is not there, and where it would stand below itself.
    """
    insist(may_keep_sources(actor))
    tree = _tree()
    source, entered = _there(tree, source_id), _tidy(entered)
    insist(_refuses(tree, entered, own=source))
    before = source.snapshot()
    source.name, source.name_en, source.parent_id = entered.name, entered.name_en, entered.parent_id
    source.reports, source.keeper = entered.reports, entered.keeper
    if source.snapshot() != before:
        source.save(update_fields=["name", "name_en", "parent", "reports", "keeper"])
        book(source, "amend", region_id=actor.region_id, writer=actor.writer, before=before)
    return source


@first_come()
def set_source_active(*, actor: Actor, source_id: int, active: bool) -> Source:
    """Retire a source, so that no problem is put under it any more, or bring it back.

    Raises `Refused` for anyone who may not, where it is that already, while sources in use stand below it, and for
    bringing back what stands below a retired one.
    """
    insist(may_keep_sources(actor))
    tree = _tree()
    source = _there(tree, source_id)
    insist(_refuses_switch(tree, source, active))
    before = source.snapshot()
    source.is_active = active
    source.save(update_fields=["is_active"])
    book(
        source,
        "activate" if active else "deactivate",
        region_id=actor.region_id,
        writer=actor.writer,
        before=before,
    )
    return source


@first_come()
def report_nothing(*, actor: Actor, source_id: int, quarter: Quarter, note: str = "") -> SourceReport:
    """Declare for the own unit that a source brought nothing new in a quarter.

    Raises `Refused` for anyone but a coordinator, for a source of which nothing is expected, a quarter still to
    come or long past, where problems of it were registered in the quarter, and where it was declared already.
    """
    insist(may_keep_ledgers(actor))
    source = _there(_tree(), source_id)
    insist(_refuses_report(actor, source, quarter))
    report = SourceReport.objects.create(
        source=source,
        unit_id=actor.unit_id,
        quarter=str(quarter),
        person_id=actor.person_id,
        reported_on=clock.today(),
        note=one_line(note)[:NOTE_LENGTH],
    )
    book(report, "create", region_id=actor.region_id, writer=actor.writer)
    return report


def _tidy(entered: Entered) -> Entered:
    return Entered(
        name=one_line(entered.name),
        name_en=one_line(entered.name_en),
        parent_id=entered.parent_id,
        reports=entered.reports,
        keeper=one_line(entered.keeper),
    )


def _tree() -> dict[int, Source]:
    """All sources by id, held for a change: two moves at once could close a circle that neither sees."""
    return {source.pk: source for source in Source.objects.select_for_update(of=("self",)).order_by("pk")}


def _there(tree: dict[int, Source], source_id: int) -> Source:
    source = tree.get(source_id)
    if source is None:
        raise Refused(Denied(say("目录里没有这个来源。"), say("请刷新页面查看。")))
    return source


def _refuses(tree: dict[int, Source], entered: Entered, *, own: Source | None) -> Denied | None:
    return _refuses_names(tree, entered, own) or _refuses_place(tree, entered, own)


def _refuses_names(tree: dict[int, Source], entered: Entered, own: Source | None) -> Denied | None:
    if not entered.name:
        return Denied(say("来源名称不能是空的。"), say("请填写名称。"))
    for text, most in (
        (entered.name, NAME_LENGTH),
        (entered.name_en, ENGLISH_LENGTH),
        (entered.keeper, KEEPER_LENGTH),
    ):
        if len(text) > most:
            return Denied(say("“%(text)s…”太长，最多%(most)s个字。"), params={"text": text[:20], "most": most})
    if any(row.name == entered.name and row is not own for row in tree.values()):
        return Denied(
            say("目录里已有来源“%(name)s”。"), say("请换一个名称；已停用的可以重新启用。"), {"name": entered.name}
        )
    return None


def _refuses_place(tree: dict[int, Source], entered: Entered, own: Source | None) -> Denied | None:
    if entered.parent_id is None:
        return None
    parent = tree.get(entered.parent_id)
    if parent is None or (not parent.is_active and (own is None or own.parent_id != parent.pk)):
        return Denied(say("上级来源不存在或已停用。"), say("请重新选择上级来源。"))
    line = _line(tree, parent)
    if own is not None and own in line:
        return Denied(say("来源不能放在自己或自己的下级来源下面。"), say("请选择别的上级来源。"))
    if len(line) + (_height(tree, own) if own else 1) > MOST_LEVELS:
        return Denied(say("来源目录最多%(most)s级。"), say("请放在高一级的来源下面。"), {"most": MOST_LEVELS})
    return None


def _line(tree: dict[int, Source], source: Source) -> list[Source]:
    """The source and those above it."""
    found = [source]
    while (above := tree.get(found[-1].parent_id or 0)) is not None:
        found.append(above)
    return found


def _height(tree: dict[int, Source], source: Source) -> int:
    """How many levels stand at and below a source."""
    below = [_height(tree, row) for row in tree.values() if row.parent_id == source.pk]
    return 1 + max(below, default=0)


def _refuses_switch(tree: dict[int, Source], source: Source, active: bool) -> Denied | None:
    if source.is_active == active:
        return Denied(say("这个来源已经是这个状态。"), say("请刷新页面查看。"))
    if active:
        above = tree.get(source.parent_id or 0)
        retired = above is not None and not above.is_active
        return (
            Denied(say("它的上级来源已经停用。"), say("请先启用上级来源，或把它移到别处。")) if retired else None
        )
    below = [row for row in tree.values() if row.parent_id == source.pk and row.is_active]
    if not below:
        return None
    return Denied(say("它下面还有%(count)s个在用的来源。"), say("请先停用或移走它们。"), {"count": len(below)})


def _refuses_report(actor: Actor, source: Source, quarter: Quarter) -> Denied | None:
    if not source.is_active or not source.reports:
        return Denied(say("这个来源不需要按季度报送。"), say("请刷新页面查看。"))
    if quarter not in quarters_open():
        return Denied(say("只能报本季度和之前%(count)s个季度的情况。"), params={"count": QUARTERS_BACK})
    if SourceReport.objects.filter(source=source, unit_id=actor.unit_id, quarter=str(quarter)).exists():
        return Denied(say("这个季度已经报过“无新增”。"), say("不需要再报。"))
    first, after = (id_from(clock.moment_on(q.first_day, hour=0)) for q in (quarter, quarter.next))
    came = Problem.objects.filter(
        region_id=actor.region_id, office_id=actor.unit_id, source=source, id__gte=first, id__lt=after
    ).count()
    if not came:
        return None
    return Denied(
        say("这个季度已经从“%(name)s”登记了%(count)s个问题，不能报无新增。"),
        params={"name": source.name, "count": came},
    )


def quarters_open() -> list[Quarter]:
    """The present quarter and those before it that may still be reported for, newest first."""
    found = [Quarter.of(clock.today())]
    while len(found) <= QUARTERS_BACK:
        found.append(found[-1].previous)
    return found
