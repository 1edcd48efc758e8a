"""What a person must look at in a document: dates that do not exist, and doubts of passages that gave no item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.dates import read_deadline
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.texts.blocks import Block


def faults_of(items: Sequence[Item], blocks: Sequence[Block]) -> tuple[Fault, ...]:
    """The faults of a document; each names its place as paragraph and characters (¶3:5-14)."""
    faults = [fault for item in items for fault in _of_deadline(item)]
    shown = {(doubt.text, doubt.place) for item in items for doubt in item.doubts}
    for number, block in enumerate(blocks, start=1):
        doubts = (replace(doubt, place=f"¶{number}") for doubt in block.doubts)
        faults.extend(doubt for doubt in doubts if (doubt.text, doubt.place) not in shown)
    return tuple(faults)


def _of_deadline(item: Item) -> list[Fault]:
    deadline = read_deadline(item.deadline_raw)
    if deadline is None or not deadline.wrong:
        return []
    note = say("日期“%(date)s”不存在，请改正后重新上传，或在确认时填写。")
    place = item.passage.place_of("deadline_raw") if item.passage else None
    return [Fault(note, {"date": wrong}, place) for wrong in deadline.wrong]
