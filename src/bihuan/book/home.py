"""The home folder (`BIHUAN_HOME`): database, evidence files and keys of one installation.

Gives the paths in it and makes them with the narrowest rights. It must not read or write business data.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings

DEMO_MARK = ".demo"


def home() -> Path:
    """The home folder of this installation."""
    return Path(settings.BIHUAN_HOME)


def files() -> Path:
    """Where evidence is kept, by SHA-256."""
    return home() / "files"


def keys() -> Path:
    """Where the signing key and the secret key are kept; never part of a backup."""
    return home() / "keys"


def is_demo() -> bool:
    """True where `bihuan demo` made this home."""
    return (home() / DEMO_MARK).exists()


def secret(path: Path, make: bytes | None = None) -> bytes:
    """The bytes kept in `path`, made (or taken from `make`) and written for the owner alone if missing."""
    if not path.exists():
        _keep(path, make if make is not None else secrets.token_urlsafe(50).encode())
    return path.read_bytes()


def _keep(path: Path, fresh: bytes) -> None:
    """Write `fresh` beside its place and link it there whole: nobody reads half of it, and the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(waiting, path)
    finally:
        waiting.unlink(missing_ok=True)
