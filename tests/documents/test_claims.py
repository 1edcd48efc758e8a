"""What half-done ledgers write of stage, dates and progress, and what of it is read as a claim."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.documents.reading.claims import gather, read_claim
from bihuan.documents.reading.statuses import read_status, status_in_prose
from bihuan.domain.taking_over import Claimed

NOT_BEGUN, UNDER_WAY, STANDING, STAGE_RESULT, MOSTLY, DONE = Claimed


def claimed(words: str) -> Any:
    """The claim of a status column that says this, by the reader's own way with short and long texts."""
    status, raw, progress = read_status(words), words, ""
    if len(words) > 14:
        status, raw = status_in_prose(words) or (None, words)
        progress = words
    return read_claim({"status": status or "", "status_raw": raw, "progress": progress})


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("已销号", DONE),
        ("已完成", DONE),
        ("整改完毕", DONE),
        ("完成整改", DONE),
        ("已整改到位", DONE),
        ("已办结", DONE),
        ("√已完成", DONE),
        ("已完成，长期坚持", DONE),
        ("基本完成", MOSTLY),
        ("阶段性完成", STAGE_RESULT),
        ("取得阶段性成效", STAGE_RESULT),
        ("正在整改", UNDER_WAY),
        ("推进中", UNDER_WAY),
        ("达到序时进度", UNDER_WAY),
        ("未完成", UNDER_WAY),
        ("逾期未完成", UNDER_WAY),
        ("申请销号", UNDER_WAY),
        ("部分完成", UNDER_WAY),
        ("长期坚持", STANDING),
        ("持续推进", STANDING),
        ("常态化推进", STANDING),
        ("未启动", NOT_BEGUN),
        ("尚未整改", NOT_BEGUN),
        ("待启动", NOT_BEGUN),
        ("见附件", None),
        ("", None),
    ],
)
def test_statuses_as_offices_write_them(words: str, stage: Claimed | None):
    assert claimed(words).claim.stage is stage


@pytest.mark.parametrize(
    ("words", "progress", "stage"),
    [
        ("60%", 60, UNDER_WAY),
        ("已完成60%", 60, UNDER_WAY),
        ("完成率达75%", 75, UNDER_WAY),
        ("整改中（70％）", 70, UNDER_WAY),
        ("正在推进，形象进度65%", 65, UNDER_WAY),
        ("100%", 100, DONE),
        ("0%", 0, NOT_BEGUN),
        ("基本完成", None, MOSTLY),
        ("降低了30%", None, None),
        ("150%", None, None),
        ("一期完成100%，二期完成60%", None, None),
    ],
)
def test_progress_only_where_it_can_be_read(words: str, progress: int | None, stage: Claimed | None):
    found = claimed(words).claim
    assert (found.progress, found.stage) == (progress, stage)


@pytest.mark.parametrize(
    ("text", "progress", "told"),
    [
        ("60%", 60, ""),
        ("0.6", 60, ""),
        ("60", 60, ""),
        ("0", 0, ""),
        ("100", 100, ""),
        ("1", None, "进度“1”看不出是1%还是100%，没有采用。"),
        ("150%", None, "进度“150%”超过100%，没有采用。"),
        ("9999", None, "进度“9999”超过100%，没有采用。"),
        ("过半", None, ""),
    ],
)
def test_a_column_of_progress(text: str, progress: int | None, told: str):
    found = read_claim({"status": "ongoing", **gather({"完成率": text}, status_known=True)})
    assert found.claim.progress == progress
    assert [str(fault) for fault in found.unread] == ([told] if told else [])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-20", date(2026, 5, 20)),
        ("2026年5月20日", date(2026, 5, 20)),
        ("2026.5.20", date(2026, 5, 20)),
        ("二〇二六年五月二十日", date(2026, 5, 20)),
        ("20260520", date(2026, 5, 20)),
        ("46162", date(2026, 5, 20)),
        ("2026年5月", None),
        ("5月20日", None),
        ("2026年2月30日", None),
        ("202年5月1日", None),
        ("202-5-1", None),
        ("2026年3月1日、2026年5月20日", None),
    ],
)
def test_days_are_read_to_the_day_or_not_at_all(text: str, day: date | None):
    words = gather({"实际完成时间": text, "交办日期": text}, status_known=True)
    found = read_claim({"status": "done", "status_raw": "已完成", **words})
    assert (found.claim.done_on, found.claim.dispatched_on) == (day, day)
    assert len(found.unread) == (0 if day else 2), "what was not read is told"


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("交办时间", "dispatched"),
        ("下发日期", "dispatched"),
        ("延期后时限", "extended"),
        ("延期至", "extended"),
        ("调整后整改时限", "extended"),
        ("现时限", "extended"),
        ("实际完成时间", "done"),
        ("销号时间", "done"),
        ("办结日期", "done"),
        ("完成时间", "done"),
        ("完成率", "share"),
        ("进度（%）", "share"),
        ("计划完成时间", None),
        ("拟销号时间", None),
        ("是否延期", None),
        ("投诉人", None),
        ("联系电话", None),
    ],
)
def test_which_columns_claim_anything(label: str, kind: str | None):
    assert list(gather({label: "2026-05-20"}, status_known=True)) == ([kind] if kind else [])


def test_the_day_of_striking_off_states_the_status_where_none_is_written():
    assert gather({"销号时间": "2026-05-20"}, status_known=False)["status"] == "done"
    assert "status" not in gather({"销号时间": "/"}, status_known=False)
    assert "status" not in gather({"完成时间": "2026-05-20"}, status_known=False), "that may be a plan"


def test_the_day_in_the_words_of_the_status():
    assert claimed("已于2026年5月20日完成整改").claim.done_on == date(2026, 5, 20)
    assert claimed("2026年5月20日现场检查时已完成").claim.done_on is None


def test_a_deadline_that_was_moved():
    moved = read_claim({"deadline_raw": "2025年底，延期至2026年6月底", "deadline_date": "2026-06-30"}).claim
    assert (moved.due_original, moved.due) == (date(2025, 12, 31), date(2026, 6, 30))
    said = {"deadline_raw": "2025年底", "deadline_date": "2025-12-31"}
    beside = read_claim(said | {"extended": "2026年6月底"}).claim
    assert (beside.due_original, beside.due) == (date(2025, 12, 31), date(2026, 6, 30))
    plain = read_claim(said).claim
    assert (plain.due_original, plain.due) == (date(2025, 12, 31), None)


KEYS = ("status", "status_raw", "progress", "deadline_raw", "dispatched", "extended", "done", "share")


@given(
    st.dictionaries(st.sampled_from(KEYS), st.text("0123456789年月日%./-延期完成至（），已未 一二", max_size=30))
)
def test_nothing_that_stands_in_a_cell_breaks_the_reading(said: dict[str, str]):
    found = read_claim(said)
    assert found.claim.progress is None or 0 <= found.claim.progress <= 100
    assert all(str(fault) for fault in found.unread)
