"""Numbers in front of Chinese paragraphs: strip one, or cut a text at a run of them.

A number counts as one only by its form (1. 1、 （一） ① 一是 …), never because a text begins with digits.
"""

from __future__ import annotations

import re

_CN = "一二三四五六七八九十百"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BRACKETED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_DOTTED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"

# One form a line; a group "n" holds the ordinal as written.
_FORMS = (
    rf"[（(]\s*(?P<n>\d{{1,3}}|[{_CN}]{{1,3}})\s*[)）][、.．,，]?",
    r"(?P<n>\d{1,3})\s*[.．](?!\d)|(?P<m>\d{1,2})[.．](?=(?:19|20)\d{2}年)",
    r"(?P<n>\d{1,3})\s*[、)）](?!\s*\d+\s*[、)）])",
    rf"(?P<n>[{_CN}]{{1,3}})\s*[、.．]",
    rf"第(?P<n>[{_CN}]{{1,3}}|\d{{1,2}})(?:[，,、：:]|是(?=\S))",
    rf"(?P<n>[{_CN}])(?:是|要)(?=\S)",
    rf"(?P<n>[{_CIRCLED}])",
    rf"(?P<n>[{_BRACKETED}])",
    rf"(?P<n>[{_DOTTED}])",
)
_PATTERNS = tuple(re.compile(form) for form in _FORMS)
# 1.12处 and 2.3处 are numbers only where they begin lines and count up together.
_LINE_START = re.compile(r"(?m:^)[ \t\u3000]*(?P<n>\d{1,2})[.．、]")
_ARABIC, _SIGNS = frozenset("0123456789０１２３４５６７８９"), _CIRCLED + _BRACKETED + _DOTTED
# What a text must hold for a form to be worth looking for; every form begins with a number of its own kind.
_NEEDED = (
    *(frozenset("（("), _ARABIC, _ARABIC, frozenset(_CN), frozenset("第"), frozenset(_CN)),
    *(frozenset(_CIRCLED), frozenset(_BRACKETED), frozenset(_DOTTED)),
)
_SOUGHT = tuple(zip((*_PATTERNS, _LINE_START), (*_NEEDED, _ARABIC), strict=True))
_STRIPPED = tuple(p for place, p in enumerate(_PATTERNS) if place != 5)
_ANY = re.compile(r"[1１][.．、)）]|[（(]\s*[1一]|一\s*[、.．是要]|第[一1]|[①⑴⒈]|\d{1,2}[.．、](?=\d)")
_NESTED = re.compile(r"\d{1,3}(?:[.．]\d{1,3}){1,3}(?:[.．、]|\s+)(?=\D)")
_BREAKS = "\n\r。；;：:，,、）)"
_BEGINNINGS = frozenset(f"（(第0123456789０１２３４５６７８９{_CN}{_CIRCLED}{_BRACKETED}{_DOTTED}")
_EDGE = "。；;，,、：: \t\r\n\u3000\xa0"


def ordinal(text: str) -> int | None:
    """The value of an ordinal as written (12, 十二, ⑫), None when it is none."""
    for row in (_CIRCLED, _BRACKETED, _DOTTED):
        if len(text) == 1 and text in row:
            return row.index(text) + 1
    if text.isdecimal():
        return int(text) if len(text) <= 6 else None
    return chinese_number(text)


def ordinal_of(number: str) -> int | None:
    """The value of a number as it stands before a text, with its brackets and marks (（二）, 12.)."""
    return ordinal(number.strip("（()）、.．，,：:是要第项条个 \u3000"))


def chinese_number(text: str) -> int | None:
    """The value of a Chinese number below 200 (二十一), None when it is none."""
    digits = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    total = 0
    current = 0
    for char in text:
        if char in digits:
            current = digits[char]
        elif char in "十百":
            total += max(current, 1) * (10 if char == "十" else 100)
            current = 0
        else:
            return None
    return total + current if text else None


def trim(text: str) -> str:
    """A text without the blanks and the punctuation at its ends (。；，、：)."""
    return text.strip().strip(_EDGE)


def strip_number(text: str) -> str:
    """A text without the number in front of it and the punctuation at its end."""
    text = text.strip()
    for _ in range(2):
        if text[:1] not in _BEGINNINGS:
            break
        found = _NESTED.match(text) or next((f for p in _STRIPPED if (f := p.match(text))), None)
        if found is None or found.end() >= len(text):
            break
        text = text[found.end() :].lstrip()
    return trim(text)


def line_number(text: str) -> tuple[str | None, str]:
    """The form of the number a line begins with (one name for all numbers written alike) and the rest."""
    text = text.strip()
    if found := _NESTED.match(text):
        return "nested", text[found.end() :].lstrip()
    for place, pattern in enumerate(_PATTERNS):
        found = pattern.match(text)
        if found is not None and place != 5 and found.end() < len(text):
            kind = "digit" if _digits(found).isdigit() else "sign"
            return f"{place}{kind}", text[found.end() :].lstrip()
    return None, text


def split_steps(text: str) -> tuple[str, ...]:
    """Cut a cell or paragraph into steps: at a run of numbers, else at lines, else at semicolons.

    Numbers must be of one form and count up; a line without one belongs to the step above it.
    """
    marks = _marks(text)
    if marks:
        head = text[: marks[0][0]]
        ends = [start for start, _ in marks[1:]] + [len(text)]
        steps = [text[begin:end] for (_, begin), end in zip(marks, ends, strict=True)]
        parts = ([head] if trim(head) else []) + [_unwrap(step) for step in steps]
    else:
        parts = re.split(r"[\r\n]+", text.strip())
        if len(parts) == 1:
            parts = _at_semicolons(text)
    return tuple(step for part in parts if (step := strip_number(part)))


def _unwrap(step: str) -> str:
    """Lines of one numbered step are one text broken by hand."""
    return "".join(line.strip() for line in step.splitlines())


def _at_semicolons(text: str) -> list[str]:
    """Cut at ； outside brackets and quotation marks."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(text):
        if char in "（(“《【":
            depth += 1
        elif char in "）)”》】":
            depth -= 1
        elif char in "；;" and depth <= 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _marks(text: str) -> list[tuple[int, int]]:
    """Start and end of each number of the outermost counting run that begins with one."""
    if not _ANY.search(text):
        return []
    signs = frozenset(text)
    sought = ((pattern, _run(pattern, text)) for pattern, needed in _SOUGHT if not needed.isdisjoint(signs))
    runs = [
        run for pattern, run in sought if len(run) > 1 or (run and run[0][0] == 0 and pattern is not _LINE_START)
    ]
    return min(runs, key=lambda run: run[0][0]) if runs else []


def _digits(found: re.Match[str]) -> str:
    """The ordinal as written; a number before a year (1.2024年…) has a group of its own."""
    return next(value for value in found.groups() if value)


def _is_break(text: str, at: int) -> bool:
    """Whether a number may begin here: at the start, after punctuation or a blank."""
    return at == 0 or text[at - 1] in _BREAKS or text[at - 1].isspace()


def _run(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        number = _digits(match)
        if number not in _SIGNS and not _is_break(text, match.start()):
            continue
        if ordinal(number) == len(found) + 1:
            found.append((match.start(), match.end()))
    return found
