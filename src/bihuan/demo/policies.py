"""The demo's next colour policy, switched on for a day still to come, so that its page has something coming."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bihuan.demo.office import Office
from bihuan.domain.case import Role
from bihuan.domain.colours import DEFAULT_POLICY
from bihuan.ledger.actions.policies import switch_on
from bihuan.ledger.actions.recolouring import recolour
from bihuan.ledger.policies import schedule_on_record

STRICTER, EARLIER = 25, 5
"""The points behind from which on a problem turns red, and yellow, by the policy that is coming."""


def announce_a_policy(office: Office, last: date) -> None:
    """The city's office asks for more from the first of the month after next on."""
    actor = office.actor("yunting", Role.COORDINATOR)
    assert actor is not None
    points = {30: STRICTER, 10: EARLIER}
    rules = tuple(
        replace(rule, numbers={"points": points[rule.numbers["points"]]}) if rule.when == "behind" else rule
        for rule in DEFAULT_POLICY.rules
    )
    switch_on(
        actor=actor,
        policy=replace(DEFAULT_POLICY, name="五色（从严）", rules=rules),
        effective_from=_first_after_next(last),
        reason="年度收官，进度落后的要早提醒：落后5个百分点变黄，25个变红。",
        seen=schedule_on_record().version,
    )
    recolour()


def _first_after_next(day: date) -> date:
    month = day.month + 2
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
