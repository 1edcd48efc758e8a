"""Print what is read from ledgers and documents: one JSON object a file, one JSON line a document.

`python -m bihuan.documents.reading FILE…`; exit code 1 when a file could not be read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading.files import read_file


def main(paths: list[str]) -> int:
    """Read each file and print it; returns the exit code."""
    failed = 0
    for path in map(Path, paths):
        try:
            for one in read_file(path):
                sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")
        except (Unreadable, OSError) as error:
            sys.stderr.write(f"{path.name}: {error}\n")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
