"""Who may see a problem, against a definition of its own; and that reading fails closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser

from bihuan.book.keys import Region, new_id
from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.ledger import asof, queries
from bihuan.ledger.actions import dispatch, extending, ledgers, setting_aside, working
from bihuan.ledger.actions.register import NewMeasure, register
from bihuan.ledger.actions.working import NewEvidence, Progress
from bihuan.ledger.dossier import dossier_of
from bihuan.ledger.files import store
from bihuan.ledger.models import Measure, Part, Problem
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, create_unit
from tests.world import START, World

# The tree of the small office, told apart from its tables: each unit and the one above it.
ABOVE = {"city": None, "housing": "city", "water": "city", "county": "city", "county_education": "county"}


def up(unit: str | None) -> set[str]:
    """The unit and every one above it."""
    return {unit} | up(ABOVE[unit]) if unit else set()


def may_see(office: str, lead: str | None, supports: Iterable[str], *, dispatched: bool) -> set[str]:
    """Before dispatch the ledger's own office alone; then office, lead and supporting units and those above."""
    if not dispatched:
        return {office}
    return set().union(*(up(unit) for unit in (office, lead, *supports)))


def posted(world: World, unit: str, role: Role = Role.LIAISON) -> Actor:
    """Somebody new with a post in `unit`."""
    name = f"{role.value}-{unit}"
    person = create_person(username=name, name=name, password=None, region_id=1)
    assign_post(person=person, unit=world.units[unit], role=role)
    found = actor_for(person, held_posts(person))
    assert found
    return found


ASSIGNED: list[tuple[str, tuple[str, ...]]] = [
    ("housing", ()),
    ("housing", ("water",)),
    ("county", ()),
    ("county_education", ("water",)),
    ("city", ("county_education",)),
]


@pytest.mark.parametrize(("lead", "supports"), ASSIGNED)
@pytest.mark.parametrize("dispatched", [False, True])
def test_units_see_what_the_definition_says(world: World, lead: str, supports: tuple[str, ...], dispatched: bool):
    pks = {key: unit.pk for key, unit in world.units.items()}
    problem = world.register(lead_unit_id=pks[lead], support_unit_ids=tuple(pks[s] for s in supports))[0]
    if dispatched:
        dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    allowed = may_see("city", lead, supports, dispatched=dispatched)
    for unit in ABOVE:
        who = posted(world, unit)
        assert queries.visible_to(who).filter(id=problem.id).exists() is (unit in allowed), unit
        assert (queries.find(who, problem.id) is not None) is (unit in allowed), unit
        assert (asof.counts(who, START) == {}) is (unit not in allowed), unit


def test_a_ledger_of_a_county_is_seen_by_the_city_once_dispatched(world: World):
    county = world.actor("county_coordinator")
    ledger = ledgers.open_ledger(actor=county, name="县台账", prefix="HF")
    new = world.new(lead_unit_id=world.units["county_education"].pk, support_unit_ids=())
    problem = register(actor=county, ledger=ledger, problems=[new])[0].id
    city = world.actor("coordinator")
    assert queries.find(city, problem) is None
    dispatch.dispatch(actor=county, problems=[problem]).only()
    seen = queries.find(city, problem)
    assert seen is not None
    assert seen.part == Part.OFFICE


@pytest.mark.parametrize("stage", [Stage.LISTED, Stage.DISPATCHED, Stage.CLOSEOUT_ASKED, Stage.SUSTAINED])
def test_administrators_and_nobody_see_nothing(world: World, stage: Stage):
    problem = world.through(stage)
    admin = world.actor("administrator")
    assert not queries.visible_to(admin).exists()
    assert not queries.visible_to(None).exists()
    assert queries.find(admin, problem.id) is None
    assert not queries.own_ledgers(admin).exists()
    assert asof.counts(admin, START) == asof.counts(None, START) == {}
    assert world.units["city"].pk == admin.unit_id


def test_an_id_that_is_none_is_not_found(world: World):
    for name in world.people:
        assert queries.find(world.actor(name), new_id()) is None
        assert queries.find_evidence(world.actor(name), new_id()) is None


