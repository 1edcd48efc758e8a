"""Close-out: what must be true before a problem may be struck off, tier by tier.

Default tiers (domain.md, section 4): the unit asks when every measure is done with evidence on each, a
supervisor checks on the spot, the dispatching office accepts, a public notice runs out, the problem is struck
off. Which tiers a ledger uses stands in its `Terms`. Whoever accepts answers for it; that nobody accepts their
own work is kept by the table of moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bihuan.domain.case import Case, Horizon, Stage, Standing, Step
from bihuan.domain.colours import achieved
from bihuan.domain.flows import Grade, Kind, Tier, tier_name
from bihuan.domain.refusals import Denied, say
from bihuan.domain.roles import ROLE_NAMES


def needs_measures(case: Case) -> Denied | None:
    """Nothing can be reported or closed before it was said what will be done."""
    if case.steps:
        return None
    return Denied(say("还没有整改措施。"), say("请先“填报措施”。"))


def needs_measures_to_report(case: Case) -> Denied | None:
    """As `needs_measures`; what is claimed done may be proved with files alone."""
    return None if case.stage is Stage.CLAIMED_DONE else needs_measures(case)


def needs_measures_done(case: Case) -> Denied | None:
    """As much must be done as the grade asked for says: everything; most of it; what is due by now of a standing
    problem."""
    if case.grade is Grade.MOSTLY:
        return _needs_most(case)
    if case.grade is Grade.STAGE and case.horizon is not Horizon.STANDING:
        return Denied(say("只有长期坚持的问题可以按“取得阶段性成效”销号。"), say("请选择“完成整改”或“基本完成”。"))
    due = case.steps if case.grade is Grade.DONE else _due_by_now(case)
    undone = [step.text for step in due if not step.done]
    if not undone:
        return None
    return Denied(
        say("还有%(count)s项措施没有完成，例如“%(first)s”。"),
        say("请完成后在“报告进展”中填到100%%。"),
        {"count": len(undone), "first": undone[0]},
    )


def _needs_most(case: Case) -> Denied | None:
    progress, least = achieved(case.steps), case.terms.mostly_progress
    if progress >= least:
        return None
    return Denied(
        say("整改进度只有%(progress)s%%，达到%(least)s%%才能按“基本完成”申请。"),
        say("请继续整改，并在“报告进展”中更新。"),
        {"progress": progress, "least": least},
    )


def _due_by_now(case: Case) -> tuple[Step, ...]:
    return tuple(step for step in case.steps if step.due is None or step.due <= case.today)


def needs_evidence(case: Case) -> Denied | None:
    """Every measure must have its evidence; where not all is asked to be done, every one that was begun."""
    asked = case.steps if case.grade is Grade.DONE else [step for step in case.steps if step.progress]
    bare = [step.text for step in asked if not step.evidence]
    if not bare:
        return None
    return Denied(
        say("有%(count)s项措施没有佐证材料，例如“%(first)s”。"),
        say("请在“报告进展”中为每项措施上传材料。"),
        {"count": len(bare), "first": bare[0]},
    )


def possible_grades(case: Case) -> list[Grade]:
    """The grades for which close-out can be asked as the problem stands, the highest first."""
    asked = {grade: replace(case, grade=grade) for grade in Grade}
    return [grade for grade, each in asked.items() if not (needs_measures_done(each) or needs_evidence(each))]


def best_grade(case: Case) -> Grade:
    """The highest grade for which close-out can be asked as the problem stands; `DONE` where none can."""
    return next(iter(possible_grades(case)), Grade.DONE)


def may_sign(kind: Kind) -> Callable[[Case, Standing], Denied | None]:
    """Whoever signs at a tier must be one of those whose signatures it waits for, and signs once."""

    def ask(case: Case, standing: Standing) -> Denied | None:
        if kind is Kind.CHECK and case.checked:
            return None
        if standing.has_signed:
            return Denied(
                say("您已经在这次销号中签过字，同一个人不能再签下一环节。"), say("请由另一位有此职责的人员签字。")
            )
        waits = _next_of(kind, case)
        if waits is None or standing.role in waits.roles:
            return None
        return Denied(
            say("这个问题的“%(tier)s”环节不由%(role)s签字。"),
            params={"tier": tier_name(waits), "role": ROLE_NAMES[standing.role]},
        )

    return ask


def _next_of(kind: Kind, case: Case) -> Tier | None:
    """The tier of this kind that is next: the waiting one, or where others come first the first of its kind."""
    waits = case.signing.waits
    return waits if waits and waits.kind is kind else case.signing.flow.tier(kind)


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
    if case.checked or case.signing.flow.tier(Kind.CHECK) is None:
        return None
    return Denied(say("还没有现场核查，不能验收。"), say("请督导人员先到现场核查。"))


def needs_notice_in_flow(case: Case) -> Denied | None:
    """Only ledgers with a public notice have one."""
    if case.signing.flow.tier(Kind.NOTICE):
        return None
    return Denied(say("本台账的销号流程没有公示环节。"), say("可以直接销号。"))


def needs_notice_over(case: Case) -> Denied | None:
    """A problem is struck off after its public notice has run out."""
    if case.stage is Stage.ACCEPTED and case.signing.flow.tier(Kind.NOTICE):
        return Denied(say("本台账要求先公示再销号。"), say("请先“公示”。"))
    if case.notice_until is not None and case.today <= case.notice_until:
        return Denied(
            say("公示到%(until)s为止，还没有期满。"),
            say("请在期满后销号。"),
            {"until": case.notice_until},
        )
    return None


def needs_no_objection(case: Case) -> Denied | None:
    """Every objection to the public notice is answered before the problem is struck off."""
    if not case.objections:
        return None
    return Denied(
        say("还有%(count)s条公示异议没有答复。"),
        say("请先“答复异议”；异议成立的，请“退回整改”。"),
        {"count": case.objections},
    )


def needs_objection(case: Case) -> Denied | None:
    """Only an objection that was made can be answered."""
    return None if case.objections else Denied(say("没有待答复的公示异议。"))


def needs_filing(case: Case) -> Denied | None:
    """Only what was struck off and reported upward can be filed there, once."""
    if case.filing == "asked":
        return None
    return Denied(say("该问题已经备案。") if case.filing else say("该问题没有报请备案。"))


def needs_no_warning(case: Case) -> Denied | None:
    """A red warning is given once."""
    return Denied(say("该问题已经亮红。")) if case.warned else None


def needs_warning(case: Case) -> Denied | None:
    """Only a warning that was given can be lifted."""
    return None if case.warned else Denied(say("该问题没有督导亮红。"))


def needs_office_signature(case: Case) -> Denied | None:
    """Only a signature that the office recorded can be made the unit's own."""
    return None if case.signed_by_office else Denied(say("该问题是单位自己签收的，不用补签。"))
