"""Enlists problems of the city's ledger in a campaign, through the real action, for its pages to be measured.

`python -m bench.campaign` in the environment of a home, once for each: where there is a campaign nothing is done.
"""

from __future__ import annotations

from bench import users
from bench.waking import wake

MOST, AT_ONCE = 20_000, 5_000
"""Problems in the campaign, and how many are enlisted at once."""
DAYS = 365
NAME = "窨井专项整治"


def main() -> None:
    """Set up the campaign of the city with all units right below it, and enlist in its items in turn."""
    wake()
    from datetime import timedelta

    from bihuan.book import clock
    from bihuan.domain.lifecycle import MOVES, Move
    from bihuan.ledger.actions.campaigns import Plan, open_campaign
    from bihuan.ledger.actions.enlisting import enlist
    from bihuan.ledger.campaigns import items_of
    from bihuan.ledger.models import Campaign, Problem
    from bihuan.organisations.access import actor_for, held_posts
    from bihuan.organisations.models import Person, Unit

    if Campaign.objects.exists():
        return
    person = Person.objects.get(username=users.CITY)
    city = actor_for(person, held_posts(person))
    assert city is not None
    below = list(Unit.objects.filter(parent_id=city.unit_id).order_by("pk").values_list("pk", flat=True))
    today = clock.today()
    plan = Plan(NAME, city.unit_id, below, today, today + timedelta(days=DAYS))
    campaign = open_campaign(actor=city, plan=plan, template="13+N")
    stages = [stage.value for stage in MOVES[Move.ENLIST].sources]
    own = Problem.objects.filter(region_id=city.region_id, office_id=city.unit_id, stage__in=stages)
    found = list(own.order_by("id").values_list("id", flat=True)[:MOST])
    items = items_of([campaign.pk])[campaign.pk]
    for place, item in enumerate(items):
        mine = found[place :: len(items)]
        for start in range(0, len(mine), AT_ONCE):
            part = mine[start : start + AT_ONCE]
            enlist(actor=city, problems=part, campaign=campaign.pk, item=item.pk, all_or_none=True)


if __name__ == "__main__":
    main()
