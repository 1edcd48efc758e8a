"""`settings`: the set-up of this installation as one file, and that of another office taken over from a file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from bihuan.commands.frame import MISUSED, Command, Group, Stopped, existing
from bihuan.commands.installation import wake
from bihuan.commands.words import _, show

AS = _("由哪个账号办理（最上级单位的整改办人员或系统管理员）。")
FILE = click.argument("file", type=click.Path(path_type=Path), metavar=_("文件.json"))


@click.group(cls=Group, help=_("设置：导出成一个文件，接收别处的设置。"))
def settings() -> None:
    """The set-up."""


@settings.command("export", cls=Command, help=_("把现在执行的设置导出成一个文件；不含问题和人员。"))
@FILE
@click.option("--as", "username", required=True, help=_("以哪个账号导出。"))
def export_settings(file: Path, username: str) -> None:
    """Write the set-up in force to a file."""
    if file.exists():
        raise Stopped(_("%(file)s 已经存在，没有覆盖。") % {"file": file}, MISUSED)
    wake()
    from bihuan.ledger.setupfiles import present_setup
    from bihuan.organisations.roster import actor_of

    content = present_setup(actor_of(username)).as_bytes()
    with file.open("xb") as out:
        out.write(content)
    show(_("已导出到 %(file)s") % {"file": file})


@settings.command("adopt", cls=Command, help=_("接收一份设置文件；不加 --yes 只显示会改变什么。"))
@FILE
@click.option("--as", "username", required=True, help=AS)
@click.option("--part", "parts", multiple=True, help=_("只接收这一部分，可重复；默认全部。"))
@click.option("--from", "begins", type=click.DateTime(["%Y-%m-%d"]), help=_("从哪天起生效，默认明天。"))
@click.option("--reason", default="", help=_("为什么要改。"))
@click.option("--yes", is_flag=True, help=_("确认接收。"))
def adopt_settings(
    file: Path, username: str, parts: tuple[str, ...], begins: datetime | None, reason: str, yes: bool
) -> None:
    """Show what a file would change, or take it over."""
    wake()
    from bihuan.book import clock
    from bihuan.domain.setupfile import read_setup_file
    from bihuan.ledger.actions.adopting import adopt_setup
    from bihuan.ledger.setupfiles import ALL_PARTS, changes_by
    from bihuan.organisations.roster import actor_of

    unknown = sorted(set(parts) - set(ALL_PARTS))
    if unknown:
        told = _("没有“%(part)s”这一部分，可选：%(parts)s。")
        raise Stopped(told % {"part": unknown[0], "parts": "、".join(ALL_PARTS)}, MISUSED)
    actor, found = actor_of(username), read_setup_file(existing(file).read_bytes())
    chosen = set(parts) or set(ALL_PARTS)
    changes = [change for change in changes_by(found) if change.part in chosen]
    if yes:
        day = begins.date() if begins else clock.today() + timedelta(days=1)
        changes = adopt_setup(actor=actor, file=found, chosen=chosen, effective_from=day, note=reason)
    for change in changes:
        show(f"{_(change.name)} ({change.part}): {_(change.words.reason) % change.words.params}")
    if yes:
        show(_("已接收。"))
    elif changes:
        show(_("加 --yes 和 --reason 接收。"))
    else:
        show(_("和这里的设置完全相同。"))
