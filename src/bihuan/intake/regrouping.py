"""Drafts taken apart and put together: one row that is several problems, several rows that are one.

No text is lost on the way: every measure goes on, parts keep the place they were read at, and what was put
together can be taken apart again as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bihuan.book.keys import new_id
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.intake.drafting import counted_names, note, take
from bihuan.intake.judging import judge
from bihuan.intake.models import Draft, Reading
from bihuan.intake.naming import recount
from bihuan.organisations.access import Actor

MOST_PARTS = 50
TEXTS = ("problem", "goal", "progress", "remark")
LISTS = ("measures", "lead_units", "support_units")
DEADLINE = ("deadline_raw", "deadline_kind", "deadline_date", "deadline_longterm", "deadline_relative")
UNDO = frozenset({"merged", "merged_into"})
"""What a draft says of having been merged."""


@dataclass(frozen=True)
class Piece:
    """One of the problems that a draft is split into: its text, and which of the measures go with it."""

    problem: str
    measures: tuple[str, ...] = ()


@transaction.atomic
def split_draft(
    *,
    actor: Actor,
    reading: Reading,
    place: int,
    part: int = 0,
    seen: int | None = None,
    pieces: Sequence[Piece],
) -> list[Draft]:
    """Make several drafts of one, all at its place; everything but text and measures is the same in each.

    Raises `Overtaken` as `drafting.edit_draft` does, `Refused` for fewer than two pieces or more than
    `MOST_PARTS`, for one without a text, and where a measure would be lost.
    """
    draft = take(actor, reading, place, part, seen)
    _refuse_pieces(draft, pieces)
    before = counted_names(draft)
    _make_room(draft, len(pieces) - 1)
    draft.item = _piece(draft.item, pieces[0])
    draft.alike = []
    note(draft, actor)
    parts = [draft, *(_new_part(draft, number, piece) for number, piece in enumerate(pieces[1:], start=1))]
    for new in parts[1:]:
        note(new, actor)
    recount(reading, before, [name for row in parts for name in counted_names(row)])
    judge(actor, reading, parts)
    return parts


def _refuse_pieces(draft: Draft, pieces: Sequence[Piece]) -> None:
    if not 2 <= len(pieces) <= MOST_PARTS:
        raise Refused(
            Denied(say("拆分至少要两条，最多%(most)s条。"), say("请一行写一个问题。"), {"most": MOST_PARTS})
        )
    if not all(piece.problem.strip() for piece in pieces):
        raise Refused(Denied(say("拆出的问题里有一条是空的。"), say("请填写，或少拆一条。")))
    kept = {measure for piece in pieces for measure in piece.measures}
    lost = [measure for measure in draft.item.get("measures", ()) if measure not in kept]
    if lost:
        raise Refused(
            Denied(
                say("拆分后有措施没有归到任何问题：“%(text)s”。"),
                say("请把每条措施都留下，拆好以后再改。"),
                {"text": lost[0][:60]},
            )
        )


def _make_room(draft: Draft, more: int) -> None:
    """Move the later parts of the same place up, the last first: no two may share a number."""
    later = Draft.objects.filter(
        region_id=draft.region_id, reading_id=draft.reading_id, place=draft.place, part__gt=draft.part
    )
    for row in later.order_by("-part"):
        row.part += more
        row.save(update_fields=["part"])


def _piece(item: Mapping[str, Any], piece: Piece) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if name not in UNDO | {"measures", "title"}}
    measures = {"measures": list(piece.measures)} if piece.measures else {}
    return kept | {"problem": piece.problem.strip()} | measures


def _new_part(draft: Draft, number: int, piece: Piece) -> Draft:
    return Draft(
        id=new_id(),
        region_id=draft.region_id,
        reading_id=draft.reading_id,
        place=draft.place,
        part=draft.part + number,
        item=_piece(draft.item, piece),
        doubts=draft.doubts,
        faulty=draft.faulty,
        doubtful=draft.doubtful,
        dropped=draft.dropped,
    )


@transaction.atomic
def merge_drafts(
    *,
    actor: Actor,
    reading: Reading,
    into: tuple[int, int],
    others: Sequence[tuple[int, int]],
    seen: Mapping[tuple[int, int], int] | None = None,
) -> Draft:
    """Put the content of `others` (places and parts) into one draft and leave them out; returns that one.

    Texts and measures are joined, what stands in both stands once; a date that differs becomes a doubt.
    `seen` holds the versions that the person had before them. Raises as `split_draft` does.
    """
    versions = seen or {}
    draft = take(actor, reading, *into, versions.get(into))
    rows = [take(actor, reading, *other, versions.get(other)) for other in others if other != into]
    rows = [row for row in rows if not row.dropped]
    if not rows or draft.dropped:
        raise Refused(Denied(say("没有可以合并的问题。"), say("请看现在的列表。")))
    before = [name for row in (draft, *rows) for name in counted_names(row)]
    kept = {"item": draft.item, "doubts": draft.doubts, "faulty": draft.faulty, "doubtful": draft.doubtful}
    for row in rows:
        _take_in(draft, row)
        row.item = row.item | {"merged_into": str(draft.id)}
        row.dropped = True
        note(row, actor)
    draft.item = draft.item | {"merged": kept | {"drafts": [str(row.id) for row in rows]}}
    draft.faulty = not draft.item.get("problem", "").strip() or any(found["faulty"] for found in draft.doubts)
    draft.doubtful = any(not found["faulty"] for found in draft.doubts)
    note(draft, actor)
    recount(reading, before, counted_names(draft))
    judge(actor, reading, [draft, *rows])
    return draft


def _take_in(draft: Draft, other: Draft) -> None:
    doubts = list(other.doubts)
    if not other.item.get("problem", "").strip() and draft.item.get("problem"):
        # A row without a problem of its own was more of the one above: that it has none is no fault any more.
        doubts = []
    differs = draft.item.get("deadline_raw") and other.item.get("deadline_raw") not in (
        None,
        draft.item["deadline_raw"],
    )
    if differs:
        doubts.append(
            {
                "template": say("并入的一条时限是“%(text)s”，与这一条不同，请核对。"),
                "params": {"text": other.item["deadline_raw"]},
                "place": other.item.get("place", {}).get("cells", {}).get("deadline_raw"),
                "faulty": False,
            }
        )
    draft.item = joined(draft.item, other.item)
    draft.doubts = [*draft.doubts, *(doubt for doubt in doubts if doubt not in draft.doubts)]


def joined(first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """One item of two: texts and lists of both, everything else from the first that has it."""
    item = {name: value for name, value in {**other, **first}.items() if name not in UNDO}
    for name in TEXTS:
        if texts := _text(first.get(name, ""), other.get(name, "")):
            item[name] = texts
    for name in LISTS:
        if values := list(dict.fromkeys([*first.get(name, ()), *other.get(name, ())])):
            item[name] = values
    item["support_units"] = [
        name for name in item.get("support_units", ()) if name not in item.get("lead_units", ())
    ]
    item["person"] = "、".join(
        dict.fromkeys(name for one in (first, other) for name in one.get("person", "").split("、") if name)
    )
    dated = first if first.get("deadline_raw") or first.get("deadline_kind") else other
    for name in DEADLINE:
        item[name] = dated.get(name)
    item["other"] = {**other.get("other", {}), **first.get("other", {})}
    item["place"] = _place(first.get("place", {}), other.get("place", {}))
    item["passage"] = _passage(first.get("passage"), other.get("passage"))
    return {name: value for name, value in item.items() if value}


def _text(first: str, other: str) -> str:
    if not other or other in first:
        return first
    return other if first in other else f"{first}\n{other}"


def _place(first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The place of the first, with that of the other kept under `more` where it is another one."""
    kept = {name: value for name, value in other.items() if name != "more"}
    more = [*first.get("more", ()), kept, *other.get("more", ())]
    own = {name: value for name, value in first.items() if name != "more"}
    others = [place for n, place in enumerate(more) if place != own and place not in more[:n]]
    return own | ({"more": others} if others else {})


