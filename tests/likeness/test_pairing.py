"""Pairing: every problem finds its row in the later version again, and a row that is new is never taken for it."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.likeness.facts import Kind
from bihuan.likeness.pairing import How, Pairing, Row, pair
from tests.likeness.invented import problems

UNITS = ("市水利局", "云溪镇", "柳塘镇", "市住建局")
SEEDS = st.integers(0, 10_000)


def ledger(count: int, seed: int = 1) -> list[Row[str]]:
    chance = Random(seed)
    return [
        Row(f"old-{n}", text, str(n), frozenset({chance.choice(UNITS)}))
        for n, text in enumerate(problems(count, seed), start=1)
    ]


def later(rows: list[Row[str]]) -> list[Row[str]]:
    return [replace(row, key=row.key.replace("old", "new")) for row in rows]


def renumbered(rows: list[Row[str]]) -> list[Row[str]]:
    return [replace(row, number=str(n)) for n, row in enumerate(rows, start=1)]


def partners(found: Pairing[str, str]) -> dict[str, str]:
    return {one.old: one.new for one in found.pairs}


def identity(rows: list[Row[str]]) -> dict[str, str]:
    return {row.key: row.key.replace("old", "new") for row in rows}


def test_the_same_ledger_pairs_without_doubt():
    rows = ledger(50)
    found = pair(rows, later(rows))
    assert partners(found) == identity(rows)
    assert {(one.how, one.confidence) for one in found.pairs} == {(How.SAME, 1.0)}
    assert not found.added + found.missing


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_shuffled_and_renumbered_it_still_is_the_same_ledger(seed: int):
    rows = ledger(40, seed)
    mixed = later(rows)
    Random(seed).shuffle(mixed)
    found = pair(rows, renumbered(mixed))
    assert partners(found) == identity(rows)
    assert all(one.confidence >= 0.9 for one in found.pairs)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_rows_put_in_and_taken_out_change_no_other_pair(seed: int):
    rows, others = ledger(40, seed), problems(60, seed)[40:]
    chance = Random(seed)
    kept = [row for row in later(rows) if chance.random() < 0.7]
    mixed = [*kept, *(Row(f"fresh-{n}", text, "", frozenset()) for n, text in enumerate(others))]
    chance.shuffle(mixed)
    found = pair(rows, renumbered(mixed))
    stayed = {row.key for row in kept}
    assert partners(found) == {old: new for old, new in identity(rows).items() if new in stayed}
    assert {one.key for one in found.added} == {f"fresh-{n}" for n in range(len(others))}
    assert len(found.missing) == len(rows) - len(kept)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_each_row_is_somewhere_once_and_the_order_of_rows_changes_nothing(seed: int):
    chance = Random(seed)
    rows = ledger(30, seed)
    new = [replace(row, text=row.text[: chance.randint(4, len(row.text))]) for row in later(rows)]
    new += [replace(row, key=row.key + "-b", number="") for row in chance.sample(new, 6)]
    found = pair(rows, new)
    assert sorted([one.old for one in found.pairs] + [one.key for one in found.missing]) == sorted(
        row.key for row in rows
    )
    assert sorted([one.new for one in found.pairs] + [one.key for one in found.added]) == sorted(
        row.key for row in new
    )
    mixed, mixed_new = rows[::-1], chance.sample(new, len(new))
    assert set(pair(mixed, mixed_new).pairs) == set(found.pairs)


def test_a_number_given_to_another_problem_pairs_nothing():
    old = [Row(1, "滨河路12号井盖缺失", "5"), Row(2, "松林小学食堂留样记录不全", "6")]
    new = [Row("a", "松林小学食堂留样记录不全", "5"), Row("b", "青石桥护栏锈蚀断裂", "6")]
    found = pair(old, new)
    assert [(one.old, one.new, one.how) for one in found.pairs] == [(2, "a", How.RENUMBERED)]
    assert [one.key for one in found.added] == ["b"]
    assert [one.key for one in found.missing] == [1]


def test_the_same_number_and_another_street_is_another_problem_that_resembles():
    found = pair([Row(1, "滨河路12号路面坑洼", "5")], [Row("a", "槐荫路12号路面坑洼", "5")])
    assert not found.pairs
    assert [(one.key, one.resembles) for one in found.added] == [("a", 1)]
    assert [(one.key, one.resembles) for one in found.missing] == [(1, "a")]


def test_a_problem_with_fewer_cases_left_is_the_same_problem_and_says_what_changed():
    old = Row(1, "全县尚有37眼机井不能使用", "5", frozenset({"县水利局"}))
    found = pair([old], [replace(old, key=2, text="全县尚有12眼机井不能使用")])
    (one,) = found.pairs
    assert (one.how, [apart.kind for apart in one.apart]) == (How.REWORDED, [Kind.AMOUNT])
    assert 0.7 <= one.confidence < 0.9
    assert not pair([old], [Row(2, "全县尚有12眼机井不能使用", "8")]).pairs, "without its number nobody can tell"


def test_a_reworded_row_is_found_by_its_number_or_by_its_text():
    old = [
        Row(1, "梧桐街路灯坏了没人修", "1", frozenset({"市住建局"})),
        Row(2, "翠苑小区化粪池堵塞，污水外溢，臭味很大", "2", frozenset({"云溪镇"})),
    ]
    new = [
        Row("b", "翠苑小区化粪池不通，污水横流，居民意见很大", "1", frozenset({"云溪镇"})),
        Row("a", "梧桐街路灯损坏，一直未维修", "2", frozenset({"市住建局"})),
    ]
    found = pair(old, new)
    assert [(one.old, one.new, one.how) for one in found.pairs] == [(2, "b", How.LIKE), (1, "a", How.LIKE)]
    kept = pair(old[:1], [replace(new[1], number="1")])
    assert [(one.how, one.confidence < 0.95) for one in kept.pairs] == [(How.REWORDED, True)]


def test_twins_are_told_apart_by_their_units_then_by_their_numbers():
    text = "污水处理站设备老化，出水不达标"
    old = [Row(n, text, str(n), frozenset({unit})) for n, unit in enumerate(UNITS)]
    new = [Row(f"{n}", text, str(3 - n), frozenset({unit})) for n, unit in enumerate(UNITS)]
    assert {one.old: one.new for one in pair(old, new[::-1]).pairs} == {n: f"{n}" for n in range(4)}
    bare = [replace(row, units=frozenset()) for row in old]
    found = pair(bare, [Row(row.key * 10, row.text, row.number) for row in bare[::-1]])
    assert {one.old: one.new for one in found.pairs} == {n: n * 10 for n in range(4)}


def test_a_short_text_under_another_unit_and_number_is_not_the_same_problem():
    old = Row(1, "台账不全", "3", frozenset({"云溪镇"}))
    found = pair([old], [Row(2, "台账不全", "57", frozenset({"柳塘镇"}))])
    assert not found.pairs
    assert pair([old], [Row(2, "台账不全", "57", frozenset({"云溪镇", "市水利局"}))]).pairs


def test_of_a_row_split_in_two_one_part_pairs_and_the_other_resembles():
    old = [Row(1, "滨河路雨水井盖缺失，垃圾清运不及时", "9")]
    new = [Row("a", "滨河路雨水井盖缺失", "9"), Row("b", "滨河路垃圾清运不及时", "10")]
    found = pair(old, new)
    assert [(one.old, one.new) for one in found.pairs] == [(1, "a")]
    assert [(one.key, one.resembles) for one in found.added] == [("b", 1)]


def test_numbers_are_the_same_however_they_are_written_and_rows_without_text_go_by_them():
    for written in ("3", "03", "３", "3.", "（三）", "三"):
        found = pair([Row(1, "井盖缺失", "3")], [Row(2, "井盖缺失", written)])
        assert [one.how for one in found.pairs] == [How.SAME], written
    assert [one.how for one in pair([Row(1, "井盖缺失", "1-2")], [Row(2, "井盖缺失", "12")]).pairs] == [
        How.RENUMBERED
    ]
    assert pair([Row(1, "", "3")], [Row(2, "", "3")]).pairs
    assert not pair([Row(1, "", "")], [Row(2, "", "")]).pairs


def test_many_rows_are_paired_in_no_time():
    rows = ledger(1500)
    chance = Random(1)
    new = [
        replace(row, text=row.text.rsplit("，", 1)[0] if chance.random() < 0.5 else row.text)
        for row in later(rows)
    ]
    chance.shuffle(new)
    begun = time.process_time()
    found = pair(rows, renumbered(new))
    assert time.process_time() - begun < 5
    assert len(found.pairs) > 1490
    assert all(identity(rows)[old] == new for old, new in partners(found).items())
