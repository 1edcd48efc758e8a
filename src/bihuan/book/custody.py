"""The installation as a whole: its own chain (backups taken, a backup restored), checkpoints handed outside.

Nothing here changes a row of an office's data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Sum

from bihuan.book import checkpoints, clock, home
from bihuan.book.models import Audience, Chain, Checkpoint
from bihuan.book.writing import Stroke, Writer, append

INSTALLATION = UUID("6b1c7f3e-52d4-4f0a-9c55-0b16a70e0001")
KIND = "installation"
BACKUP = "backup"
RESTORE = "restore"
FOLDER = "BIHUAN_CHECKPOINT_FOLDER"
"""The environment variable that names the holder outside: a folder that is not this machine's own."""
HANDED_OUT = "handed-out"
"""The file in the home folder with the number of the last checkpoint that went outside."""


@transaction.atomic
def enter(action: str, details: Mapping[str, object], *, region_id: int) -> None:
    """Write an entry on the installation's own chain; raises `Refused` where the clock runs backwards."""
    stroke = Stroke(
        kind=KIND,
        subject=INSTALLATION,
        region_id=region_id,
        action=action,
        changes={},
        audience=Audience.OFFICE,
        details=dict(details),
    )
    append([stroke], writer=Writer(), at=clock.now(), today=clock.today())


def last_written() -> datetime | None:
    """The moment of the latest entry of any chain; None while there is none."""
    latest: datetime | None = Chain.objects.aggregate(latest=Max("written_at"))["latest"]
    return latest


@dataclass(frozen=True)
class Sealed:
    """The last checkpoint, and how many entries were written since."""

    number: int | None
    made_at: datetime | None
    since: int


def sealed() -> Sealed:
    """How far checkpoints reach."""
    last = Checkpoint.objects.only("number", "made_at").order_by("-number").first()
    open_chains = Chain.objects.filter(seq__gt=F("sealed"))
    since = open_chains.aggregate(n=Sum(F("seq") - F("sealed")))["n"] or 0
    return Sealed(last.number if last else None, last.made_at if last else None, since)


def hand_out_new(folder: Path) -> list[Path]:
    """Write every checkpoint that has not been handed out yet into `folder`; the files written.

    Raises OSError where the folder cannot be written; what is missing then goes out the next time.
    """
    mark = home.home() / HANDED_OUT
    written = []
    for number, path in hand_out_after(int(mark.read_text()) if mark.exists() else 0, folder):
        mark.write_text(str(number))
        written.append(path)
    return written


def hand_out_after(number: int, folder: Path) -> Iterator[tuple[int, Path]]:
    """Write the checkpoints after `number` into `folder`, one at a time; number and file of each.

    A different checkpoint of the same number that is already held there (from before a restore, or before a
    rewriting) is never written over: ours goes into a folder of its own beside it.
    """
    for row in Checkpoint.objects.filter(number__gt=number).order_by("number").iterator():
        yield row.number, checkpoints.hand_out(row, _place_for(row, folder))


def _place_for(row: Checkpoint, folder: Path) -> Path:
    held = folder / f"checkpoint-{row.number:06d}.json"
    if held.exists() and held.read_bytes() != checkpoints.file_of(row):
        return folder / f"other-{row.hash[:8]}"
    return folder
