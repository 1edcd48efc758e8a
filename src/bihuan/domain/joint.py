"""Joint work: several units on one problem (同题共答), each with a part that is its own measures.

Who takes part is set with a task and a reason; how a part stands follows from its measures alone, by the dates
and the points of the policy in force. Nothing here counts a part twice: the shares of all parts make up the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bihuan.domain.case import PASSED_STAGES, UNFINISHED_STAGES, Stage, Step
from bihuan.domain.colours import Colour, Policy, PolicyRule
from bihuan.domain.refusals import Denied, say

MOST_PARTS = 30
"""How many supporting units one problem may have."""

PART_RULE = say(
    "各单位的占比是本单位措施占比之和；进度按占比折算成本单位部分的百分比。颜色只看本单位的措施：全部报完为绿；"
    "最后一项措施的日期已过还没有完成，或按日期应完成的比实际多出颜色规则规定的百分点，按颜色规则变红、变黄；"
    "其余为蓝；没有措施为灰。"
)

DUTY_NAMES: Mapping[str, str] = {
    "administrative": say("行政责任人"),
    "technical": say("技术责任人"),
    "inspecting": say("核查责任人"),
    "leader": say("包案领导"),
}
"""The duties for which somebody answers by name."""

PART_REASONS: Mapping[str, str] = {
    "done": say("本单位的措施已全部完成"),
    "accepted": say("问题已验收"),
    "overdue": say("本单位最后一项措施的日期%(due)s已过"),
    "behind": say("到%(day)s应完成%(planned)s%%，实际%(actual)s%%，落后%(points)s个百分点"),
    "open": say("正在整改，符合进度"),
    "empty": say("还没有措施"),
    "aside": say("没有在办"),
}


@dataclass(frozen=True)
class PartState:
    """How a unit's part stands: its share of the whole, how far it is (both in per cent), its colour and why."""

    share: int
    progress: int
    colour: Colour
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason as a template for `params`."""
        return PART_REASONS[self.code]


@dataclass(frozen=True)
class Wanted:
    """A supporting unit as it shall be: the unit's id and its task in words."""

    unit_id: int
    task: str = ""


def state_of(
    steps: Sequence[Step], *, stage: Stage, stopped_on: date | None, policy: Policy, today: date
) -> PartState:
    """How the part stands that consists of these `steps`, on `today`.

    What stands still (`stopped_on`) gets no worse. The rules on dates of `policy` are asked in their order, as for
    the whole problem; points are counted in per cent of the part.
    """
    share, progress = sum(step.share for step in steps), progress_of(steps)
    if not share:
        return PartState(0, 0, _colour(policy, "otherwise"), "empty")
    if stage in PASSED_STAGES or progress >= 100:
        return PartState(
            share, progress, _colour(policy, "closed_in_time"), "done" if progress >= 100 else "accepted"
        )
    if stage not in UNFINISHED_STAGES:
        return PartState(share, progress, _colour(policy, "otherwise"), "aside")
    day = min(today, stopped_on or today)
    for rule in policy.rules:
        params = _late(rule, steps, day)
        if params is not None:
            return PartState(share, progress, rule.colour, rule.when, params)
    return PartState(share, progress, _colour(policy, "open"), "open")


def progress_of(steps: Sequence[Step]) -> int:
    """How far a part is, in per cent of the part, each measure weighed by its share."""
    share = sum(step.share for step in steps)
    return sum(step.share * step.progress for step in steps) // share if share else 0


def _late(rule: PolicyRule, steps: Sequence[Step], day: date) -> Mapping[str, object] | None:
    """The values that the reason mentions, where `rule` is about dates and holds of these steps on `day`."""
    past = sorted({step.due for step in steps if step.due is not None and step.due < day})
    last = max((step.due for step in steps if step.due is not None), default=None)
    if rule.when == "overdue":
        return {"due": last} if last is not None and last in past else None
    if rule.when == "behind":
        found = (_behind(steps, due, rule.numbers["points"]) for due in past)
        return next((params for params in found if params), None)
    return None


def _behind(steps: Sequence[Step], due: date, points: int) -> Mapping[str, object] | None:
    whole = sum(step.share for step in steps)
    planned = sum(step.share for step in steps if step.due is not None and step.due <= due) * 100 // whole
    actual = progress_of(steps)
    if planned - actual < points:
        return None
    return {"day": due, "planned": planned, "actual": actual, "points": planned - actual}


def _colour(policy: Policy, when: str) -> Colour:
    """The colour that the policy gives where this condition holds; without such a rule that of everything else."""
    return next((rule.colour for rule in policy.rules if rule.when == when), policy.rules[-1].colour)


def refuses_parts(
    wanted: Sequence[Wanted], *, lead: int | None, before: Mapping[int, str | None], busy: Mapping[int, str]
) -> Denied | None:
    """What stands against these supporting units.

    `before` are the tasks of the present ones by unit, `busy` the names of units that have measures in force.
    """
    units = [one.unit_id for one in wanted]
    if lead in units:
        return Denied(say("牵头单位不能同时配合。"), say("请从配合单位中去掉牵头单位。"))
    if len(set(units)) < len(units):
        return Denied(say("同一个配合单位填了两次。"), say("请去掉重复的。"))
    if len(units) > MOST_PARTS:
        return Denied(say("配合单位最多%(most)s个。"), params={"most": MOST_PARTS})
    if any(not one.task.strip() and one.unit_id not in before for one in wanted):
        return Denied(say("新增的配合单位还没有写任务。"), say("请写明要它做什么。"))
    staying = next((name for unit, name in busy.items() if unit in before and unit not in units), None)
    if staying is not None:
        return Denied(
            say("“%(unit)s”还有正在执行的措施，不能去掉。"),
            say("请先由牵头单位在“填报措施”中调整措施。"),
            {"unit": staying},
        )
    if {one.unit_id: one.task.strip() for one in wanted} == {unit: task or "" for unit, task in before.items()}:
        return Denied(say("配合单位和任务都没有变化。"), say("请改动后再提交。"))
    return None
