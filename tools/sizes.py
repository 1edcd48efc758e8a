"""Names every source file that is longer than a person reads in one go, or whose name says nothing.

Used by `make lint` and by tests/architecture. Migrations are exempt: Django writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
WRITTEN_BY_HAND = {".py", ".js", ".css", ".html", ".sh"}
FOLDERS = ("src", "tests", "tools", "bench")
MADE_BY_SET_UP = ("src/bihuan/web/static/vendor", "tests/vendor", "bench/.homes")
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "stuff"}


def sources(root: Path) -> Iterator[Path]:
    """Every source file below `root` that people write, without migrations and fetched files."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            place = path.relative_to(root).as_posix()
            written = path.suffix in WRITTEN_BY_HAND and "migrations" not in path.parts
            if written and not place.startswith(MADE_BY_SET_UP):
                yield path


def faults(root: Path = ROOT) -> list[str]:
    """One sentence for each file that is too long or badly named; empty when all is well."""
    found = []
    for path in sources(root):
        place = path.relative_to(root)
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST:
            found.append(f"{place}: {lines} lines, {LONGEST} are the most; split it by what changes together")
        if path.stem in SAYS_NOTHING or path.parent.name in SAYS_NOTHING:
            found.append(f"{place}: the name says nothing; name it after what it is for")
    return found


if __name__ == "__main__":
    problems = faults()
    print("\n".join(problems) if problems else "Every file is short enough and named for what it does.")
    sys.exit(1 if problems else 0)
