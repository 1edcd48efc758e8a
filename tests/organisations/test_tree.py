"""The tree of any day: whatever units went through, it is what their own chains say up to the end of that day."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.book import clock
from bihuan.book.booked import State, fold
from bihuan.book.models import Entry
from bihuan.domain.refusals import Refused
from bihuan.organisations import regrouping
from bihuan.organisations.actions import create_unit, set_unit_active
from bihuan.organisations.models import Unit, UnitPast
from bihuan.organisations.tree import lines_on, names_before, successors, tree_on, unit_as_of, units_within
from tests.world import START, World, build_world, days_later

NAMES = ("甲局", "乙局", "丙局", "丁局")


@pytest.fixture
def world(db: None):
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def replayed(day: date) -> dict[int, dict[str, Any]]:
    """The units as their entries up to the end of `day` tell them."""
    found: dict[int, dict[str, Any]] = {}
    for uid in Unit.objects.values_list("uid", flat=True):
        state: State = {}
        for entry in Entry.objects.filter(subject=uid).order_by("seq"):
            if clock.day_of(entry.recorded_at) <= day:
                assert not list(fold(state, json.loads(entry.body)["changes"]))
        if state:
            row = state[f"unit:{uid}"]
            found[row["id"]] = row
    return found


def assert_days_are_as_told(days: list[date]) -> None:
    for day in days:
        told, kept = replayed(day), tree_on(day)
        assert kept.keys() == told.keys()
        for unit_id, row in told.items():
            then = kept[unit_id]
            assert (then.name, list(then.short_names), then.path) == (row["name"], row["short_names"], row["path"])
            assert (then.parent_id, then.is_active) == (row.get("parent_id"), row["is_active"])
            assert then.merged_into_id == row.get("merged_into_id")
            assert unit_as_of(unit_id, day) == then
            assert units_within(unit_id, day) == {k for k, v in told.items() if f"/{unit_id}/" in v["path"]}
        assert lines_on(day) == {unit_id: then.line for unit_id, then in kept.items()}


steps = st.lists(
    st.tuples(
        st.sampled_from(["create", "rename", "move", "merge", "close", "open"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.sampled_from(NAMES),
        st.sampled_from([0, 0, 1, 3]),
    ),
    max_size=14,
)


def take(world: World, step: tuple[str, int, int, str, int]) -> None:
    """One step, as far as it is allowed."""
    what, first, second, name, _days = step
    admin, units = world.actor("administrator"), list(Unit.objects.order_by("pk"))
    unit, other = units[first % len(units)], units[second % len(units)]
    with suppress(Refused):
        match what:
            case "create":
                create_unit(name=name, kind="bureau", parent=unit)
            case "rename":
                regrouping.rename(actor=admin, unit=unit, name=name, short_names=[name[0]])
            case "move":
                regrouping.move(actor=admin, unit=unit, parent=other)
            case "merge":
                regrouping.merge(actor=admin, unit=unit, into=other)
            case _:
                set_unit_active(unit=unit, active=what == "open")


@pytest.mark.django_db
def test_the_tree_of_a_day_is_what_the_chains_say(world):
    @given(steps)
    @settings(max_examples=25)
    def hold(history):
        with transaction.atomic():
            play(world, history)
            transaction.set_rollback(True)

    hold()


def play(world: World, history: list[tuple[str, int, int, str, int]]) -> None:
    """All steps, some days apart; then the tree of every day, and of today, is looked at."""
    day = START
    for step in history:
        day += timedelta(days=step[4])
        with clock.moved_to(clock.moment_on(day, hour=10)):
            take(world, step)
    with clock.moved_to(clock.moment_on(day + timedelta(days=1))):
        changed = set(UnitPast.objects.values_list("ends", flat=True)) | {START, day}
        assert_days_are_as_told(sorted(changed | {before - timedelta(days=1) for before in changed}))
    for unit in Unit.objects.select_related("parent"):
        assert unit.line == (*(unit.parent.line if unit.parent else ()), unit.pk), "no circles, no gaps"
        assert unit.merged_into_id is None or (not unit.is_active and unit.parent_id == unit.merged_into_id)
    assert not set(successors().values()) & set(successors())


def test_nothing_is_kept_while_nothing_changes(world):
    assert not UnitPast.objects.exists()
    with days_later(3):
        set_unit_active(unit=world.units["county_education"], active=True)
        assert not UnitPast.objects.exists()


def test_a_name_of_the_same_day_is_no_former_name(world):
    """Somebody who mistyped a new unit's name and mends it at once leaves no alias behind."""
    unit = create_unit(name="市体育局局", kind="bureau", parent=world.units["city"])
    regrouping.rename(actor=world.actor("administrator"), unit=unit, name="市体育局")
    assert not UnitPast.objects.exists()
    assert Entry.objects.filter(subject=unit.uid).count() == 2


def test_an_old_workbook_does_not_bring_back_what_was_merged_renamed_or_moved(world):
    admin, units = world.actor("administrator"), world.units
    with days_later(1):
        regrouping.rename(actor=admin, unit=units["housing"], name="市住房建设局")
        regrouping.merge(actor=admin, unit=units["water"], into=units["housing"])
        regrouping.move(actor=admin, unit=units["county_education"], parent=units["city"])
        assert names_before(Unit.objects.all()) == {
            (units["city"].pk, "市住房和城乡建设局"): "市住房建设局",
            (units["city"].pk, "市水利局"): "市住房建设局",
            (units["county"].pk, "禾丰县教育局"): "禾丰县教育局",
        }
