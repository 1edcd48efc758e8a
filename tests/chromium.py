"""Where the system's Chromium is, for the browser tests. Nothing here downloads one."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The Chromium that BIHUAN_CHROMIUM names or the first on PATH that runs; None where there is none.

    It is run once because some systems put a script of that name on PATH that only explains how to get one.
    """
    for name in (os.environ.get("BIHUAN_CHROMIUM", ""), *NAMES):
        program = shutil.which(name) if name else None
        if program and _runs(program):
            return program
    return None


def _runs(program: str) -> bool:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


def launch_options() -> dict[str, Any]:
    """Arguments for Playwright's `chromium.launch`; raises RuntimeError where there is no Chromium.

    Root may only start Chromium without its sandbox. The switches keep it from calling home at every start.
    """
    program = find()
    if program is None:
        raise RuntimeError("no Chromium: apt-get install chromium fonts-noto-cjk")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": program, "headless": True, "args": quiet + sandbox}
