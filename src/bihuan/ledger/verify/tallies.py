"""The kept sums, compared with those to which the record leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bihuan.ledger.models import Tally
from bihuan.ledger.tally import Key
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import fetched, quoted

Sums = Mapping[Key, int]


def compare(expected: Sums, findings: Findings) -> None:
    """Report where the sums of changes, or a balance, are not what the chains led to."""
    stored = {key: change for balance, key, change in _stored() if not balance}
    _report(What.TALLY, stored, expected, findings)
    balances: dict[date, dict[Key, int]] = {}
    for balance, key, change in _stored():
        if balance:
            balances.setdefault(key[-1], {})[key] = change
    for day, sums in balances.items():
        until: Counter[Key] = Counter()
        for (*names, changed), change in expected.items():
            if changed < day:
                until[(*names, day)] += change  # type: ignore[index]  # the same names, on the balance's day
        _report(What.BALANCE, sums, until, findings)


def _report(what: What, stored: Sums, expected: Sums, findings: Findings) -> None:
    for key in stored.keys() | expected.keys():
        by = stored.get(key, 0) - expected.get(key, 0)
        if by:
            _region, unit, axis, code, day = key
            findings.add(what, f"unit {unit}", day=day.isoformat(), code=f"{axis} {code}", by=by)


def _stored() -> Iterator[tuple[bool, Key, int]]:
    table = quoted(Tally._meta.db_table)
    keys = "region_id, unit_id, axis, code, day"
    rows: Iterator[tuple[Any, ...]] = fetched(
        f"SELECT balance, {keys}, SUM(change) FROM {table} GROUP BY balance, {keys}"  # noqa: S608  our own names
    )
    for balance, region, unit, axis, code, day, change in rows:
        on = day if isinstance(day, date) else _day(day)
        yield bool(balance), (region, unit, axis, code, on), int(change)


def _day(stored: Any) -> date:
    """The day; one that no action stores counts as the first of all days, where nothing is expected."""
    try:
        return date.fromisoformat(stored)
    except (TypeError, ValueError):
        return date.min
