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
