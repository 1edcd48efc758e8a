"""`recolour` and `rebuild`: what follows from the record is brought up to date, or made anew.

Nothing on the record changes by either; both may be stopped and run again.
"""

from __future__ import annotations

import click

from bihuan.commands.frame import Command
from bihuan.commands.installation import alone, wake
from bihuan.commands.progress import bar
from bihuan.commands.words import _, show, show_json


@click.command(cls=Command, help=_("让未办结的问题按最新的颜色规则重新推算颜色；后台任务会自动做，中断后可重来。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def recolour(as_json: bool) -> None:
    """Finish what is still to be coloured by the newest policy."""
    wake()
    from bihuan.ledger.actions import recolouring

    with bar(_("重新推算颜色"), recolouring.pending()) as moved:
        count = recolouring.recolour(lambda done: moved.of(done, None))
    show_json({"recoloured": count}) if as_json else show(_("已重新推算 %(count)s 个问题。") % {"count": count})


@click.command(
    cls=Command,
    help=_("由记录重新生成颜色、历史颜色、可见单位、统计数和全文检索；记录本身不变。做完可用 verify 核对。"),
)
def rebuild() -> None:
    """Make anew what follows from the record."""
    wake()
    from bihuan.ledger.rebuild import rebuild as make_anew

    with alone():
        count = make_anew()
    show(_("已由记录重新生成 %(count)s 个问题的颜色、可见单位和统计数。") % {"count": count})
