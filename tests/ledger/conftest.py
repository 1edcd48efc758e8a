"""The small office on a fixed day, built once for all tests of a module and put back after each."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from bihuan.book import clock
from bihuan.domain.case import Role, Terms
from bihuan.ledger.actions import ledgers
from bihuan.organisations.actions import assign_post, create_person
from tests.world import START, World, build_world


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The office on START, in a transaction that ends with the module; each test is a savepoint in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.moved_to(clock.moment_on(START)):
            built = build_world()
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def world(office: World, db: None) -> Iterator[World]:
    """The office for one test; the clock stays on START."""
    with clock.moved_to(clock.moment_on(START)):
        yield copy.deepcopy(office)


CLERKS = ("housing", "water", "county", "county_education")


@pytest.fixture
def staffed(world: World) -> World:
    """The office with somebody in every unit who signs and reports, and a ledger of the county."""
    for unit in CLERKS:
        person = create_person(username=f"at_{unit}", name=f"{unit}联络员", password=None, region_id=1)
        assign_post(person=person, unit=world.units[unit], role=Role.LIAISON)
        world.people[f"at_{unit}"] = person
    county = world.actor("county_coordinator")
    ledgers.open_ledger(actor=county, name="禾丰县问题整改台账", prefix="HF", terms=Terms(check_required=False))
    return world
