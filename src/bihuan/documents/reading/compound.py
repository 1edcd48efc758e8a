"""Look into an OLE compound file (MS-CFB) and an old Excel stream (MS-XLS) before its values are read.

Tells an old workbook from an encrypted new one and finds how far its cells reach. Reads no values.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import damaged, encrypted
from bihuan.documents.reading.facts import SheetFacts
from bihuan.documents.reading.limits import Limits

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA
_BOF, _EOF, _FILEPASS, _ROW, _COLINFO, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0208, 0x007D, 0x0085
_CELLS = {0x0006, 0x00FD, 0x0203, 0x027E, 0x0204, 0x0205, 0x00D6}
_MULRK = 0x00BD
_SET_BY_HAND, _TWIPS = 0x40, 20
_NESTING = {_BOF: 1, _EOF: -1}


def scan_compound(data: bytes, limits: Limits) -> list[SheetFacts]:
    """Facts of the sheets of an xls in the order in which the workbook lists them.

    Raises Unreadable when the file is encrypted, broken, over the limits or another kind of document.
    """
    try:
        streams = _Compound(data)
        if "EncryptedPackage" in streams.names:
            raise encrypted()
        name = next((n for n in ("Workbook", "Book") if n in streams.names), None)
        if name is None:
            raise Unreadable(say("这不是 Excel 工作簿（可能是 Word、演示文稿等其他文件），请上传表格文件。"))
        return _scan_workbook(streams.read(name), limits)
    except (struct.error, IndexError, ValueError, MemoryError) as error:
        raise damaged() from error


class _Compound:
    """The streams of a compound file; chains that loop or leave the file are damage."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise damaged()
        self._size = 1 << shift
        self._fat = self._load_fat()
        first_directory, _, self._cutoff, first_mini = struct.unpack_from("<IIII", data, 48)
        self._mini_fat = _integers(self._chain(first_mini))
        self.names: dict[str, tuple[int, int]] = {}
        self._list(self._chain(first_directory))
        self._mini = self._chain(self.names.get("Root Entry", (_LAST, 0))[0])

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _load_fat(self) -> tuple[int, ...]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        following, count = struct.unpack_from("<II", self._data, 68)
        for _ in range(min(count, len(self._data) // self._size)):
            if following >= _LAST:
                break
            *more, following = _integers(self._sector(following))
            numbers += more
        return _integers(b"".join(self._sector(n) for n in numbers if n < _LAST))

    def _chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        while start < _LAST:
            if len(parts) > len(self._fat):
                raise damaged()
            parts.append(self._sector(start))
            start = self._fat[start]
        return b"".join(parts)

    def _list(self, directory: bytes) -> None:
        for place in range(0, len(directory) - 127, 128):
            length = struct.unpack_from("<H", directory, place + 64)[0]
            name = directory[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", directory, place + 116)
            self.names.setdefault(name, (start, size))

    def read(self, name: str) -> bytes:
        start, size = self.names[name]
        if size >= self._cutoff:
            return self._chain(start)[:size]
        parts: list[bytes] = []
        while start < _LAST and len(parts) <= len(self._mini_fat):
            parts.append(self._mini[start * 64 : start * 64 + 64])
            start = self._mini_fat[start]
        return b"".join(parts)[:size]


def _integers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Type, offset and length of each record of a workbook stream."""
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, place + 4, length
        place += 4 + length


def _scan_workbook(stream: bytes, limits: Limits) -> list[SheetFacts]:
    """The first substream names the offset of every sheet; a chart inside a sheet nests one deeper."""
    listed: list[int] = []
    sheets: dict[int, SheetFacts] = {}
    depth = 0
    for kind, place, length in _records(stream):
        if kind == _FILEPASS:
            raise encrypted()
        if kind == _BOF and depth == 0:
            facts = sheets[place - 4] = SheetFacts()
        if kind in _NESTING:
            depth += _NESTING[kind]
        elif kind == _BOUNDSHEET and length >= 4:
            listed.append(struct.unpack_from("<I", stream, place)[0])
        elif depth == 1 and length >= 4:
            _note(facts, kind, stream, place, length, limits)
    for one in sheets.values():
        one.settle(limits, "")
    return [sheets.get(offset, SheetFacts()) for offset in listed]


def _note(facts: SheetFacts, kind: int, stream: bytes, place: int, length: int, limits: Limits) -> None:
    if kind in _CELLS or kind == _MULRK:
        row, column = struct.unpack_from("<HH", stream, place)
        if kind == _MULRK:
            column = struct.unpack_from("<H", stream, place + length - 2)[0]
        facts.reach(row, column, limits, "")
    elif kind == _ROW and length >= 16:
        row, flags = struct.unpack_from("<H", stream, place)[0], struct.unpack_from("<H", stream, place + 12)[0]
        if flags & 0x20:
            facts.hidden_rows.add(row)
        if flags & _SET_BY_HAND:
            facts.heights[row] = (struct.unpack_from("<H", stream, place + 6)[0] & 0x7FFF) / _TWIPS
    elif kind == _COLINFO and length >= 10:
        first, last, width, _, options = struct.unpack_from("<5H", stream, place)
        facts.widths.update(dict.fromkeys(range(first, min(last + 1, limits.columns)), width / 256))
        if options & 1:
            facts.hidden_columns.update(range(first, min(last + 1, limits.columns)))
