"""What a picture says: kept as it stands where it is a moment, nothing where it is none, and never an error."""

from __future__ import annotations

import struct
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.documents.reading.pictures import NOTHING, Picture, look_at
from bihuan.likeness.prints import PICTURE_APART, apart
from tests.documents.pictures import drawing, jpeg, png


def _look(folder: Path, content: bytes, kind: str = "image/jpeg") -> Picture:
    path = folder / "picture"
    path.write_bytes(content)
    return look_at(path, kind)


def test_a_copy_saved_anew_or_made_smaller_looks_the_same(tmp_path: Path):
    looks = []
    for seed in range(8):
        whole = drawing(seed, (1280, 960))
        first = _look(tmp_path, jpeg(whole)).looks or ""
        for copy, kind in (
            (jpeg(whole, quality=45), "image/jpeg"),
            (jpeg(whole.resize((640, 480))), "image/jpeg"),
            (png(whole.resize((801, 601))), "image/png"),
        ):
            again = _look(tmp_path, copy, kind).looks
            assert again
            assert apart(first, again) <= PICTURE_APART
        looks.append(first)
    assert min(apart(a, b) for a in looks for b in looks if a != b) > PICTURE_APART


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026:03:02 14:05:00", "2026-03-02 14:05:00"),
        ("2026-03-02 14:05:00\0", "2026-03-02 14:05:00"),
        ("9999:12:31 23:59:59", "9999-12-31 23:59:59"),
        ("0001:01:01 00:00:00", "0001-01-01 00:00:00"),
        ("2026:13:02 14:05:00", None),
        ("2026:02:30 14:05:00", None),
        ("0000:00:00 00:00:00", None),
        ("二〇二六年三月二日", None),
        ("", None),
        (b"\xff\xfe\x00" * 20, None),
        (20260302, None),
        ((2026, 3, 2), None),
    ],
)
def test_what_a_camera_wrote_is_kept_where_it_is_a_moment(tmp_path: Path, written: object, told: str | None):
    seen = _look(tmp_path, jpeg(drawing(1), written))
    assert seen.taken_at == told
    assert seen.looks


def test_files_that_would_exhaust_the_machine_say_nothing_and_take_no_time(tmp_path: Path):
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = head + chunk(b"IDAT", zlib.compress(bytes(5_000_000))) + chunk(b"IEND", b"")
    scans = jpeg(drawing(1)).replace(b"\xff\xda", b"\xff\xda" * 40, 1)
    entries = b"".join(struct.pack("<HHII", 0x9003 + n % 5, 2, 0xFFFFFFFF, 8) for n in range(5_000))
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 0xFFFF) + entries
    huge = jpeg(drawing(1))[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg(drawing(1))[2:]
    begun = time.process_time()
    assert _look(tmp_path, bomb, "image/png") == NOTHING
    assert _look(tmp_path, scans).looks is None
    assert _look(tmp_path, huge).taken_at is None
    assert time.process_time() - begun < 2


def test_what_is_no_picture_says_nothing(tmp_path: Path):
    assert _look(tmp_path, b"%PDF-1.7", "application/pdf") == NOTHING
    assert _look(tmp_path, png(drawing(1))) == NOTHING, "a PNG that says it is a JPEG"
    assert _look(tmp_path, b"\x89PNG\r\n\x1a\n", "image/png") == NOTHING
    assert look_at(tmp_path / "gone.jpg", "image/jpeg") == NOTHING


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 8000), places=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), max_size=6))
def test_damaged_files_are_never_an_error(tmp_path: Path, cut: int, places: list[tuple[int, int]]):
    content = bytearray(jpeg(drawing(2), "2026:03:02 14:05:00"))
    for place, value in places:
        content[place % len(content)] = value
    seen = _look(tmp_path, bytes(content[:cut] if cut < 4000 else content))
    assert seen.looks is None or len(seen.looks) == 16
    assert seen.taken_at is None or len(seen.taken_at) == 19
