"""The chapters on the end of a problem: each request for close-out with its tiers, the notice, look-backs,
supervision, rules made. Words what the reader may see of it (`ledger.casefile.Ending`) and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.documents.writing.casefile import Chapter, Table
from bihuan.domain.flows import GRADE_NAMES, KIND_NAMES, Grade, Kind
from bihuan.domain.refusals import say
from bihuan.ledger.casefile import CaseFile
from bihuan.web.casefile.chapters import Names
from bihuan.web.changes import RESULTS
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Closeout

STATES: Mapping[str, str] = {
    "open": say("待验收"),
    "accepted": say("已验收"),
    "closed": say("已销号"),
    "returned": say("已退回"),
}
MET: Mapping[bool | None, str] = {True: say("达到"), False: say("没有达到"), None: say("还没有认定")}
OUTCOMES: Mapping[str, str] = {"open": say("待答复"), "dismissed": say("不成立"), "upheld": say("成立")}
URGINGS: Mapping[str, str] = {"urge": say("催办"), "letter": say("督办函"), "listed": say("挂牌督办")}


def closing(case: CaseFile, names: Names) -> Chapter | None:
    """The days of the close-out in the present round, every request for it, objections, and every look-back."""
    problem = case.dossier.problem
    days = (
        (_("申请销号："), problem.asked_on),
        (_("现场核查："), problem.checked_on),
        (_("验收通过："), problem.accepted_on),
        (_("公示期至："), problem.notice_until),
        (_("销号："), problem.closed_on),
        (_("成果巩固："), problem.sustained_on),
        (_("移送："), problem.referred_on),
    )
    facts = [(label, shown.day(value)) for label, value in days if value]
    if problem.grade:
        facts.append((_("完成程度："), _(GRADE_NAMES[Grade(problem.grade)])))
    facts += referral(case)
    found = [requests(case), signatures(case), standards(case), objections(case), lookbacks(case)]
    tables = [table for table in found if table.rows]
    return Chapter(_("销号和回头看"), facts, tables=tables) if facts or tables else None


def referral(case: CaseFile) -> list[tuple[str, str]]:
    """To whom it was handed over, with which letter and why."""
    row = case.ending.referral
    if row is None:
        return []
    return [(_("接收单位："), _joined([row.receiver, row.document])), (_("移送理由："), row.reason)]


def requests(case: CaseFile) -> Table:
    """Each request for close-out: when, by whom, how far it went, whether it was filed above."""
    heads = [_("申请日期"), _("申请人"), _("完成程度"), _("结果"), _("情况")]
    rows = [
        [
            shown.day(row.asked_on),
            _who(case, row.asked_by_id),
            _(GRADE_NAMES[Grade(row.grade)]),
            _(STATES[row.state]),
            "\n".join(_of_request(row)),
        ]
        for row in case.ending.closeouts
    ]
    return Table(heads, rows, (26, 24, 26, 20, 60), _("销号申请"))


def _of_request(row: Closeout) -> Iterator[str]:
    if row.class_name:
        yield _("按“%(name)s”的流程办理") % {"name": row.class_name}
    if row.summary:
        yield row.summary
    if row.rest:
        yield _("尚待完成：%(rest)s") % {"rest": row.rest}
    if row.frozen:
        counts = {"measures": len(row.frozen.get("measures", ())), "files": row.frozen.get("files", 0)}
        yield _("验收时的状态已固定：措施%(measures)s项，佐证材料%(files)s个") % counts
    if row.filed_on:
        yield _joined([_("%(day)s报上级备案") % {"day": shown.day(row.filed_on)}, row.filing_note])


def signatures(case: CaseFile) -> Table:
    """Who signed at which tier, and what they said."""
    heads = [_("日期"), _("环节"), _("签字"), _("意见")]
    rows = [
        [str(one["on"]), _(KIND_NAMES[Kind(one["kind"])]), _signer(case, one), "\n".join(_opinion(one))]
        for row in case.ending.closeouts
        for one in row.signatures
    ]
    return Table(heads, rows, (26, 24, 46, 60), _("各环节签字"))


def _signer(case: CaseFile, one: Mapping[str, Any]) -> str:
    unit = case.dossier.names.units.get(one["unit"])
    return _joined([_who(case, one["person"]), shown.role(one["role"]), unit.name if unit else ""])


def _opinion(one: Mapping[str, Any]) -> Iterator[str]:
    if one.get("visited_on"):
        yield _("%(day)s到现场") % {"day": one["visited_on"]}
    if one.get("opinion"):
        yield str(one["opinion"])


def standards(case: CaseFile) -> Table:
    """The standards of the last request, one by one."""
    heads = [_("标准"), _("单位的说明"), _("佐证材料"), _("认定")]
    last = case.ending.closeouts[-1] if case.ending.closeouts else None
    rows = [
        [
            str(one.get("text", "")),
            str(one.get("said") or "—"),
            str(len(one.get("files") or ())),
            _joined([_(MET[one.get("met")]), str(one.get("note") or "")]),
        ]
        for one in (last.standards if last else ())
    ]
    return Table(heads, rows, (48, 48, 20, 40), _("验收标准"))


def objections(case: CaseFile) -> Table:
    """Objections to the public notice, and what came of them."""
    heads = [_("收到日期"), _("渠道"), _("异议"), _("结果"), _("答复")]
    rows = [
        [
            shown.day(row.received_on),
            row.channel or "—",
            f"{row.objector}：{row.text}" if row.objector else row.text,
            _(OUTCOMES[row.outcome]),
            _joined([shown.day(row.answered_on) if row.answered_on else "", row.answer]) or "—",
        ]
        for row in case.ending.objections
    ]
    return Table(heads, rows, (26, 20, 50, 20, 40), _("公示异议"))


def lookbacks(case: CaseFile) -> Table:
    """Planned for which day, done on which, with what result."""
    heads = [_("计划日期"), _("完成日期"), _("结果"), _("情况")]
    rows = [
        [shown.day(row.planned_for), shown.day(row.done_on), _(RESULTS[row.result]), row.finding or "—"]
        for row in case.dossier.lookbacks
    ]
    return Table(heads, rows, (26, 26, 26, 78), _("回头看"))


def supervision(case: CaseFile, names: Names) -> Chapter | None:
    """Urging, supervision letters and listed supervision, with what was answered."""
    heads = [_("日期"), _("方式"), _("内容"), _("回复")]
    rows = [
        [
            shown.day(row.sent_on),
            _joined([_(URGINGS[row.kind]), row.number or ""]),
            row.text,
            _joined([shown.day(row.answered_on) if row.answered_on else "", row.answer, row.ended_note]) or "—",
        ]
        for row in case.ending.urgings
    ]
    return Chapter(_("督办"), tables=[Table(heads, rows, (26, 34, 52, 44))]) if rows else None


def rules(case: CaseFile, names: Names) -> Chapter | None:
    """The rules that were made because of it."""
    heads = [_("制度"), _("文号"), _("印发日期"), _("说明")]
    rows = [
        [tie.rule.title, tie.rule.document or "—", shown.day(tie.rule.issued_on), tie.row.note or "—"]
        for tie in case.ending.ties
    ]
    return Chapter(_("建章立制"), tables=[Table(heads, rows, (56, 36, 26, 38))]) if rows else None


def _who(case: CaseFile, person_id: int | None) -> str:
    """A person by name; a dash where nobody is named or the record given to this reader does not name them."""
    person = case.dossier.names.people.get(person_id) if person_id else None
    return shown.person_name(person) if person else "—"


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
