"""Statements that are written once for everybody: who asks is filled in when they are asked.

Building the SQL of a desk takes several times as long as answering it. What is written for `ANYBODY` goes through
the same rules of sight as any actor's query; `asking` says which unit and region stand in the places left open.
"""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.domain.case import Role
from bihuan.organisations.access import Actor

KEPT = 64
"""How many statements of a kind are kept: they differ by role, by what there is to do, and by day."""
_UNIT, _REGION, _PERSON = -1, -2, -3
"""Ids that no unit, no region and nobody has."""

ANYBODY = Actor(
    person_id=_PERSON,
    person_name="",
    post_id=0,
    role=Role.AUDITOR,
    unit_id=_UNIT,
    unit_name="",
    region_id=_REGION,
    unit_ids=frozenset(),
)
"""Whoever asks, with the role of one who reads and does nothing. Administrators are never asked for."""


def asking(actor: Actor) -> Mapping[int, int]:
    """What to fill into a statement that was written for `ANYBODY`; raises ValueError for an administrator."""
    if actor.role is Role.ADMINISTRATOR:
        raise ValueError("administrators see no problems")
    return {_UNIT: actor.unit_id, _REGION: actor.region_id, _PERSON: actor.person_id}
