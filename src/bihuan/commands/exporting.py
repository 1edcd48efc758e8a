"""`export`: a ledger as Excel, as the page exports it: the same rows, columns and entry on the record."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO

import click

from bihuan.commands.frame import MISUSED, Command, Stopped
from bihuan.commands.installation import wake
from bihuan.commands.words import _, show


@click.command(cls=Command, help=_("把台账导出为 Excel，范围与所用账号在页面上看到的一致。"))
@click.option("--as", "username", required=True, help=_("以哪个账号导出。"))
@click.option("--ledger", "word", help=_("只导出这本台账（编号前缀或名称）。"))
@click.option("--filter", "query", default="", help=_("筛选，写法同页面地址，如 stage=under_way&colour=red。"))
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("写到这个 .xlsx 文件。"))
def export(username: str, word: str | None, query: str, out: Path) -> None:
    """Write the list to a file."""
    if out.exists():
        raise Stopped(_("%(file)s 已经存在，没有覆盖。") % {"file": out}, MISUSED)
    wake()
    from django.http import QueryDict

    from bihuan.ledger.shelf import find_ledger
    from bihuan.organisations.roster import actor_of
    from bihuan.web.columns import chosen
    from bihuan.web.export import export_ledger
    from bihuan.web.filters import LedgerFilter

    asked = QueryDict(query, mutable=True)
    if word:
        asked["ledger"] = str(find_ledger(word).id)
        asked.setdefault("scope", "all")
    columns = chosen(asked.getlist("column"))
    with export_ledger(actor_of(username), LedgerFilter.from_query(asked), columns) as made:
        _write(made, out)
    show(_("已导出到 %(file)s") % {"file": out})


def _write(made: IO[bytes], out: Path) -> None:
    waiting = out.with_name(f".{out.name}.part")
    try:
        with waiting.open("xb") as file:
            shutil.copyfileobj(made, file)
        waiting.replace(out)
    finally:
        waiting.unlink(missing_ok=True)
