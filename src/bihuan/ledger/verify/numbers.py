"""Business numbers: every number that a counter gave out must belong to a problem or a letter on the record.

Numbers are given out in the transaction that registers the problem or sends the letter, and neither is ever taken
off the record: a gap means that one was removed.
"""

from __future__ import annotations

import json
import re
from collections import Counter as Counted
from collections.abc import Mapping, Sequence
from typing import Any

from bihuan.domain.numbering import DEFAULT_NUMBERS, LETTERS, letters_key, reader, refuses_format
from bihuan.ledger.models import Counter, Problem, SetUp, Urging
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Stored
from bihuan.organisations.models import Unit

Key = tuple[Any, str]


class Numbers:
    """Counts the numbers met while the chains are walked, by region and series."""

    def __init__(self) -> None:
        self._readers = _readers()
        self._met: dict[Key, tuple[int, int]] = {}
        self._letters: Counted[str] = Counted()

    def meet(self, region: Any, number: Any) -> None:
        """Take note of a problem's number; one that no counter can have given out is left alone."""
        read = _read(str(number), self._readers)
        if read is not None:
            series, running = read
            count, highest = self._met.get((region, series), (0, 0))
            self._met[region, series] = count + 1, max(highest, running)

    def meet_letters(self, state: Mapping[str, Mapping[str, Any]]) -> None:
        """Take note of the letters about a problem, by the unit that sent them and the year."""
        for key, row in state.items():
            if key.startswith(f"{Urging.KIND}:") and row.get("number"):
                self._letters[letters_key(row.get("by_unit_id"), str(row.get("sent_on"))[:4])] += 1

    def compare(self, findings: Findings) -> None:
        """Compare with the counters: none behind what it gave out, no number without its problem."""
        counters = {(row["region_id"], row["key"]): row["value"] for row in Stored(Counter).dicts()}
        letters = {key: counters.pop(key) for key in list(counters) if str(key[1]).startswith(LETTERS)}
        self._compare_letters(letters, findings)
        for key in sorted({*counters, *self._met}, key=str):
            value = counters.get(key, 0)
            count, highest = self._met.get(key, (0, 0))
            if not isinstance(value, int) or value < highest:
                findings.add(What.COUNTER, f"counter {key[1]}", value=value, highest=highest)
            last = max(value, highest) if isinstance(value, int) else highest
            if count < last:
                first = _first_missing(key, last, self._readers)
                findings.add(What.NUMBERS, first, count=last - count, first=first)

    def _compare_letters(self, counters: Mapping[Key, Any], findings: Findings) -> None:
        """A unit's letters are counted in its own region, wherever the problems lie."""
        regions = {f"{LETTERS}{pk}": region for pk, region in Stored(Unit, ("id", "region_id")).rows()}
        sent = {(regions.get(series.rpartition(":")[0]), series): count for series, count in self._letters.items()}
        for key in sorted({*counters, *sent}, key=str):
            value, count, series = counters.get(key, 0), sent.get(key, 0), key[1]
            if not isinstance(value, int) or value < count:
                findings.add(What.COUNTER, f"counter {series}", value=value, highest=count)
            elif count < value:
                first = f"{series}-{count + 1:05d}"
                findings.add(What.NUMBERS, first, count=value - count, first=first)


def _readers() -> list[re.Pattern[str]]:
    """How numbers were written at any time: the default format, and every one that was set up."""
    forms = [DEFAULT_NUMBERS.problem]
    for (data,) in Stored(SetUp, ("data",)).rows("part = %s", ["numbers"], "version"):
        form = (json.loads(data) if isinstance(data, str) else data).get("problem")
        if isinstance(form, str) and form not in forms and refuses_format(form, with_prefix=True) is None:
            forms.append(form)
    return [reader(form) for form in forms]


def _read(number: str, readers: Sequence[re.Pattern[str]]) -> tuple[str, int] | None:
    """The series and the running number in a number, by the first format that fits."""
    for form in readers:
        if found := form.fullmatch(number):
            return f"{found['prefix']}{found['year']}", int(found["n"])
    return None


def _first_missing(key: Key, last: int, readers: Sequence[re.Pattern[str]]) -> str:
    """The first number of a series that no row has, in the format that an office starts with."""
    region, series = key
    rows = Stored(Problem, ("number",)).rows("region_id = %s", [region], "number")
    read = (_read(str(number), readers) for (number,) in rows)
    running = {n for row in read if row is not None and row[0] == series for n in (row[1],)}
    missing = next(n for n in range(1, last + 2) if n not in running)
    return f"{series}-{min(missing, last):05d}"
