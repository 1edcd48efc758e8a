"""Measures in one cell, numbered as their column does; a text put back between its number and full stop."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from bihuan.documents.reading.numbering import split_steps, strip_number
from bihuan.documents.writing.ledgers import steps_as_text

_CN = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ENDS = "。；;，,、：:"

Numbering = Callable[[int], str]

_NUMBERINGS: tuple[tuple[re.Pattern[str], Numbering], ...] = (
    (re.compile(r"^\s*1[.．]"), lambda n: f"{n}."),
    (re.compile(r"^\s*1、"), lambda n: f"{n}、"),
    (re.compile(r"^\s*1[)）]"), lambda n: f"{n}）"),
    (re.compile(r"^\s*[（(]\s*1\s*[)）]"), lambda n: f"（{n}）"),
    (re.compile(r"^\s*[（(]\s*一\s*[)）]"), lambda n: f"（{_chinese(n)}）"),
    (re.compile(r"^\s*一、"), lambda n: f"{_chinese(n)}、"),
    (re.compile(r"^\s*一是"), lambda n: f"{_chinese(n)}是"),
    (re.compile(r"^\s*①"), lambda n: _CIRCLED[n - 1] if n <= len(_CIRCLED) else f"（{n}）"),
)


def measures_as_text(wanted: Sequence[str], old: str, samples: Iterable[str]) -> str:
    """The text of one cell for several measures, numbered as the cell or its column does, else lines 1. 2."""
    if not wanted:
        return ""
    forms = _forms(wanted, itertools.chain([old], samples))
    return next((text for text in forms if split_steps(text) == tuple(wanted)), steps_as_text(wanted))


def _forms(wanted: Sequence[str], samples: Iterable[str]) -> Iterator[str]:
    if len(wanted) == 1:
        yield wanted[0]
    for sample in samples:
        numbering = next((form for pattern, form in _NUMBERINGS if pattern.match(sample)), None)
        if numbering is None and len(split_steps(sample)) < 2:
            continue
        numbered = [f"{numbering(n) if numbering else ''}{part}" for n, part in enumerate(wanted, start=1)]
        end = sample.rstrip()[-1:] if sample.rstrip()[-1:] in "。；" else ""
        if "\n" in sample:
            yield "\n".join(f"{part}{_line_end(sample)}" for part in numbered[:-1]) + "\n" + numbered[-1] + end
        yield "；".join(numbered) + end


def _line_end(sample: str) -> str:
    """The punctuation its lines end with, if they do."""
    first = sample.split("\n")[0].rstrip()[-1:]
    return first if first in _ENDS else ""


def reworded(old: str, before: str, wanted: str) -> str:
    """`wanted` in place of what was read from a text, between its number and its full stop."""
    if not before or before not in old:
        return wanted
    head, _, tail = old.partition(before)
    if not wanted or wanted[-1:] in _ENDS or strip_number(wanted) != wanted:
        return wanted
    return head + wanted + tail


def _chinese(number: int) -> str:
    if number <= 10:
        return _CN[number - 1]
    tens, ones = divmod(number, 10)
    return (_CN[tens - 1] if tens > 1 else "") + "十" + (_CN[ones - 1] if ones else "")
