"""Canonical JSON: the one text that stands for a value (RFC 8785), so that equal records hash alike.

Pure and fast: ordinary values go through the standard encoder, and only what it would write differently
(floats, keys outside the basic plane, unusual types) goes rule by rule. It must never guess: a value it has
no rule for is refused with its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly (RFC 7493, section 2.2)."""


def canonical(value: object) -> bytes:
    """`value` as the one JSON text that stands for it (RFC 8785), in UTF-8.

    Written as they are: None, bool, str, whole numbers up to 2**53-1 either way, float, list, tuple, and
    mappings with str keys. As strings: an aware datetime in UTC with microseconds and 'Z', a date in ISO
    form, a UUID, bytes in hex, and a Decimal in plain notation without trailing zeros, so that equal values
    give equal bytes. Raises TypeError for anything else and ValueError for a value JSON cannot hold (a larger
    number, NaN, a naive datetime, half a surrogate pair); both name the place within `value`.
    """
    if _plain(value):
        try:
            return _encode(value).encode()
        except ValueError:
            pass  # the exact way says where it stands
    return _exact(value, "$").encode()


def parse(body: bytes) -> Any:
    """What stands in canonical `body`. Raises ValueError where it is not JSON or not canonical."""
    try:
        value = _decode(body.decode())
        same = canonical(value) == body
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not same:
        raise ValueError("not in canonical form")
    return value


_AS_THEY_ARE = frozenset({str, bool, type(None), datetime, date, Decimal, UUID, bytes})


def _plain(value: object) -> bool:
    """True where the standard encoder already writes `value` canonically, given `_text` for the rest.

    It would not where there are floats, too large numbers, keys that are not str, or keys outside the basic
    plane, which RFC 8785 sorts by UTF-16 units and Python by code points.
    """
    return _plain_items((value,))


def _plain_keys(keys: Iterable[str]) -> bool:
    try:
        letters = "".join(keys)
    except TypeError:
        return False
    return letters.isascii() or max(letters) <= "\uffff"


def _plain_items(values: Iterable[object]) -> bool:
    for value in values:
        kind = type(value)
        if kind in _AS_THEY_ARE:
            continue
        if kind is dict:
            same = _plain_keys(value) and _plain_items(value.values())  # type: ignore[arg-type, attr-defined]
        elif kind is list or kind is tuple:
            same = _plain_items(value)  # type: ignore[arg-type]
        elif kind is int:
            same = -LARGEST <= value <= LARGEST  # type: ignore[operator]
        else:
            same = isinstance(value, str)
        if not same:
            return False
    return True


def _exact(value: object, place: str) -> str:
    """RFC 8785, rule by rule. `place` names where in the whole `value` stands."""
    if isinstance(value, str):
        return _quoted(value, place)
    if value is None or isinstance(value, (bool, int, float)):
        return _literal(value, place)
    if isinstance(value, Mapping):
        return _object(value, place)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_exact(inner, f"{place}[{n}]") for n, inner in enumerate(value)]) + "]"
    try:
        return _quoted(_text(value), place)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{place}: {error}") from None


def _object(value: Mapping[Any, object], place: str) -> str:
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"{place}: key {key!r} is not a str")
    keys = sorted(value, key=_utf16)
    pairs = [f"{_quoted(key, place)}:{_exact(value[key], f'{place}.{key}')}" for key in keys]
    return "{" + ",".join(pairs) + "}"


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _quoted(text: str, place: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{place}: half a surrogate pair in {text!r}") from None
    return encode_basestring(text)


def _literal(value: bool | int | float | None, place: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value, place)
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(f"{place}: {value:d} is beyond 2**53-1; give it as a str or Decimal")
    return int.__repr__(value)


def _number(value: float, place: str) -> str:
    """`value` as ECMAScript writes it (ECMA-262, Number::toString, as RFC 8785 section 3.2.2.3 asks)."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{place}: {value!r} is not a number JSON can hold")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    # Python's repr gives the same shortest digits; only the layout differs.
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = int(exponent or 0) + len(digits) - len(fraction)
    return sign + _laid_out(digits.rstrip("0"), point)


def _laid_out(digits: str, point: int) -> str:
    """`digits` with the decimal point after the first `point` of them, in ECMAScript's layout."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = "." + digits[1:] if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _text(value: object) -> Any:
    """The string (or plain mapping) that stands for `value`. Raises TypeError where nothing does."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} cannot stand in an entry")


def _moment(value: datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value.isoformat()} is outside the years 1 to 9999 in UTC") from None
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is not a number JSON can hold")
    if not value:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole(text: str) -> int | float:
    """A whole number of a JSON text: canonical floats up to 1e21 are written without a point."""
    number = int(text)
    return number if -LARGEST <= number <= LARGEST else float(text)


_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False, default=_text
).encode
_decode = json.JSONDecoder(parse_int=_whole).decode
