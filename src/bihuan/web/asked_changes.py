"""What changed in what was asked for and answered: more time, being rid of an order, a question put upward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from bihuan.domain.case import Ruling
from bihuan.domain.orders import RULING_NAMES
from bihuan.domain.refusals import say
from bihuan.ledger.dossier import Names
from bihuan.web.changewords import Change, Columns, Table, Teller, as_is, is_new, of_columns, unit_word

EXTENSION: Table = {
    "asked_due": (say("申请延至"), as_is),
    "reason": (say("延期理由"), as_is),
    "answer": (say("答复"), lambda value, names: _(ANSWERS[value])),
    "opinion": (say("答复意见"), as_is),
}
RAISED: Mapping[str, str] = {
    "open": say("待答复"),
    "accepted": say("已接受"),
    "refused": say("不接受"),
    "lapsed": say("随问题终止"),
}
RAISING: Table = {
    "to_unit_id": (say("上提给"), unit_word),
    "reason": (say("上提的理由"), as_is),
    "wanted": (say("希望上级做什么"), as_is),
    "answer": (say("答复"), lambda value, names: _(RAISED[value])),
    "opinion": (say("答复意见"), as_is),
}
ANSWERS: Mapping[str, str] = {
    "open": say("待答复"),
    "granted": say("同意"),
    "refused": say("不同意"),
    "lapsed": say("随问题终止"),
}
DECLINE: Table = {
    "refuser": (say("退单人"), as_is),
    "reason": (say("退单的理由"), as_is),
    "proposed_id": (say("建议承办单位"), unit_word),
    "opinion": (say("答复意见"), as_is),
    "appeal": (say("申请终裁的理由"), as_is),
    "ruling": (say("终裁的理由"), as_is),
    "answer": (say("退单"), lambda value, names: _(RULING_NAMES[Ruling(value)])),
}


def _of_extension(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    table = {name: row for name, row in EXTENSION.items() if not (is_new(columns, "reason") and name == "answer")}
    yield from of_columns(columns, table, names)


def _of_decline(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    table = {name: row for name, row in DECLINE.items() if not (is_new(columns, "reason") and name == "answer")}
    yield from of_columns(columns, table, names)


def _of_raising(columns: Columns, names: Names, label: str) -> Iterator[Change]:
    table = {name: row for name, row in RAISING.items() if not (is_new(columns, "reason") and name == "answer")}
    yield from of_columns(columns, table, names)


TELLERS: Mapping[str, Teller] = {
    "extension": _of_extension,
    "decline": _of_decline,
    "raising": _of_raising,
}
