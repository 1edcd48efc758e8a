"""What stages, roles, sides and units are called. Words only; the rules that use them are in `lifecycle`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bihuan.domain.case import Side, Stage
from bihuan.domain.refusals import say
from bihuan.domain.roles import ROLE_NAMES as ROLE_NAMES

STAGE_NAMES: Mapping[Stage, str] = {
    Stage.DRAFT: say("草稿"),
    Stage.LISTED: say("已入账"),
    Stage.DISPATCHED: say("已交办"),
    Stage.UNDER_WAY: say("整改中"),
    Stage.CLAIMED_DONE: say("报称完成"),
    Stage.CLOSEOUT_ASKED: say("已申请销号"),
    Stage.ACCEPTED: say("已验收"),
    Stage.IN_PUBLIC_NOTICE: say("公示中"),
    Stage.CLOSED: say("已销号"),
    Stage.SUSTAINED: say("已巩固"),
    Stage.SUSPENDED: say("已中止"),
    Stage.MERGED: say("已并案"),
    Stage.WITHDRAWN: say("已撤销"),
    Stage.REFERRED: say("已移送"),
}

SIDE_NAMES: Mapping[Side, str] = {
    Side.OFFICE: say("交办单位"),
    Side.LEAD: say("牵头单位"),
    Side.SUPPORT: say("配合单位"),
    Side.ABOVE: say("上级单位"),
}


def short_of(short_names: Sequence[str], name: str) -> str:
    """A unit's name for tables: its first short name, or its name."""
    return short_names[0] if short_names else name
