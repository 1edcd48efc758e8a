"""Builds the ledgers the readers are tested on; every place and person in them is invented."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[object]]


def fill(
    sheet: Worksheet, rows: Rows, merges: Iterable[str] = (), formats: Mapping[str, str] | None = None
) -> None:
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value not in (None, ""):
                sheet.cell(number, column).value = value  # type: ignore[assignment]
    for merge in merges:
        sheet.merge_cells(merge)
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code


def xlsx(
    path: Path,
    rows: Rows,
    merges: Iterable[str] = (),
    formats: Mapping[str, str] | None = None,
    sheet: str = "台账",
) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = sheet
    fill(first, rows, merges, formats)
    book.save(path)
    return path


def sheets(path: Path, named: Mapping[str, Rows], hidden: Iterable[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in named.items():
        sheet = book.create_sheet(name)
        fill(sheet, rows)
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def text(path: Path, rows: Rows, encoding: str, delimiter: str = ",") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["" if v is None else v for v in row] for row in rows])
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def replace_part(path: Path, part: str, content: bytes) -> Path:
    """The same zip with one part replaced or added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def part_of(path: Path, part: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode("utf-8")


ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def ods(path: Path, table: str, manifest: str = "") -> Path:
    """An OpenDocument spreadsheet around the XML of one table."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", ODS_HEAD + table + ODS_TAIL)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
            f"{manifest}</manifest:file-entry></manifest:manifest>",
        )
    return path


def ods_table(rows: Rows, name: str = "台账") -> str:
    lines = []
    for row in rows:
        cells = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
            if value not in (None, "")
            else "<table:table-cell/>"
            for value in row
        )
        lines.append(f"<table:table-row>{cells}</table:table-row>")
    return f'<table:table table:name="{name}">{"".join(lines)}</table:table>'


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _label(row: int, column: int, value: str) -> bytes:
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))


def xls(
    path: Path,
    rows: Rows,
    merges: Sequence[tuple[int, int, int, int]] = (),
    hidden_rows: Iterable[int] = (),
    extra: bytes = b"",
    globals_extra: bytes = b"",
) -> Path:
    """A minimal workbook in the old binary format: one sheet of labels and numbers."""
    name = "台账".encode("utf-16-le")
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    head = _record(0x0809, bof) + globals_extra + _record(0x0042, struct.pack("<H", 1200))
    bound = struct.pack("<IBBBB", len(head) + 4 + 8 + len(name) + 4, 0, 0, len(name) // 2, 1) + name
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for row in hidden_rows:
        body += _record(0x0208, struct.pack("<HHHHHHHH", row, 0, 8, 255, 0, 0, 0x20, 0))
    for number, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, int | float):
                body += _record(0x0203, struct.pack("<HHHd", number, column, 0, value))
            elif value not in (None, ""):
                body += _label(number, column, str(value))
    if merges:
        ranges = b"".join(struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in merges)
        body += _record(0x00E5, struct.pack("<H", len(merges)) + ranges)
    stream = head + _record(0x0085, bound) + _record(0x000A, b"") + body + extra + _record(0x000A, b"")
    path.write_bytes(compound({"Workbook": stream}))
    return path


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (version 3, sectors of 512 bytes) holding streams of at least 4,096 bytes each."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        data = data.ljust(-(-max(len(data), 1) // 512) * 512, b"\0")
        first = len(sectors)
        pieces = [data[at : at + 512] for at in range(0, len(data), 512)]
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), 0xFFFFFFFE])
        return first

    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    starts = {name: store(data) for name, data in padded.items()}

    def entry(name: str, kind: int, child: int, start: int, size: int, right: int = 0xFFFFFFFF) -> bytes:
        coded = (name + "\0").encode("utf-16-le")
        return (
            coded.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(coded), kind, 1, 0xFFFFFFFF, right, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    listed = [entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)]
    for place, (name, data) in enumerate(padded.items(), start=1):
        right = place + 1 if place < len(padded) else 0xFFFFFFFF
        listed.append(entry(name, 2, 0xFFFFFFFF, starts[name], len(data), right))
    directory = store(b"".join(listed).ljust(512, b"\0"))
    count = -(-(len(fat) + 1) // 128)
    while count * 128 < len(fat) + count:
        count += 1
    numbers = list(range(len(sectors), len(sectors) + count))
    fat += [0xFFFFFFFD] * count
    fat += [0xFFFFFFFF] * (count * 128 - len(fat))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, count, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    )
    head += struct.pack(f"<{len(numbers)}I", *numbers).ljust(436, b"\xff")
    return head + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)