def _passage(first: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The paragraphs of both, with the words used of both."""
    if first is None or other is None or first == other:
        return first or other
    spans = {name: [*first["spans"].get(name, ()), *found] for name, found in other["spans"].items()}
    return {
        "first_paragraph": min(first["first_paragraph"], other["first_paragraph"]),
        "last_paragraph": max(first["last_paragraph"], other["last_paragraph"]),
        "spans": {**first["spans"], **spans},
    }


@transaction.atomic
def unmerge_draft(
    *, actor: Actor, reading: Reading, place: int, part: int = 0, seen: int | None = None
) -> list[Draft]:
    """Take a merged draft apart again, each as it was before; returns them all. Raises as `split_draft` does."""
    draft = take(actor, reading, place, part, seen)
    kept = draft.item.get("merged")
    if not kept:
        raise Refused(Denied(say("这一条没有合并过。"), say("请看现在的列表。")))
    before = counted_names(draft)
    for name in ("item", "doubts", "faulty", "doubtful"):
        setattr(draft, name, kept[name])
    note(draft, actor)
    rows = list(Draft.objects.filter(region_id=reading.region_id, reading_id=reading.id, id__in=kept["drafts"]))
    for row in rows:
        row.item = {name: value for name, value in row.item.items() if name != "merged_into"}
        row.dropped = False
        note(row, actor)
    parts = sorted([draft, *rows], key=lambda row: (row.place, row.part))
    recount(reading, before, [name for row in parts for name in counted_names(row)])
    judge(actor, reading, parts)
    return parts
