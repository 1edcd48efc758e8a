"""`python -m tests.commands.entries`: prints id, subject and action of every entry of BIHUAN_HOME."""

from __future__ import annotations

import sys

from bihuan.commands.installation import wake


def entries() -> None:
    """Print them, one a line."""
    wake()
    from bihuan.book.models import Entry

    for row in Entry.objects.order_by("id").values_list("id", "subject", "action").iterator():
        sys.stdout.write(" ".join(map(str, row)) + "\n")


if __name__ == "__main__":
    entries()
