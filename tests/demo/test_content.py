"""The demo's content: believable, complete, and such that every story told with it can be played.

A person from a real office reads these lists: what would make them doubt the demo fails here.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest
from rapidfuzz import fuzz

from bihuan.demo.content import (
    ProblemText,
    load_fields,
    load_natures,
    load_people,
    load_phrases,
    load_problems,
    load_sources,
    load_units,
)

UNITS = {unit.key: unit for unit in load_units()}
PROBLEMS = load_problems()
WRITTEN = [problem for problem in PROBLEMS if not problem.found_again_from]
TAKEN = {"pdf", "jpg", "jpeg", "png", "docx", "xlsx", "txt", "csv"}
STORY_BEGINS = (2025, 9)
OFFICE_ROLES = {"coordinator", "liaison", "reviewer", "leader", "supervisor"}


def posts(role: str) -> list[tuple[str, str]]:
    """Who holds a role, and in which unit."""
    return [(person.key, post.unit) for person in load_people() for post in person.posts if post.role == role]


# ── units, people, sources ──


def test_units_form_one_tree_given_from_the_root_down():
    seen: set[str | None] = {None}
    for unit in load_units():
        assert unit.parent in seen, unit.key
        seen.add(unit.key)
    assert [unit.key for unit in load_units() if unit.parent is None] == ["yunting"]
    assert len(UNITS) == len(load_units())


def test_the_city_has_six_counties_with_units_of_their_own():
    counties = [u.key for u in UNITS.values() if u.parent == "yunting" and u.kind == "government"]
    below = Counter(u.parent for u in UNITS.values())
    assert len(counties) == 6
    assert all(2 <= below[key] <= 4 for key in counties)
    assert 38 <= len(UNITS) <= 46


def test_one_short_name_stands_for_two_units_so_that_matching_must_ask():
    holders = Counter(name for unit in UNITS.values() for name in unit.short_names)
    assert holders["县教育局"] == 2


def test_division_codes_are_invented_ones_and_differ():
    codes = [unit.division_code for unit in UNITS.values() if unit.division_code]
    assert all(re.fullmatch(r"99\d{4}(\d{3})?", code) for code in codes)
    assert len(codes) == len(set(codes))


def test_everybody_can_sign_in_and_holds_posts_in_units_there_are():
    people = load_people()
    assert 25 <= len(people) <= 32
    assert len({person.username for person in people}) == len({person.name for person in people}) == len(people)
    for person in people:
        assert re.fullmatch(r"[a-z]{3,20}", person.username)
        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", person.english_name)
        assert person.posts
        assert all(post.unit in UNITS for post in person.posts)


def test_the_office_is_staffed():
    assert len([unit for _who, unit in posts("coordinator") if unit == "yunting"]) == 3
    assert "qiling" in [unit for _who, unit in posts("coordinator")]
    assert posts("reviewer")
    assert len(posts("supervisor")) == 2
    assert len(posts("auditor")) == len(posts("administrator")) == 1
    assert len({unit for _who, unit in posts("leader")}) >= 6
    assert any(UNITS[unit].kind == "township" for _who, unit in posts("liaison"))
    assert any(len(person.posts) > 1 for person in load_people())


def test_auditor_and_administrator_hold_no_business_post():
    for person in load_people():
        roles = {post.role for post in person.posts}
        assert not (roles & {"auditor", "administrator"} and roles & OFFICE_ROLES), person.key


def test_nobody_accepts_for_the_office_what_they_ask_for_in_a_unit_of_its_ledger():
    judges = {who for role in ("reviewer", "supervisor") for who, _unit in posts(role)}
    judges |= {who for who, unit in posts("coordinator") if unit == "yunting"}
    assert not judges & {who for who, _unit in posts("liaison")}


def test_sources_form_a_tree_named_in_both_languages():
    seen: set[str | None] = {None}
    for source in load_sources():
        assert source.parent in seen
        assert source.zh
        assert source.en.isascii()
        seen.add(source.key)


def test_fields_and_natures_are_named_in_both_languages():
    assert len(load_fields()) == 10
    for label in [*load_fields(), *load_natures()]:
        assert label.zh
        assert label.en.isascii()


# ── problems ──


def test_enough_problems_written_one_by_one_over_ten_fields():
    by_field = Counter(problem.field for problem in WRITTEN)
    assert len(WRITTEN) >= 160
    assert len(PROBLEMS) >= 600
    assert set(by_field) == {label.key for label in load_fields()}
    assert min(by_field.values()) >= 14


@pytest.mark.parametrize("part", ["key", "title", "text", "goal"])
def test_nothing_is_said_twice(part):
    told = Counter(getattr(problem, part) for problem in PROBLEMS)
    assert [words for words, times in told.items() if times > 1] == []


def test_no_two_texts_are_one_text_with_other_nouns():
    near = [
        (one.key, other.key) for one, other in combinations(PROBLEMS, 2) if fuzz.ratio(one.text, other.text) > 70
    ]
    assert near == []


def test_lists_meet_short_texts_and_very_long_ones():
    lengths = [len(problem.text) for problem in PROBLEMS]
    assert sum(length >= 400 for length in lengths) >= 4
    assert 3 <= sum(length < 30 for length in lengths) <= 8
    assert sum(30 <= length <= 180 for length in lengths) >= len(lengths) - 12


def faulty(sound) -> list[str]:
    """Keys of the findings for which `sound` does not hold."""
    return [problem.key for problem in PROBLEMS if not sound(problem)]


def test_somebody_can_sign_for_every_finding():
    working = {unit for _who, unit in posts("liaison")}
    assert faulty(lambda problem: problem.lead in working) == []


def test_every_finding_names_units_sources_and_natures_there_are():
    sources, natures = {source.key for source in load_sources()}, {label.zh for label in load_natures()}
    assert faulty(lambda problem: {problem.lead, *problem.support} <= set(UNITS)) == []
    assert faulty(lambda problem: problem.source in sources and problem.nature in natures) == []


def test_a_lead_unit_does_not_support_itself_and_at_most_three_support():
    assert faulty(lambda problem: len({problem.lead, *problem.support}) == len(problem.support) + 1) == []
    assert faulty(lambda problem: len(problem.support) <= 3) == []


def test_measures_add_up_and_belong_to_units_on_the_case():
    assert faulty(lambda problem: sum(measure.share for measure in problem.measures) == 100) == []
    assert faulty(lambda problem: {m.unit for m in problem.measures} <= {problem.lead, *problem.support}) == []
    assert faulty(lambda problem: all(0 < m.days <= problem.days for m in problem.measures)) == []
    assert faulty(lambda problem: 1 <= len(problem.measures) <= 5) == []


def test_every_finding_brings_what_its_story_needs():
    assert faulty(lambda problem: problem.goal and problem.notes and problem.evidence) == []
    assert faulty(lambda problem: {name.rpartition(".")[2] for name in problem.evidence} <= TAKEN) == []


def test_limits_fit_their_horizons():
    limits = {"at_once": range(1, 16), "by_date": range(16, 181), "standing": range(181, 366)}
    assert faulty(lambda problem: problem.days in limits[problem.horizon]) == []


def test_titles_fit_a_list():
    assert faulty(lambda problem: 5 <= len(problem.title) <= 24) == []


def test_no_finding_names_a_day_after_the_demo_begins():
    def earlier(problem: ProblemText) -> bool:
        named = re.findall(r"(20\d\d)年(?:(\d{1,2})月)?", problem.text)
        return all((int(year), int(month or 1)) < STORY_BEGINS for year, month in named)

    assert faulty(earlier) == []


def test_findings_are_punctuated_as_chinese_is():
    def clean(problem: ProblemText) -> bool:
        said = [problem.title, problem.text, problem.goal, *problem.notes, *(m.text for m in problem.measures)]
        foreign = [words for words in said if re.search(r"[\u4e00-\u9fff][,;:!?()]|[{}\[\]|]", words)]
        open_ended = [words for words in said if words.count("“") != words.count("”")]
        return not foreign and not open_ended and problem.text.endswith(("。", "”"))

    assert faulty(clean) == []


def test_some_were_extended_some_returned_some_came_back():
    for part, least in (("extension_reason", 50), ("return_reason", 50), ("rebound", 15)):
        assert sum(bool(getattr(problem, part)) for problem in WRITTEN) >= least
    assert sum(bool(problem.lookback) for problem in WRITTEN) >= 150


# ── phrases ──


def test_every_step_of_the_loop_has_phrases_and_none_is_used_for_two():
    phrases = load_phrases()
    steps = {"sign", "check", "accept", "send_back", "grant_extension", "refuse_extension", "publish", "confirm"}
    steps |= {"reopen", "suspend", "resume", "merge", "withdraw", "warn", "notice", "decline"}
    assert steps <= set(phrases)
    assert all(8 <= len(lines) <= 15 for lines in phrases.values())
    said = Counter(line for lines in phrases.values() for line in lines)
    assert max(said.values()) == 1
