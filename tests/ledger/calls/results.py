"""What comes of problems: rules made because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.rules_made import Wording, enter_rule
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.tying import tie_rule
from bihuan.ledger.models import RuleMade
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.models import Person

if TYPE_CHECKING:
    from tests.ledger.calls import Do
    from tests.world import World

TITLE = "雨水井盖巡查维护办法"


def city_rule() -> RuleMade:
    """A rule of the city in force, which everybody below may name."""
    found = RuleMade.objects.filter(title=TITLE).first()
    if found:
        return found
    person = Person.objects.get(username="coordinator")
    office = actor_for(person, held_posts(person))
    assert office is not None
    return enter_rule(actor=office, wording=Wording(TITLE, "云政办〔2026〕8号", issued_on=clock.today()))


def ready(world: World) -> UUID:
    """A problem under way, and a rule to tie it to."""
    problem = world.through(Stage.UNDER_WAY).id
    city_rule()
    return problem


def _tie(actor: Actor, problem: UUID) -> Outcome:
    rule = RuleMade.objects.values_list("id", flat=True).first()
    return tie_rule(actor=actor, problems=[problem], rule=rule or new_id(), note="第六条")


CALLS: dict[Move, tuple[Stage, str, Do]] = {Move.TIE_RULE: (Stage.UNDER_WAY, "coordinator", _tie)}
BEFORE: dict[Move, Any] = {}
READY = {Move.TIE_RULE: ready}
RIGHTS = {Move.TIE_RULE: {"coordinator", "second_coordinator", "liaison", "leader"}}
