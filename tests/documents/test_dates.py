"""Deadlines in every form the trade uses, and the day each one means."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.documents.reading.dates import read_deadline
from bihuan.documents.reading.frames import Frame, frame_of


def day(text: object, frame: Frame | None = None) -> date | None:
    found = read_deadline(text, frame)
    assert found is not None
    return found.day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年6月底前", "2025-06-30"),
        ("2025年6月30日前", "2025-06-30"),
        ("2025.2.28前", "2025-02-28"),
        ("2025/6", "2025-06-30"),
        ("2025-06", "2025-06-30"),
        ("202506", "2025-06-30"),
        ("20250630", "2025-06-30"),
        ("20211228日", "2021-12-28"),
        ("20250625180000", "2025-06-25"),
        ("2025-06-25 18:00:00", "2025-06-25"),
        ("45838", "2025-06-30"),
        ("2025年底", "2025-12-31"),
        ("2025年年底前", "2025-12-31"),
        ("2025年内", "2025-12-31"),
        ("2025年", "2025-12-31"),
        ("2025年上半年", "2025-06-30"),
        ("2025年下半年", "2025-12-31"),
        ("2025年第三季度末", "2025-09-30"),
        ("2025年一季度", "2025-03-31"),
        ("2025Q4", "2025-12-31"),
        ("2025年8月中旬", "2025-08-20"),
        ("2025年8月上旬", "2025-08-10"),
        ("2024年2月下旬", "2024-02-29"),
        ("二〇二五年六月三十日", "2025-06-30"),
        ("２０２５年６月３０日", "2025-06-30"),
        ("2025 年 6 月 30 日 前", "2025-06-30"),
        ("2O25年6月3O日", "2025-06-30"),
        ("25年6月底", "2025-06-30"),
        ("2025年6-8月", "2025-08-31"),
        ("2025年6月1日至30日", "2025-06-30"),
        ("2025.6.1-2025.6.30", "2025-06-30"),
        ("2025年汛期前（5月底前）", "2025-05-31"),
        ("立行立改（2025年6月30日前）", "2025-06-30"),
        ("立即整改，2025年7月底前", "2025-07-31"),
        ("预计2025年12月底", "2025-12-31"),
        (datetime(2025, 6, 30, 17, 30), "2025-06-30"),
        (date(2025, 6, 30), "2025-06-30"),
        (45838, "2025-06-30"),
        (45838.75, "2025-06-30"),
        (20250630, "2025-06-30"),
        (2025.6, "2025-06-30"),
    ],
)
def test_forms_that_fix_a_day(text, expected):
    found = read_deadline(text)
    assert found is not None
    assert (found.kind, str(found.day)) == ("date", expected)


@pytest.mark.parametrize(
    "text",
    [
        "汛期前",
        "2025年采暖季前",
        "2025年秋季开学前",
        "6月底前",
        "年底前",
        "本月底",
        "2025年前",
        "尽快",
        "按合同约定",
    ],
)
def test_forms_that_fix_none_stay_without_a_day(text):
    found = read_deadline(text)
    assert found is not None
    assert (found.kind, found.day, found.relative, found.wrong) == ("date", None, False, ())


@pytest.mark.parametrize(
    "text",
    [
        "接单后3个工作日内",
        "15日内",
        "两周内",
        "一个月内",
        "自交办之日起30日内",
        "24小时内",
        "3天内完成",
        "6个月",
        "限10日",
    ],
)
def test_counted_from_an_event(text):
    found = read_deadline(text)
    assert found is not None
    assert (found.kind, found.day, found.relative) == ("date", None, True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("立行立改", "immediate"),
        ("即知即改", "immediate"),
        ("立查立改", "immediate"),
        ("立即整改", "immediate"),
        ("边督边改", "immediate"),
        ("长期坚持", "longterm"),
        ("持续推进", "longterm"),
        ("长期", "longterm"),
        ("常态化推进", "longterm"),
        ("立行立改，长期坚持", "immediate+longterm"),
        ("立行立改并长期坚持", "immediate+longterm"),
    ],
)
def test_kinds_without_a_date(text, kind):
    found = read_deadline(text)
    assert found is not None
    assert (found.kind, found.day) == (kind, None)


@pytest.mark.parametrize(
    "text", ["2022年12月底前，长期坚持", "2025年6月底前完成，并长期坚持", "2025年6月底并常态化推进"]
)
def test_a_date_to_be_kept_up_afterwards(text):
    found = read_deadline(text)
    assert found is not None
    assert found.kind == "date"
    assert found.day is not None
    assert found.longterm


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2024年底完成主体工程，2025年底前投运", date(2025, 12, 31)),
        ("2024年6月底、9月底", date(2024, 9, 30)),
        ("2024年三季度完成设计；2025年上半年开工；2026年6月30日前完工", date(2026, 6, 30)),
    ],
)
def test_dated_steps(text, last):
    found = read_deadline(text)
    assert found is not None
    assert (found.kind, found.day) == ("stage", last)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025年2月30日", "2025年2月30日"),
        ("2025年2月29日前", "2025年2月29日"),
        ("2025.13.1", "2025.13.1"),
        ("20250230", "20250230"),
        ("6月31日前", "6月31日"),
        ("2025年13月", "2025年13月"),
        ("2025年第五季度", "2025年第5季度"),
    ],
)
def test_dates_that_do_not_exist_are_told_not_mended(text, words):
    found = read_deadline(text)
    assert found is not None
    assert found.day is None
    assert found.wrong == (words,)


def test_a_moved_date_counts_and_is_mentioned():
    found = read_deadline("2025年6月底（延期至2025年12月底）")
    assert found is not None
    assert (found.kind, found.day) == ("date", date(2025, 12, 31))
    assert "延期" in str(found.notes[0])


def test_a_lost_character_in_a_date_is_no_guess():
    found = read_deadline("2025年6月3\ufffd日")
    assert found is not None
    assert found.day is None
    assert "丢失" in str(found.notes[0])


@pytest.mark.parametrize("text", ["", "  ", "/", "——", None])
def test_nothing_is_nothing(text):
    assert read_deadline(text) is None


def test_the_year_and_the_day_of_filling_in_help_and_are_mentioned():
    frame = frame_of(["云汀市2024年度问题台账", "填报时间：2024年12月5日"])
    assert frame == Frame(2024, date(2024, 12, 5))
    assert day("6月底前", frame) == date(2024, 6, 30)
    assert day("年底前", frame) == date(2024, 12, 31)
    assert day("明年6月底", frame) == date(2025, 6, 30)
    assert day("本月底", frame) == date(2024, 12, 31)
    assert day("下月底前", frame) == date(2025, 1, 31)
    found = read_deadline("6月底前", frame)
    assert found is not None
    assert "2024" in str(found.notes[0])


def test_two_years_in_the_titles_fix_none():
    assert frame_of(["2023年至2024年问题台账"]).year is None


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2069, 12, 31)))
def test_every_day_in_every_plain_form(when):
    forms = [
        when.isoformat(),
        f"{when.year}年{when.month}月{when.day}日前",
        f"{when.year}.{when.month}.{when.day}",
        f"{when:%Y%m%d}",
        str((when - date(1899, 12, 30)).days),
    ]
    assert {day(form) for form in forms} == {when}


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    read_deadline(text, Frame(2024, date(2024, 12, 5)))
