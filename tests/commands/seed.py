"""`python -m tests.commands.seed`: the small office of tests/world.py with a few problems, in BIHUAN_HOME."""

from __future__ import annotations

from bihuan.commands.installation import prepare, wake


def seed() -> None:
    """Fill an empty installation."""
    wake(new=True)
    prepare()
    from bihuan.domain.case import Stage
    from tests.world import build_world

    world = build_world()
    world.register(3)
    world.through(Stage.UNDER_WAY)
    world.through(Stage.CLOSEOUT_ASKED)


if __name__ == "__main__":
    seed()
