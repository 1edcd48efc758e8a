"""Orders between an office and a unit: declining, the rulings on it, passing on.

A unit that thinks an order is not its own says so before it signs, with the name of whoever refuses and the
reason; the office that gave the order answers, and the level above the office has the last word. How often an
order may be declined is capped, and the deadline runs on all the while: declining wins no time (domain.md, 4).
"""

from __future__ import annotations

from bihuan.domain.case import Case, Ruling
from bihuan.domain.refusals import Denied, say

RULING_NAMES = {
    Ruling.OPEN: say("待答复"),
    Ruling.GRANTED: say("同意退单"),
    Ruling.REFUSED: say("不同意退单"),
    Ruling.APPEALED: say("待终裁"),
    Ruling.OVERTURNED: say("终裁：改派"),
    Ruling.UPHELD: say("终裁：维持"),
    Ruling.LAPSED: say("没有答复，已终止"),
}


def may_be_declined(case: Case) -> Denied | None:
    """One decline at a time, none after a ruling that the unit must take it, and no more than the cap in all."""
    if case.decline in (Ruling.OPEN, Ruling.APPEALED):
        return Denied(say("已经提出退单，正在等待答复。"))
    if case.decline in (Ruling.REFUSED, Ruling.UPHELD):
        return Denied(say("退单没有获准，不能再退。"), say("请签收办理；不服的，可由单位负责人“申请终裁”一次。"))
    if case.declines >= case.terms.declines:
        return Denied(
            say("这个问题最多退单%(times)s次，已经用完。"),
            say("请签收办理；确有困难的，请与交办单位联系。"),
            {"times": case.terms.declines},
        )
    return None


def needs_decline(case: Case) -> Denied | None:
    """There must be a decline that waits for the office's answer."""
    return None if case.decline is Ruling.OPEN else Denied(say("没有待答复的退单。"))


def may_be_appealed(case: Case) -> Denied | None:
    """The final ruling is asked for once, after the office refused."""
    if case.decline is Ruling.REFUSED:
        return None
    if case.decline is Ruling.APPEALED:
        return Denied(say("已经申请终裁，正在等待答复。"))
    return Denied(say("没有可以申请终裁的退单。"))


def needs_appeal(case: Case) -> Denied | None:
    """There must be a final ruling to give."""
    return None if case.decline is Ruling.APPEALED else Denied(say("没有待终裁的退单。"))


def needs_no_decline(case: Case) -> Denied | None:
    """A decline is answered before the order goes elsewhere in another way."""
    if case.decline in (Ruling.OPEN, Ruling.APPEALED):
        return Denied(say("该单位提出的退单还没有答复。"), say("请先答复退单。"))
    return None


def may_be_passed_on(case: Case) -> Denied | None:
    """Orders that must not be passed on stay where they are (no-transfer orders)."""
    if case.no_transfer:
        return Denied(say("交办时注明“不得转办”，不能转给下级。"), say("请由本单位办理。"))
    return needs_no_decline(case)
