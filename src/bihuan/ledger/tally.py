"""Kept sums: how many problems of which stage and colour, and which figures, a unit has on any day.

Every change to a problem adds by how much which count changes from which day on, its coming turns included, so
the count of a day is a sum of changes: of days past, of today, and as a forecast of days to come. Nothing is
counted again, nothing is recomputed at night, and two offices that work at once never wait for one row. What
lies before a balance never changes, because no entry changes a day before it was recorded. `verify` proves all
of it against a replay of the record.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from bihuan.book.keys import new_id
from bihuan.book.rows import insert, made
from bihuan.domain.case import RUNNING_STAGES, Stage
from bihuan.ledger.derived import is_stopped, signed_by
from bihuan.ledger.models import Axis, Tally

OVERDUE, OVERDUE_ORIGINAL, SIGNED = "overdue", "overdue_original", "signed_"
"""Codes beside `<stage>.<colour>`, on the axis of leading units; `signed_` goes on with a value of `Signed`."""
TURNS = "turns_"
"""With a colour behind it: how many problems in sight take it by themselves on a day (read it by `on_days`)."""

_ASIDE = frozenset({Stage.MERGED.value, Stage.WITHDRAWN.value, Stage.REFERRED.value})
_RUNNING = frozenset(stage.value for stage in RUNNING_STAGES)
_DAY = timedelta(days=1)

Deltas = Counter[tuple[str, date]]
"""By how much a code changes on a day."""
Key = tuple[int, int, str, str, date]
"""Region, unit, axis, code, day."""


@dataclass(frozen=True)
class Stand:
    """How a problem counts: its columns, the units that may see it, and the line of its leading unit."""

    row: Mapping[str, Any]
    sight: frozenset[int] = field(default_factory=frozenset)
    line: frozenset[int] = field(default_factory=frozenset)


def crosstab(row: Mapping[str, Any], begins: date) -> Deltas:
    """Stage and colour from `begins` on, with all turns to come."""
    found: Deltas = Counter()
    stage, colour, since = row["stage"], "", begins
    for written, turned, *_reason in row["turns"]:
        day = date.fromisoformat(written)
        if day > begins and turned != colour:
            found[f"{stage}.{colour}", since] += 1
            found[f"{stage}.{colour}", day] -= 1
            found[TURNS + turned, day] += 1
            since = day
        colour = turned
    found[f"{stage}.{colour}", since] += 1
    return found


def figures(row: Mapping[str, Any], begins: date) -> Deltas:
    """The figures of a dispatched problem from `begins` on."""
    found: Deltas = Counter()
    stage = row["stage"]
    signed = signed_by(row)
    if signed and stage not in _ASIDE:
        found[SIGNED + signed, begins] += 1
    if stage in _RUNNING and not is_stopped(row):
        for code, column in ((OVERDUE, "due"), (OVERDUE_ORIGINAL, "due_original")):
            if row[column] is not None and row[column] < date.max:
                found[code, max(begins, row[column] + _DAY)] += 1
    return found


def changes_between(before: Stand | None, after: Stand | None, *, today: date) -> Iterator[tuple[Key, int]]:
    """What changes from `today` on when a problem that stood as `before` (None: not there) stands as `after`."""
    known = before or after
    if known is None:
        return
    region = known.row["region_id"]
    for axis, old, new in (
        (Axis.SIGHT.value, _seen(before, today), _seen(after, today)),
        (Axis.LEAD.value, _led(before, today), _led(after, today)),
    ):
        for units, deltas in _shares(old, new):
            for (code, day), change in deltas.items():
                if change:
                    for unit in units:
                        yield (region, unit, axis, code, day), change


def _seen(stand: Stand | None, today: date) -> tuple[frozenset[int], Deltas]:
    return (stand.sight, crosstab(stand.row, today)) if stand else (frozenset(), Counter())


def _led(stand: Stand | None, today: date) -> tuple[frozenset[int], Deltas]:
    if stand is None or not stand.line:
        return frozenset(), Counter()
    found = crosstab(stand.row, today)
    found.update(figures(stand.row, today))
    return stand.line, found


def _shares(
    old: tuple[frozenset[int], Deltas], new: tuple[frozenset[int], Deltas]
) -> Iterator[tuple[frozenset[int], Deltas]]:
    """Units with what changes for them: those counted before and now, only before, only now."""
    both = old[0] & new[0]
    if both:
        net = Counter(new[1])
        net.subtract(old[1])
        yield both, net
    if gone := old[0] - both:
        yield gone, Counter({key: -change for key, change in old[1].items()})
    if come := new[0] - both:
        yield come, new[1]


def add(pairs: Iterable[tuple[Stand | None, Stand | None]], *, today: date) -> None:
    """Write what changes from `today` on, for any number of problems at once. Inside the caller's transaction."""
    add_from((before, after, today) for before, after in pairs)


