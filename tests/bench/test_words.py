"""The texts of the benchmark: as long as problems are, and with three words exactly as often as is said."""

from __future__ import annotations

import json
from random import Random

from bench.words import COMMON, RARE, UNCOMMON, wording


def test_texts_are_as_long_as_problems_and_hold_the_words_as_often_as_said() -> None:
    """30 to 300 characters; one word in half of them, one in a hundredth, one only where it is asked for."""
    draw = Random(1)
    texts = [wording(draw, place, rare=place == 7) for place in range(1000)]
    assert all(30 <= len(words.text) <= 300 for words in texts)
    for word, often in ((COMMON, 500), (UNCOMMON, 10), (RARE, 1)):
        assert sum(word in "".join((w.title, w.text, w.goal, *w.deeds)) for w in texts) == often


def test_texts_need_no_escaping() -> None:
    """They stand in JSON and in COPY as they are."""
    draw = Random(2)
    for place in range(300):
        words = wording(draw, place)
        for text in (words.title, words.text, words.goal, *words.deeds):
            assert json.dumps(text, ensure_ascii=False) == f'"{text}"'
            assert not set(text) & set("\t\n\r\\")
