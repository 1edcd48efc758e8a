"""`verify` and `checkpoint`: does everything add up, and what whoever holds it outside needs to find out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bihuan.commands import casefiles
from bihuan.commands.frame import FAILED, MISUSED, Command, Stopped, existing
from bihuan.commands.installation import wake
from bihuan.commands.progress import bar
from bihuan.commands.words import _, note, show, show_json

if TYPE_CHECKING:
    from bihuan.ledger.verify import Report

FILE = click.Path(path_type=Path)


@click.command(cls=Command, help=_("核验：重算全部记录，凡对不上的列出编号并以 1 退出。"))
@click.option("--files", is_flag=True, help=_("同时重算材料文件的哈希。"))
@click.option("--checkpoint", type=FILE, help=_("在外保存的检查点文件，只信它和公钥。"))
@click.option("--key", type=FILE, help=_("在外保存的公钥文件，与 --checkpoint 同用。"))
@click.option("--archive", type=FILE, help=_("只核验这份问题档案，不需要数据库；--key 给出在外保存的公钥。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def verify(files: bool, checkpoint: Path | None, key: Path | None, archive: Path | None, as_json: bool) -> None:
    """Recompute everything."""
    if (checkpoint is not None and key is None) or ((checkpoint, archive) == (None, None) and key is not None):
        raise Stopped(_("--checkpoint 和 --key 要一起给出。"), MISUSED)
    for path in filter(None, (checkpoint, key, archive)):
        existing(path)
    if archive is not None:
        _verify_archive(archive, key, checkpoint, as_json)
        return
    wake()
    held = checkpoint.read_bytes() if checkpoint else None
    report = prove(files=files, checkpoint=held, key=key)
    if as_json:
        show_json(as_data(report))
    else:
        tell(report)
    if not report.clean:
        raise click.exceptions.Exit(FAILED)


def _verify_archive(archive: Path, key: Path | None, checkpoint: Path | None, as_json: bool) -> None:
    result = casefiles.check(archive, key, checkpoint)
    show_json(casefiles.as_data(result)) if as_json else casefiles.tell(result)
    if not result.clean:
        raise click.exceptions.Exit(FAILED)


def prove(*, files: bool, checkpoint: bytes | None = None, key: Path | None = None) -> Report:
    """Verify with a bar; raises `Refused` where `key` holds no public key."""
    from bihuan.book.signing import load_public_key
    from bihuan.ledger.verify import verify as recompute

    trusted = load_public_key(key) if key else None
    with bar(_("核验")) as moved:
        return recompute(
            files=files,
            checkpoint=checkpoint,
            key=trusted,
            progress=lambda _part, done, total: moved.of(done, total),
        )


def as_data(report: Report) -> dict[str, Any]:
    """What was found, for a program."""
    findings = [
        {"what": finding.what.value, "where": finding.where, "detail": _(finding.detail) % finding.params}
        for finding in report.findings
    ]
    return {
        "clean": report.clean,
        "counts": asdict(report.counts),
        "findings": findings,
        "unlisted": report.unlisted,
    }


def tell(report: Report) -> None:
    """What was found, for a person: each place by its number, then the sum."""
    for finding in report.findings:
        show(f"{finding.where}: {_(finding.detail) % finding.params}")
    if report.unlisted:
        show(_("另有 %(count)s 处没有列出。") % {"count": report.unlisted})
    counts = asdict(report.counts)
    if report.counts.uncoloured:
        show(_("另有 %(uncoloured)s 个未办结的问题还没有按最新的颜色规则重新推算，后台任务会继续。") % counts)
    if report.clean:
        show(
            _("全部相符：%(chains)s 条链、%(entries)s 条记录、%(problems)s 个问题、%(checkpoints)s 个检查点。")
            % counts
        )
    else:
        note(_("有 %(count)s 处对不上。") % {"count": len(report.findings) + report.unlisted})


@click.command(cls=Command, help=_("生成检查点，交给外部持有人；其短校验根印在每份报表上。"))
@click.option("--out", type=FILE, help=_("同时写到这个目录。"))
@click.option("--public-key", is_flag=True, help=_("只输出公钥（PEM），交给持有人自己保存。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def checkpoint(out: Path | None, public_key: bool, as_json: bool) -> None:
    """Make a checkpoint."""
    wake()
    if public_key:
        _show_public_key(as_json)
        return
    from bihuan.book import checkpoints, custody
    from bihuan.domain.journal import short_root

    before = custody.sealed().number or 0
    made = checkpoints.make_checkpoint()
    if made is None:
        show_json({"number": None}) if as_json else show(_("上一个检查点之后没有新的记录。"))
        return
    files = [str(path) for _number, path in custody.hand_out_after(before, out)] if out else []
    short = short_root(made.root)
    if as_json:
        show_json({"number": made.number, "root": made.root, "short_root": short, "files": files})
        return
    show(_("检查点第 %(number)s 号，校验根 %(root)s") % {"number": made.number, "root": short})
    for file in files:
        show(_("已写到 %(path)s") % {"path": file})


def _show_public_key(as_json: bool) -> None:
    from bihuan.book import home, signing

    raw = signing.public_key()
    show_json({"public_key": raw.hex()}) if as_json else show((home.keys() / "signing.pub").read_text().strip())