def test_set_aside_before_dispatch_it_stays_with_the_office(world: World):
    problem = world.register()[0].id
    setting_aside.withdraw(actor=world.actor("coordinator"), problems=[problem], reason="重复").only()
    assert queries.find(world.actor("liaison"), problem) is None
    assert queries.find(world.actor("auditor"), problem) is not None


def with_measures(world: World) -> UUID:
    """A problem under way with one measure of the lead unit, one of the supporting one, evidence on both."""
    both = (NewMeasure("更换井盖"), NewMeasure("抽排积水", unit_id=world.units["water"].pk))
    problem = world.through(Stage.UNDER_WAY, measures=both).id
    for name, unit in (("liaison", "housing"), ("support", "water")):
        measure = Measure.objects.get(problem_id=problem, unit=world.units[unit])
        proof = store(f"{name}.png", [b"\x89PNG\r\n\x1a\n", problem.bytes, name.encode()])
        working.report(
            actor=world.actor(name),
            problem=problem,
            progress={measure.id: Progress(50)},
            files=[NewEvidence(proof, measure.id)],
        ).only()
    return problem


def test_a_supporting_unit_sees_its_own_part(world: World):
    problem = with_measures(world)
    sees = {}
    for who in (world.actor("coordinator"), world.actor("liaison"), world.actor("support")):
        seen = queries.find(who, problem)
        assert seen is not None
        sees[who.unit_name] = (
            [m.text for m in dossier_of(who, seen).measures],
            [e.name for e in dossier_of(who, seen).evidence],
        )
    both = (["更换井盖", "抽排积水"], ["liaison.png", "support.png"])
    assert sees == {
        "云汀市": both,
        "市住房和城乡建设局": both,
        "市水利局": (["抽排积水"], ["support.png"]),
    }


def test_evidence_is_handed_out_only_to_those_who_see_it(world: World):
    problem = with_measures(world)
    office = world.actor("coordinator")
    seen = queries.find(office, problem)
    assert seen is not None
    files = {row.name: row.id for row in dossier_of(office, seen).evidence}
    gets = {
        name: [queries.find_evidence(world.actor(name), file) is not None for file in files.values()]
        for name in world.people
    }
    assert gets["support"] == [False, True]
    assert {name for name, got in gets.items() if got == [False, False]} == {
        "administrator",
        "stranger",
        "county_coordinator",
    }


def test_the_timeline_shows_each_what_is_for_its_eyes(world: World):
    problem = with_measures(world)
    due = START.replace(month=4)
    extending.ask_extension(actor=world.actor("leader"), problem=problem, due=due, reason="汛期").only()
    extending.grant_extension(actor=world.actor("coordinator"), problem=problem).only()

    def actions(name: str) -> list[str]:
        who = world.actor(name)
        seen = queries.find(who, problem)
        assert seen is not None
        return list(queries.entries_of(who, seen).values_list("action", flat=True))

    everything = ["register", "dispatch", "sign", "report", "report", "ask_extension", "grant_extension"]
    assert actions("coordinator") == actions("auditor") == everything
    assert actions("liaison") == everything[1:]
    assert actions("support") == ["dispatch", "sign", "report", "report", "grant_extension"]


def test_another_region_is_another_world(world: World):
    problem = world.through(Stage.DISPATCHED).id
    elsewhere = create_unit(name="别市", kind="government", region=Region.objects.create(id=2, name="别市"))
    stranger = replace(world.actor("coordinator"), unit_id=elsewhere.pk, region_id=2)
    assert queries.find(stranger, problem) is None
    assert not queries.visible_to(stranger).exists()
    assert not queries.own_ledgers(stranger).exists()


def test_someone_without_a_post_is_no_actor(world: World):
    person = create_person(username="jobless", name="待岗", password=None, region_id=1)
    assert actor_for(person, held_posts(person)) is None
    assert AnonymousUser().pk is None


def test_every_entry_of_a_problem_is_for_the_office(world: World):
    problem = with_measures(world)
    seen = queries.find(world.actor("reviewer"), problem)
    assert seen is not None
    assert (
        queries.entries_of(world.actor("reviewer"), seen).count() == Entry.objects.filter(subject=problem).count()
    )
    assert Problem.objects.get(id=problem).stage == Stage.UNDER_WAY
