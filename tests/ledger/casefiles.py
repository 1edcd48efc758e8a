"""Archives for tests: made for a reader as the page makes them, taken apart, put together as a forger would."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import translation

from bihuan.book import signing
from bihuan.documents.reading.casefile import Result, check_archive
from bihuan.domain.casefile import from_proof, to_proof
from bihuan.domain.journal import CheckpointFile
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import find
from bihuan.web.casefile.archive import archive_of
from tests.world import World

FORGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def made_for(world: World, name: str, problem: Problem) -> bytes:
    """The archive of a problem as the named person gets it."""
    actor = world.actor(name)
    seen = find(actor, problem.id)
    assert seen is not None
    with translation.override("zh-hans"):
        return b"".join(archive_of(actor, seen).pieces)


def apart(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def together(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def named(files: Mapping[str, bytes], part: str) -> str:
    """The one name in which `part` occurs."""
    [name] = [name for name in files if part in name]
    return name


def signed_anew(
    files: Mapping[str, bytes], change: Any, *, key: Ed25519PrivateKey | None = None
) -> dict[str, bytes]:
    """The files with their statement changed and signed again: by this installation, or by another key."""
    place = named(files, "proof.json")
    proof = json.loads(files[place])
    change(proof["statement"])
    proof.update(signature="", public_key="")
    statement = from_proof(json.dumps(proof).encode())
    message = statement.statement.signed_bytes()
    signature = key.sign(message) if key else signing.sign(message)
    public = key.public_key().public_bytes_raw() if key else signing.public_key()
    return {**files, place: to_proof(type(statement)(statement.statement, signature, public))}


def checked(
    archive: bytes, folder: Path, *, key: bytes | None = None, outside: CheckpointFile | None = None
) -> Result:
    """What verify finds in an archive, which it is given as a file."""
    path = folder / "档案.zip"
    path.write_bytes(archive)
    return check_archive(path, checker=signing.checker, key=key, outside=outside)


def found(result: Result) -> set[str]:
    """The kinds of flaws."""
    return {flaw.what.value for flaw in result.flaws}
