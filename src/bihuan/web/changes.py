"""What an entry changed, in words a person reads: old and new of the fields that matter.

Takes the changes of an entry as the dossier gives them (already cut to what the reader may see) and turns ids
into names and values into the words of the page. Columns that only repeat the action itself are left out; the
entry keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.book.booked import changes_of
from bihuan.domain.case import Ruling, Side
from bihuan.domain.classes import ORIGIN_NAMES
from bihuan.domain.joint import DUTY_NAMES
from bihuan.domain.lifecycle import SIDE_NAMES, Move
from bihuan.domain.orders import RULING_NAMES
from bihuan.domain.refusals import say
from bihuan.ledger.dossier import Dossier, Line, Names
from bihuan.likeness.marking import Marked, marked
from bihuan.web.amounts import amount_text
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Evidence, Problem

Words = Callable[[Any, Names], str]
Columns = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Change:
    """One thing that changed; `old` is empty where there was nothing before. `parts` are its own parts, if any.

    `marks` shows within a text what differs.
    """

    what: str
    old: str = ""
    new: str = ""
    parts: tuple[Change, ...] = ()
    marks: Marked | None = None


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


def _as_is(value: Any, names: Names) -> str:
    return str(value)


def _percent(value: Any, names: Names) -> str:
    return f"{value}%"


def _unit(value: Any, names: Names) -> str:
    return shown.unit_name(names.units.get(value))


def _source(value: Any, names: Names) -> str:
    return shown.source_name(names.sources.get(value))


PROBLEM: Mapping[str, tuple[str, Words]] = {
    "title": (say("标题"), _as_is),
    "text": (say("问题内容"), _as_is),
    "category": (say("类别"), _as_is),
    "goal": (say("整改目标"), _as_is),
    "source_id": (say("来源"), _source),
    "origin": (say("新旧"), lambda value, names: _(ORIGIN_NAMES[value])),
    "nature": (say("问题性质"), _as_is),
    "impact": (say("影响程度"), lambda value, names: shown.impact(value)),
    "urgency": (say("轻重缓急"), lambda value, names: shown.urgency(value)),
    "horizon": (say("整改类型"), lambda value, names: shown.horizon(value)),
    "wanted_due": (say("拟定时限"), _as_is),
    "stage": (say("环节"), lambda value, names: shown.stage(value)),
    "signed_by_office": (say("签收"), lambda value, names: _("交办单位代填") if value else _("本单位")),
    "due": (say("整改时限"), _as_is),
    "sign_by": (say("签收期限"), _as_is),
    "no_transfer": (say("不得转办"), lambda value, names: _("是")),
    "claimed_stage": (say("据台账：状态"), lambda value, names: shown.claimed(value)),
    "claimed_progress": (say("据台账：进度"), _percent),
    "claimed_dispatched_on": (say("据台账：交办日期"), _as_is),
    "claimed_due_original": (say("据台账：原时限"), _as_is),
    "claimed_due": (say("据台账：延期后时限"), _as_is),
    "claimed_done_on": (say("据台账：完成日期"), _as_is),
    "notice_until": (say("公示期至"), _as_is),
    "lookback_on": (say("回头看日期"), _as_is),
}
MEASURE: Mapping[str, tuple[str, Words]] = {
    "text": (say("内容"), _as_is),
    "unit_id": (say("责任单位"), _unit),
    "person": (say("责任人"), _as_is),
    "share": (say("占比"), _percent),
    "due": (say("完成日期"), _as_is),
    "progress": (say("进度"), _percent),
    "note": (say("说明"), _as_is),
}
MILESTONE: Mapping[str, tuple[str, Words]] = {
    "text": (say("内容"), _as_is),
    "planned_on": (say("计划日期"), _as_is),
    "done_on": (say("完成日期"), _as_is),
    "note": (say("说明"), _as_is),
}
QUANTITY: Mapping[str, tuple[str, Words]] = {
    "name": (say("名称"), _as_is),
    "unit_word": (say("计量单位"), _as_is),
    "target": (say("目标数"), lambda value, names: amount_text(value)),
    "actual": (say("完成数"), lambda value, names: amount_text(value)),
}
WORDING = frozenset({"title", "text", "goal", "category", "nature"})
"""What is mended in places rather than written anew: shown with the changed characters marked."""
EXTENSION: Mapping[str, tuple[str, Words]] = {
    "asked_due": (say("申请延至"), _as_is),
    "reason": (say("延期理由"), _as_is),
    "answer": (say("答复"), lambda value, names: _(ANSWERS[value])),
    "opinion": (say("答复意见"), _as_is),
}
RAISED: Mapping[str, str] = {
    "open": say("待答复"),
    "accepted": say("已接受"),
    "refused": say("不接受"),
    "lapsed": say("随问题终止"),
}
RAISING: Mapping[str, tuple[str, Words]] = {
    "to_unit_id": (say("上提给"), _unit),
    "reason": (say("上提的理由"), _as_is),
    "wanted": (say("希望上级做什么"), _as_is),
    "answer": (say("答复"), lambda value, names: _(RAISED[value])),
    "opinion": (say("答复意见"), _as_is),
}
ANSWERS: Mapping[str, str] = {
    "open": say("待答复"),
    "granted": say("同意"),
    "refused": say("不同意"),
    "lapsed": say("随问题终止"),
}
DECLINE: Mapping[str, tuple[str, Words]] = {
    "refuser": (say("退单人"), _as_is),
    "reason": (say("退单的理由"), _as_is),
    "proposed_id": (say("建议承办单位"), _unit),
    "opinion": (say("答复意见"), _as_is),
    "appeal": (say("申请终裁的理由"), _as_is),
    "ruling": (say("终裁的理由"), _as_is),
    "answer": (say("退单"), lambda value, names: _(RULING_NAMES[Ruling(value)])),
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
            tuple(_changes(line, dossier.names, labels)),
            tuple(files[key] for key in line.changes if key in files and not _is_paper(files[key], line)),
            _on_behalf(line, dossier),
        )
        for line in dossier.lines
    ]


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
    return _joined([person, (post.title or shown.role(post.role)) if post else "", unit.name if unit else ""])


def between(before: Mapping[str, Any], after: Problem) -> list[Change]:
    """What of a problem itself differs from `before` (its columns on the record), in the words of the page."""
    return list(_of_columns(changes_of(after, before), PROBLEM, Names({}, {}, {}, {})))


def _labels(dossier: Dossier) -> dict[str, str]:
    """What the measures and responsibilities of a problem are called in a line: a place, a unit."""
    measures = {row.record_key: str(row.place) for row in (*dossier.measures, *dossier.past_measures)}
    units = {row.record_key: shown.unit_name(row.unit) for row in dossier.responsibilities}
    duties = {
        row.record_key: _joined([_(DUTY_NAMES[row.duty]), row.name, shown.unit_name(row.unit)])
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


def _of_columns(columns: Columns, table: Mapping[str, tuple[str, Words]], names: Names) -> Iterator[Change]:
    for name, (label, words) in table.items():
        if name in columns:
            old, new = (words(value, names) if value not in (None, "") else "" for value in columns[name])
            if old or new:
                yield Change(
                    _(label), old, new, marks=marked(old, new) if name in WORDING and old and new else None
                )


def _of_problem(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    yield from _of_columns(columns, PROBLEM, names)


def _of_measure(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if _is_new(columns, "text") and columns.get("part_id", [None, None])[1]:
        return  # a part: told in all, and shown in the table of parts
    if _is_new(columns, "text"):
        yield Change(_("新增措施"), new=_joined(_measure_parts(columns, names)))
    elif columns.get("dropped") == [False, True]:
        yield Change(_("第%(place)s项措施不再执行") % {"place": label})
    elif parts := tuple(_of_columns(columns, MEASURE, names)):
        yield Change(_("第%(place)s项措施") % {"place": label}, parts=parts)


def _measure_parts(columns: Columns, names: Names) -> Iterator[str]:
    yield str(columns["text"][1])
    yield _("占比%(share)s%%") % {"share": columns["share"][1]}
    if columns.get("unit_id"):
        yield _unit(columns["unit_id"][1], names)
    if columns.get("due"):
        yield _("%(due)s前完成") % {"due": columns["due"][1]}


def _of_extension(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    is_new = _is_new(columns, "reason")
    table = {name: row for name, row in EXTENSION.items() if not (is_new and name == "answer")}
    yield from _of_columns(columns, table, names)


def _of_decline(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    table = {name: row for name, row in DECLINE.items() if not (_is_new(columns, "reason") and name == "answer")}
    yield from _of_columns(columns, table, names)


def _of_raising(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    table = {name: row for name, row in RAISING.items() if not (_is_new(columns, "reason") and name == "answer")}
    yield from _of_columns(columns, table, names)


def _of_responsibility(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if _is_new(columns, "unit_id"):
        person = columns["person"][1] if "person" in columns else ""
        yield Change(_(SIDE_NAMES[Side(columns["role"][1])]), new=_joined([label, person]))
    elif "unit_id" in columns:
        old, new = columns["unit_id"]
        yield Change(_("责任单位"), _unit(old, names), _unit(new, names))
    elif "dropped" in columns:
        yield Change(_("去掉责任单位") if columns["dropped"][1] else _("恢复责任单位"), new=label)
    elif "person" in columns:
        old, new = columns["person"]
        yield Change(_("%(unit)s负责人") % {"unit": label}, old or "", new or "")
    if "task" in columns:
        old, new = columns["task"]
        yield Change(_("%(unit)s的任务") % {"unit": label}, old or "", new or "")


def _of_duty(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if _is_new(columns, "name"):
        yield Change(_("明确"), new=label)
    elif columns.get("dropped") == [False, True]:
        yield Change(_("不再是责任人"), new=label)
    elif "confirmed_on" in columns:
        yield Change(_("认可"), new=label)
    elif "refused_on" in columns:
        yield Change(_("不认可"), new=_joined([label, str(columns.get("note", ["", ""])[1])]))


def _of_milestone(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if _is_new(columns, "text"):
        yield Change(_("新增节点"), new=_joined([columns["text"][1], str(columns["planned_on"][1])]))
    elif columns.get("dropped") == [False, True]:
        yield Change(_("去掉节点"), old=label)
    elif parts := tuple(_of_columns(columns, MILESTONE, names)):
        yield Change(_("节点“%(text)s”") % {"text": label}, parts=parts)


def _of_quantity(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if _is_new(columns, "name"):
        amount = f"{amount_text(columns['target'][1])}{columns['unit_word'][1]}"
        yield Change(_("新增数量"), new=_joined([columns["name"][1], amount]))
    elif columns.get("dropped") == [False, True]:
        yield Change(_("去掉数量"), old=label)
    elif parts := tuple(_of_columns(columns, QUANTITY, names)):
        yield Change(_("数量“%(name)s”") % {"name": label}, parts=parts)


TELLERS: Mapping[str, Callable[[Columns, Names, str], Iterator[Change]]] = {
    "problem": _of_problem,
    "responsibility": _of_responsibility,
    "measure": _of_measure,
    "extension": _of_extension,
    "milestone": _of_milestone,
    "quantity": _of_quantity,
    "decline": _of_decline,
    "raising": _of_raising,
    "duty": _of_duty,
}


def _rank(key: str) -> tuple[int, str]:
    kind = key.partition(":")[0]
    return (list(TELLERS).index(kind) if kind in TELLERS else len(TELLERS), key)


def _is_new(columns: Columns, name: str) -> bool:
    return name in columns and columns[name][0] is None


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
