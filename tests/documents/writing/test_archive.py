"""The zip that goes out as a stream: whole for readers of zips, as long as was said, names safe everywhere."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.documents.writing.archive import Names, Part, held, length_of, safe_name, stream

MOMENT = datetime(2026, 3, 2, 9, 30)


def test_what_went_in_comes_out_in_pieces_no_larger_than_what_is_read() -> None:
    large = Part("02-佐证/01-录像.mp4", 5_000_000, lambda: (bytes(500_000) for _n in range(10)))
    parts = [held("01-概况.docx", b"docx"), large, held("README.txt", b"")]
    pieces = list(stream(parts, MOMENT))
    assert max(map(len, pieces)) < 600_000
    whole = b"".join(pieces)
    assert len(whole) == length_of(parts)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [part.name for part in parts]
        assert archive.read("01-概况.docx") == b"docx"
        assert all(one.flag_bits & 0x800 or one.filename.isascii() for one in archive.infolist())


@pytest.mark.parametrize("limit", [10, 300, 1000, 2**31 - 1])
def test_the_length_is_right_where_files_or_places_are_too_large_for_a_plain_zip(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    parts = [held(f"{n}-材料.bin", bytes(n * 90)) for n in range(7)]
    whole = b"".join(stream(parts, MOMENT))
    assert len(whole) == length_of(parts)
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None


def test_a_file_that_shrank_meanwhile_breaks_the_download_and_does_not_pass_for_whole() -> None:
    with pytest.raises(OSError, match="3 bytes, not 9"):
        list(stream([Part("a", 9, lambda: (b"abc",))], MOMENT))


@settings(max_examples=40)
@given(st.lists(st.text(max_size=200), max_size=6))
def test_names_are_safe_on_every_system_and_no_two_alike(names: list[str]) -> None:
    taken = Names()
    given_names = [taken.give("02", name) for name in [*names, *names]]
    assert len({name.casefold() for name in given_names}) == len(given_names)
    for name in given_names:
        _folder, file = name.split("/")
        assert file == file.strip(" .")
        assert not set(file) & set('<>:"|?*\\\0')


def test_names_that_windows_keeps_for_itself_or_that_lead_out_are_changed() -> None:
    assert [safe_name(name) for name in ("CON.txt", "../../etc/passwd", "", "a:b.", "照片 .png ")] == [
        "_CON.txt",
        "passwd",
        "_",
        "a_b",
        "照片 .png",
    ]
