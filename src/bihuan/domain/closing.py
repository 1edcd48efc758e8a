"""Close-out: what must be true before a problem may be struck off, tier by tier.

Default tiers (domain.md, section 4): the unit asks when every measure is done with evidence on each, a
supervisor checks on the spot, the dispatching office accepts, a public notice runs out, the problem is struck
off. Which tiers a ledger uses stands in its `Terms`. Whoever accepts answers for it; that nobody accepts their
own work is kept by the table of moves.
"""

from __future__ import annotations

from bihuan.domain.case import Case, Stage
from bihuan.domain.refusals import Denied, say


def needs_measures(case: Case) -> Denied | None:
    """Nothing can be reported or closed before it was said what will be done."""
    if case.steps:
        return None
    return Denied(say("还没有整改措施。"), say("请先“填报措施”。"))


def needs_measures_to_report(case: Case) -> Denied | None:
    """As `needs_measures`; what is claimed done may be proved with files alone."""
    return None if case.stage is Stage.CLAIMED_DONE else needs_measures(case)


def needs_measures_done(case: Case) -> Denied | None:
    """Every measure must be done."""
    undone = [step.text for step in case.steps if not step.done]
    if not undone:
        return None
    return Denied(
        say("还有%(count)s项措施没有完成，例如“%(first)s”。"),
        say("请完成后在“报告进展”中填到100%%。"),
        {"count": len(undone), "first": undone[0]},
    )


def needs_evidence(case: Case) -> Denied | None:
    """Every measure must have its evidence."""
    bare = [step.text for step in case.steps if not step.evidence]
    if not bare:
        return None
    return Denied(
        say("有%(count)s项措施没有佐证材料，例如“%(first)s”。"),
        say("请在“报告进展”中为每项措施上传材料。"),
        {"count": len(bare), "first": bare[0]},
    )


def unproved(case: Case) -> Denied | None:
    """What to tell a unit at once: measures reported done that nothing proves yet. Refuses nothing."""
    bare = [step.text for step in case.steps if step.done and not step.evidence]
    if not bare:
        return None
    return Denied(
        say("有%(count)s项措施报了100%%，还没有佐证材料，例如“%(first)s”。"),
        say("没有材料不能申请销号，请尽早补上。"),
        {"count": len(bare), "first": bare[0]},
    )


def needs_no_check_yet(case: Case) -> Denied | None:
    """One site check per request."""
    return Denied(say("这次申请已经现场核查过。")) if case.checked else None


def needs_check(case: Case) -> Denied | None:
    """Where the ledger asks for a site check, nobody accepts before it."""
    if case.checked or not case.terms.check_required:
        return None
    return Denied(say("还没有现场核查，不能验收。"), say("请督导人员先到现场核查。"))


def needs_notice_in_flow(case: Case) -> Denied | None:
    """Only ledgers with a public notice have one."""
    if case.terms.notice_required:
        return None
    return Denied(say("本台账的销号流程没有公示环节。"), say("可以直接销号。"))


def needs_notice_over(case: Case) -> Denied | None:
    """A problem is struck off after its public notice has run out."""
    if case.stage is Stage.ACCEPTED and case.terms.notice_required:
        return Denied(say("本台账要求先公示再销号。"), say("请先“公示”。"))
    if case.notice_until is not None and case.today <= case.notice_until:
        return Denied(
            say("公示到%(until)s为止，还没有期满。"),
            say("请在期满后销号。"),
            {"until": case.notice_until},
        )
    return None


def needs_no_warning(case: Case) -> Denied | None:
    """A red warning is given once."""
    return Denied(say("该问题已经亮红。")) if case.warned else None


def needs_warning(case: Case) -> Denied | None:
    """Only a warning that was given can be lifted."""
    return None if case.warned else Denied(say("该问题没有督导亮红。"))


def needs_office_signature(case: Case) -> Denied | None:
    """Only a signature that the office recorded can be made the unit's own."""
    return None if case.signed_by_office else Denied(say("该问题是单位自己签收的，不用补签。"))
