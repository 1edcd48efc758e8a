"""Texts of all kinds with their labels (texts/*.jsonl): what is read from each, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.documents.reading import read_pasted

TEXTS = Path(__file__).parent / "texts"
SINGLE = ("problem", "goal", "person", "deadline_raw", "deadline_kind", "deadline_date", "status")
LISTS = ("lead_units", "support_units", "measures")
# Of all labelled values these may differ: the labels were written before the reader was tried on the texts.
FEWEST_RIGHT, MOST_EXTRA = 0.985, 0.03


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TEXTS / name).read_text("utf-8").split("\n") if line]


DOCUMENTS = {one["id"]: one for one in lines_of("docs.jsonl")}
LABELS = {one["id"]: one for one in lines_of("gold.jsonl")}


def values(items: list[dict[str, Any]]) -> set[tuple[int, str, str]]:
    """Everything a list of items says, one triple a value."""
    said = set()
    for place, item in enumerate(items):
        said |= {(place, name, str(item[name])) for name in SINGLE if item.get(name)}
        said |= {(place, name, value) for name in LISTS for value in item.get(name, ())}
    return said


def read(name: str) -> dict[str, Any]:
    document = DOCUMENTS[name]
    return read_pasted(document["text"], document["title"]).as_json()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_problems_of_a_text_are_found_and_nothing_else(name):
    named = [item.get("problem") or item.get("goal") for item in LABELS[name]["items"]]
    assert [item.get("problem") or item.get("goal") for item in read(name)["items"]] == named


def test_nearly_every_field_is_as_labelled():
    labelled = {(name, *value) for name in LABELS for value in values(LABELS[name]["items"])}
    found = {(name, *value) for name in LABELS for value in values(read(name)["items"])}
    assert len(labelled & found) >= FEWEST_RIGHT * len(labelled), sorted(labelled - found)
    assert len(found - labelled) <= MOST_EXTRA * len(found), sorted(found - labelled)


@pytest.mark.parametrize("name", [name for name in LABELS if LABELS[name]["stats"]])
def test_every_labelled_figure_is_found(name):
    found = [(one["value"], one["unit"]) for one in read(name)["stats"]]
    for figure in LABELS[name]["stats"]:
        found.remove((figure["value"], figure["unit"]))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_value_stands_at_its_place(name):
    document = DOCUMENTS[name]
    reading = read_pasted(document["text"], document["title"])
    for item in reading.items:
        assert item.passage is not None
        for field, spans in item.passage.spans.items():
            if field == "person":  # several are joined, posts beside them left out
                continue
            value = getattr(item, field, None)
            for place, span in enumerate(spans):
                block = reading.blocks[span.paragraph - 1]
                if span.row is not None or not block.is_aligned or (len(spans) > 1 and isinstance(value, str)):
                    continue
                words = value[place] if isinstance(value, tuple) else value
                assert block.original[span.start : span.end] == words
    for figure in reading.stats:
        span = figure.place
        block = reading.blocks[span.paragraph - 1]
        text = (
            block.original
            if span.row is None or span.column is None
            else block.rows[span.row - 1][span.column - 1]
        )
        assert any(char.isdigit() or char in "一二三四五六七八九十百" for char in text[span.start : span.end])


HAN = st.sampled_from("路灯井盖河道垃圾护栏标线站台桥梁管网绿地公厕围挡")
PROBLEM = st.text(HAN, min_size=5, max_size=30).map(lambda text: text + "破损")
UNIT = st.text(HAN, min_size=2, max_size=4).map(lambda text: f"市{text}局")
DAY = st.dates(date(2020, 1, 1), date(2030, 12, 31))
RECORD = st.tuples(PROBLEM, st.lists(UNIT, min_size=1, max_size=3, unique=True), DAY)
LABEL_WORDS = st.tuples(
    st.sampled_from(["问题", "存在问题", "具体问题", "隐患描述"]),
    st.sampled_from(["责任单位", "牵头单位", "主责单位", "整改责任单位"]),
    st.sampled_from(["整改时限", "完成时限", "整改期限", "完成时间"]),
)
NUMBERS = st.sampled_from(
    [
        ("（{}）", "一二三四五六七八九"),
        ("{}、", "一二三四五六七八九"),
        ("{}.", "123456789"),
        ("{}", "①②③④⑤⑥⑦⑧⑨"),
        ("", "-" * 9),
    ]
)
ORDER = st.permutations([1, 2])


@given(st.lists(RECORD, min_size=1, max_size=6), LABEL_WORDS, NUMBERS, ORDER, st.sampled_from("\n　；"))
def test_whatever_is_labelled_is_read_back(records, labels, numbers, order, between):
    """Any problems, labels, kind of number, order of labels and separation."""
    pattern, signs = numbers
    lines = []
    for place, (problem, units, day) in enumerate(records):
        number = pattern.format(signs[place]) if pattern else ""
        parts = ["", f"{labels[1]}：{'、'.join(units)}", f"{labels[2]}：{day.year}年{day.month}月{day.day}日前"]
        lines.append(f"{number}{labels[0]}：{problem}\n" + between.join(parts[at] for at in order))
    items = read_pasted("\n".join(lines)).items
    assert [(item.problem, item.lead_units, item.deadline_date) for item in items] == [
        (problem, tuple(units), day) for problem, units, day in records
    ]


@given(st.text(max_size=400))
def test_any_text_is_read_without_harm(text):
    reading = read_pasted(text)
    for item in reading.items:
        assert item.problem or item.goal or item.measures or item.lead_units


@given(st.floats(0.01, 99999).map(lambda value: round(value, 2)), st.sampled_from("件个家处项人户"))
def test_a_figure_is_read_as_printed(value, unit):
    text = f"{value:g}" if value < 1000 else str(int(value))
    (figure,) = read_pasted(f"全市共排查{text}{unit}，情况属实。").stats
    assert (figure.value, figure.unit) == (float(text), unit)


def notes() -> Iterator[tuple[str, str]]:
    yield "于2025年3月4日印发云整办〔2025〕12号，第3次会议通过", "dates, numbers of documents, ordinals"
    yield "联系电话：0000-7654321，12345热线", "telephones"
    yield "1.加强领导\n2.压实责任\n（3）抓好落实", "numbers of lists"
    yield "限5个工作日内办结，3天内反馈", "spans of time to come"
    yield "办结0件", "zeros"


@pytest.mark.parametrize("text", [text for text, _ in notes()], ids=[name for _, name in notes()])
def test_what_is_no_figure(text):
    assert read_pasted(text).stats == ()
