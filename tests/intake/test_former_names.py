"""Names that units bore once, units merged since, and names that people confirmed: known, never guessed."""

from __future__ import annotations

import pytest

from bihuan.book.models import Entry
from bihuan.domain.refusals import Refused
from bihuan.intake import actions, queries
from bihuan.intake.aliases import aliases_of, forget
from bihuan.intake.matching import directory_of
from bihuan.intake.models import UnitName
from bihuan.intake.returns import Answers, confirm_return, receive_return, rehearse
from bihuan.ledger.actions import dispatch, regrouping
from bihuan.ledger.models import Problem
from bihuan.organisations import regrouping as units
from tests.intake.files import NEAR, PLAIN, leave_out, ledger, receive
from tests.intake.unitfiles import fill, sent
from tests.world import START, days_later

pytestmark = pytest.mark.django_db


def rename(city, key, name, *short_names):
    return units.rename(
        actor=city.actor("administrator"), unit=city.units[key], name=name, short_names=short_names
    )


def merge(city, what, into):
    return regrouping.merge(actor=city.actor("administrator"), units=[city.units[what]], into=city.units[into])


def matched(city, *names, office="city"):
    by_id = {unit.pk: key for key, unit in city.units.items()}
    city.units[office].refresh_from_db()
    found = directory_of(city.units[office]).match(names)
    return {name: (by_id[match.units[0]], match.how) for name, match in found.items()}


def test_a_former_name_of_one_unit_alone_is_taken(city):
    with days_later(1):
        rename(city, "finance", "云汀市财政金融局")
        assert matched(city, "云汀市财政局", "云汀市财政金融局") == {
            "云汀市财政局": ("finance", UnitName.How.FORMER_NAME),
            "云汀市财政金融局": ("finance", UnitName.How.NAME),
        }


def test_a_former_name_that_two_units_share_is_never_guessed(city):
    """One county's bureau is called otherwise now: 县教育局 may still mean either."""
    with days_later(1):
        rename(city, "county_education", "禾丰县教育体育局", "县教体局")
        assert matched(city, "县教育局") == {}
        both = {city.units["county_education"].pk, city.units["linze_education"].pk}
        assert set(directory_of(city.units["city"]).near("县教育局")[:2]) == both
        rename(city, "linze_education", "临泽县教育体育局", "县教体局")
        assert matched(city, "县教育局", "县教体局") == {}


def test_a_name_that_went_over_to_another_unit_is_not_guessed(city):
    with days_later(1):
        rename(city, "finance", "云汀市财政金融局")
        rename(city, "reform", "云汀市财政局")
        assert matched(city, "云汀市财政局") == {}


def test_names_of_a_merged_unit_stand_for_its_successor(city):
    with days_later(1):
        rename(city, "finance", "云汀市财政金融局")
        merge(city, "finance", "reform")
        assert matched(city, "云汀市财政局", "云汀市财政金融局") == {
            "云汀市财政局": ("reform", UnitName.How.FORMER_NAME),
            "云汀市财政金融局": ("reform", UnitName.How.FORMER_NAME),
        }
    with days_later(2):
        merge(city, "reform", "water")
        assert matched(city, "云汀市财政局") == {"云汀市财政局": ("water", UnitName.How.FORMER_NAME)}


def test_a_shared_name_becomes_clear_once_its_units_are_one(city):
    with days_later(1):
        merge(city, "linze_education", "county_education")
        assert matched(city, "县教育局")["县教育局"][0] == "county_education"


def test_a_unit_moved_away_is_not_the_countys_any_more(city):
    with days_later(1):
        regrouping.move(
            actor=city.actor("administrator"), unit=city.units["county_education"], parent=city.units["linze"]
        )
        assert matched(city, "禾丰县教育局", office="county") == {}
        assert matched(city, "禾丰县教育局", office="linze")


class TestAliases:
    def confirm(self, city, tmp_path, unit="water", file="一.xlsx"):
        reading = receive(city, ledger(tmp_path, NEAR, name=file))
        actor = city.actor("coordinator")
        actions.match_units(actor=actor, reading=reading, decisions={"水务局": (city.units[unit].pk,)})
        leave_out(city, reading)
        actions.confirm(actor=actor, reading=reading)

    def test_it_leads_to_the_successor(self, city, tmp_path):
        self.confirm(city, tmp_path)
        with days_later(1):
            merge(city, "water", "reform")
            assert matched(city, "水务局") == {"水务局": ("reform", UnitName.How.REMEMBERED)}
            told = [(alias.name, alias.file, alias.files) for alias in aliases_of(city.units["reform"])]
            assert told == [("水务局", "一.xlsx", 1)]

    def test_it_can_be_forgotten_and_confirmed_anew(self, city, tmp_path):
        self.confirm(city, tmp_path)
        (alias,) = aliases_of(city.units["water"])
        assert alias.person == city.people["coordinator"]
        admin = city.actor("administrator")
        forget(actor=admin, unit=city.units["water"], office_id=alias.office.pk, name="水务局")
        assert aliases_of(city.units["water"]) == []
        assert matched(city, "水务局") == {}
        assert Entry.objects.filter(subject=city.units["water"].uid).latest("seq").action == "forget_name"
        with pytest.raises(Refused, match="不再使用"):
            forget(actor=admin, unit=city.units["water"], office_id=alias.office.pk, name="水务局")
        self.confirm(city, tmp_path, unit="finance", file="二.xlsx")
        assert matched(city, "水务局") == {"水务局": ("finance", UnitName.How.REMEMBERED)}

    def test_only_the_administrator_forgets(self, city, tmp_path):
        self.confirm(city, tmp_path)
        with pytest.raises(Refused, match="系统管理员"):
            forget(
                actor=city.actor("coordinator"),
                unit=city.units["water"],
                office_id=city.units["city"].pk,
                name="水务局",
            )
        assert aliases_of(city.units["water"])


class TestOpenReadings:
    def test_a_unit_merged_before_confirming_is_its_successor(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        with days_later(1):
            merge(city, "housing", "reform")
            rows = {row.name: row.units for row in queries.names_of(reading)}
            assert rows["市住建局"] == [city.units["reform"].pk]
            (problem,) = actions.confirm(actor=city.actor("coordinator"), reading=reading)
            assert Problem.objects.get(pk=problem.pk).lead_unit_id == city.units["reform"].pk

    def test_lead_and_support_merged_into_one_unit_have_one_part(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        with days_later(1):
            merge(city, "housing", "water")
            (problem,) = actions.confirm(actor=city.actor("coordinator"), reading=reading)
            parts = problem.responsibilities.values_list("role", "unit_id")
            assert list(parts) == [("lead", city.units["water"].pk)]


def test_a_units_own_excel_sent_before_the_merger_still_comes_back(world):
    problem = world.register()[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    data = fill(sent(world), {(0, "signer"): "宁致和", (0, "signed_on"): START})
    with days_later(1) as today:
        merge(world, "housing", "county_education")
        office = world.actor("coordinator")
        returned = receive_return(actor=office, name="住建局.xlsx", chunks=[data])
        answers = Answers("宁致和", START, frozenset({problem.id}))  # it changed since, by the merger: go on
        shown = rehearse(actor=office, returned=returned, answers=answers).shown
        told = confirm_return(actor=office, returned=returned, answers=answers, shown=shown)
        assert told is not None
        assert told.count("will") == 1
        assert Problem.objects.get(pk=problem.pk).signed_on == today
