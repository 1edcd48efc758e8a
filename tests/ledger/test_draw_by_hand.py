"""The program in the guide, run as it stands there, draws what the product drew."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.domain.case import Stage
from bihuan.ledger.actions.drawing import Asked, draw_sample
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Problem
from tests.world import START, World, days_later

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("guide", ["guide.zh-CN.md", "guide.en.md"])
def test_the_program_in_the_guide_draws_the_same(world: World, tmp_path: Path, guide: str):
    rows = [world.through(Stage.CLOSED) for _ in range(5)]
    Problem.objects.filter(id__in=[row.id for row in rows[:3]]).update(urgency="urgent")
    with days_later(31):
        asked = Asked("抽查", 2, 2, START.replace(month=6), seed="七 12 19")
        drawn = draw_sample(actor=world.actor("coordinator"), asked=asked)
    (code,) = re.findall(r"```python\n(.*?)```", (DOCS / guide).read_text("utf-8"), re.DOTALL)
    assert len(code.splitlines()) <= 20
    program = tmp_path / "draw.py"
    program.write_text(code, "utf-8")
    kept = str(path_of(drawn.population_sha256))
    done = subprocess.run(
        [sys.executable, str(program), kept, drawn.seed, "2", "2"], capture_output=True, text=True, check=True
    )
    assert [line.split() for line in done.stdout.splitlines()] == [row[:2] for row in drawn.drawn]
