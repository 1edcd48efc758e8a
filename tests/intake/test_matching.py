"""Unit names: what is exact is taken, what is near is offered, what is shared is never guessed."""

from __future__ import annotations

import pytest

from bihuan.intake import actions
from bihuan.intake.matching import directory_of
from bihuan.intake.models import UnitName
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.organisations.actions import create_unit, set_unit_active
from tests.intake.files import NEAR, PLAIN, leave_out, ledger, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(city):
    return directory_of(city.units["city"])


def keys(city, ids):
    by_id = {unit.pk: key for key, unit in city.units.items()}
    return [by_id[unit] for unit in ids]


@pytest.mark.parametrize(
    ("name", "unit", "how"),
    [
        ("市住房和城乡建设局", "housing", UnitName.How.NAME),
        ("市住建局", "housing", UnitName.How.SHORT_NAME),
        ("临泽县 教育局", "linze_education", UnitName.How.NAME),
        ("临泽县", "linze", UnitName.How.NAME),
    ],
)
def test_an_exact_name_is_taken(city, names, name, unit, how):
    match = names.match([name])[name]
    assert (keys(city, match.units), match.how) == ([unit], how)


@pytest.mark.parametrize(
    ("name", "likeliest"),
    [
        ("住建局", "housing"),
        ("云汀市住建局", "housing"),
        ("市住房城乡建设局", "housing"),
        ("临泽县住建局", "linze_housing"),
        ("临泽住建局", "linze_housing"),
        ("县住建局", "linze_housing"),
        ("市发改委", "reform"),
        ("市财政局", "finance"),
        ("市水务局", "water"),
        ("禾丰县人民政府", "county"),
        ("市政府", "city"),
        ("清河镇人民政府", "qinghe"),
        ("东门街道办事处", "dongmen"),
        ("市公交集团", "buses"),
        ("望江区教育局", "wangjiang_education"),
    ],
)
def test_a_near_name_is_offered_and_not_taken(city, names, name, likeliest):
    assert names.match([name]) == {}
    assert keys(city, names.near(name))[0] == likeliest


def test_a_name_shared_by_two_counties_is_never_guessed(city, names):
    assert names.match(["县教育局"]) == {}
    assert set(keys(city, names.near("县教育局"))[:2]) == {"county_education", "linze_education"}


def test_a_full_name_that_two_units_bear_is_never_guessed(city):
    create_unit(name="教育局", kind="bureau", parent=city.units["linze"])
    names = directory_of(city.units["city"])
    assert names.match(["教育局"]) == {}
    assert {names.label(unit) for unit in names.near("教育局")[:2]} == {"望江区 › 教育局", "临泽县 › 教育局"}


def test_what_has_no_like_is_not_matched_with_anything(names):
    assert names.match(["供水公司", "张三"]) == {}
    assert names.near("张三") == []


def test_a_closed_unit_and_one_beside_the_office_are_not_found(city):
    set_unit_active(unit=city.units["finance"], active=False)
    assert directory_of(city.units["city"]).match(["云汀市财政局"]) == {}
    assert directory_of(city.units["county"]).match(["市住房和城乡建设局"]) == {}


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("各县（市、区）人民政府", {"county", "linze", "wangjiang"}),
        ("各县、市、区政府", {"county", "linze", "wangjiang"}),
        ("各县区", {"county", "linze", "wangjiang"}),
        ("全市各县（区）党委政府", {"county", "linze", "wangjiang"}),
        ("各乡镇（街道）", {"qinghe", "dongmen"}),
        ("各镇街", {"qinghe", "dongmen"}),
        ("各县（市、区）教育局", {"county_education", "linze_education", "wangjiang_education"}),
    ],
)
def test_a_collective_phrase_is_opened_by_a_person_only(city, names, phrase, meant):
    group = names.collective(phrase)
    assert group.ticked
    assert set(keys(city, group.units)) == meant
    assert names.match([phrase]) == {}


@pytest.mark.parametrize("phrase", ["市直各部门", "有关部门", "各相关单位"])
def test_a_vague_phrase_offers_the_bureaus_unticked(city, names, phrase):
    group = names.collective(phrase)
    assert not group.ticked
    assert set(keys(city, group.units)) == {"housing", "water", "reform", "finance"}


@pytest.mark.parametrize("name", ["县直各单位", "市住建局", "各界人士", "区域合作办公室", "县级河长办"])
def test_a_plain_name_is_no_phrase(names, name):
    assert names.collective(name) is None


def test_search_finds_by_part_of_a_name_and_then_by_likeness(city, names):
    assert keys(city, names.search("临泽"))[0] == "linze"
    assert set(keys(city, names.search("教育"))) == {"county_education", "linze_education", "wangjiang_education"}
    assert keys(city, names.search("发改委")) == ["reform"]
    assert names.search("  ") == []


class TestMemory:
    """What a person chose is remembered for the office, once the reading was confirmed."""

    def choose(self, city, tmp_path, unit, *, confirmed=True, file="一.xlsx"):
        reading = receive(city, ledger(tmp_path, NEAR, name=file))
        actor = city.actor("coordinator")
        actions.match_units(actor=actor, reading=reading, decisions={"水务局": (city.units[unit].pk,)})
        leave_out(city, reading)
        if confirmed:
            actions.confirm(actor=actor, reading=reading)

    def test_the_next_file_finds_it(self, city, tmp_path):
        self.choose(city, tmp_path, "water")
        row = receive(city, ledger(tmp_path, PLAIN, NEAR, name="二.xlsx")).unit_names.get(name="水务局")
        assert (keys(city, row.units), row.how) == (["water"], UnitName.How.REMEMBERED)

    def test_not_from_a_reading_that_was_never_confirmed(self, city, tmp_path):
        self.choose(city, tmp_path, "water", confirmed=False)
        assert directory_of(city.units["city"]).match(["水务局"]) == {}

    def test_not_where_people_chose_differently(self, city, tmp_path):
        self.choose(city, tmp_path, "water")
        self.choose(city, tmp_path, "finance", file="二.xlsx")
        assert directory_of(city.units["city"]).match(["水务局"]) == {}

    def test_not_for_another_office(self, city, tmp_path):
        self.choose(city, tmp_path, "water")
        other = open_ledger(actor=city.actor("county_coordinator"), name="县台账", prefix="HF")
        reading = receive(city, ledger(tmp_path, NEAR, name="三.xlsx"), who="county_coordinator", into=other)
        assert reading.unit_names.get(name="水务局").units == []

    def test_not_for_a_unit_closed_since(self, city, tmp_path):
        self.choose(city, tmp_path, "finance")
        set_unit_active(unit=city.units["finance"], active=False)
        assert directory_of(city.units["city"]).match(["水务局"]) == {}
