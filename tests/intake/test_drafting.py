"""Drafts gone over by two people: versions, and taking apart and putting together without losing a word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain.refusals import Refused
from bihuan.intake import actions, drafting, queries, regrouping
from bihuan.intake.drafting import Correction, Overtaken
from bihuan.intake.models import Draft
from bihuan.intake.receiving import receive_text
from bihuan.intake.regrouping import Piece, joined
from bihuan.intake.withdrawing import take_up_again
from bihuan.ledger.models import Problem
from bihuan.organisations.actions import create_unit
from tests.intake.files import AT_ONCE, NEAR, NO_SUCH_DAY, PLAIN, STANDING, leave_out, ledger, receive

pytestmark = pytest.mark.django_db
MEASURES = ["设置围挡", "更换防沉降井盖"]


@pytest.fixture
def actor(city):
    return city.actor("coordinator")


@pytest.fixture
def other(city):
    return city.actor("second_coordinator")


@pytest.fixture
def reading(city, tmp_path):
    return receive(city, ledger(tmp_path, PLAIN, STANDING, NO_SUCH_DAY, NEAR))


def split(actor, reading, place=1, part=0, **values):
    pieces = values.pop("pieces", None) or [
        Piece("东侧井盖下沉", (MEASURES[0],)),
        Piece("西侧井盖下沉", (MEASURES[1],)),
    ]
    return regrouping.split_draft(actor=actor, reading=reading, place=place, part=part, pieces=pieces, **values)


def counts(reading):
    return {row.name: row.count for row in queries.names_of(reading)}


def texts(reading):
    return [draft.item["problem"] for draft in queries.drafts_of(reading)]


class TestVersions:
    def test_every_change_is_noted_with_who_and_when(self, actor, reading):
        drafting.pass_draft(actor=actor, reading=reading, place=1, seen=0)
        draft = reading.drafts.get(place=1)
        assert (draft.version, draft.edited_by_id, draft.edited) == (1, actor.person_id, True)
        assert draft.edited_at is not None

    @pytest.mark.parametrize("deed", ["edit", "pass", "drop", "split", "merge", "unmerge"])
    def test_whoever_comes_second_is_told_and_changes_nothing(self, actor, other, reading, deed):
        drafting.edit_draft(actor=other, reading=reading, place=2, seen=0, correction=Correction("别人改的"))
        before = list(Draft.objects.order_by("place").values())
        at = {"actor": actor, "reading": reading, "place": 2, "seen": 0}
        deeds = {
            "edit": lambda: drafting.edit_draft(**at, correction=Correction("我改的")),
            "pass": lambda: drafting.pass_draft(**at),
            "drop": lambda: drafting.drop_draft(**at),
            "split": lambda: regrouping.split_draft(**at, pieces=[Piece("甲"), Piece("乙", ("合并报表",))]),
            "merge": lambda: regrouping.merge_drafts(
                actor=actor, reading=reading, into=(1, 0), others=[(2, 0)], seen={(2, 0): 0}
            ),
            "unmerge": lambda: regrouping.unmerge_draft(**at),
        }
        with pytest.raises(Overtaken, match=r"刚由卫成章改过（09:00）") as told:
            deeds[deed]()
        assert told.value.draft.item["problem"] == "别人改的"
        assert list(Draft.objects.order_by("place").values()) == before

    def test_words_can_be_kept_while_the_doubt_stays(self, actor, reading):
        draft = drafting.edit_draft(
            actor=actor, reading=reading, place=3, correction=Correction("改了一半"), settle=False
        )
        assert (draft.item["problem"], draft.faulty, draft.edited) == ("改了一半", True, False)

    def test_a_faulty_one_is_not_passed_as_it_is(self, actor, reading):
        with pytest.raises(Refused, match="有错误"):
            drafting.pass_draft(actor=actor, reading=reading, place=3)

    def test_passing_changes_no_word(self, actor, reading):
        before = reading.drafts.get(place=4).item
        draft = drafting.pass_draft(actor=actor, reading=reading, place=4)
        assert (draft.item, draft.doubts, draft.doubtful) == (before, [], False)

    def test_a_draft_that_is_gone_is_told_in_words(self, actor, reading):
        with pytest.raises(Refused, match="已经不在了"):
            drafting.pass_draft(actor=actor, reading=reading, place=1, part=7)

    def test_another_offices_coordinator_changes_nothing(self, city, reading):
        stranger = city.actor("county_coordinator")
        for deed in (
            lambda: drafting.pass_draft(actor=stranger, reading=reading, place=1),
            lambda: split(stranger, reading),
            lambda: regrouping.merge_drafts(actor=stranger, reading=reading, into=(1, 0), others=[(2, 0)]),
        ):
            with pytest.raises(Refused, match="不是您所在单位的"):
                deed()
        assert not Draft.objects.exclude(version=0).exists()

    def test_one_unit_of_one_draft_is_not_the_others(self, city, actor, tmp_path):
        reading = receive(city, ledger(tmp_path, NEAR, NEAR, name="两行.xlsx"))
        create_unit(name="教育局", kind="bureau", parent=city.units["linze"])
        label = "望江区 › 教育局"
        drafting.edit_draft(
            actor=actor, reading=reading, place=1, correction=Correction("班车间隔长", lead_units=(label,))
        )
        found = {row.name: row for row in queries.names_of(reading)}
        assert (found[label].units, found[label].how) == ([city.units["wangjiang_education"].pk], "name")
        assert (found["水务局"].count, found["水务局"].settled) == (1, False)


class TestSplitting:
    def test_parts_keep_their_place_and_everything_but_text_and_measures(self, actor, reading):
        before = reading.drafts.get(place=1).item
        parts = split(actor, reading)
        assert [(p.place, p.part, p.item["problem"], p.item["measures"]) for p in parts] == [
            (1, 0, "东侧井盖下沉", MEASURES[:1]),
            (1, 1, "西侧井盖下沉", MEASURES[1:]),
        ]
        same = ("place", "lead_units", "support_units", "deadline_date", "category", "person", "no")
        assert all({n: p.item[n] for n in same} == {n: before[n] for n in same} for p in parts)
        assert counts(reading)["市住建局"] == 2

    def test_a_part_can_be_split_again_in_order(self, actor, reading):
        split(actor, reading)
        split(actor, reading, part=0, pieces=[Piece("东侧甲", (MEASURES[0],)), Piece("东侧乙", (MEASURES[0],))])
        assert texts(reading)[:3] == ["东侧甲", "东侧乙", "西侧井盖下沉"]
        assert list(reading.drafts.filter(place=1).order_by("part").values_list("part", flat=True)) == [0, 1, 2]

    @pytest.mark.parametrize(
        ("pieces", "reason"),
        [
            ([Piece("一条", tuple(MEASURES))], "至少要两条"),
            ([Piece("甲", tuple(MEASURES)), Piece("  ")], "有一条是空的"),
            ([Piece("甲", (MEASURES[0],)), Piece("乙")], "没有归到任何问题：“更换防沉降井盖”"),
            ([Piece("甲", tuple(MEASURES))] * 51, "最多50条"),
        ],
    )
    def test_what_is_refused_changes_nothing(self, actor, reading, pieces, reason):
        with pytest.raises(Refused, match=reason):
            split(actor, reading, pieces=pieces)
        assert reading.drafts.count() == 4
        assert not reading.drafts.exclude(version=0).exists()

    def test_parts_become_problems_of_their_own_and_only_on_confirming(self, city, actor, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN, STANDING, name="两行.xlsx"))
        split(actor, reading)
        leave_out(city, reading)
        assert not Problem.objects.exists()
        problems = actions.confirm(actor=actor, reading=reading)
        assert [p.text for p in problems] == ["东侧井盖下沉", "西侧井盖下沉", STANDING[2].rstrip("。")]
        assert [p.place["row"] for p in problems] == [3, 3, 4]

    def test_the_parts_of_a_faulty_one_are_faulty(self, actor, reading):
        parts = split(actor, reading, place=3, pieces=[Piece("甲", ("安装收集池",)), Piece("乙")])
        assert all(part.faulty for part in parts)
        assert queries.standing(reading, queries.names_of(reading)).faulty == 2


class TestMerging:
    def merge(self, actor, reading, into=(1, 0), others=((2, 0),)):
        return regrouping.merge_drafts(actor=actor, reading=reading, into=into, others=list(others))

    def test_texts_measures_and_units_of_both_are_in_one(self, actor, reading):
        merged = self.merge(actor, reading)
        assert merged.item["problem"].split("\n") == [PLAIN[2].rstrip("。"), STANDING[2].rstrip("。")]
        assert merged.item["measures"] == [*MEASURES, "合并报表"]
        assert merged.item["lead_units"] == ["市住建局", "市水利局"]
        assert "support_units" not in merged.item, "nobody leads and supports"
        assert merged.item["place"]["row"] == 3
        assert [place["row"] for place in merged.item["place"]["more"]] == [4]
        assert texts(reading)[1:] == [NO_SUCH_DAY[2].rstrip("。"), NEAR[2].rstrip("。")]

    def test_a_deadline_that_differs_becomes_a_doubt(self, actor, reading):
        merged = self.merge(actor, reading)
        assert merged.item["deadline_raw"] == "2026年9月底前"
        assert merged.doubtful
        assert [note["params"] for note in merged.doubts] == [{"text": "长期坚持"}]

    def test_taken_apart_again_everything_is_as_it_was(self, actor, reading):
        before = [(d.item, d.doubts, d.faulty, d.doubtful, d.dropped) for d in queries.drafts_of(reading)]
        names = counts(reading)
        self.merge(actor, reading)
        self.merge(actor, reading, others=[(4, 0)])
        regrouping.unmerge_draft(actor=actor, reading=reading, place=1)
        regrouping.unmerge_draft(actor=actor, reading=reading, place=1)
        assert [(d.item, d.doubts, d.faulty, d.doubtful, d.dropped) for d in queries.drafts_of(reading)] == before
        assert counts(reading) == names

    def test_one_that_was_merged_does_not_come_back_alone(self, actor, reading):
        self.merge(actor, reading)
        with pytest.raises(Refused, match="已经并入别的问题"):
            drafting.drop_draft(actor=actor, reading=reading, place=2, dropped=False)

    def test_split_and_put_together_again_nothing_is_lost(self, actor, reading):
        before = reading.drafts.get(place=1)
        names = counts(reading)
        split(actor, reading, pieces=[Piece(before.item["problem"], (text,)) for text in MEASURES])
        merged = self.merge(actor, reading, others=[(1, 1)])
        assert {n: v for n, v in merged.item.items() if n != "merged"} == before.item
        assert counts(reading) == names

    def test_a_row_without_a_problem_of_its_own_is_no_fault_once_it_is_part_of_one(self, city, actor, tmp_path):
        empty = ("2", "", "", "补录漏登的对象", "市水利局", "", "", "", "", "")
        reading = receive(city, ledger(tmp_path, PLAIN, empty, name="缺问题.xlsx"))
        if reading.drafts.count() == 2:  # the reader may take it for more of the row above by itself
            self.merge(actor, reading)
        assert queries.standing(reading, queries.names_of(reading)).faulty == 0
        assert reading.drafts.get(place=1).item["measures"] == [*MEASURES, "补录漏登的对象"]

    def test_it_can_still_be_taken_apart_in_a_file_taken_up_again(self, actor, reading):
        self.merge(actor, reading)
        actions.discard(actor=actor, reading=reading)
        again = take_up_again(actor=actor, reading=reading)
        parts = regrouping.unmerge_draft(actor=actor, reading=again, place=1)
        assert [part.item["problem"] for part in parts] == [PLAIN[2].rstrip("。"), STANDING[2].rstrip("。")]
        assert not again.drafts.filter(dropped=True).exists()
        assert reading.drafts.filter(dropped=True).count() == 1, "the file given up stays as it was"

    def test_names_that_stand_in_both_count_once(self, actor, reading):
        self.merge(actor, reading)
        assert counts(reading)["市水利局"] == 2, "the merged one, and the row of the impossible date"


WORDS = st.text("井盖下沉路灯不亮，。；", min_size=1, max_size=8)
ITEMS = st.fixed_dictionaries(
    {"problem": WORDS},
    optional={
        "goal": WORDS,
        "measures": st.lists(WORDS, max_size=3),
        "lead_units": st.lists(WORDS, max_size=2),
        "support_units": st.lists(WORDS, max_size=2),
        "person": WORDS,
        "category": WORDS,
        "deadline_raw": WORDS,
        "other": st.dictionaries(WORDS, WORDS, max_size=2),
    },
)


@settings(max_examples=150, deadline=None)
@given(ITEMS, ITEMS)
def test_no_word_is_lost_in_joining_two(first, other):
    both = joined(first, other)
    for one in (first, other):
        for name in ("problem", "goal"):
            assert one.get(name, "") in both.get(name, "")
        assert set(one.get("measures", ())) <= set(both.get("measures", ()))
        units = {*both.get("lead_units", ()), *both.get("support_units", ())}
        assert {*one.get("lead_units", ()), *one.get("support_units", ())} <= units
        assert set(one.get("other", {})) <= set(both.get("other", {}))


def test_a_phrase_for_several_units_stays_to_be_ticked_in_every_part(city, actor, tmp_path):
    reading = receive(city, ledger(tmp_path, AT_ONCE))
    split(actor, reading, pieces=[Piece("甲", ("专项检查",)), Piece("乙", ("专项检查",))])
    assert counts(reading) == {"各县（市、区）教育局": 2}


def test_an_impossible_date_in_a_text_is_a_fault_of_its_own_problem(city):
    plan = (
        "整改方案\n（一）清溪支渠粪污直排。\n责任单位：市水利局\n整改时限：2026年2月30日\n"
        "（二）滨河路三处井盖下沉。\n责任单位：市住建局\n整改时限：立行立改\n"
    )
    reading = receive_text(actor=city.actor("coordinator"), ledger=city.ledger, text=plan)
    assert [draft.faulty for draft in queries.drafts_of(reading)] == [True, False]
    assert reading.faults == [], "told with the problem, not of the file"
    assert [note["params"] for note in reading.drafts.get(place=1).doubts] == [{"date": "2026年2月30日"}]
