"""Where loaded ledgers lie: one home for each database and size, kept until `--fresh`.

`python -m bench.homes DATABASE N COMMAND…` runs a command with `BIHUAN_HOME` and `DATABASE_URL` set for one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.clusters import cluster

ROOT = Path(__file__).resolve().parent / ".homes"
DATABASES = ("sqlite", "postgresql")
LOADED = "loaded.json"


@dataclass(frozen=True)
class Home:
    """A loaded ledger, or the place of one."""

    database: str
    count: int
    root: Path = ROOT

    @property
    def folder(self) -> Path:
        """Everything of it."""
        return self.root / f"{self.database}-{self.count}"

    @property
    def path(self) -> Path:
        """Its `BIHUAN_HOME`."""
        return self.folder / "home"

    @property
    def about(self) -> dict[str, Any] | None:
        """What its loading took; None where it was not loaded to the end."""
        found = self.folder / LOADED
        return json.loads(found.read_text()) if found.exists() else None

    @contextmanager
    def environment(self, *, loading: bool = False) -> Iterator[dict[str, str]]:
        """The environment of a service on it, its database running."""
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"BIHUAN_HOME": str(self.path), "DJANGO_SETTINGS_MODULE": "bihuan.settings.base"}
        if self.database == "sqlite":
            yield environment
            return
        with cluster(self.folder / "cluster", loading=loading) as url:
            yield environment | {"DATABASE_URL": url}


def main(database: str, count: int, command: list[str]) -> int:
    """Run `command` in the environment of a home; its exit code."""
    with Home(database, count).environment() as environment:
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:] or ["env"]))
