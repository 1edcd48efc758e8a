"""Mutated ledgers of every format: each ends in items or in a reason, soon, and never in another exception.

`BIHUAN_FUZZ` sets how many mutants of each kind are tried (default 60). The seed is fixed: a failure comes again.
"""

from __future__ import annotations

import io
import os
import random
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading import read_ledger
from tests.documents import build
from tests.documents.ledgers import bodies, cellwise, exports, shapes
from tests.documents.ledgers.case import Case

MUTANTS = int(os.environ.get("BIHUAN_FUZZ", "60"))
SECONDS = 2.0
WANTED = {
    "formulas.xlsx": (cellwise.CASES, "formulas that were never worked out"),
    "merged.xlsx": (bodies.CASES, "a category merged over problems that are merged over measures"),
    "several.xlsx": (shapes.CASES, "several sheets, one on its side, one of figures"),
    "old.xls": (shapes.CASES, "an old binary workbook with a heading and a serial date"),
    "open.ods": (shapes.CASES, "OpenDocument with notes in cells and a million empty rows"),
    "wide.txt": (shapes.CASES, "UTF-16 without a mark"),
    "gbk.csv": (bodies.CASES, "measures go on in blank rows and carry their own numbers"),
    "page.xls": (exports.CASES, "a web page called a workbook"),
    "lines.csv": (shapes.CASES, "csv with lines before the header, quotes, line breaks and protected numbers"),
}
NASTY = (
    *(b"0", b"-1", b"1048576", b"99999999999999999999", b"NaN", b"1e400", b"", b"A0", b"ZZZZ9", b"A1:XFD1048576"),
    *(b"true", b"\xff\xfe", b"&#0;", b"_x0000_", b"s", b"b", b"e", b"str", b"inlineStr", b"shared", b"4294967295"),
)
_VALUE = re.compile(rb'"([^"<>]{0,40})"')
_TAG = re.compile(rb"<[^<>]{1,200}>")


def original(name: str, folder: Path) -> bytes:
    cases: tuple[Case, ...]
    cases, wanted = WANTED[name]
    return next(case for case in cases if case.name == wanted).make(folder).read_bytes()


def flipped(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def shuffled(data: bytes, rng: random.Random) -> bytes:
    """One stretch taken out, doubled, or put elsewhere."""
    begin = rng.randrange(len(data))
    piece = data[begin : begin + rng.randint(1, 600)]
    rest = data[:begin] + data[begin + len(piece) :]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + piece * rng.randint(0, 3) + rest[at:]


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def inside(data: bytes, rng: random.Random) -> bytes:
    """One part of a zip damaged and packed again, so that the damage gets through to the parsers."""
    parts = _parts(data)
    name = rng.choice([name for name in parts if parts[name]])
    parts[name] = rng.choice((flipped, cut, shuffled, _values, _tags))(parts[name], rng)
    if rng.random() < 0.1:
        parts.pop(rng.choice(list(parts)))
    return _zipped(parts)


def _values(xml: bytes, rng: random.Random) -> bytes:
    """Attributes with values nobody would write."""
    found = list(_VALUE.finditer(xml))
    for one in rng.sample(found, min(len(found), rng.randint(1, 5))):
        xml = xml[: one.start(1)] + rng.choice(NASTY)[: len(one[1])].ljust(len(one[1])) + xml[one.end(1) :]
    if found and rng.random() < 0.5:
        one = rng.choice(found)
        xml = xml[: one.start(1)] + rng.choice(NASTY) + xml[one.end(1) :]
    return xml


def _tags(xml: bytes, rng: random.Random) -> bytes:
    """A tag left out, doubled or nested a thousand times."""
    found = list(_TAG.finditer(xml))
    if not found:
        return xml
    one = rng.choice(found)
    return xml[: one.start()] + one[0] * rng.choice((0, 2, 1000)) + xml[one.end() :]


MUTATIONS: Mapping[str, tuple[Callable[[bytes, random.Random], bytes], ...]] = {
    "xlsx": (flipped, cut, shuffled, inside, inside, inside, inside),
    "ods": (flipped, cut, shuffled, inside, inside, inside, inside),
    "xls": (flipped, cut, shuffled),
    "csv": (flipped, cut, shuffled),
    "txt": (flipped, cut, shuffled),
}


@pytest.mark.parametrize("name", WANTED)
def test_a_mutant_ends_in_items_or_a_reason(tmp_path, name):
    data = original(name, tmp_path)
    rng = random.Random(name)
    path = tmp_path / f"mutant.{name.rpartition('.')[2]}"
    ended = set()
    for _ in range(MUTANTS):
        path.write_bytes(rng.choice(MUTATIONS[name.rpartition(".")[2]])(data, rng))
        began = time.process_time()
        try:
            items = read_ledger(path).items
            ended.add("read")
        except Unreadable:
            items = ()
        assert all(item.as_json() for item in items)
        assert time.process_time() - began < SECONDS, path
    assert "read" in ended


@pytest.mark.parametrize("depth", [10, 5000, 200_000])
def test_xml_nested_without_end(tmp_path, depth):
    path = build.xlsx(tmp_path / "a.xlsx", [["序号", "问题", "责任单位"], [1, "路沿石缺失", "市市政处"]])
    xml = build.part_of(path, "xl/worksheets/sheet1.xml")
    deep = "<extLst>" * depth + "</extLst>" * depth
    build.replace_part(
        path, "xl/worksheets/sheet1.xml", xml.replace("</worksheet>", deep + "</worksheet>").encode()
    )
    began = time.process_time()
    try:
        assert len(read_ledger(path).items) == 1
    except Unreadable:
        assert depth > 10
    assert time.process_time() - began < SECONDS
