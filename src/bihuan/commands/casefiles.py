"""`case-file`: the archive of one problem, as the page hands it out; and `verify --archive`, which checks one.

Checking needs no installation: neither Django nor a database is loaded for it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

import click

from bihuan.commands.frame import MISUSED, Command, Stopped
from bihuan.commands.installation import wake
from bihuan.commands.progress import bar
from bihuan.commands.words import _, note
from bihuan.commands.words import show as show_line

if TYPE_CHECKING:
    from bihuan.documents.reading.casefile import Result


@click.command(
    cls=Command, name="case-file", help=_("把一个问题的全部材料导出为一份档案，范围与所用账号在页面上看到的一致。")
)
@click.argument("number")
@click.option("--as", "username", required=True, help=_("以哪个账号导出。"))
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("写到这个 .zip 文件。"))
def case_file(number: str, username: str, out: Path) -> None:
    """Write the archive of a problem to a file."""
    if out.exists():
        raise Stopped(_("%(file)s 已经存在，没有覆盖。") % {"file": out}, MISUSED)
    wake()
    from bihuan.ledger.casefile import find_by_number
    from bihuan.organisations.roster import actor_of
    from bihuan.web.casefile.archive import archive_of

    actor = actor_of(username)
    seen = find_by_number(actor, number)
    if seen is None:
        raise Stopped(_("没有编号为 %(number)s 的问题，或不在这个账号的查看范围内。") % {"number": number})
    made = archive_of(actor, seen)
    waiting = out.with_name(f".{out.name}.part")
    try:
        with waiting.open("xb") as file, bar(_("导出")) as moved:
            for piece in made.pieces:
                moved.of(file.tell() + file.write(piece), made.length)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(out)
    finally:
        waiting.unlink(missing_ok=True)
    show_line(_("已导出到 %(file)s") % {"file": out})


def check(archive: Path, key: Path | None, checkpoint: Path | None) -> Result:
    """Check an archive by the key and the checkpoint held outside, where given; raises `Refused` where these two
    are not what they should be."""
    from bihuan.book.signing import checker, load_public_key
    from bihuan.documents.reading.casefile import check_archive
    from bihuan.domain.journal import from_file

    trusted = load_public_key(key) if key else None
    outside = None
    if checkpoint is not None and trusted is not None:
        outside = from_file(checkpoint.read_bytes(), check=checker(trusted))
    with bar(_("核验")) as moved:
        return check_archive(
            archive,
            checker=checker,
            key=trusted,
            outside=outside,
            progress=lambda done, total: moved.of(done, total),
        )


def as_data(result: Result) -> dict[str, Any]:
    """What was found, for a program."""
    statement = result.statement
    findings = [{"what": one.what.value, "detail": _(one.detail) % one.params} for one in result.flaws]
    about: dict[str, Any] = {}
    if statement:
        about = {
            "number": statement.number,
            "made_at": statement.made_at,
            "reader": statement.reader,
            "entries": result.entries,
            "withheld": statement.withheld,
            "evidence": len(statement.evidence),
            "evidence_untold": result.untold,
            "checkpoint": statement.sealed.header["number"] if statement.sealed else None,
            "unsealed": result.unsealed,
            "key": result.key,
        }
    return {"clean": result.clean, "trusted": result.trusted, "findings": findings, **about}


def show(text: str) -> None:
    """Print a line in which a stranger may have chosen some words: nothing in it commands the terminal."""
    show_line("".join("\ufffd" if category(char) in ("Cc", "Cf") else char for char in text))


def tell(result: Result) -> None:
    """What was found, for a person: what is wrong, then what the archive proves and what it does not."""
    for one in result.flaws:
        show(_(one.detail) % one.params)
    if result.statement:
        _tell_about(result)
    if not result.clean:
        note(_("有 %(count)s 处对不上。") % {"count": len(result.flaws)})


def _tell_about(result: Result) -> None:
    statement = result.statement
    assert statement is not None
    show(
        _("问题 %(number)s 的档案，%(reader)s 于 %(made_at)s 导出：%(entries)s 条记录、%(files)s 个佐证材料。")
        % {
            "number": statement.number,
            "reader": statement.reader,
            "made_at": statement.made_at,
            "entries": result.entries,
            "files": len(statement.evidence),
        }
    )
    if statement.withheld:
        show(_("其中 %(count)s 条记录只有哈希，没有原文。") % {"count": statement.withheld})
    if result.untold:
        show(_("%(count)s 个佐证材料的记录没有提供原文，只由清单的签名证明。") % {"count": result.untold})
    _tell_sealed(result)
    if not result.clean:
        return
    if result.trusted:
        show(_("全部相符：档案由所给公钥对应的密钥签名，公钥指纹 %(key)s。") % {"key": result.key})
    else:
        show(
            _("前后一致。没有给出公钥（--key），不能证明档案出自哪里；档案自带的公钥指纹为 %(key)s。")
            % {"key": result.key}
        )


def _tell_sealed(result: Result) -> None:
    assert result.statement is not None
    sealed = result.statement.sealed
    if sealed is None:
        show(_("记录都还没有列入检查点。"))
    else:
        show(
            _("第 %(seq)s 条及以前的记录已列入检查点第 %(number)s 号。")
            % {"seq": sealed.seq, "number": sealed.header["number"]}
        )
    if result.unsealed and sealed:
        show(_("之后的 %(count)s 条还没有列入检查点。") % {"count": result.unsealed})
    if result.silent:
        show(_("所给的检查点没有列出这个问题：它在那段时间里没有变化。"))
