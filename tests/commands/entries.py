"""`python -m tests.commands.entries`: prints the id of every entry of BIHUAN_HOME."""

from __future__ import annotations

import sys

from bihuan.commands.installation import wake


def entries() -> None:
    """Print them."""
    wake()
    from bihuan.book.models import Entry

    for entry in Entry.objects.order_by("id").values_list("id", flat=True).iterator():
        sys.stdout.write(f"{entry}\n")


if __name__ == "__main__":
    entries()
