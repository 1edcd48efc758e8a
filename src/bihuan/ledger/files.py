"""Evidence files: stored by their SHA-256 in the home folder, written and fsynced before any row names them.

Keeps to a list of types recognised by their first bytes, never by what the browser says. Whether somebody may
read a file is asked in `queries` before a path is given out.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from bihuan.book import home
from bihuan.documents.reading.pictures import look_at
from bihuan.domain.refusals import Denied, Refused, say

SIGNATURES: tuple[tuple[bytes, frozenset[str], str], ...] = (
    (b"%PDF-", frozenset({"pdf"}), "application/pdf"),
    (b"\xff\xd8\xff", frozenset({"jpg", "jpeg"}), "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", frozenset({"png"}), "image/png"),
    (b"RIFF", frozenset({"webp"}), "image/webp"),
    (b"PK\x03\x04", frozenset({"docx", "xlsx", "pptx", "ofd"}), "application/octet-stream"),
    (b"\xd0\xcf\x11\xe0", frozenset({"doc", "xls", "ppt", "wps", "et"}), "application/octet-stream"),
)
TEXT = frozenset({"txt", "csv"})
NAME_LENGTH = 120
HEAD_BYTES = 512
"""How much of a file is looked at to tell its type."""


@dataclass(frozen=True)
class StoredFile:
    """A file that lies in the home folder; `size` in bytes. `taken_at` and `looks` of a picture (`pictures`)."""

    name: str
    size: int
    sha256: str
    media_type: str
    taken_at: str | None = None
    looks: str | None = None


def path_of(sha256: str) -> Path:
    """Where the file with this hash lies."""
    return home.files() / sha256[:2] / sha256


def store(name: str, chunks: Iterable[bytes]) -> StoredFile:
    """Write a file under its hash and fsync it; returns what an entry needs to name it.

    Raises `Refused` for a file that is empty, too large, of a type not taken, or where the disk is full; then
    nothing is left behind.
    """
    waiting = home.files() / "incoming" / secrets.token_hex(16)
    try:
        waiting.parent.mkdir(parents=True, exist_ok=True)
        stored = _write(waiting, safe_name(name), chunks)
        move_in(waiting, path_of(stored.sha256))
        picture = look_at(path_of(stored.sha256), stored.media_type)
        return replace(stored, taken_at=picture.taken_at, looks=picture.looks)
    except OSError as error:
        raise Refused(
            Denied(
                say("文件“%(name)s”没有保存成功：服务器存储空间不足或不可写。"),
                say("请联系系统管理员；您填写的内容没有提交，可以稍后再试。"),
                {"name": safe_name(name)},
            )
        ) from error
    finally:
        waiting.unlink(missing_ok=True)


def keep(write: Callable[[BinaryIO], None]) -> str:
    """Keep a file of our own making beside the evidence; `write` fills it. Returns its SHA-256.

    Raises `Refused` where the disk is full; then nothing is left behind.
    """
    waiting = home.files() / "incoming" / secrets.token_hex(16)
    try:
        waiting.parent.mkdir(parents=True, exist_ok=True)
        with waiting.open("x+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        move_in(waiting, path_of(sha256))
        return sha256
    except OSError as error:
        raise Refused(
            Denied(say("没有保存成功：服务器存储空间不足或不可写。"), say("请联系系统管理员，稍后再试。"))
        ) from error
    finally:
        waiting.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """The last part of a file name without control, direction or separator characters, at most 120 long."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/").split("/")[-1])
    text = "".join(ch for ch in text if unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    text = re.sub(r'[<>:"|?*]', "_", text).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if dot and len(text) > NAME_LENGTH:
        ending = ending[:10]
        text = stem[: NAME_LENGTH - len(ending) - 1].rstrip(" .") + "." + ending
    return text[:NAME_LENGTH] or "file"


def _write(path: Path, name: str, chunks: Iterable[bytes]) -> StoredFile:
    limit = settings.EVIDENCE_MAX_BYTES
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise Refused(
                    Denied(
                        say("文件“%(name)s”超过%(limit)s MB。"),
                        say("请压缩或拆分后再上传。"),
                        {"name": name, "limit": limit // 1024 // 1024},
                    )
                )
            head += chunk[: HEAD_BYTES - len(head)]
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return StoredFile(name, size, digest.hexdigest(), _media_type(name, head))


def _media_type(name: str, head: bytes) -> str:
    ending = name.rpartition(".")[2].lower()
    for magic, endings, media_type in SIGNATURES:
        if head.startswith(magic) and ending in endings and (magic != b"RIFF" or head[8:12] == b"WEBP"):
            return media_type
    if ending in TEXT and head and b"\0" not in head:
        return "text/plain"
    if not head:
        raise Refused(Denied(say("文件“%(name)s”是空的。"), say("请重新选择文件。"), {"name": name}))
    raise Refused(
        Denied(
            say("文件“%(name)s”的类型不在可上传之列，或内容与后缀不符。"),
            say("可上传：PDF、图片（jpg、png、webp）、Word、Excel、PPT、WPS、OFD、txt、csv。"),
            {"name": name},
        )
    )


def move_in(waiting: Path, place: Path) -> None:
    """Put a file that was written and fsynced where it stays, so that a loss of power leaves it there.

    Raises OSError where the disk does not take it.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        os.replace(waiting, place)
    for folder in (place.parent, place.parent.parent):
        _fsync_folder(folder)


def _fsync_folder(folder: Path) -> None:
    """Make sure that the names in `folder` survive a loss of power, not only what is in the files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
