"""Formulas whose value was never stored: the plain ones that ledgers use are worked out, all others left alone.

Row numbers, references, sums, dates, joined texts and simple conditions. Nothing is fetched and nothing runs;
a formula with anything else in it stays without a value, and so does one that would take too long.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.documents.reading.facts import Cell, cell_of

Value = object
Rows = list[list[Any]]

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)|(?P<ref>\$?[A-Z]{1,3}\$?\d{1,7}(?![\w(]))'
    r"|(?P<name>[A-Z][A-Z.]*)(?=\s*\()|(?P<sign><>|<=|>=|[-+*/&=<>(),:]))"
)
_LONGEST = 300
_DEEPEST = 40
_WORK = 2_000_000  # cells looked at for all formulas of a sheet together
_EPOCH = date(1899, 12, 30)


class _Unknown(Exception):
    """Something that is not worked out here."""


def work_out(rows: Rows, formulas: Mapping[Cell, str]) -> set[Cell]:
    """Put the values of `formulas` into `rows`, which reach as far as the formulas; returns the cells filled."""
    sheet = _Sheet(rows, formulas)
    done = set()
    for place in sorted(formulas):
        try:
            value = sheet.value(place, 0)
        except (_Unknown, ArithmeticError, ValueError, TypeError, IndexError):
            continue
        rows[place[0]][place[1]] = value
        done.add(place)
    return done


class _Sheet:
    """Values of cells, worked out where they are formulas."""

    def __init__(self, rows: Rows, formulas: Mapping[Cell, str]) -> None:
        self._rows = rows
        self._open = dict(formulas)
        self._left = _WORK

    def value(self, place: Cell, depth: int) -> Value:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise _Unknown
        row, column = place
        if place not in self._open:
            inside = row < len(self._rows) and column < len(self._rows[row])
            return self._rows[row][column] if inside else None
        formula = self._open[place]
        if not formula or len(formula) > _LONGEST:
            raise _Unknown
        value = self._rows[row][column] = _plain(_Formula(formula, place, self, depth + 1).value())
        del self._open[place]
        return value

    def area(self, first: Cell, last: Cell, depth: int) -> list[Value]:
        rows, columns = range(first[0], last[0] + 1), range(first[1], last[1] + 1)
        if len(rows) * len(columns) > self._left:
            raise _Unknown
        return [self.value((row, column), depth) for row in rows for column in columns]


def _plain(value: Value) -> Value:
    if isinstance(value, list):
        raise _Unknown
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class _Formula:
    """One formula, read from left to right; comparison binds least, then &, then sums, then products."""

    def __init__(self, text: str, place: Cell, sheet: _Sheet, depth: int) -> None:
        self._tokens = _tokens(text.removeprefix("="))
        self._at = 0
        self._place = place
        self._sheet = sheet
        self._depth = depth

    def value(self) -> Value:
        found = self._compared()
        if self._at < len(self._tokens):
            raise _Unknown
        return found

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _takes(self, *signs: str) -> str:
        kind, text = self._next()
        if kind == "sign" and text in signs:
            self._at += 1
            return text
        return ""

    def _compared(self) -> Value:
        left = self._joined()
        sign = self._takes("=", "<>", "<", ">", "<=", ">=")
        return _compare(sign, left, self._joined()) if sign else left

    def _joined(self) -> Value:
        found = self._summed()
        while self._takes("&"):
            found = _shown(found) + _shown(self._summed())
        return found

    def _summed(self) -> Value:
        found = self._multiplied()
        while sign := self._takes("+", "-"):
            found = _add(found, self._multiplied(), 1 if sign == "+" else -1)
        return found

    def _multiplied(self) -> Value:
        found = self._one()
        while sign := self._takes("*", "/"):
            other = _number(self._one())
            found = _number(found) * other if sign == "*" else _number(found) / other
        return found

    def _one(self) -> Value:
        if self._takes("-"):
            return -_number(self._one())
        kind, text = self._next()
        self._at += 1
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "ref":
            return self._reference(text)
        if kind == "name":
            return self._called(text)
        if text != "(":
            raise _Unknown
        found = self._compared()
        self._close()
        return found

    def _close(self) -> None:
        if not self._takes(")"):
            raise _Unknown

    def _reference(self, text: str) -> Value:
        first = cell_of(text)
        if first is None:
            raise _Unknown
        if not self._takes(":"):
            return self._sheet.value(first, self._depth)
        last = cell_of(self._next()[1])
        self._at += 1
        if last is None:
            raise _Unknown
        return self._sheet.area(first, last, self._depth)

    def _called(self, name: str) -> Value:
        if not self._takes("("):
            raise _Unknown
        if name == "ROW":
            return self._row()
        given = list(self._given())
        if name == "IF":
            return _chosen(given)
        if name not in _FUNCTIONS:
            raise _Unknown
        return _FUNCTIONS[name](given)

    def _row(self) -> int:
        kind, text = self._next()
        place = cell_of(text) if kind == "ref" else None
        if place is not None:
            self._at += 1
        self._close()
        return (place or self._place)[0] + 1

    def _given(self) -> Iterator[Value]:
        while not self._takes(")"):
            yield self._compared()
            if not self._takes(","):
                self._close()
                return


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Unknown
        found.append((match.lastgroup or "", match[0].strip()))
        at = match.end()
    return found


def _number(value: Value) -> float:
    if value is None or value == "":
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unknown
    return float(value)


def _day(value: Value) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _add(left: Value, right: Value, sign: int) -> Value:
    first, second = _day(left), _day(right)
    if first and second:
        return (first - second).days if sign < 0 else _raise()
    if first:
        return first + timedelta(days=sign * _number(right))
    if second:
        return second + timedelta(days=_number(left)) if sign > 0 else _raise()
    return _number(left) + sign * _number(right)


def _raise() -> Value:
    raise _Unknown


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.15g}"
    if isinstance(value, str):
        return value
    raise _Unknown


def _compare(sign: str, left: Value, right: Value) -> bool:
    if (left is None or left == "") and (right is None or right == ""):
        return sign in ("=", "<=", ">=")
    if sign in ("=", "<>"):
        return (left == right) == (sign == "=")
    first, second = _number(left), _number(right)
    return {"<": first < second, ">": first > second, "<=": first <= second, ">=": first >= second}[sign]


def _chosen(given: Sequence[Value]) -> Value:
    if len(given) < 2 or not isinstance(given[0], bool):
        raise _Unknown
    return given[1] if given[0] else given[2] if len(given) > 2 else False


def _flat(given: Sequence[Value]) -> list[Value]:
    return [one for value in given for one in (value if isinstance(value, list) else [value])]


def _numbers(given: Sequence[Value]) -> list[float]:
    return [float(one) for one in _flat(given) if isinstance(one, int | float) and not isinstance(one, bool)]


def _counted(given: Sequence[Value]) -> int:
    return sum(1 for one in _flat(given) if one is not None and one != "")


def _subtotal(given: Sequence[Value]) -> int:
    if _number(given[0]) not in (3, 103):
        raise _Unknown
    return _counted(given[1:])


def _date(given: Sequence[Value]) -> date:
    year, month, day = (int(_number(one)) for one in given)
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) + timedelta(days=day - 1)


def _months_on(given: Sequence[Value]) -> date:
    begin = _day(given[0]) or _EPOCH + timedelta(days=_number(given[0]))
    months = begin.year * 12 + begin.month - 1 + int(_number(given[1]))
    year, month = divmod(months, 12)
    return date(year, month + 1, min(begin.day, calendar.monthrange(year, month + 1)[1]))


def _month_end(given: Sequence[Value]) -> date:
    day = _months_on(given)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


_FUNCTIONS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "DATE": _date,
    "EDATE": _months_on,
    "EOMONTH": _month_end,
    "COUNTA": _counted,
    "SUBTOTAL": _subtotal,
    "SUM": lambda given: sum(_numbers(given)),
    "MAX": lambda given: max(_numbers(given), default=0.0),
    "CONCATENATE": lambda given: "".join(map(_shown, given)),
    "CONCAT": lambda given: "".join(map(_shown, _flat(given))),
}
