"""What an entry changed, in words a person reads: old and new of the fields that matter.

Takes the changes of an entry as the dossier gives them (already cut to what the reader may see) and turns ids
into names and values into the words of the page. Columns that only repeat the action itself are left out; the
entry keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.book.booked import changes_of
from bihuan.domain.case import Side
from bihuan.domain.classes import ORIGIN_NAMES
from bihuan.domain.flows import FILING_NAMES, GRADE_NAMES, Grade
from bihuan.domain.joint import DUTY_NAMES
from bihuan.domain.lifecycle import SIDE_NAMES, Move
from bihuan.domain.papersigns import SIGN_NAMES, Sign
from bihuan.domain.refusals import say
from bihuan.ledger.dossier import Dossier, Line, Names
from bihuan.web import asked_changes, ending_changes, planned_changes
from bihuan.web.asked_changes import ANSWERS as ANSWERS
from bihuan.web.asked_changes import RAISED as RAISED
from bihuan.web.changewords import Change as Change
from bihuan.web.changewords import (
    Columns,
    Table,
    Teller,
    as_is,
    is_new,
    joined,
    of_columns,
    percent,
    source_word,
    unit_word,
)
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Evidence, Problem


@dataclass(frozen=True)
class OnBehalf:
    """For which unit the office put something down, who signed its paper, and the paper where it may be read."""

    unit: str
    signed_by: str
    paper: Evidence | None


@dataclass(frozen=True)
class Told:
    """A line of the timeline, ready to be shown."""

    line: Line
    who: str
    note: str
    changes: tuple[Change, ...]
    files: tuple[Evidence, ...]
    behalf: OnBehalf | None = None


PROBLEM: Table = {
    "title": (say("标题"), as_is),
    "text": (say("问题内容"), as_is),
    "category": (say("类别"), as_is),
    "goal": (say("整改目标"), as_is),
    "source_id": (say("来源"), source_word),
    "origin": (say("新旧"), lambda value, names: _(ORIGIN_NAMES[value])),
    "nature": (say("问题性质"), as_is),
    "impact": (say("影响程度"), lambda value, names: shown.impact(value)),
    "urgency": (say("轻重缓急"), lambda value, names: shown.urgency(value)),
    "horizon": (say("整改类型"), lambda value, names: shown.horizon(value)),
    "wanted_due": (say("拟定时限"), as_is),
    "stage": (say("环节"), lambda value, names: shown.stage(value)),
    "signed_by_office": (say("签收"), lambda value, names: _("交办单位代填") if value else _("本单位")),
    "due": (say("整改时限"), as_is),
    "sign_by": (say("签收期限"), as_is),
    "no_transfer": (say("不得转办"), lambda value, names: _("是")),
    "claimed_stage": (say("据台账：状态"), lambda value, names: shown.claimed(value)),
    "claimed_progress": (say("据台账：进度"), percent),
    "claimed_dispatched_on": (say("据台账：交办日期"), as_is),
    "claimed_due_original": (say("据台账：原时限"), as_is),
    "claimed_due": (say("据台账：延期后时限"), as_is),
    "claimed_done_on": (say("据台账：完成日期"), as_is),
    "notice_until": (say("公示期至"), as_is),
    "lookback_on": (say("回头看日期"), as_is),
    "grade": (say("完成等次"), lambda value, names: _(GRADE_NAMES[Grade(value)])),
    "filing": (say("备案"), lambda value, names: _(FILING_NAMES[value])),
}
MEASURE: Table = {
    "text": (say("内容"), as_is),
    "unit_id": (say("责任单位"), unit_word),
    "person": (say("责任人"), as_is),
    "share": (say("占比"), percent),
    "due": (say("完成日期"), as_is),
    "progress": (say("进度"), percent),
    "note": (say("说明"), as_is),
}
RESULTS: Mapping[str, str] = {
    "open": say("待回头看"),
    "sustained": say("成果已巩固"),
    "rebounded": say("问题反弹"),
}


def timeline(dossier: Dossier) -> list[Told]:
    """The lines of a dossier in the words of the page."""
    files = {row.record_key: row for row in dossier.evidence}
    labels = _labels(dossier)
    return [
        Told(
            line,
            signature(dossier.names, line.entry.person_id, line.entry.post_id, line.entry.unit_id),
            str(line.details.get("note", "")),
            (*_signs(line, dossier), *_changes(line, dossier.names, labels)),
            tuple(files[key] for key in line.changes if key in files and not _is_paper(files[key], line)),
            _on_behalf(line, dossier),
        )
        for line in dossier.lines
    ]


def _signs(line: Line, dossier: Dossier) -> Iterator[Change]:
    """Which signs of a paper closing were shown to whoever signed; not for the unit that asked."""
    if "signs" in line.details and dossier.sees_source:
        names = (_(SIGN_NAMES[Sign(code)]) for code in line.details["signs"])
        yield Change(_("签字时已提示"), new=shown.listed(names))


def _is_paper(file: Evidence, line: Line) -> bool:
    return str(file.id) == line.details.get("paper")


def _on_behalf(line: Line, dossier: Dossier) -> OnBehalf | None:
    unit = line.details.get("behalf")
    if unit is None:
        return None
    paper = next((row for row in dossier.evidence if _is_paper(row, line)), None)
    return OnBehalf(shown.unit_name(dossier.names.units.get(unit)), str(line.details.get("signed_by", "")), paper)


def signature(names: Names, person_id: int | None, post_id: int | None = None, unit_id: int | None = None) -> str:
    """Who did something: the person, in which post, in which unit; as far as each is known."""
    post = names.posts.get(post_id) if post_id else None
    unit = names.units.get(unit_id) if unit_id else None
    person = shown.person_name(names.people.get(person_id) if person_id else None)
    return joined([person, (post.title or shown.role(post.role)) if post else "", unit.name if unit else ""])


def between(before: Mapping[str, Any], after: Problem) -> list[Change]:
    """What of a problem itself differs from `before` (its columns on the record), in the words of the page."""
    return list(of_columns(changes_of(after, before), PROBLEM, Names({}, {}, {}, {})))


def _labels(dossier: Dossier) -> dict[str, str]:
    """What the measures and responsibilities of a problem are called in a line: a place, a unit."""
    measures = {row.record_key: str(row.place) for row in (*dossier.measures, *dossier.past_measures)}
    units = {row.record_key: shown.unit_name(row.unit) for row in dossier.responsibilities}
    duties = {
        row.record_key: joined([_(DUTY_NAMES[row.duty]), row.name, shown.unit_name(row.unit)])
        for row in dossier.every.duties
    }
    return measures | units | duties


def _changes(line: Line, names: Names, labels: Mapping[str, str]) -> Iterator[Change]:
    if "regrouped" in line.details:
        old, new = line.details["regrouped"]
        yield Change(_("单位合并"), str(old), str(new))
    if "campaign" in line.details:
        old, new = line.details["campaign"]
        yield Change(_("专项"), str(old), str(new))
    if "into" in line.details:
        yield Change(_("并入"), new=str(line.details["into"]))
    if "split_into" in line.details:
        yield Change(_("拆出"), new=shown.listed(map(str, line.details["split_into"])))
    if "split_from" in line.details:
        yield Change(_("拆自"), new=str(line.details["split_from"]))
    yield from _of_links(line.details)
    labels = {**labels, **line.details.get("named", {})}
    for key, columns in sorted(line.changes.items(), key=lambda item: _rank(item[0])):
        kind = key.partition(":")[0]
        if kind in TELLERS and (kind, line.entry.action) != ("problem", Move.REGISTER):
            yield from TELLERS[kind](columns, names, labels.get(key, ""))


def _of_links(details: Mapping[str, Any]) -> Iterator[Change]:
    """What an entry says of links to problems above and below."""
    if "handed_down" in details:
        yield Change(_("分解下达"), new=_("分解为%(count)s个部分") % {"count": details["handed_down"]})
    for name, label in (("part", _("关联为下级部分")), ("above", _("成为一部分")), ("upper", _("上级的问题"))):
        if name in details:
            yield Change(label, new=str(details[name]))


def _of_problem(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    yield from of_columns(columns, PROBLEM, names)


def _of_measure(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if is_new(columns, "text") and columns.get("part_id", [None, None])[1]:
        return  # a part: told in all, and shown in the table of parts
    if is_new(columns, "text"):
        yield Change(_("新增措施"), new=joined(_measure_parts(columns, names)))
    elif columns.get("dropped") == [False, True]:
        yield Change(_("第%(place)s项措施不再执行") % {"place": label})
    elif parts := tuple(of_columns(columns, MEASURE, names)):
        yield Change(_("第%(place)s项措施") % {"place": label}, parts=parts)


def _measure_parts(columns: Columns, names: Names) -> Iterator[str]:
    yield str(columns["text"][1])
    yield _("占比%(share)s%%") % {"share": columns["share"][1]}
    if columns.get("unit_id"):
        yield unit_word(columns["unit_id"][1], names)
    if columns.get("due"):
        yield _("%(due)s前完成") % {"due": columns["due"][1]}


def _of_responsibility(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if is_new(columns, "unit_id"):
        person = columns["person"][1] if "person" in columns else ""
        yield Change(_(SIDE_NAMES[Side(columns["role"][1])]), new=joined([label, person]))
    elif "unit_id" in columns:
        old, new = columns["unit_id"]
        yield Change(_("责任单位"), unit_word(old, names), unit_word(new, names))
    elif "dropped" in columns:
        yield Change(_("去掉责任单位") if columns["dropped"][1] else _("恢复责任单位"), new=label)
    elif "person" in columns:
        old, new = columns["person"]
        yield Change(_("%(unit)s负责人") % {"unit": label}, old or "", new or "")
    if "task" in columns:
        old, new = columns["task"]
        yield Change(_("%(unit)s的任务") % {"unit": label}, old or "", new or "")


TELLERS: Mapping[str, Teller] = {
    "problem": _of_problem,
    "responsibility": _of_responsibility,
    "measure": _of_measure,
    **asked_changes.TELLERS,
    **planned_changes.TELLERS,
    **ending_changes.TELLERS,
}


def _rank(key: str) -> tuple[int, str]:
    kind = key.partition(":")[0]
    return (list(TELLERS).index(kind) if kind in TELLERS else len(TELLERS), key)
