"""Campaigns: what is enlisted and what is taken out."""

from __future__ import annotations

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import enlisting
from bihuan.web.acts.act import Act
from bihuan.web.forms import campaigns

ROWS: tuple[Act, ...] = (
    Act(
        Move.ENLIST,
        campaigns.Enlist,
        lambda actor, ids, said, how: enlisting.enlist(
            actor=actor, problems=ids, campaign=said["place"][0], item=said["place"][1], **how
        ),
        say("问题照常在台账上办理，同时计入所选专项；时限和责任单位不变。"),
        bulk=True,
    ),
    Act(
        Move.DELIST,
        campaigns.Delist,
        lambda actor, ids, said, how: enlisting.delist(actor=actor, problems=ids, reason=said["reason"], **how),
        say("问题不再计入专项，仍在台账上照常办理。"),
        bulk=True,
    ),
)
