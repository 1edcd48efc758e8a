"""`read`: what is read from ledgers and documents of any format, without any database and without Django."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bihuan.commands.frame import FAILED, Command, existing
from bihuan.commands.words import _, note, show


@click.command(
    cls=Command,
    help=_("读出台账或文稿（Word、PDF、网页、文本）中的问题和数据（不登记，不需要数据库）；.jsonl 文稿每行一篇。"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar=_("文件…"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON，每个文件或每篇文稿一行。"))
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """Print what is read from each file; ends with code 1 where one of them cannot be read."""
    for path in files:
        existing(path)
    failed = [path for path in files if not _read_one(path, as_json)]
    if failed:
        raise click.exceptions.Exit(FAILED)


def _read_one(path: Path, as_json: bool) -> bool:
    from bihuan.documents.reading import Unreadable

    try:
        for found in _found_in(path):
            if as_json:
                show(json.dumps(found, ensure_ascii=False))
            else:
                _tell(path.name, found)
    except Unreadable as unreadable:
        fault = unreadable.fault
        note(f"{path.name}: {_(fault.text) % fault.params if fault.params else _(fault.text)}")
        return False
    return True


def _found_in(path: Path) -> Iterator[dict[str, Any]]:
    from bihuan.documents.reading.files import read_file

    yield from read_file(path)


def _tell(name: str, found: dict[str, Any]) -> None:
    """Tables for people: one line an item with what the reader is unsure of, then the figures, then the faults."""
    from rich.console import Console
    from rich.table import Table

    items = found.get("items", [])
    count = _("%(count)s 个问题") % {"count": len(items)}
    table = Table(title=f"{found.get('id', name)} · {count}", title_justify="left")
    for heading in (_("序号"), _("问题"), _("责任单位"), _("时限"), _("状态"), _("存疑")):
        table.add_column(heading, overflow="fold")
    for item in items:
        units = ", ".join([*item.get("lead_units", ()), *item.get("support_units", ())])
        due = item.get("deadline_date") or item.get("deadline_raw", "")
        doubts = "; ".join(_doubt(doubt) for doubt in item.get("doubts", ()))
        what = item.get("problem") or item.get("goal") or item.get("title", "")
        table.add_row(str(item.get("no", "")), what, units, due, item.get("status_raw", ""), doubts)
    console = Console()
    console.print(table)
    if figures := found.get("stats"):
        stated = "; ".join(f"{one['what']} {one['value']} {one['unit']}" for one in figures)
        console.print(_("数据：%(figures)s") % {"figures": stated}, markup=False, highlight=False)
    for fault in found.get("faults", ()):
        note(_doubt(fault))


def _doubt(doubt: dict[str, Any]) -> str:
    text = _(doubt["template"])
    return f"{doubt['place'] or ''} {text % doubt['params'] if doubt['params'] else text}".strip()
