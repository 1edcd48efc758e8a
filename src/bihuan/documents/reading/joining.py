"""The deadlines of several rows of one problem, or of several columns of one row, as one deadline."""

from __future__ import annotations

from bihuan.documents.reading.dates import IMMEDIATE, LONGTERM, Deadline


def joined(found: list[Deadline]) -> Deadline | None:
    """The deadlines of several rows as one: dated steps when they differ, the last of them the date."""
    if len({one.raw for one in found}) < 2:
        return found[0] if found else None
    raw = "；".join(dict.fromkeys(one.raw for one in found))
    days = {one.day for one in found if one.day}
    kept_up = any(one.longterm or one.kind == "longterm" for one in found)
    if not days:
        return _undated(raw, found)
    kind = "stage" if len(days) > 1 or any(one.kind == "stage" for one in found) else "date"
    wrong = any(one.wrong for one in found)
    return Deadline(raw, kind, None if wrong else max(days), kept_up)


def _undated(raw: str, found: list[Deadline]) -> Deadline:
    kinds = {kind for one in found for kind in one.kind.split("+")}
    if {IMMEDIATE, LONGTERM} <= kinds:
        return Deadline(raw, f"{IMMEDIATE}+{LONGTERM}")
    kept_up = any(one.longterm for one in found) or (LONGTERM in kinds and len(kinds) > 1)
    relative = any(one.relative for one in found)
    return Deadline(raw, found[0].kind, longterm=kept_up and found[0].kind == "date", relative=relative)
