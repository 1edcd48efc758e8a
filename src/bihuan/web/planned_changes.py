"""What changed in what was planned: milestones, quantities, who is named for what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from bihuan.domain.refusals import say
from bihuan.ledger.dossier import Names
from bihuan.web.amounts import amount_text
from bihuan.web.changewords import Change, Columns, Table, Teller, as_is, is_new, joined, of_columns

MILESTONE: Table = {
    "text": (say("内容"), as_is),
    "planned_on": (say("计划日期"), as_is),
    "done_on": (say("完成日期"), as_is),
    "note": (say("说明"), as_is),
}
QUANTITY: Table = {
    "name": (say("名称"), as_is),
    "unit_word": (say("计量单位"), as_is),
    "target": (say("目标数"), lambda value, names: amount_text(value)),
    "actual": (say("完成数"), lambda value, names: amount_text(value)),
}


def _of_duty(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if is_new(columns, "name"):
        yield Change(_("明确"), new=label)
    elif columns.get("dropped") == [False, True]:
        yield Change(_("不再是责任人"), new=label)
    elif "confirmed_on" in columns:
        yield Change(_("认可"), new=label)
    elif "refused_on" in columns:
        yield Change(_("不认可"), new=joined([label, str(columns.get("note", ["", ""])[1])]))


def _of_milestone(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if is_new(columns, "text"):
        yield Change(_("新增节点"), new=joined([columns["text"][1], str(columns["planned_on"][1])]))
    elif columns.get("dropped") == [False, True]:
        yield Change(_("去掉节点"), old=label)
    elif parts := tuple(of_columns(columns, MILESTONE, names)):
        yield Change(_("节点“%(text)s”") % {"text": label}, parts=parts)


def _of_quantity(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    if is_new(columns, "name"):
        amount = f"{amount_text(columns['target'][1])}{columns['unit_word'][1]}"
        yield Change(_("新增数量"), new=joined([columns["name"][1], amount]))
    elif columns.get("dropped") == [False, True]:
        yield Change(_("去掉数量"), old=label)
    elif parts := tuple(of_columns(columns, QUANTITY, names)):
        yield Change(_("数量“%(name)s”") % {"name": label}, parts=parts)


TELLERS: Mapping[str, Teller] = {"milestone": _of_milestone, "quantity": _of_quantity, "duty": _of_duty}
