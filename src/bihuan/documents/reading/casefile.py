"""Open the archive of a problem that may come from anybody, and check it against what it says of itself.

Holds one piece of a file at a time and unpacks nothing: an archive of ours is not compressed, so that whatever
is compressed, encrypted or named oddly is told and not opened. Needs no database.
"""

from __future__ import annotations

import errno
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from bihuan.domain import casecheck
from bihuan.domain.canonical import canonical
from bihuan.domain.casecheck import Flaw, Point, Told, What, flaw
from bihuan.domain.casefile import PROOF, Sealed, Signed, Statement, fingerprint, from_proof
from bihuan.domain.journal import Check, CheckpointFile, Head
from bihuan.domain.refusals import Refused

MOST_FILES = 20_000
LARGEST_DIRECTORY = 16 * 1024 * 1024
LARGEST_STATEMENT = 32 * 1024 * 1024
LONGEST_LINE = 16 * 1024 * 1024
_LONGEST_NAME = 400
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_PIECE = 1024 * 1024
_END = struct.Struct("<4s4H2LH")

Checker = Callable[[bytes], Check]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Result:
    """What was found: `flaws` in the order found, and what the archive is about where its statement could be read.

    `trusted`: the signature was checked with a key from outside. `unsealed`: entries after the last checkpoint
    that has the chain; `untold`: files that no entry given in the archive names. `silent`: the checkpoint held
    outside says nothing of this problem, which did not change in its time.
    """

    flaws: tuple[Flaw, ...]
    statement: Statement | None = None
    trusted: bool = False
    key: str = ""
    entries: int = 0
    unsealed: int = 0
    untold: int = 0
    silent: bool = False

    @property
    def clean(self) -> bool:
        """True where everything adds up."""
        return not self.flaws


def check_archive(
    path: Path,
    *,
    checker: Checker,
    key: bytes | None = None,
    outside: CheckpointFile | None = None,
    progress: Progress | None = None,
) -> Result:
    """Check the archive in the file `path`.

    `checker` makes the check of signatures by a public key; `key` is the one trusted (32 bytes), `outside` a
    checkpoint held outside, read already. `progress` is called with bytes hashed, of how many. Raises OSError
    where the file cannot be read.
    """
    try:
        with path.open("rb") as file, _opened(file) as archive:
            members = archive.infolist()
            flaws = _unfit(members, file.seek(0, 2))
            if flaws:
                return Result(tuple(flaws))
            return _Checking(archive, checker, key, outside, progress).run()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, RuntimeError, struct.error):
        return Result((flaw(What.BROKEN),))
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return Result((flaw(What.BROKEN),))  # it names a place before its own beginning


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The zip in `file`; raises BadZipFile where it does not end as a whole one does, or lists too much."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size))
    ending = file.read(_END.size)
    if len(ending) != _END.size:
        raise zipfile.BadZipFile
    mark, _disk, _start, _here, count, directory, _offset, comment = _read_end(ending)
    if mark != b"PK\5\6" or comment or directory > LARGEST_DIRECTORY or count > MOST_FILES:
        raise zipfile.BadZipFile
    return zipfile.ZipFile(file)


def _read_end(ending: bytes) -> tuple[bytes, int, int, int, int, int, int, int]:
    mark, *numbers = _END.unpack(ending)
    disk, start, here, count, directory, offset, comment = numbers
    return mark, disk, start, here, count, directory, offset, comment


def _unfit(members: list[zipfile.ZipInfo], size: int) -> list[Flaw]:
    """Members that no archive of ours has: odd names, the same name twice, compressed, encrypted, links, or lying
    where the file of `size` bytes has nothing."""
    found, names = [], set[str]()
    for member in members:
        folded = member.filename.casefold()
        if folded in names or not _is_safe(member):
            found.append(flaw(What.UNSAFE_NAME, name=_shown(member.orig_filename)))
        elif member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
            found.append(flaw(What.PACKED, name=_shown(member.filename)))
        elif member.compress_size != member.file_size or not 0 <= member.header_offset <= size - member.file_size:
            found.append(flaw(What.UNREADABLE, name=_shown(member.filename)))
        names.add(folded)
    return found


def _is_safe(member: zipfile.ZipInfo) -> bool:
    """A plain file in a plain folder, under the name that the archive itself gives it."""
    name = member.orig_filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    plain = name == member.filename and name == _shown(name) and not set(name) & set('\\:*?"<>|')
    pieces = name.split("/")
    return plain and kind in (0, stat.S_IFREG) and all(part.strip(" .") for part in pieces)


def _shown(name: str) -> str:
    """A name without characters that could make a terminal or a reader believe something else."""
    return "".join("\ufffd" if unicodedata.category(char) in _HIDDEN else char for char in name)[:_LONGEST_NAME]


