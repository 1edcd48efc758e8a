"""Undoing what the office itself did: a dispatch recalled, an import withdrawn.

Both are for mistakes, and possible only until a unit has acted: what somebody worked on is never taken back as
if it had not been. A recall must not be a way to move a deadline unseen, so it ends with the deadline, and a red
warning of supervision stands in its way. Nothing is deleted; past days keep what they were.
"""

from __future__ import annotations

from bihuan.domain.case import Case
from bihuan.domain.refusals import Denied, say


def needs_untouched(case: Case) -> Denied | None:
    """Only what no unit has signed for or worked on, and nobody judged."""
    if not case.acted:
        return None
    return Denied(say("已经签收、办理或核查过，不能再撤回。"), say("确实不该办的，请逐个“撤销”并写明理由。"))


def needs_import(case: Case) -> Denied | None:
    """Only what came with a file."""
    return None if case.imported else Denied(say("该问题不是从文件导入的。"), say("请用“撤销”。"))


def needs_order_from_here(case: Case) -> Denied | None:
    """Only an order that was given here; what came half done was ordered by others."""
    if not case.taken_over:
        return None
    return Denied(
        say("该问题是按文件接续办理的，不是在这里交办的。"), say("接错了的，请撤回整个导入，或逐个“撤销”。")
    )


def needs_due_ahead(case: Case) -> Denied | None:
    """A deadline that has passed is not wiped away."""
    if case.due is None or case.today <= case.due:
        return None
    return Denied(
        say("整改时限%(due)s已经过去，撤回交办会抹去超期。"),
        say("请继续督促，或“撤销”并写明理由。"),
        {"due": case.due},
    )


def needs_no_red(case: Case) -> Denied | None:
    """What supervision turned red is not turned grey by the office."""
    if not case.warned:
        return None
    return Denied(say("督导人员已经亮红，不能撤回交办。"), say("请先由督导人员“解除亮红”。"))
