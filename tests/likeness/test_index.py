"""The index: finds what comparing each with each finds, whatever the order, and does not take long."""

from __future__ import annotations

import time
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.likeness.alike import LIKELY, SAME, alike, nearest
from bihuan.likeness.index import Index
from tests.likeness.invented import problems


def retold(text: str, chance: Random) -> str:
    """The same problem as somebody else would put it down."""
    way = chance.randrange(4)
    if way == 0:
        return text.replace("，", ",").replace("。", "")
    if way == 1:
        return "经现场检查发现，" + text.replace("未", "没有")
    if way == 2:
        return text.rsplit("，", 1)[0]
    return text.rstrip("。") + "，影响群众生活，存在安全隐患。"


def test_it_finds_the_known_problem_behind_each_new_one_and_nothing_behind_the_others():
    texts = problems(1200)
    known, fresh = list(enumerate(texts[:1000])), texts[1000:]
    chance = Random(7)
    again = {f"again-{n}": retold(text, chance) for n, text in known[::5]}
    index = Index([*again.items(), *((f"fresh-{n}", text) for n, text in enumerate(fresh))])
    found = index.among(known)
    assert {key: nears[0].key for key, nears in found.items()} == {f"again-{n}": n for n, _text in known[::5]}
    assert all(near.likeness.score >= LIKELY for nears in found.values() for near in nears)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_texts_changes_nothing(seed: int):
    chance = Random(seed)
    texts = problems(60, seed)
    new = [(n, retold(text, chance)) for n, text in enumerate(texts[:20])]
    known = list(enumerate(texts))
    first = Index(new).among(known)
    chance.shuffle(new)
    chance.shuffle(known)
    assert Index(new).among(known) == first


def test_it_finds_what_comparing_each_with_each_finds():
    chance = Random(3)
    texts = [retold(text, chance) for text in problems(80) for _times in range(3)]
    new, known = list(enumerate(texts[::2])), list(enumerate(texts[1::2]))
    every = {key: nearest(text, known) for key, text in new}
    assert Index(new).among(known) == {key: nears for key, nears in every.items() if nears}


def test_twins_in_one_file_are_found_and_none_is_its_own_twin():
    found = Index(
        [("a", "滨河路井盖缺失"), ("b", "滨河路井盖缺失。"), ("c", "槐荫路井盖缺失"), ("d", "")]
    ).within()
    assert {key: [near.key for near in nears] for key, nears in found.items()} == {"a": ["b"], "b": ["a"]}
    assert found["a"][0].likeness.score >= SAME


def test_a_thousand_times_the_same_text_takes_no_time():
    begun = time.process_time()
    found = Index((n, "环境卫生差，垃圾清运不及时。") for n in range(1000)).within()
    assert time.process_time() - begun < 2
    assert len(found) == 1000


def test_many_new_texts_among_many_known_ones_take_seconds():
    known = problems(4000)
    new = list(enumerate(known[::20]))
    begun = time.process_time()
    found = Index(new).among(enumerate(known))
    assert time.process_time() - begun < 4
    assert len(found) == len(new)
    assert alike(known[0], new[0][1]) == 1.0


def test_an_odd_sentence_that_was_left_out_hides_nothing():
    texts = problems(400)
    odd = "旁边的隔油池没有按期清掏，油污流到人行道上。"
    known = [(n, text + odd if n % 50 == 0 else text) for n, text in enumerate(texts)]
    new = [(n, text if n % 50 == 0 else text + odd * (n % 50 == 1)) for n, text in enumerate(texts)]
    found = Index(new).among(known)
    assert all(found[n][0].key == n for n, _text in new)
