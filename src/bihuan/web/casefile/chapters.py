"""The chapters of the summary that every problem's archive has: what, who, measures, files, record, proof.

Each takes what the reader may see (`ledger.casefile`) and words it; None where there is nothing to say. Decides
nothing. The close-out has a module of its own (`closing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.documents.writing.casefile import Chapter, Table
from bihuan.domain.casefile import fingerprint
from bihuan.domain.journal import short_root
from bihuan.ledger.casefile import CaseFile
from bihuan.web.changes import ANSWERS, Change, Told, signature, timeline
from bihuan.web.templatetags import bihuan as shown

Names = Mapping[UUID, str]
"""The names of files in the archive, by evidence; those that the disk has lost have none."""


def the_problem(case: CaseFile, names: Names) -> Chapter:
    """What is wrong, and what it shall come to."""
    problem = case.dossier.problem
    facts = [(_("整改目标："), problem.goal)] if problem.goal else []
    others = [*case.dossier.merged, *filter(None, [case.dossier.merged_into])]
    if others:
        facts.append((_("并案："), shown.listed(f"{row.number} {row.title}" for row in others)))
    return Chapter(_("问题"), facts, problem.text)


def units(case: CaseFile, names: Names) -> Chapter | None:
    """Whose it is."""
    rows = [
        [
            _("牵头") if row.role == "lead" else _("配合"),
            row.unit.name,
            row.person or "—",
            row.task or "—",
            shown.day(case.dossier.problem.signed_on if row.role == "lead" else row.signed_on),
        ]
        for row in case.dossier.assigned
    ]
    heads = [_("责任"), _("单位"), _("责任人"), _("任务"), _("签收")]
    return Chapter(_("责任单位"), tables=[Table(heads, rows, (16, 46, 24, 44, 26))]) if rows else None


def measures(case: CaseFile, names: Names) -> Chapter | None:
    """The measures in force, then those of earlier rounds."""
    heads = [_("序号"), _("措施"), _("责任单位"), _("完成时限"), _("进度"), _("完成日期")]
    widths = (12, 54, 26, 24, 16, 24)
    tables = [
        Table(heads, [_measure(row) for row in rows], widths, title)
        for title, rows in (
            ("", case.dossier.measures),
            (_("不再执行的措施"), case.dossier.past_measures),
        )
    ]
    return Chapter(_("整改措施"), tables=tables) if any(table.rows for table in tables) else None


def _measure(row: Any) -> list[str]:
    said = f"{row.text}\n{row.note}" if row.note else row.text
    dates = shown.day(row.due), f"{row.progress}%", shown.day(row.done_on)
    return [str(row.place), said, shown.unit_name(row.unit), *dates]


def evidence(case: CaseFile, names: Names) -> Chapter | None:
    """The files, as they are called in the archive."""
    rows = []
    for place, file in enumerate(case.files, start=1):
        row = file.row
        name = names.get(row.id)
        who = signature(case.dossier.names, row.person_id, unit_id=row.unit_id)
        rows.append(
            [
                str(place),
                name.rpartition("/")[2] if name else _("%(name)s（服务器上已没有这个文件）") % {"name": row.name},
                shown.filesize_short(row.size),
                f"{who}\n{shown.moment(row.added_at)}",
                row.sha256[:16],
            ]
        )
    heads = [_("序号"), _("材料"), _("大小"), _("提交"), "SHA-256"]
    return Chapter(_("佐证材料"), tables=[Table(heads, rows, (12, 52, 18, 40, 34))]) if rows else None


def requests(case: CaseFile, names: Names) -> Chapter | None:
    """What the unit asked for: more time."""
    rows = [
        [
            shown.day(row.asked_on),
            shown.day(row.due_before),
            shown.day(row.asked_due),
            row.reason,
            _joined([_(ANSWERS[row.answer]), shown.day(row.answered_on) if row.answered_on else "", row.opinion]),
        ]
        for row in case.dossier.extensions
    ]
    heads = [_("申请日期"), _("原时限"), _("申请延至"), _("延期理由"), _("答复")]
    return Chapter(_("延期"), tables=[Table(heads, rows, (24, 24, 24, 44, 40))]) if rows else None


def record(case: CaseFile, names: Names) -> Chapter:
    """Every line that the reader may see, the oldest first."""
    rows = [_line(told) for told in reversed(timeline(case.dossier))]
    heads = [_("序号"), _("时间"), _("办理"), _("经办"), _("内容")]
    return Chapter(_("办理记录"), tables=[Table(heads, rows, (12, 24, 24, 32, 64))])


def _line(told: Told) -> list[str]:
    entry, day = told.line.entry, told.line.said_day
    when = shown.moment(entry.recorded_at)
    if day:
        when += "\n" + _("补记，实际发生于%(day)s") % {"day": shown.day(day)}
    return [str(entry.seq), when, shown.action_name(entry.action), told.who, "\n".join(_content(told))]


def _content(told: Told) -> Iterator[str]:
    if told.behalf:
        who = {"unit": told.behalf.unit, "who": told.behalf.signed_by}
        yield _("代%(unit)s，材料上签字：%(who)s") % who
    if told.note:
        yield told.note
    yield from map(_change, told.changes)
    for file in told.files:
        yield _("材料：%(name)s") % {"name": file.name}


def _change(change: Change) -> str:
    if change.parts:
        return _("%(what)s：%(said)s") % {
            "what": change.what,
            "said": shown.listed(f"{part.what} {_from_to(part)}" for part in change.parts),
        }
    said = _from_to(change)
    return _("%(what)s：%(said)s") % {"what": change.what, "said": said} if said else change.what


def _from_to(change: Change) -> str:
    return f"{change.old} → {change.new or '—'}" if change.old else change.new


def proof(case: CaseFile, names: Names) -> Chapter:
    """What is in the archive, what is withheld and why, how far it is sealed, and how to check it."""
    return Chapter(_("核验"), text="\n".join([*of_entries(case), of_checkpoint(case), how()]))


def of_entries(case: CaseFile) -> Iterator[str]:
    """How many entries there are, how many only by their hash, and why."""
    count = case.chain.seq
    if not case.withheld:
        yield _("本案共%(count)s条记录，档案中都有原文。") % {"count": count}
        return
    yield _("本案共%(count)s条记录，其中%(withheld)s条只列出哈希，不提供原文：") % {
        "count": count,
        "withheld": case.withheld,
    }
    if case.apart:
        yield _("%(count)s条不在您的查看范围内；") % {"count": case.apart}
    if case.partly:
        yield _("%(count)s条含有不在您查看范围内的内容，您能看到的部分写在“办理记录”中。") % {"count": case.partly}


def of_checkpoint(case: CaseFile) -> str:
    """Up to which entry a checkpoint has the chain."""
    if case.sealed is None:
        return _("这些记录都还没有列入检查点。")
    text = _("第%(seq)s条及以前的记录已列入检查点第%(number)s号，校验根：%(root)s。") % {
        "seq": case.sealed.seq,
        "number": case.sealed.header["number"],
        "root": short_root(case.sealed.header["root"]),
    }
    if case.unsealed:
        text += _("之后的%(count)s条还没有列入检查点。") % {"count": case.unsealed}
    return text


def how() -> str:
    """What to do to check the archive."""
    return _("核验方法：取得从档案以外保存的公钥，运行 bihuan verify --archive 档案文件 --key 公钥文件。")


def note(public_key: bytes) -> str:
    """The small line at the end: when, and with which key."""
    return _("生成时间：%(made)s　公钥指纹：%(key)s") % {
        "made": shown.moment(clock.now()),
        "key": fingerprint(public_key),
    }


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
