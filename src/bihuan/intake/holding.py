"""A reading that is being gone over: held for a change, by the office whose ledger it is for, while it is open."""

from __future__ import annotations

from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.models import Reading
from bihuan.ledger.actions.register import refuses_ledger
from bihuan.organisations.access import Actor


def hold(actor: Actor, reading: Reading) -> None:
    """Hold the reading for a change, inside the caller's transaction.

    Raises `Refused` where it is the office's no more, or not open.
    """
    insist(refuses_ledger(actor, reading.ledger))
    held = Reading.objects.select_for_update().get(region_id=reading.region_id, id=reading.id)
    if held.state != Reading.State.OPEN:
        raise Refused(no_longer_open(held.state))


def no_longer_open(state: str) -> Denied:
    """Why a reading in this state cannot be changed."""
    if state == Reading.State.CONFIRMED:
        return Denied(say("这个文件的问题已经登记入账，不能再改。"), say("请在台账中修改相应的问题。"))
    if state == Reading.State.WITHDRAWN:
        return Denied(say("这次导入已经撤回。"), say("需要的话请“重新核对”或重新上传文件。"))
    return Denied(say("这次导入已经放弃。"), say("需要的话请重新上传文件。"))