class _Checking:
    """One archive while it is being checked."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        checker: Checker,
        key: bytes | None,
        outside: CheckpointFile | None,
        progress: Progress | None,
    ) -> None:
        self._archive = archive
        self._checker = checker
        self._key = key
        self._outside = outside
        self._progress = progress or (lambda done, total: None)

    def run(self) -> Result:
        try:
            signed = self._signed()
            check = self._checker(signed.public_key if self._key is None else self._key)
        except Refused as refused:
            return Result((flaw(What.STATEMENT, detail=refused.denied.reason % refused.denied.params),))
        statement = signed.statement
        found = casecheck.check_signature(signed, check, trusted=self._key is not None)
        found += self._files(statement)
        points = self._points(statement)
        told = self._entries(statement, points)
        found += casecheck.check_told(statement, told)
        found += casecheck.check_evidence(statement, told)
        found += self._sealed(statement)
        sealed = max((point.seq for point in points), default=0)
        return Result(
            tuple(found),
            statement,
            self._key is not None,
            fingerprint(signed.public_key if self._key is None else self._key),
            told.given + told.withheld,
            max(0, told.last - sealed),
            casecheck.untold(statement, told),
            self._is_silent(statement),
        )

    def _signed(self) -> Signed:
        """The statement; raises `Damaged` where there is not exactly one that can be read."""
        found = [one for one in self._archive.infolist() if one.filename.rpartition("/")[2] == PROOF]
        found = [one for one in found if one.filename.count("/") == 1 and one.filename.startswith("04-")]
        if len(found) != 1 or found[0].file_size > LARGEST_STATEMENT:
            return from_proof(b"")
        self._proof = found[0].filename
        try:
            return from_proof(self._archive.read(found[0]))
        except (zipfile.BadZipFile, EOFError):
            return from_proof(b"")

    def _files(self, statement: Statement) -> list[Flaw]:
        """Every member against the statement: missing, added, changed."""
        expected = casecheck.expected_files(statement)
        present = {one.filename: one for one in self._archive.infolist()}
        found = [flaw(What.MISSING, name=_shown(name)) for name in expected if name not in present]
        found += [
            flaw(What.ADDED, name=_shown(name)) for name in present if name not in expected and name != self._proof
        ]
        total, done = sum(present[name].file_size for name in expected if name in present), 0
        for name, (digest, size) in expected.items():
            if name in present:
                found += self._file(present[name], digest, size)
                done += present[name].file_size
                self._progress(done, total)
        return found

    def _file(self, member: zipfile.ZipInfo, digest: str, size: int) -> Iterator[Flaw]:
        hashed = sha256()
        try:
            with self._archive.open(member) as file:
                while piece := file.read(_PIECE):
                    hashed.update(piece)
        except (zipfile.BadZipFile, EOFError):
            yield flaw(What.UNREADABLE, name=_shown(member.filename))
            return
        if (hashed.hexdigest(), member.file_size) != (digest, size):
            yield flaw(What.CHANGED, name=_shown(member.filename))

    def _points(self, statement: Statement) -> list[Point]:
        """What checkpoints have of the chain: the one in the archive, and the one held outside."""
        points = []
        if statement.sealed:
            sealed = statement.sealed
            points.append(Point(sealed.header["number"], sealed.seq, sealed.head))
        if self._outside:
            checkpoint, subject = self._outside.checkpoint, statement.chain.subject
            points += [Point(checkpoint.number, h.seq, h.head) for h in checkpoint.entries if h.subject == subject]
        return points

    def _entries(self, statement: Statement, points: list[Point]) -> Told:
        if statement.record not in self._archive.namelist():
            return casecheck.read_entries(statement.chain, (), points)
        return casecheck.read_entries(statement.chain, self._lines(statement.record), points)

    def _lines(self, name: str) -> Iterator[bytes]:
        """The lines of the record without their ends, as far as they can be read."""
        try:
            with self._archive.open(name) as file:
                while line := file.readline(LONGEST_LINE):
                    yield line.removesuffix(b"\n")
        except (zipfile.BadZipFile, EOFError):
            return  # told already, as a file that cannot be read

    def _sealed(self, statement: Statement) -> list[Flaw]:
        """The checkpoint in the archive by its signature, and by the one held outside where it is the same one."""
        if statement.sealed is None:
            return []
        found = self._carried(statement.sealed, statement.chain)
        number = statement.sealed.header["number"]
        held = self._outside.checkpoint if self._outside else None
        if held and held.number == number and held.header_bytes() != canonical(statement.sealed.header):
            found.append(flaw(What.OUTSIDE, number=number))
        return found

    def _carried(self, sealed: Sealed, chain: Head) -> list[Flaw]:
        try:
            check = self._checker(bytes.fromhex(sealed.public_key) if self._key is None else self._key)
        except (Refused, ValueError):
            return [flaw(What.CHECKPOINT, number=sealed.header["number"])]
        return casecheck.check_sealed(chain, sealed, check)

    def _is_silent(self, statement: Statement) -> bool:
        if self._outside is None:
            return False
        return all(head.subject != statement.chain.subject for head in self._outside.checkpoint.entries)
