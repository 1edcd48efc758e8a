"""Write many files into one zip as a stream: nothing compressed, nothing held but the piece on its way.

Names are in UTF-8 and safe on every system; what the files are is the caller's business.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST = 120


@dataclass(frozen=True)
class Part:
    """One file of an archive: its name with folders, its size in bytes, and how its content is read in pieces."""

    name: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


def held(name: str, content: bytes) -> Part:
    """A part that is in memory already."""
    return Part(name, len(content), lambda: (content,))


def stream(parts: Iterable[Part], moment: datetime) -> Iterator[bytes]:
    """The archive piece by piece; every file in it bears `moment`. Raises OSError where a part cannot be read or
    has not the size that was said."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            about = zipfile.ZipInfo(part.name, moment.timetuple()[:6])
            about.file_size, about.external_attr = part.size, 0o644 << 16
            written = 0
            with archive.open(about, "w") as file:
                for chunk in part.chunks():
                    written += file.write(chunk)
                    yield sink.taken()
            if written != part.size:
                raise OSError(f"{part.name}: {written} bytes, not {part.size}")
    yield sink.taken()


def length_of(parts: Sequence[Part]) -> int:
    """How many bytes `stream` will give, so that a browser can show how far a download is."""
    offset = directory = 0
    for part in parts:
        name = len(part.name.encode())
        large = part.size * 1.05 > zipfile.ZIP64_LIMIT
        beyond = 16 * (part.size > zipfile.ZIP64_LIMIT) + 8 * (offset > zipfile.ZIP64_LIMIT)
        directory += 46 + name + (beyond and 4 + beyond)
        offset += 30 + name + 20 * large + part.size + (24 if large else 16)
    many = len(parts) > zipfile.ZIP_FILECOUNT_LIMIT
    ending = 22 + 76 * (many or offset > zipfile.ZIP64_LIMIT or directory > zipfile.ZIP64_LIMIT)
    return offset + directory + ending


class Names:
    """Gives each file of an archive a name that no other has, on systems too that tell no case apart."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, folder: str, name: str) -> str:
        """`name` in `folder` as every system can keep it; a second one of the same name gets a number."""
        safe = safe_name(name)
        stem, dot, ending = safe.rpartition(".")
        count, given = 1, safe
        while f"{folder}/{given}".casefold() in self._taken:
            count += 1
            given = f"{stem}({count}).{ending}" if dot else f"{safe}({count})"
        self._taken.add(f"{folder}/{given}".casefold())
        return f"{folder}/{given}"


def safe_name(name: str) -> str:
    """A file name without folders, control characters or what Windows does not take, at most 120 characters."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/").split("/")[-1])
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    text = re.sub(r'[<>:"|?*]', "_", text).strip(" .")
    if len(text) > _LONGEST:
        stem, dot, ending = text.rpartition(".")
        text = f"{stem[: _LONGEST - 12]}.{ending[:10]}" if dot else text[:_LONGEST]
    text = text.strip(" .")
    return f"_{text}" if not text or _RESERVED.match(text) else text


class _Sink(io.RawIOBase):
    """Takes what the zip writer gives and hands it on; it cannot be wound back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What came in since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
