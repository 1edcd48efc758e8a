"""What a row of a half-done ledger claims: how far it came, when it was sent out, when it was done.

The one place where words are read as claims. A claim is read only where the words fix it: a month is no day on
which something was done, 150% is no progress, two figures are none. What could not be read is told; the words
themselves always stay beside the claim (`gather`). Believes nothing and mends nothing: see `domain.taking_over`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.dateforms import find_dates, plain_date_text
from bihuan.documents.reading.dates import MOVED, read_deadline
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.statuses import DONE, MOSTLY, NOT_STARTED, ONGOING, STAGE
from bihuan.domain.taking_over import Claim, Claimed

DISPATCHED, EXTENDED, FINISHED, SHARE = "dispatched", "extended", "done", "share"
WORDS = (DISPATCHED, EXTENDED, FINISHED, SHARE)
"""The words kept beside those of the fields that every reading has, by what they claim."""

_STATUSES = {
    DONE: Claimed.DONE,
    MOSTLY: Claimed.MOSTLY_DONE,
    STAGE: Claimed.STAGE_RESULT,
    ONGOING: Claimed.UNDER_WAY,
    NOT_STARTED: Claimed.NOT_BEGUN,
}
_STANDING = re.compile(r"长期(?:坚持|整改|推进|任务)|持续(?:坚持|推进|整改|巩固)|常态(?:化|长效)|^(?:长期|持续)$")
_WHEN = r"(?:时间|日期|年月日)"
_PLANNED = re.compile(r"计划|拟|预计|应|要求|目标|规定|承诺|需|未|是否|有无")
_DONE_FOR_SURE = re.compile(
    rf"(?:实际(?:整改)?(?:完成|办结|销号)?|(?:整改|问题)?(?:销号|办结|闭环)|(?:完成整改|整改(?:完成|到位))){_WHEN}$"
)
_LABELS = (
    (DISPATCHED, re.compile(rf"(?:交办|转办|下发|下达|派单|派发|分办|交转办){_WHEN}$")),
    (
        EXTENDED,
        re.compile(
            r"(?:延期|延长|顺延|展期|调整|变更)(?:后|至|到|为)?(?:的)?(?:整改|完成|办理)?(?:时限|期限|时间|日期)?$"
            r"|^(?:现|新|最新)(?:整改|完成|办理)?(?:时限|期限)$"
        ),
    ),
    (FINISHED, _DONE_FOR_SURE),
    (FINISHED, re.compile(rf"^(?:问题)?完成{_WHEN}$")),
    (SHARE, re.compile(r"(?:完成|整改|办结|销号|工作)(?:率|比例|百分比|进度)$|^(?:总体|形象)?进度$")),
)
_PERCENT = r"(?<![\d.])(\d{1,4}(?:\.\d+)?)%"
_STATED = re.compile(rf"(?:完成|进度|进展|[改成结]率|达到?|总体|已|中)[^,，。;；%\d]{{0,6}}{_PERCENT}")
_ALONE = re.compile(rf"{_PERCENT}(?:左右)?")
_FIGURE = re.compile(r"\d{1,4}(?:\.\d+)?")
_DONE_ON = re.compile(r"^[^,，。;；]{0,6}?(?:完成|办结|销号|整改到位|整改完毕|闭环|验收)")
_BEFORE_DONE = re.compile(r"(?:该?问题)?(?:已经?)?(?:于|在)?")
_NOTHING_BUT_DONE = re.compile(
    r"(?:已经?|全部|全面)*(?:完成(?:整改|销号)?|整改(?:完成|到位|完毕)|销号|办结|闭环)[。.;!]?"
)
_TO_THE_DAY = re.compile(r"\d+\D+\d+\D+\d+\D*|\d{8}(?:\d{6})?日?")
_SEVERAL = say("“%(text)s”写有几个进度，没有采用。")
_LONGEST = 400
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


@dataclass(frozen=True)
class Read:
    """A claim, and what of the words behind it could not be read."""

    claim: Claim
    unread: tuple[Fault, ...]


def gather(other: Mapping[str, str], *, status_known: bool) -> dict[str, str]:
    """Of the columns that are no field of a problem, the words that claim something: their kind → the words.

    Where no status is written (`status_known`), the day on which a row says it was struck off states that it
    is done: then the status is among what is returned.
    """
    found: dict[str, str] = {}
    for kind, pattern in _LABELS:
        for label, text in other.items():
            plain = _plain(label)
            if kind not in found and text.strip() and pattern.search(plain) and not _PLANNED.search(plain):
                found[kind] = text.strip()
                sure = pattern is _DONE_FOR_SURE and not status_known
                if sure and _exact_day(text.strip(), "")[0]:
                    found["status"] = DONE
    return found


def read_claim(said: Mapping[str, Any]) -> Read:
    """Read the claim in what a row said: `status` and `deadline_date` as the reader has settled them, and the
    words of `status_raw`, `progress`, `deadline_raw` and `WORDS`."""
    dispatched, finished = _day(said, DISPATCHED), _day(said, FINISHED)
    progress, unread = _progress(said)
    stage = _stage(said) or _done_outright(said)
    original, due = _dues(said)
    if stage is Claimed.DONE and not said.get(FINISHED):
        finished = (_done_in_words(said), ())
    if stage is Claimed.DONE and any(note.text == _SEVERAL for note in unread):
        stage = None
    if stage is None and progress is not None and (0 < progress < 100 or not said.get("status_raw")):
        stage = _by_progress(progress)
    claim = Claim(stage, dispatched[0], original, due, finished[0], progress)
    return Read(claim, (*dispatched[1], *finished[1], *unread))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("(%)", "").rstrip("%:：")


def _stage(said: Mapping[str, Any]) -> Claimed | None:
    found = _STATUSES.get(said.get("status", ""))
    words = _plain(str(said.get("status_raw", "")))
    return Claimed.STANDING if found is Claimed.UNDER_WAY and _STANDING.search(words) else found


def _by_progress(percent: int) -> Claimed:
    if percent >= 100:
        return Claimed.DONE
    return Claimed.UNDER_WAY if percent else Claimed.NOT_BEGUN


def _day(said: Mapping[str, Any], kind: str) -> tuple[date | None, tuple[Fault, ...]]:
    text = str(said.get(kind, ""))
    return _exact_day(text, kind) if text else (None, ())


@lru_cache(maxsize=8192)
def _exact_day(text: str, kind: str) -> tuple[date | None, tuple[Fault, ...]]:
    """The one day that a text names to the day; otherwise why there is none."""
    if _SERIAL.fullmatch(text):
        serial = read_deadline(text)
        return (serial.day if serial else None), ()
    found = [one for one in find_dates(plain_date_text(text), Frame()) if one.wrong or one.day or one.words]
    if len(found) == 1 and found[0].day and _TO_THE_DAY.fullmatch(found[0].words):
        return found[0].day, ()
    if not any(char.isdigit() for char in text):
        return None, ()
    note = {
        DISPATCHED: say("交办日期“%(text)s”读不出是哪一天，没有采用。"),
        FINISHED: say("完成日期“%(text)s”读不出是哪一天，没有采用。"),
    }.get(kind, say("日期“%(text)s”读不出是哪一天，没有采用。"))
    return None, (Fault(note, {"text": text[:40]}),)


def _done_outright(said: Mapping[str, Any]) -> Claimed | None:
    """Done, where a status is nothing but 已于2026年5月20日完成整改."""
    text = plain_date_text(str(said.get("status_raw", "")))
    found = find_dates(text, Frame()) if len(text) <= _LONGEST else []
    if len(found) != 1 or not _BEFORE_DONE.fullmatch(text[: found[0].start]):
        return None
    return Claimed.DONE if _NOTHING_BUT_DONE.fullmatch(text[found[0].end :]) else None


def _done_in_words(said: Mapping[str, Any]) -> date | None:
    """The day in 已于2026年5月20日完成整改: one date, followed at once by a word for done."""
    for name in ("status_raw", "progress"):
        text = plain_date_text(str(said.get(name, "")))
        found = find_dates(text, Frame()) if len(text) <= _LONGEST else []
        days = [one for one in found if one.day and _DONE_ON.match(text[one.end :])]
        if len(days) == 1 and _TO_THE_DAY.fullmatch(days[0].words):
            return days[0].day
    return None


def _dues(said: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The date first set and the one it was moved to, where the row names both."""
    written = said.get("deadline_date")
    read = date.fromisoformat(written) if isinstance(written, str) and written else None
    extended = read_deadline(str(said.get(EXTENDED, "")), Frame(year=read.year if read else None))
    if extended is not None and extended.day is not None:
        return read, extended.day
    return _moved(str(said.get("deadline_raw", "")), read) if read else (None, None)


