"""Evidence files: names made harmless, types told by their bytes, nothing left behind, safe before it counts."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.book import home
from bihuan.domain.refusals import Refused
from bihuan.ledger.files import path_of, safe_name, store

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
ZIP, OLD = b"PK\x03\x04" + b"\0" * 8, b"\xd0\xcf\x11\xe0" + b"\0" * 8
WEBP, AVI = b"RIFF\x24\0\0\0WEBPVP8 ", b"RIFF\x24\0\0\0AVI LIST"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings) -> Path:
    settings.BIHUAN_HOME = tmp_path
    return tmp_path


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("整改照片.png", "整改照片.png"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\fakepath\\照片.jpg", "照片.jpg"),
        ("/", "file"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        (" 空格 .pdf ", "空格 .pdf"),
        ("a\x00b\r\nc.png", "abc.png"),
        ("照\u202egnp.exe", "照gnp.exe"),
        ("zero\u200bwidth.png", "zerowidth.png"),
        ("half\ud800pair.png", "halfpair.png"),
        ('<script>"|?*:.png', "_script______.png"),
        ("e\u0301.png", "é.png"),
        ("长" * 200 + ".docx", "长" * 115 + ".docx"),
        ("长" * 200, "长" * 120),
        ("a." + "b" * 300, "a." + "b" * 10),
        ("。" * 10 + ".pdf", "。" * 10 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless(name: str, safe: str):
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("照片.png", PNG, "image/png"),
        ("照片.PNG", PNG, "image/png"),
        ("照片.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("照片.webp", WEBP, "image/webp"),
        ("方案.pdf", b"%PDF-1.7", "application/pdf"),
        ("方案.docx", ZIP, "application/octet-stream"),
        ("方案.ofd", ZIP, "application/octet-stream"),
        ("台账.xls", OLD, "application/octet-stream"),
        ("说明.txt", "整改完成".encode(), "text/plain"),
        ("数据.csv", "编号,状态".encode("gb18030"), "text/plain"),
    ],
)
def test_a_type_is_told_by_name_and_bytes_together(name: str, body: bytes, media_type: str, own_home: Path):
    stored = store(name, [body])
    assert (stored.name, stored.size, stored.media_type) == (name, len(body), media_type)
    assert stored.sha256 == hashlib.sha256(body).hexdigest()
    assert path_of(stored.sha256).read_bytes() == body
    assert kept(own_home) == [stored.sha256]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("照片.png", b"GIF89a"),
        ("照片.png", b"\xff\xd8\xff\xe0"),
        ("照片.jpg", PNG),
        ("影片.webp", AVI),
        ("页面.html", b"<script>alert(1)</script>"),
        ("图形.svg", b"<svg onload='alert(1)'/>"),
        ("程序.exe", b"MZ\x90\0"),
        ("压缩.zip", ZIP),
        ("说明.txt", b"text\0with nul"),
        ("没有后缀", PNG),
        ("照片.png", b"\x89PN"),
    ],
)
def test_other_types_and_false_names_are_refused(name: str, body: bytes, own_home: Path):
    with pytest.raises(Refused, match="类型不在可上传之列，或内容与后缀不符"):
        store(name, [body])
    assert kept(own_home) == []


@pytest.mark.parametrize("pieces", [[PNG[:1], PNG[1:3], PNG[3:]], [b"", PNG], [bytes([byte]) for byte in PNG]])
def test_a_type_is_recognised_however_the_file_arrives_in_pieces(pieces: list[bytes]):
    assert store("照片.png", pieces).media_type == "image/png"


@pytest.mark.parametrize("pieces", [[], [b""], [b"", b""]])
@pytest.mark.parametrize("name", ["照片.png", "说明.txt"])
def test_an_empty_file_is_refused(pieces: list[bytes], name: str, own_home: Path):
    with pytest.raises(Refused, match="是空的"):
        store(name, pieces)
    assert kept(own_home) == []


def test_too_large_is_refused_as_soon_as_it_is(own_home: Path, settings):
    settings.EVIDENCE_MAX_BYTES = 2 * 1024 * 1024
    assert store("照片.png", [PNG, b"\0" * (2 * 1024 * 1024 - len(PNG))]).size == 2 * 1024 * 1024
    read = []

    def endless() -> Iterator[bytes]:
        yield PNG
        while True:
            read.append(1)
            yield b"\0" * 1024 * 1024

    with pytest.raises(Refused, match=r"文件“照片\.png”超过2 MB。"):
        store("照片.png", endless())
    assert len(read) == 2
    assert len(kept(own_home)) == 1


def no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_said_and_leaves_nothing_behind(call: str, own_home: Path, monkeypatch):
    monkeypatch.setattr(os, call, no_room)
    with pytest.raises(Refused, match="没有保存成功：服务器存储空间不足或不可写"):
        store("照片.png", [PNG])
    assert kept(own_home) == []


def test_a_disk_full_while_the_folder_is_made_or_bytes_are_written(own_home: Path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", no_room)
        with pytest.raises(Refused, match="没有保存成功"):
            store("照片.png", [PNG])

    def breaking() -> Iterator[bytes]:
        yield PNG
        no_room()

    with pytest.raises(Refused, match="没有保存成功"):
        store("照片.png", breaking())
    assert kept(own_home) == []


def test_a_reader_that_fails_leaves_nothing_behind(own_home: Path):
    def cut_off() -> Iterator[bytes]:
        yield PNG
        raise RuntimeError("connection lost")

    with pytest.raises(RuntimeError):
        store("照片.png", cut_off())
    assert kept(own_home) == []


def test_the_same_bytes_are_kept_once_under_any_name(own_home: Path):
    first, second = store("一.png", [PNG]), store("二.png", [PNG])
    assert first.sha256 == second.sha256
    assert kept(own_home) == [first.sha256]


def test_bytes_and_names_are_on_the_disk_before_it_is_said_to_be_stored(own_home: Path, monkeypatch):
    steps: list[object] = []
    fsync, replace = os.fsync, os.replace

    def seen_fsync(handle: int) -> None:
        steps.append(os.fstat(handle).st_ino)
        fsync(handle)

    def seen_replace(old: Path, new: Path) -> None:
        steps.append("rename")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(os, "replace", seen_replace)
    place = path_of(store("照片.png", [PNG]).sha256)
    file, folder, above = (path.stat().st_ino for path in (place, place.parent, home.files()))
    assert steps == [file, "rename", folder, above]
