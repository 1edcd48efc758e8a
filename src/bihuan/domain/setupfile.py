"""A whole set-up as one file: what one office exports and another takes over.

Plain JSON: sources, classes with their flows, limits, number formats, a colour policy, a calendar. Whatever a file
holds is checked here before anything is made of it; what it would change is found out where the record is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bihuan.domain.colours import Policy, policy_from_data
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.domain.setup import PARTS, setup_from
from bihuan.domain.workdays import Calendar

FORMAT, VERSION = "bihuan set-up", 1
LARGEST = 2 * 1024 * 1024
"""Bytes. A set-up of a province with every calendar since 2004 takes a hundredth of it."""
MOST_SOURCES = 2000


@dataclass(frozen=True)
class SourceRow:
    """A source as a file has it; `parent` is the code of the one above it."""

    code: str
    name: str
    name_en: str = ""
    parent: str = ""
    reports: bool = False
    keeper: str = ""


@dataclass(frozen=True)
class SetUpFile:
    """What a file holds; None or empty for what it leaves as it is."""

    made_by: str = ""
    made_on: str = ""
    sources: tuple[SourceRow, ...] = ()
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Of `setup.PARTS`, as JSON values."""
    policy: Policy | None = None
    calendar: Calendar | None = None

    def as_bytes(self) -> bytes:
        """The file, readable for people as well."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "made_by": self.made_by,
            "made_on": self.made_on,
            "sources": [_source_data(row) for row in self.sources],
            **self.parts,
        }
        if self.policy:
            data["colours"] = self.policy.as_data()
        if self.calendar:
            data["calendar"] = {
                "days_off": sorted(day.isoformat() for day in self.calendar.off),
                "makeup_days": sorted(day.isoformat() for day in self.calendar.makeup),
                "published_years": sorted(self.calendar.published),
            }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def read_setup_file(content: bytes) -> SetUpFile:
    """Read a file of a set-up; raises `Refused` with what is wrong with it."""
    data = _json(content)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Refused(Denied(say("这不是一份设置文件。"), say("请选择从“设置”中导出的文件。")))
    if data.get("version") != VERSION:
        raise Refused(Denied(say("这份设置文件的版本这里还不认识。"), say("请先升级本系统。")))
    known = {"format", "version", "made_by", "made_on", "sources", "colours", "calendar", *PARTS}
    unknown = sorted(data.keys() - known)
    if unknown:
        raise Refused(Denied(say("设置文件中有不认识的内容：%(name)s。"), params={"name": str(unknown[0])[:40]}))
    parts = {part: data[part] for part in PARTS if part in data}
    setup_from(parts)
    try:
        return SetUpFile(
            made_by=str(data.get("made_by", ""))[:120],
            made_on=str(data.get("made_on", ""))[:10],
            sources=_sources(data.get("sources", ())),
            parts=parts,
            policy=policy_from_data(data["colours"]) if "colours" in data else None,
            calendar=_calendar(data["calendar"]) if "calendar" in data else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        detail = f"{type(error).__name__}: {error}"[:200]
        raise Refused(
            Denied(say("设置文件的内容不完整或格式不对：%(detail)s。"), params={"detail": detail})
        ) from error


def _json(content: bytes) -> Any:
    if len(content) > LARGEST:
        raise Refused(Denied(say("设置文件太大（最多%(most)s MB）。"), params={"most": LARGEST // 1024 // 1024}))
    try:
        return json.loads(content.decode("utf-8-sig").replace("\\u0000", ""))
    except (ValueError, RecursionError) as error:
        raise Refused(
            Denied(say("设置文件读不出来。"), say("请重新导出；文件应是没有改坏的JSON（UTF-8）。"))
        ) from error


def _sources(rows: Sequence[Mapping[str, Any]]) -> tuple[SourceRow, ...]:
    found = tuple(
        SourceRow(
            code=_text(raw["code"], 40),
            name=_text(raw["name"], 60),
            name_en=_text(raw.get("name_en", ""), 80),
            parent=_text(raw.get("parent", ""), 40),
            reports=raw.get("reports", False) is True,
            keeper=_text(raw.get("keeper", ""), 60),
        )
        for raw in rows
    )
    codes = [row.code for row in found]
    if (
        len(found) > MOST_SOURCES
        or len(set(codes)) != len(codes)
        or not all(row.code and row.name for row in found)
    ):
        raise ValueError("sources")
    seen: set[str] = set()
    for row in found:
        if row.parent and row.parent not in seen:
            raise ValueError(f"sources: {row.parent}")
        seen.add(row.code)
    return found


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(str(value)[:most])
    return " ".join(value.replace("\0", "").split())


def _source_data(row: SourceRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "parent": row.parent,
        "reports": row.reports,
        "keeper": row.keeper,
    }


def _calendar(raw: Mapping[str, Any]) -> Calendar:
    return Calendar(
        "",
        frozenset(map(date.fromisoformat, raw["days_off"])),
        frozenset(map(date.fromisoformat, raw["makeup_days"])),
        frozenset(int(year) for year in raw["published_years"]),
    )
