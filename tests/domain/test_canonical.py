"""Canonical JSON against the published vectors, and its promises on any value."""

from __future__ import annotations

import json
import math
import re
import struct
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.canonical import canonical, parse

VECTORS = Path(__file__).parents[1] / "vectors" / "jcs" / "testdata"
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9999, 12, 30), timezones=ZONES)
SCALARS = st.none() | st.booleans() | WHOLE | TEXT
OTHERS = MOMENTS | st.dates() | st.uuids() | st.binary() | st.decimals(allow_nan=False, allow_infinity=False)


def nested(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=12)


@pytest.mark.parametrize("name", sorted(path.stem for path in (VECTORS / "input").iterdir()))
def test_published_vectors(name: str) -> None:
    value = json.loads((VECTORS / "input" / f"{name}.json").read_bytes())
    written = canonical(value)
    assert written == bytes.fromhex((VECTORS / "outhex" / f"{name}.txt").read_text())
    assert written == (VECTORS / "output" / f"{name}.json").read_bytes()


# RFC 8785, appendix B.
@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_published_numbers(bits: str, text: str) -> None:
    assert canonical(struct.unpack(">d", bytes.fromhex(bits))[0]) == text.encode()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_reads_back_as_itself_in_ecmascript_layout(value: float) -> None:
    text = canonical(value).decode()
    assert float(text) == value
    assert re.fullmatch(r"-?(0|[1-9]\d{0,20})(\.\d*[1-9])?(e[+-][1-9]\d*)?", text)
    assert ("e" in text) == (value != 0 and not 1e-6 <= abs(value) < 1e21)


@given(nested(SCALARS | OTHERS))
def test_the_quick_way_and_the_exact_way_agree(value: object) -> None:
    # A float anywhere sends the whole value the exact way.
    assert canonical([value, 0.5]) == canonical([value])[:-1] + b",0.5]"


@given(nested(SCALARS | st.floats(allow_nan=False, allow_infinity=False)))
def test_what_was_written_reads_back_and_is_written_alike(value: object) -> None:
    written = canonical(value)
    elsewhere = json.loads(written, parse_int=float)  # most readers of JSON know only floats
    assert elsewhere == parse(written) == value
    assert canonical(elsewhere) == written


@given(st.dictionaries(st.text("aZ0_é整😂\ufb33\uffff\U0010ffff", max_size=4), WHOLE, min_size=2), st.randoms())
def test_the_order_of_keys_is_theirs_not_the_writers(value: dict[str, int], chance: object) -> None:
    items = list(value.items())
    chance.shuffle(items)  # type: ignore[attr-defined]
    written = canonical(value)
    assert canonical(dict(items)) == written == canonical(MappingProxyType(value))
    keys = list(json.loads(written))
    assert keys == sorted(keys, key=lambda key: key.encode("utf-16-be"))


@given(MOMENTS, ZONES)
def test_a_moment_is_the_same_in_every_zone(moment: datetime, zone: timezone) -> None:
    assert canonical(moment) == canonical(moment.astimezone(zone))
    assert datetime.fromisoformat(json.loads(canonical(moment))) == moment


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_equal_amounts_are_written_alike(amount: Decimal) -> None:
    written = json.loads(canonical(amount))
    assert Decimal(written) == amount
    assert canonical(Decimal(written)) == canonical(amount)
    assert canonical(Decimal(f"{amount:f}" + ("0" if "." in f"{amount:f}" else ".0"))) == canonical(amount)


class Stage(StrEnum):
    LISTED = "listed"


def test_how_each_kind_is_written() -> None:
    entry = {
        "at": datetime(2026, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=8))),
        "due": date(2026, 3, 20),
        "id": UUID("019a0000-0000-7000-8000-000000000001"),
        "amount": Decimal("1200.50"),
        "none": Decimal("-0.00"),
        "large": Decimal("1E+3"),
        "hash": b"\x00\xff",
        "stage": Stage.LISTED,
        "pair": (1, None),
        "名称": "云汀市",
    }
    assert canonical(entry).decode() == (
        '{"amount":"1200.5","at":"2026-03-01T00:30:00.000000Z","due":"2026-03-20","hash":"00ff",'
        '"id":"019a0000-0000-7000-8000-000000000001","large":"1000","none":"0","pair":[1,null],'
        '"stage":"listed","名称":"云汀市"}'
    )


@pytest.mark.parametrize(
    "value", [{1, 2}, object(), 1j, timedelta(1), {1: "a"}, {None: "a"}, {True: 1}, bytearray(b"a")]
)
def test_what_has_no_rule_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(TypeError, match=r"^\$\.changes\[1\]"):
        canonical({"changes": ["a", value]})


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), math.nan, math.inf, datetime(2026, 3, 1), Decimal("NaN"), "\ud800", {"\udc00": 1}],
)
def test_what_json_cannot_hold_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(ValueError, match=r"^\$\.changes\[1\]"):
        canonical({"changes": ["a", value]})


def test_a_moment_before_the_calendar_begins_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^\$: "):
        canonical(datetime.min.replace(tzinfo=timezone(timedelta(hours=8))))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'{"a":9007199254740993}',
        b'"\\ud800"',
        b'"\\u4e91"',
        b"\xff",
        b"[" * 100_000,
        b"1" * 5_000,
    ],
)
def test_anything_but_canonical_bytes_is_not_read(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse(body)


def test_utc_is_written_as_z() -> None:
    assert canonical(datetime(2026, 1, 1, tzinfo=UTC)) == b'"2026-01-01T00:00:00.000000Z"'
