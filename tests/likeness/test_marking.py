"""Marking: the pieces are the texts, only what differs is marked, and long texts do not take long."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from bihuan.likeness.marking import Piece, marked

TEXTS = st.text(alphabet="雨水井盖下沉三处 12ab。", max_size=40)


def changed(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.differs]


@given(TEXTS, TEXTS)
def test_the_pieces_put_together_are_the_texts_and_what_is_not_marked_is_the_same(old: str, new: str):
    found = marked(old, new)
    assert "".join(piece.text for piece in found.old) == old
    assert "".join(piece.text for piece in found.new) == new
    same = [["".join(p.text for p in side if not p.differs)] for side in (found.old, found.new)]
    assert same[0] == same[1]


@given(TEXTS)
def test_the_same_text_has_nothing_marked(text: str):
    assert not changed(marked(text, text).old + marked(text, text).new)


def test_one_wrong_character_is_marked_alone():
    found = marked("滨河路三处雨水井盖下陈，存在通行隐患。", "滨河路三处雨水井盖下沉，存在通行隐患。")
    assert (changed(found.old), changed(found.new)) == (["陈"], ["沉"])


def test_a_number_is_one_word_and_what_is_added_is_marked_on_one_side_only():
    found = marked("共12处，投入3.5万元。", "共21处，投入3.6万元，已完成。")
    assert changed(found.old) == ["12", "3.5"]
    assert changed(found.new) == ["21", "3.6", "，已完成"]


def test_an_island_of_one_character_is_marked_with_its_neighbours():
    found = marked("城南的河", "城北的江")
    assert (changed(found.old), changed(found.new)) == (["南的河"], ["北的江"])


def test_texts_of_forty_thousand_characters_are_marked_in_no_time():
    old, new = "整改到位。" * 8000, "到位整改！" * 8000
    begun = time.process_time()
    found = marked("甲" + old, "甲" + new)
    assert time.process_time() - begun < 2
    assert found.old[0] == Piece("甲", False)
