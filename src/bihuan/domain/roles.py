"""The roles that posts give, and what they are called. What each may do is in the table of moves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bihuan.domain.refusals import say


class Role(StrEnum):
    """What a post entitles to. Auditors and administrators hold no business post."""

    COORDINATOR = "coordinator"
    LIAISON = "liaison"
    REVIEWER = "reviewer"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: Mapping[Role, str] = {
    Role.COORDINATOR: say("整改办人员"),
    Role.LIAISON: say("联络员"),
    Role.REVIEWER: say("验收人员"),
    Role.LEADER: say("单位负责人"),
    Role.SUPERVISOR: say("督导人员"),
    Role.AUDITOR: say("审计人员"),
    Role.ADMINISTRATOR: say("系统管理员"),
}
