"""The set-up going out as one file, and what a file that comes in would change. Reads only.

What is taken over is put on record by `ledger.actions.adopting`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.book import clock
from bihuan.domain.refusals import Denied, say
from bihuan.domain.setup import PART_NAMES, PARTS, classes_data
from bihuan.domain.setupfile import SetUpFile, SourceRow
from bihuan.domain.workdays import Calendar
from bihuan.ledger.models import SetUp, Source
from bihuan.ledger.rules import rules_on_record
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit

SOURCES, COLOURS, CALENDAR = "sources", "colours", "calendar"
ALL_PARTS: Mapping[str, str] = {
    SOURCES: say("来源目录"),
    **PART_NAMES,
    COLOURS: say("颜色规则"),
    CALENDAR: say("工作日历"),
}


@dataclass(frozen=True)
class Change:
    """What a part of a file would change here: so much (`told` with `params`), and the names touched."""

    part: str
    told: str
    params: Mapping[str, object]
    names: Sequence[str] = ()

    @property
    def words(self) -> Denied:
        """What it changes, as a message with its values."""
        return Denied(self.told, params=self.params)

    @property
    def name(self) -> str:
        """What the part is called."""
        return ALL_PARTS[self.part]


def present_setup(actor: Actor) -> SetUpFile:
    """Everything that is in force today, as a file for others; it holds no problems and no people."""
    today, rules = clock.today(), rules_on_record()
    setup, in_force = rules.setup(today), rules.schedule.in_force(today)
    root = Unit.objects.filter(pk=actor.root_id).values_list("name", flat=True).first()
    return SetUpFile(
        made_by=root or "",
        made_on=today.isoformat(),
        sources=tuple(_source_rows()),
        parts={
            "classes": classes_data(setup.flows, setup.classes),
            "limits": dict(setup.limits),
            "numbers": {"problem": setup.numbers.problem, "letter": setup.numbers.letter},
        },
        policy=in_force.policy if in_force else None,
        calendar=rules.calendar,
    )


def _source_rows() -> list[SourceRow]:
    """The sources in use, each after the one above it."""
    rows = list(Source.objects.filter(is_active=True).order_by("pk"))
    by_id = {row.pk: row for row in rows}
    found: list[SourceRow] = []
    placed: set[int] = set()

    def place(row: Source) -> None:
        if row.pk in placed:
            return
        above = by_id.get(row.parent_id or 0)
        if above is not None:
            place(above)
        placed.add(row.pk)
        found.append(
            SourceRow(
                code=row.code,
                name=row.name,
                name_en=row.name_en,
                parent=above.code if above else "",
                reports=bool(row.reports),
                keeper=row.keeper or "",
            )
        )

    for row in rows:
        place(row)
    return found


def codes_here(rows: Sequence[SourceRow]) -> dict[str, str]:
    """For the code of each source in a file the code that it has here: the same source by code, or by its name."""
    known = dict(Source.objects.values_list("code", "name"))
    by_name = {name: code for code, name in known.items()}
    return {row.code: row.code if row.code in known else by_name.get(row.name, row.code) for row in rows}


def changes_by(file: SetUpFile) -> list[Change]:
    """What taking the file over would change, part by part; parts that change nothing are left out."""
    found = [_sources(file.sources), _colours(file), _calendar(file.calendar)]
    found += [_part(part, file) for part in PARTS if part in file.parts]
    order = list(ALL_PARTS)
    return sorted((change for change in found if change), key=lambda change: order.index(change.part))


def _sources(rows: Sequence[SourceRow]) -> Change | None:
    codes, here = codes_here(rows), {row.code: row for row in Source.objects.all()}
    new = [row.name for row in rows if codes[row.code] not in here]
    renamed = [row.name for row in rows if codes[row.code] in here and here[codes[row.code]].name != row.name]
    if not new and not renamed:
        return None
    return Change(
        SOURCES,
        say("新增%(new)s个来源，改名%(renamed)s个；这里已有的都保留。"),
        {"new": len(new), "renamed": len(renamed)},
        (*new, *renamed),
    )


def _part(part: str, file: SetUpFile) -> Change | None:
    wanted = part_here(part, file)
    setup = rules_on_record().setup(clock.today())
    now: Mapping[str, Any] = {
        "classes": classes_data(setup.flows, setup.classes),
        "limits": dict(setup.limits),
        "numbers": {"problem": setup.numbers.problem, "letter": setup.numbers.letter},
    }[part]
    if wanted == now:
        return None
    last = SetUp.objects.filter(part=part).order_by("-version").values_list("version", flat=True).first() or 0
    if part == "classes":
        names = [row["name"] for row in wanted["classes"]]
        told = say("换成%(classes)s个类别、%(flows)s个销号流程，作为第%(version)s版。")
        return Change(
            part, told, {"classes": len(names), "flows": len(wanted["flows"]), "version": last + 1}, names
        )
    names = sorted(name for name in {*now, *wanted} if now.get(name) != wanted.get(name))
    return Change(
        part, say("有%(count)s项不同，作为第%(version)s版。"), {"count": len(names), "version": last + 1}
    )


def part_here(part: str, file: SetUpFile) -> dict[str, Any]:
    """A part of a file with the sources named as they are here."""
    data = dict(file.parts[part])
    if part == "classes":
        codes = codes_here(file.sources)
        data["classes"] = [_with_codes(row, codes) for row in data["classes"]]
    return data


def _with_codes(row: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, Any]:
    fits = dict(row.get("fits", {}))
    if "sources" in fits:
        fits["sources"] = sorted(codes.get(code, code) for code in fits["sources"])
    return {**row, "fits": fits}


def _colours(file: SetUpFile) -> Change | None:
    in_force = rules_on_record().schedule.in_force(clock.today())
    if file.policy is None or (in_force and in_force.policy == file.policy):
        return None
    return Change(COLOURS, say("换成“%(name)s”。"), {"name": file.policy.name})


def _calendar(calendar: Calendar | None) -> Change | None:
    now = rules_on_record().calendar
    if calendar is None or (calendar.off, calendar.makeup) == (now.off, now.makeup):
        return None
    years = sorted(calendar.published - now.published)
    days = len(calendar.off ^ now.off) + len(calendar.makeup ^ now.makeup)
    return Change(
        CALENDAR, say("有%(days)s天不同；已定的时限不变。"), {"days": days}, [str(year) for year in years]
    )
