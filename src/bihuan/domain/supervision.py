"""Supervision of single problems: letters that are answered, and listed supervision (挂牌督办)."""

from __future__ import annotations

from bihuan.domain.case import Case
from bihuan.domain.refusals import Denied, say


def needs_letter(case: Case) -> Denied | None:
    """There must be a supervision letter that waits for an answer."""
    return None if case.letters else Denied(say("没有待回复的督办函。"))


def needs_not_listed(case: Case) -> Denied | None:
    """A problem is listed once at a time."""
    return Denied(say("该问题已经挂牌督办。")) if case.listed else None


def needs_listed(case: Case) -> Denied | None:
    """Only what is listed can be taken off the list."""
    return None if case.listed else Denied(say("该问题没有挂牌督办。"))


def needs_no_letter(case: Case) -> Denied | None:
    """What a letter asked is answered before the work is accepted."""
    if not case.letters:
        return None
    return Denied(say("还有督办函没有回复。"), say("请责任单位先回复督办函。"))


def needs_off_the_list(case: Case) -> Denied | None:
    """What is under listed supervision is taken off the list before it is struck off."""
    return Denied(say("该问题还在挂牌督办。"), say("请先由挂牌的单位摘牌。")) if case.listed else None
