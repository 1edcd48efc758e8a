"""What comes of problems: rules made because of them."""

from __future__ import annotations

from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import tying
from bihuan.web.acts.act import Act
from bihuan.web.forms.rules import TieRule

ROWS: tuple[Act, ...] = (
    Act(
        Move.TIE_RULE,
        TieRule,
        lambda actor, ids, said, how: tying.tie_rule(
            actor=actor, problems=ids, rule=UUID(said["rule"]), note=said["note"], **how
        ),
        say("写明这个问题促成了哪项制度；制度的登记册上同时计数。"),
        bulk=True,
    ),
)
