"""Number formats: how numbers of problems and of supervision letters are written. Data of the set-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bihuan.domain.refusals import Denied, Refused, say

LENGTH = 40
LETTERS = "letter:"
"""What the keys of the counters of supervision letters begin with."""
_MARK = re.compile(r"\{(?:(prefix)|(year)|n(?::([1-9]))?)\}")


@dataclass(frozen=True)
class Numbers:
    """Formats with the marks `{prefix}` (of the ledger), `{year}` and `{n}`, or `{n:5}` for five figures."""

    problem: str = "{prefix}{year}-{n:5}"
    letter: str = "督办函〔{year}〕{n}号"


DEFAULT_NUMBERS = Numbers()


def written(form: str, *, prefix: str = "", year: int, n: int) -> str:
    """The number `n` of a year in this format."""

    def fill(mark: re.Match[str]) -> str:
        if mark[1]:
            return prefix
        return str(year) if mark[2] else str(n).zfill(int(mark[3] or 0))

    return _MARK.sub(fill, form)


def letters_key(unit_id: object, year: object) -> str:
    """The key under which the letters of a unit are counted in a year."""
    return f"{LETTERS}{unit_id}:{year}"


def numbers_from_data(data: Mapping[str, Any]) -> Numbers:
    """Formats from JSON values; raises `Refused` with what to mend."""
    known = asdict(DEFAULT_NUMBERS)
    for name, form in data.items():
        if name not in known or not isinstance(form, str):
            raise Refused(Denied(say("编号格式“%(name)s”不认识。"), params={"name": name}))
        denied = refuses_format(form, with_prefix=name == "problem")
        if denied:
            raise Refused(denied)
    return Numbers(**{**known, **data})


def refuses_format(form: str, *, with_prefix: bool) -> Denied | None:
    """A format must have the running number and the year once each, and where ledgers share it their prefix."""
    marks = [mark[0].strip("{}").partition(":")[0] for mark in _MARK.finditer(form)]
    wanted = ["n", "prefix", "year"] if with_prefix else ["n", "year"]
    rest = _MARK.sub("", form)
    if sorted(marks) != wanted or "{" in rest or "}" in rest or "\n" in rest or len(form) > LENGTH:
        example = DEFAULT_NUMBERS.problem if with_prefix else DEFAULT_NUMBERS.letter
        return Denied(
            say("编号格式“%(form)s”不对：应各含一次%(marks)s，最多%(length)s个字。"),
            say("例如“%(example)s”。"),
            {
                "form": form[:LENGTH],
                "marks": "、".join(f"{{{mark}}}" for mark in wanted),
                "length": LENGTH,
                "example": example,
            },
        )
    return None


def reader(form: str) -> re.Pattern[str]:
    """What finds `prefix`, `year` and `n` in numbers that were written in this format."""
    marks = {"prefix": "(?P<prefix>.*)", "year": r"(?P<year>\d{4})", "n": r"(?P<n>\d+)"}
    parts, end = [], 0
    for mark in _MARK.finditer(form):
        parts += [re.escape(form[end : mark.start()]), marks[mark[0].strip("{}").partition(":")[0]]]
        end = mark.end()
    return re.compile("".join(parts) + re.escape(form[end:]), re.ASCII | re.DOTALL)
