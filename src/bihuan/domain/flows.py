"""Flows of close-out: which tiers a result passes, who signs at each and how many, which standards are ticked.

A flow is data: an office writes its own and gives it to classes of problems (`setup`). When close-out is asked
for, the flow of that day is written down with the request, and the request goes through to its end by it, whatever
is changed meanwhile. Values and their checks only; what a tier needs is decided in `closing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bihuan.domain.refusals import Denied, Refused, say
from bihuan.domain.roles import ROLE_NAMES, Role


class Kind(StrEnum):
    """What happens at a tier. Kinds come in this order; only acceptance may have several tiers."""

    CHECK = "check"
    ACCEPT = "accept"
    NOTICE = "notice"
    FILING = "filing"


class Grade(StrEnum):
    """How far a problem was put right when it was struck off: told apart in every count."""

    DONE = "done"
    MOSTLY = "mostly"
    STAGE = "stage"


KIND_NAMES: Mapping[Kind, str] = {
    Kind.CHECK: say("现场核查"),
    Kind.ACCEPT: say("验收"),
    Kind.NOTICE: say("公示期"),
    Kind.FILING: say("报上级备案"),
}
GRADE_NAMES: Mapping[Grade, str] = {
    Grade.DONE: say("完成整改"),
    Grade.MOSTLY: say("基本完成"),
    Grade.STAGE: say("取得阶段性成效"),
}
FILING_NAMES: Mapping[str, str] = {"asked": say("待备案"), "filed": say("已备案")}
OUTCOME_NAMES: Mapping[str, str] = {
    "open": say("待答复"),
    "dismissed": say("异议不成立"),
    "upheld": say("异议成立"),
}
"""What came of an objection to a public notice."""
SIGNERS: Mapping[Kind, frozenset[Role]] = {
    Kind.CHECK: frozenset({Role.SUPERVISOR}),
    Kind.ACCEPT: frozenset({Role.COORDINATOR, Role.REVIEWER, Role.SUPERVISOR, Role.LEADER}),
    Kind.NOTICE: frozenset(),
    Kind.FILING: frozenset(),
}
"""Who may be made to sign at a tier of a kind. A notice and a filing are not signed by anybody of the office."""
MOST_TIERS, MOST_SIGNATURES, MOST_STANDARDS, MOST_DAYS = 8, 9, 20, 365
NAME_LENGTH, TEXT_LENGTH = 40, 120


@dataclass(frozen=True)
class Tier:
    """One tier. `roles` and `quorum` say whose signatures and how many; `days` (working days) is how long a notice
    stands; 0 for as long as the ledger has it."""

    kind: Kind
    name: str = ""
    roles: frozenset[Role] = frozenset()
    quorum: int = 1
    days: int = 0


@dataclass(frozen=True)
class Standard:
    """One standard that is ticked at acceptance."""

    code: str
    text: str


STANDARDS = (
    Standard("measures", say("各项措施都已落实")),
    Standard("people", say("该追责问责的已经处理")),
    Standard("effect", say("达到整改目标，效果看得见")),
    Standard("alike", say("同类问题已经排查")),
    Standard("cause", say("产生问题的原因已经消除，缺制度的已建章立制")),
)
"""The standards of the field (domain.md, section 4)."""


@dataclass(frozen=True)
class Flow:
    """A named flow of close-out."""

    code: str
    name: str
    tiers: tuple[Tier, ...]
    standards: tuple[Standard, ...] = STANDARDS

    def tier(self, kind: Kind) -> Tier | None:
        """The first tier of this kind, None where the flow has none."""
        return next((tier for tier in self.tiers if tier.kind is kind), None)

    def without(self, *kinds: Kind) -> Flow:
        """The flow without the tiers of these kinds."""
        kept = tuple(tier for tier in self.tiers if tier.kind not in kinds)
        return self if len(kept) == len(self.tiers) else Flow(self.code, self.name, kept, self.standards)

    def as_data(self) -> dict[str, Any]:
        """The flow as JSON values."""
        return {
            "code": self.code,
            "name": self.name,
            "tiers": [_tier_data(tier) for tier in self.tiers],
            "standards": [{"code": standard.code, "text": standard.text} for standard in self.standards],
        }


DEFAULT_FLOW = Flow(
    "default",
    say("默认流程"),
    (
        Tier(Kind.CHECK, roles=frozenset({Role.SUPERVISOR})),
        Tier(Kind.ACCEPT, roles=frozenset({Role.COORDINATOR, Role.REVIEWER})),
        Tier(Kind.NOTICE),
        Tier(Kind.FILING),
    ),
)


@dataclass(frozen=True)
class Signing:
    """How far a request for close-out has come: signatures given, tier by tier of `flow`."""

    flow: Flow
    given: tuple[int, ...] = field(default=())

    @property
    def place(self) -> int:
        """The place of the first tier that still waits for a signature; the number of tiers where none does."""
        for place, tier in enumerate(self.flow.tiers):
            if tier.kind in (Kind.CHECK, Kind.ACCEPT) and self._given(place) < tier.quorum:
                return place
        return len(self.flow.tiers)

    @property
    def waits(self) -> Tier | None:
        """The tier that waits for a signature now; None where all are there."""
        return self.flow.tiers[self.place] if self.place < len(self.flow.tiers) else None

    @property
    def missing(self) -> int:
        """How many signatures the waiting tier still needs."""
        return self.waits.quorum - self._given(self.place) if self.waits else 0

    def signed(self) -> Signing:
        """As it stands after one more signature at the waiting tier."""
        given = [self._given(place) for place in range(len(self.flow.tiers))]
        if self.waits:
            given[self.place] += 1
        return Signing(self.flow, tuple(given))

    def _given(self, place: int) -> int:
        return self.given[place] if place < len(self.given) else 0


def flow_from_data(data: Mapping[str, Any]) -> Flow:
    """Read a flow from JSON values; raises `Refused` with what to mend."""
    try:
        flow = Flow(
            str(data["code"]).strip(),
            str(data["name"]).strip(),
            tuple(_tier_from(raw) for raw in data["tiers"]),
            tuple(Standard(str(raw["code"]), str(raw["text"]).strip()) for raw in data["standards"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        detail = f"{type(error).__name__}: {error}"
        raise Refused(
            Denied(say("销号流程的内容不完整或格式不对：%(detail)s。"), params={"detail": detail})
        ) from error
    denied = refuses_flow(flow)
    if denied:
        raise Refused(denied)
    return flow


def refuses_flow(flow: Flow) -> Denied | None:
    """What makes a flow unusable: no end, tiers out of order, nobody to sign, numbers out of bounds."""
    return _refuses_words(flow) or _refuses_order(flow) or _refuses_tiers(flow) or _refuses_standards(flow)


def _refuses_words(flow: Flow) -> Denied | None:
    if not flow.code or not flow.name:
        return Denied(say("有一个销号流程没有名称。"), say("请填写流程名称。"))
    if len(flow.code) > NAME_LENGTH or len(flow.name) > NAME_LENGTH:
        return Denied(say("流程名称最多%(most)s个字。"), params={"most": NAME_LENGTH})
    return None


def _refuses_order(flow: Flow) -> Denied | None:
    kinds = [tier.kind for tier in flow.tiers]
    if Kind.ACCEPT not in kinds:
        return Denied(
            say("流程“%(flow)s”没有终点：没有人验收，问题永远不能销号。"),
            say("请至少设一个“验收”环节。"),
            {"flow": flow.name},
        )
    single = [kind for kind in Kind if kind is not Kind.ACCEPT and kinds.count(kind) > 1]
    if kinds != sorted(kinds, key=list(Kind).index) or single or len(kinds) > MOST_TIERS:
        return Denied(
            say(
                "流程“%(flow)s”的环节应依次为现场核查、验收、公示、备案；只有验收可以设几级，合计不超过%(most)s个环节。"
            ),
            say("请调整环节的次序。"),
            {"flow": flow.name, "most": MOST_TIERS},
        )
    return None


def _refuses_tiers(flow: Flow) -> Denied | None:
    for tier in flow.tiers:
        wanted = SIGNERS[tier.kind]
        told = {"flow": flow.name, "tier": tier.name or KIND_NAMES[tier.kind]}
        if bool(wanted) != bool(tier.roles) or not tier.roles <= wanted:
            return Denied(
                say("流程“%(flow)s”的“%(tier)s”环节没有可以签字的岗位，或岗位不合适。"),
                say("请为核查选择督导人员，为验收选择整改办人员、验收人员、督导人员或单位负责人。"),
                told,
            )
        if not 1 <= tier.quorum <= MOST_SIGNATURES or not 0 <= tier.days <= MOST_DAYS:
            return Denied(
                say("流程“%(flow)s”的“%(tier)s”环节：签字人数应为1至%(people)s，天数应为0至%(days)s。"),
                params={**told, "people": MOST_SIGNATURES, "days": MOST_DAYS},
            )
        if len(tier.name) > NAME_LENGTH:
            return Denied(say("环节名称最多%(most)s个字。"), params={"most": NAME_LENGTH})
    return None


def _refuses_standards(flow: Flow) -> Denied | None:
    codes = [standard.code for standard in flow.standards]
    if len(codes) != len(set(codes)) or not all(codes):
        return Denied(say("流程“%(flow)s”有重复的验收标准。"), params={"flow": flow.name})
    if len(codes) > MOST_STANDARDS or not all(0 < len(row.text) <= TEXT_LENGTH for row in flow.standards):
        return Denied(
            say("流程“%(flow)s”的验收标准最多%(most)s条，每条1至%(length)s个字。"),
            params={"flow": flow.name, "most": MOST_STANDARDS, "length": TEXT_LENGTH},
        )
    return None


def _tier_data(tier: Tier) -> dict[str, Any]:
    roles = sorted(role.value for role in tier.roles)
    return {"kind": tier.kind.value, "name": tier.name, "roles": roles, "quorum": tier.quorum, "days": tier.days}


def _tier_from(raw: Mapping[str, Any]) -> Tier:
    roles: Sequence[str] = raw.get("roles", ())
    return Tier(
        Kind(raw["kind"]),
        str(raw.get("name", "")).strip(),
        frozenset(Role(role) for role in roles),
        _whole(raw.get("quorum", 1)),
        _whole(raw.get("days", 0)),
    )


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError(value)
    return value


def tier_name(tier: Tier) -> str:
    """What a tier is called: its own name, or that of its kind."""
    return tier.name or KIND_NAMES[tier.kind]


def signers_named(tier: Tier) -> list[str]:
    """The names of the roles that sign at a tier, in the order of the roles."""
    return [ROLE_NAMES[role] for role in Role if role in tier.roles]
