"""Closing a unit and opening it again: asks for the problems that hang on it, the rest is `organisations`'."""

from __future__ import annotations

from django.db import transaction

from bihuan.domain.case import OPEN_STAGES
from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger.models import Problem
from bihuan.organisations import accounts
from bihuan.organisations.access import Actor, may_manage_people
from bihuan.organisations.directory import find_unit
from bihuan.organisations.models import Unit


@transaction.atomic
def switch_unit(*, actor: Actor, unit: Unit, active: bool) -> None:
    """Close a unit or open it again.

    Raises `Refused` for those who keep no units or not this one, while open problems are led or kept by it, and
    where posts or units in use hang on it.
    """
    insist(may_manage_people(actor))
    if not active and find_unit(actor, unit.pk):
        insist(_refuses_problems(unit))
    accounts.switch_unit(actor=actor, unit=unit, active=active)


def _refuses_problems(unit: Unit) -> Denied | None:
    unfinished = Problem.objects.filter(region_id=unit.region_id, stage__in=[stage.value for stage in OPEN_STAGES])
    led = unfinished.filter(lead_unit_id=unit.pk).count()
    if led:
        return Denied(
            say("它牵头的问题还有%(count)s个没有办结。"),
            say("请先办结或由整改办撤销、并案；单位撤并的，请用“合并”，在办问题随之转到接收单位。"),
            {"count": led},
        )
    kept = unfinished.filter(office_id=unit.pk).count()
    if kept:
        return Denied(
            say("它交办的问题还有%(count)s个没有办结。"),
            say("请先由它的整改办办结、撤销或并案。"),
            {"count": kept},
        )
    return None
