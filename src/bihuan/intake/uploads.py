"""Ledger files on their way in: written aside, read there, and kept under their SHA-256 once they were readable.

Nothing of a file that is refused stays behind. What a file is, the reader finds out from its bytes; here only
its size and the disk are looked after.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bihuan.book import home
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.ledger.files import move_in, path_of, safe_name


@dataclass(frozen=True)
class Arrival:
    """A file written aside and fsynced, not yet kept; `size` in bytes."""

    name: str
    path: Path
    size: int
    sha256: str

    def keep(self) -> None:
        """Move it to where it stays. Raises `Refused` where the disk does not take it."""
        with _told(self.name):
            move_in(self.path, path_of(self.sha256))


@contextmanager
def arriving(name: str, chunks: Iterable[bytes]) -> Iterator[Arrival]:
    """Write a file aside for reading; what was not kept is gone afterwards.

    Raises `Refused` for a file that is empty or larger than `LEDGER_MAX_BYTES`, or where the disk is full.
    """
    shown = safe_name(name)
    path = home.files() / "incoming" / secrets.token_hex(16)
    try:
        with _told(shown):
            path.parent.mkdir(parents=True, exist_ok=True)
            arrival = _write(path, shown, chunks)
        yield arrival
    finally:
        path.unlink(missing_ok=True)


def _write(path: Path, name: str, chunks: Iterable[bytes]) -> Arrival:
    limit = settings.LEDGER_MAX_BYTES
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise Refused(
                    Denied(
                        say("文件“%(name)s”超过%(limit)s MB。"),
                        say("请删去与台账无关的工作表和图片，或分成几个文件后再上传。"),
                        {"name": name, "limit": limit // 1024 // 1024},
                    )
                )
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Refused(Denied(say("文件“%(name)s”是空的。"), say("请重新选择文件。"), {"name": name}))
    return Arrival(name, path, size, digest.hexdigest())


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Tell a failure of the disk in plain words."""
    try:
        yield
    except OSError as error:
        raise Refused(
            Denied(
                say("文件“%(name)s”没有保存成功：服务器存储空间不足或不可写。"),
                say("请联系系统管理员；没有任何内容登记入账，可以稍后再上传。"),
                {"name": name},
            )
        ) from error