def add_from(changes: Iterable[tuple[Stand | None, Stand | None, date]]) -> None:
    """The same where each change has a day of its own from which on it counts."""
    sums: Counter[Key] = Counter()
    for before, after, day in changes:
        for key, change in changes_between(before, after, today=day):
            sums[key] += change
    insert(rows_of(sums))


def rows_of(sums: Mapping[Key, int]) -> list[Tally]:
    """The rows that hold these changes, those that come to nothing left out."""
    return [_row(key, change) for key, change in sums.items() if change]


def _row(key: Key, change: int, *, balance: bool = False) -> Tally:
    region, unit, axis, code, day = key
    return made(
        Tally,
        id=new_id(),
        region_id=region,
        unit_id=unit,
        axis=axis,
        code=code,
        day=day,
        change=change,
        balance=balance,
    )


def replace(sums: Mapping[Key, int]) -> None:
    """Keep these changes in one row each, or in none where they come to nothing. Inside a transaction."""
    connection = transaction.get_connection()
    names = ("region_id", "unit_id", "axis", "code", "day")
    day_of = Tally._meta.get_field("day").get_db_prep_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM {} WHERE balance = %s AND {}".format(  # noqa: S608  our own names; values are bound
                connection.ops.quote_name(Tally._meta.db_table), " AND ".join(f"{name} = %s" for name in names)
            ),
            [(False, *key, day_of(day, connection)) for *key, day in sums],
        )
    insert(rows_of(sums))


def totals(*, axis: Axis, units: Iterable[int], day: date) -> dict[int, dict[str, int]]:
    """The counts of `units` at the end of `day`, by unit and code; codes that count nothing are left out.

    For a day to come they say what will be if nothing happens. `axis` says whose problems: those a unit may see,
    or those that it or a unit below it (in the tree of that day) leads.
    """
    wanted = list(dict.fromkeys(units))
    found: dict[int, Counter[str]] = {unit: Counter() for unit in wanted}
    if not wanted:
        return {}
    connection = transaction.get_connection()
    on, first = (connection.ops.adapt_datefield_value(date_) for date_ in (day, date.min))
    mine = [*wanted, axis.value]
    sql = TOTALS.format(units=", ".join(["%s"] * len(wanted)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [first, *mine, True, on, *mine, True, *mine, False, on])
        for unit, code, count in cursor.fetchall():
            found[unit][code] += count
    return {unit: {code: count for code, count in counts.items() if count} for unit, counts in found.items()}


TOTALS = """
WITH newest AS (
    SELECT coalesce(max(day), %s) AS day FROM ledger_tally
    WHERE unit_id IN ({units}) AND axis = %s AND balance = %s AND day <= %s
)
SELECT unit_id, code, sum(change) FROM ledger_tally
WHERE unit_id IN ({units}) AND axis = %s AND balance = %s AND day = (SELECT day FROM newest)
GROUP BY unit_id, code
UNION ALL
SELECT unit_id, code, sum(change) FROM ledger_tally
WHERE unit_id IN ({units}) AND axis = %s AND balance = %s AND day >= (SELECT day FROM newest) AND day <= %s
GROUP BY unit_id, code
"""
"""The newest balance up to a day and what changed from then on: the question that every page asks, so it stands
here as the database gets it."""


def on_days(*, unit: int, codes: Iterable[str], first: date, last: date) -> dict[tuple[str, date], int]:
    """What changes on each of these days in what the unit may see, by code and day."""
    rows = Tally.objects.filter(
        unit_id=unit, axis=Axis.SIGHT, balance=False, day__range=(first, last), code__in=list(codes)
    )
    found = rows.order_by().values_list("code", "day").annotate(n=Sum("change"))
    return {(code, day): count for code, day, count in found}


def by_stage_and_colour(codes: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """The counts of one unit, by stage and colour, without the other figures."""
    return {
        (stage, colour): n
        for code, n in codes.items()
        if (stage := code.partition(".")[0]) != code
        for colour in (code.partition(".")[2],)
    }


def balance_up_to(day: date) -> int:
    """Add up all that changed before `day` (not after today) for every unit, once; returns how many sums.

    Reading the counts of `day` and later then starts from there: their cost does not grow with the years.
    """
    if Tally.objects.filter(balance=True, day=day).exists():
        return 0
    sums: defaultdict[Key, int] = defaultdict(int)
    keys = ("region_id", "unit_id", "axis", "code")
    for *key, change in (
        Tally.objects.filter(balance=False, day__lt=day).order_by().values_list(*keys).annotate(n=Sum("change"))
    ):
        region, unit, axis, code = key
        sums[region, unit, axis, code, day] += change
    rows = [_row(key, change, balance=True) for key, change in sums.items() if change]
    insert(rows)
    return len(rows)
