"""The format of a backup: a zip with a manifest that names every member by size and SHA-256.

Members are `database.sqlite3` or `tables/…`, and `files/…` by hash. Knows nothing of databases. Reading trusts
nothing: names are matched against what can be there, every byte is hashed before anything is given out, and
paths on the disk are never made from the names in the zip.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bihuan.commands.progress import Bar
from bihuan.domain.canonical import canonical
from bihuan.domain.refusals import Denied, Refused, say

FORMAT = "bihuan-backup/1"
MANIFEST = "manifest.json"
DATABASE = "database.sqlite3"
KNOWN = re.compile(r"database\.sqlite3|tables/[a-z_0-9]+|files/[0-9a-f]{64}")
PIECE = 1 << 20
LONGEST_MANIFEST = 1 << 29
"""Bytes: room for some four million files."""
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
    TypeError,
)
"""What the standard library raises over a zip or a manifest that is damaged, encrypted or made up."""


class Damaged(Refused):
    """The archive is not whole, not ours, or not as its manifest says."""

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(Denied(text, say("没有恢复任何内容，请换用另一份备份。"), params))


@dataclass(frozen=True)
class Member:
    """One file of the archive; `size` in bytes before packing."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds and where it comes from.

    `tables` names the columns of every table in `tables/…`; `missing` are hashes of files that the database
    names and that were not there when the backup was made.
    """

    made_at: str
    version: str
    engine: str
    migrations: tuple[str, ...]
    tables: dict[str, list[str]] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    missing: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """The manifest as JSON values."""
        lists = {"migrations": list(self.migrations), "missing": list(self.missing)}
        return asdict(self) | lists | {"members": [asdict(m) for m in self.members], "format": FORMAT}

    @property
    def digest(self) -> str:
        """SHA-256 over the manifest, hence over every byte in the archive; 64 hex digits."""
        return hashlib.sha256(canonical(self.data())).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all members before packing."""
        return sum(member.size for member in self.members)


class Packing:
    """An archive being written, member by member; the manifest comes last."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self.zipped = zipped
        self.members: list[Member] = []

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool) -> Member:
        """Add a member from its bytes; `packed` where it is worth compressing."""
        about = zipfile.ZipInfo(name)
        about.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        about.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self.zipped.open(about, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        made = Member(name, size, digest.hexdigest())
        self.members.append(made)
        return made

    def close(self, manifest: Manifest) -> None:
        """Write the manifest."""
        content = json.dumps(manifest.data() | {"digest": manifest.digest}, ensure_ascii=False, indent=1)
        self.zipped.writestr(MANIFEST, content, zipfile.ZIP_DEFLATED)


def pieces_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


class Archive:
    """An archive that was read to its end and found whole."""

    def __init__(self, zipped: zipfile.ZipFile, manifest: Manifest) -> None:
        self.zipped = zipped
        self.manifest = manifest

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member, hashed once more; raises `Damaged` where they have changed since."""
        digest, size = hashlib.sha256(), 0
        with _told(), self.zipped.open(member.name) as packed:
            while piece := packed.read(PIECE):
                size += len(piece)
                if size > member.size:
                    break
                digest.update(piece)
                yield piece
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise Damaged(say("备份中的 %(name)s 与清单不符，备份已损坏。"), name=member.name)

    def files(self) -> Iterator[Member]:
        """The evidence and ledger files, named by their hash."""
        return (member for member in self.manifest.members if member.name.startswith("files/"))


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive at `path` with its manifest, whose members still have to be `checked`.

    Raises `Damaged` where it is no backup of ours, or manifest and members do not go together.
    """
    with _told():
        zipped = zipfile.ZipFile(path)
    with zipped:
        with _told():
            manifest = _manifest(zipped)
        yield Archive(zipped, manifest)


@contextmanager
def _told() -> Iterator[None]:
    """Tell a damaged archive in plain words."""
    try:
        yield
    except BROKEN as error:
        raise Damaged(say("这不是本系统的备份，或备份已损坏：%(why)s。"), why=str(error)) from error


def check(archive: Archive, advance: Bar) -> None:
    """Read every member to its end; raises `Damaged` at the first that is not as the manifest says."""
    for member in archive.manifest.members:
        for piece in archive.pieces(member):
            advance(len(piece))


def _manifest(zipped: zipfile.ZipFile) -> Manifest:
    names = [about.filename for about in zipped.infolist()]
    if MANIFEST not in names or zipped.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
        raise Damaged(say("这不是本系统的备份：没有清单。"))
    data = json.loads(zipped.read(MANIFEST))
    if data.pop("format") != FORMAT:
        raise Damaged(say("备份的格式不是本版本能恢复的。"))
    digest = data.pop("digest")
    lists = {"migrations": tuple(data["migrations"]), "missing": tuple(data["missing"])}
    manifest = Manifest(**(data | lists | {"members": tuple(Member(**member) for member in data["members"])}))
    if manifest.digest != digest:
        raise Damaged(say("备份的清单已被改动或损坏。"))
    _check_names([member.name for member in manifest.members], names)
    return manifest


def _check_names(listed: list[str], found: list[str]) -> None:
    if sorted([*listed, MANIFEST]) != sorted(found):
        raise Damaged(say("备份里的文件与清单不一致，备份已损坏。"))
    for name in listed:
        if not KNOWN.fullmatch(name):
            raise Damaged(say("备份里有不该有的文件：%(name)s"), name=name)
