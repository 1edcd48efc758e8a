"""Loads N problems with ten entries each, 500 units and 200 people into a home of the benchmark.

`python -m bench.load DATABASE N [--fresh]`. Some hundred histories are acted out with the real actions in a
throw-away home (`histories`), made into stencils, and printed N times (`loading`); docs/performance.md says more.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from bench.homes import DATABASES, LOADED, Home

TIMES = "times.json"
"""What loading notes, until it is through."""


def load(home: Home, *, fresh: bool = False, scale: float = 1.0) -> None:
    """Load `home` unless it is loaded already; `scale` is how many of the histories are acted out."""
    if home.about and not fresh:
        return
    shutil.rmtree(home.folder, ignore_errors=True)
    home.path.mkdir(parents=True)
    with home.environment(loading=True) as environment:
        command = [sys.executable, "-m", "bench.load", home.database, str(home.count), "--into", str(home.root)]
        subprocess.run([*command, "--scale", str(scale)], env=environment, check=True)
    (home.folder / TIMES).replace(home.folder / LOADED)


def main() -> None:
    """Load what the command line names."""
    parser = argparse.ArgumentParser(prog="bench.load", description=__doc__)
    parser.add_argument("database", choices=DATABASES)
    parser.add_argument("count", type=int)
    parser.add_argument("--fresh", action="store_true", help="load anew what is loaded already")
    parser.add_argument("--scale", type=float, default=1.0, help="how many of the histories are acted out")
    parser.add_argument("--into", type=Path, help="(by the loader itself) load the home of this environment")
    given = parser.parse_args()
    if not given.into:
        load(Home(given.database, given.count), fresh=given.fresh, scale=given.scale)
        return
    from bench.waking import wake

    wake(new=True, demo=True)
    from bench.loading import Loading

    Loading(Home(given.database, given.count, given.into), given.scale).run(TIMES)


if __name__ == "__main__":
    main()