@lru_cache(maxsize=8192)
def _moved(raw: str, read: date) -> tuple[date, date | None]:
    """The dates of 2025年底，延期至2026年6月底; without a moved one the date as read."""
    text = plain_date_text(raw[:_LONGEST])
    found = [one for one in find_dates(text, Frame(year=read.year)) if one.day]
    if len(found) >= 2 and found[-1].day == read and MOVED.search(text[found[0].end : found[-1].start]):
        first = found[0].day
        return (first, read) if first is not None else (read, None)
    return read, None


def _progress(said: Mapping[str, Any]) -> tuple[int | None, tuple[Fault, ...]]:
    """The progress in per cent; of a column of its own first, then of the status, then of what was written."""
    column = _plain(str(said.get(SHARE, ""))) if said.get(SHARE) else ""
    if column:
        return _of_column(str(said[SHARE]))
    for name in ("status_raw", "progress"):
        text = "".join(unicodedata.normalize("NFKC", str(said.get(name, ""))).split())
        alone = _ALONE.fullmatch(text)
        figures = {alone[1]} if alone else {found[1] for found in _STATED.finditer(text)}
        if len(figures) == 1:
            return _percent(float(figures.pop()), text)
        if figures:
            return None, (Fault(_SEVERAL, {"text": text[:40]}),)
    return None, ()


def _of_column(raw: str) -> tuple[int | None, tuple[Fault, ...]]:
    """A cell of a column of progress: 60%, 60, or 0.6 as spreadsheets store it. 1 may be 1% or 100%."""
    text = "".join(unicodedata.normalize("NFKC", raw).split())
    stated = list(_STATED.finditer(text))
    found = _ALONE.fullmatch(text) or (stated[0] if len(stated) == 1 else None)
    if found:
        return _percent(float(found[1]), raw)
    if not _FIGURE.fullmatch(text):
        return None, ()
    value = float(text)
    if value == 1:
        return None, (Fault(say("进度“%(text)s”看不出是1%%还是100%%，没有采用。"), {"text": raw}),)
    return _percent(value * 100 if value < 1 else value, raw)


def _percent(value: float, raw: str) -> tuple[int | None, tuple[Fault, ...]]:
    if value <= 100:
        return int(value), ()
    return None, (Fault(say("进度“%(text)s”超过100%%，没有采用。"), {"text": raw[:40]}),)
