"""What a picture says of itself and what it looks like: when it was taken (EXIF), and a look of 64 bits.

Reads any file without ever failing: one that is damaged, forged or made to exhaust the machine simply says
nothing. Decodes only what is small enough beforehand, by what its own head says. What a camera wrote is a claim:
it is given as it stands, and anybody can write another into a file.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

MEDIA = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""The types of file that are pictures here, and the one format as which each may be read."""
MOST_PIXELS = 25_000_000
"""Of a PNG or WebP picture, which must be unpacked in full (some 75 MB)."""
MOST_JPEG_PIXELS = 64_000_000
"""Of a JPEG picture, of which an eighth of the width and height is unpacked."""
MOST_SCANS = 16
"""A JPEG file with more passes over the picture was made to take long; cameras and editors write up to ten."""
_EXIF_IFD, _ORIGINAL, _DIGITIZED = 0x8769, 0x9003, 0x9004
_TAKEN = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_START_OF_SCAN = b"\xff\xda"
_ACROSS, _DOWN = 9, 8


@dataclass(frozen=True)
class Picture:
    """`taken_at` as `2026-03-02 14:05:00`, the camera's own time; `looks` as 64 bits in hex; None: unknown."""

    taken_at: str | None = None
    looks: str | None = None


NOTHING = Picture()


def look_at(path: Path, media_type: str) -> Picture:
    """What the file at `path` says, as far as it is a picture that can be read."""
    kind = MEDIA.get(media_type)
    if kind is None:
        return NOTHING
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a file: whoever uploads it cannot mend it
            with Image.open(path, formats=(kind,)) as image:
                taken = _quietly(_taken_at, image)
                return Picture(taken, _quietly(_looks, image, path))
    except Exception:  # a forged file may break any rule of its format; it proves no less for having no look
        return NOTHING


def _quietly(read: Any, *given: Any) -> str | None:
    try:
        found: str | None = read(*given)
    except Exception:  # as above: what cannot be read is not there
        return None
    return found


def _taken_at(image: Image.Image) -> str | None:
    """When the camera says that it took the picture; not when somebody saved it last."""
    exif = image.getexif().get_ifd(_EXIF_IFD)
    for tag in (_ORIGINAL, _DIGITIZED):
        if taken := _moment(exif.get(tag)):
            return taken
    return None


def _moment(value: object) -> str | None:
    """A moment as cameras write it, in one form; None for what is none (month 13, zeros, another type)."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    found = _TAKEN.match(value.strip("\0 ")) if isinstance(value, str) else None
    if not found:
        return None
    try:
        moment = datetime(*map(int, found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    return moment.isoformat(" ", "seconds")


def _looks(image: Image.Image, path: Path) -> str | None:
    """Whether each of 8 × 8 fields of the picture in grey is lighter than the one to its right."""
    width, height = image.size
    if min(width, height) < _ACROSS or not _is_quick(image, path):
        return None
    if image.format == "JPEG":
        image.draft("L", (width // 8, height // 8))
    small = _grey(image).resize((_ACROSS, _DOWN), Image.Resampling.BOX)
    values = small.tobytes()
    bits = 0
    for row in range(_DOWN):
        for place in range(_ACROSS - 1):
            at = row * _ACROSS + place
            bits = bits << 1 | (values[at] > values[at + 1])
    return f"{bits:016x}"


def _grey(image: Image.Image) -> Image.Image:
    """In shades of grey, what is transparent as white paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        paper = Image.new("RGBA", over.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, over).convert("L")
    return image.convert("L")


def _is_quick(image: Image.Image, path: Path) -> bool:
    """Is it certain beforehand that the picture is unpacked within a second?"""
    pixels = image.size[0] * image.size[1]
    if image.format != "JPEG":
        return pixels <= MOST_PIXELS
    return pixels <= MOST_JPEG_PIXELS and path.read_bytes().count(_START_OF_SCAN) <= MOST_SCANS
