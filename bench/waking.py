"""Waking Django for a home of the benchmark, as the command line does."""

from __future__ import annotations

import os
from pathlib import Path

from bihuan.book.home import DEMO_MARK


def wake(*, new: bool = False, demo: bool = False) -> None:
    """Load Django for the home that the environment names.

    `new`: make its tables; `demo`: let its clock be moved.
    """
    from bihuan.commands import installation

    installation.wake(new=new)
    if demo:
        (Path(os.environ["BIHUAN_HOME"]) / DEMO_MARK).touch()
    if new:
        installation.prepare()
