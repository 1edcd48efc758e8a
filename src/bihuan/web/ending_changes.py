"""What changed in requests for close-out, in objections to the public notice, in rules tied to a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from bihuan.domain.flows import GRADE_NAMES, KIND_NAMES, OUTCOME_NAMES, Grade, Kind
from bihuan.domain.refusals import say
from bihuan.ledger.dossier import Names
from bihuan.web.changewords import Change, Columns, Table, Teller, as_is, is_new, joined, of_columns, unit_word
from bihuan.web.templatetags import bihuan as shown

REQUEST: Table = {
    "rest": (say("尚待完成"), as_is),
    "file_to_id": (say("报请备案"), unit_word),
}
OBJECTION: Table = {
    "received_on": (say("收到日期"), as_is),
    "channel": (say("反映渠道"), as_is),
    "objector": (say("提出人"), as_is),
    "text": (say("异议内容"), as_is),
    "outcome": (say("异议"), lambda value, names: _(OUTCOME_NAMES[value])),
}


def _of_closeout(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if "grade" in columns and "signatures" not in columns:
        yield Change(_("申请的等次"), new=_(GRADE_NAMES[Grade(columns["grade"][1])]))
    for one in _new_signatures(columns):
        yield Change(_("签字"), new=joined([_(KIND_NAMES[Kind(one["kind"])]), shown.role(one["role"])]))
        if one.get("visited_on"):
            yield Change(_("到现场的日期"), new=one["visited_on"])
    if "signatures" in columns and "standards" in columns:
        for row in columns["standards"][1] or ():
            if row["met"] is False:
                yield Change(_("没有达到的标准"), new=joined([_(row["text"]), row["note"]]))
    yield from of_columns(columns, REQUEST, names)


def _new_signatures(columns: Columns) -> Iterator[Mapping[str, str]]:
    if "signatures" in columns:
        old, new = columns["signatures"]
        yield from new[len(old or ()) :]


def _of_objection(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    new = is_new(columns, "text")
    yield from of_columns(columns, {k: v for k, v in OBJECTION.items() if not (new and k == "outcome")}, names)


def _of_rule_tie(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if columns.get("dropped") == [False, True]:
        yield Change(_("解除关联"), old=label)
    else:
        yield Change(_("关联制度"), new=label)


TELLERS: Mapping[str, Teller] = {
    "closeout": _of_closeout,
    "objection": _of_objection,
    "rule_tie": _of_rule_tie,
}
