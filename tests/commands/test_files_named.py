"""Which files a backup takes along: all that the database names and that were ever kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from bihuan.book import clock
from bihuan.commands.snapshot import naming_files
from bihuan.ledger.actions import campaigns
from bihuan.ledger.models import Campaign
from tests.world import START, build_world


def files_named() -> set[str]:
    found: set[str] = set()
    with connection.cursor() as cursor:
        for question in naming_files():
            cursor.execute(question)
            found |= {row[0] for row in cursor.fetchall()}
    return found


@pytest.mark.django_db
def test_the_scheme_of_a_campaign_is_taken_along_and_one_without_is_no_hindrance():
    with clock.moved_to(clock.moment_on(START)):
        world = build_world()
        office, unit = world.actor("coordinator"), world.units["housing"].pk
        for name in ("有方案", "没有方案"):
            plan = campaigns.Plan(name, unit, [unit], START, START + timedelta(days=90))
            campaigns.open_campaign(actor=office, plan=plan, template="8+N")
    Campaign.objects.filter(name="有方案").update(scheme={"name": "方案.docx", "size": 3, "sha256": "ab" * 32})
    assert "ab" * 32 in files_named()
    assert None not in files_named()
