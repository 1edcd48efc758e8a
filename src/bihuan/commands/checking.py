"""`check`: is this installation set up and deployed as it should be? Looks and reports, changes nothing."""

from __future__ import annotations

import click

from bihuan.commands.frame import FAILED, Command
from bihuan.commands.installation import wake
from bihuan.commands.words import _, show, show_json


@click.command(cls=Command, help=_("检查配置和部署；有必须处理的问题时以 1 退出。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def check(as_json: bool) -> None:
    """Look over the installation."""
    wake(behind=True)
    from bihuan.commands.inspection import Level, inspect

    found = list(inspect())
    if as_json:
        show_json([{"name": one.name, "level": one.level.value, "text": one.text} for one in found])
    else:
        marks = {Level.FINE: "✓", Level.MIND: "!", Level.MEND: "✗"}
        for one in found:
            show(f"{marks[one.level]} {one.text}")
    if any(one.level is Level.MEND for one in found):
        raise click.exceptions.Exit(FAILED)
