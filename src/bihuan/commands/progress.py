"""Progress of long work: a bar on the terminal, nothing at all where no person is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Bar:
    """A bar that may not be shown. Called with a number it moves on by so much."""

    def __init__(self, show: Callable[..., Any] | None = None) -> None:
        self._show = show
        self.done = 0

    def __call__(self, some: int) -> None:
        self.of(self.done + some, None)

    def of(self, done: int, total: int | None) -> None:
        """So much is done, of so much in all (None: as before)."""
        self.done = done
        if self._show:
            self._show(completed=done, **({} if total is None else {"total": total}))


@contextmanager
def bar(label: str, total: int | None = None) -> Iterator[Bar]:
    """A bar while the block runs, of `total` steps (None: not known yet)."""
    if not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield Bar(lambda **state: progress.update(task, **state))
