"""`backup` and `restore`: everything an office has entered, in one file, without the keys of the installation."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from bihuan.commands.archive import DATABASE, Archive, Manifest, Packing, check, opened, pieces_of
from bihuan.commands.frame import FAILED, MISUSED, Command, Stopped, existing
from bihuan.commands.installation import LOCK, home_named, on_sqlite, prepare, wake
from bihuan.commands.progress import Bar, bar
from bihuan.commands.proving import as_data, prove, tell
from bihuan.commands.words import _, note, show, show_json

DATABASE_FILE = "bihuan.sqlite3"
MAY_BE_THERE = frozenset({"keys", "static", LOCK, ".restoring"})
"""What a home may hold before a backup is restored into it: keys are put there by hand, the rest is made anew."""


@click.command(cls=Command, help=_("备份数据库和全部材料到一个 zip 文件，可在服务运行时进行；不含密钥。"))
@click.argument("file", type=click.Path(path_type=Path), metavar=_("文件.zip"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def backup(file: Path, as_json: bool) -> None:
    """Write a backup."""
    if file.exists():
        raise Stopped(_("%(file)s 已经存在，没有覆盖。") % {"file": file}, MISUSED)
    if not file.absolute().parent.is_dir():
        raise Stopped(_("没有 %(folder)s 这个目录。") % {"folder": file.absolute().parent}, MISUSED)
    wake()
    manifest = _write(file)
    _enter("backup", manifest, file)
    about = _about(manifest, file)
    if as_json:
        show_json(about)
    else:
        show(_("已备份到 %(file)s：材料 %(files)s 个，校验值 %(digest)s") % about)
    if manifest.missing:
        note(
            _("有 %(count)s 个材料文件不在，没有备份到；请运行 bihuan verify --files。")
            % {"count": len(manifest.missing)}
        )
        raise click.exceptions.Exit(FAILED)


def _write(file: Path) -> Manifest:
    waiting = file.with_name(f".{file.name}.part")
    try:
        handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as raw:
            with zipfile.ZipFile(raw, "w", compresslevel=1) as zipped:
                manifest = _pack(Packing(zipped), file.absolute().parent)
            raw.flush()
            os.fsync(raw.fileno())
        waiting.replace(file)
    finally:
        waiting.unlink(missing_ok=True)
    return manifest


def _pack(packing: Packing, beside: Path) -> Manifest:
    from bihuan import __version__
    from bihuan.book import clock
    from bihuan.commands import snapshot

    migrations, made_at = snapshot.applied(), clock.now().isoformat()
    columns: dict[str, list[str]] = {}
    if on_sqlite():
        with tempfile.TemporaryDirectory(dir=beside, prefix=".bihuan-") as folder:
            copy = Path(folder) / DATABASE
            named = snapshot.copy_sqlite(home_named() / DATABASE_FILE, copy)
            packing.add(DATABASE, pieces_of(copy), packed=True)
    else:
        with snapshot.at_one_moment():
            columns, named = snapshot.copy_tables(packing)
    missing = _pack_files(packing, sorted(named))
    manifest = Manifest(
        made_at, __version__, snapshot.engine(), migrations, columns, tuple(packing.members), tuple(missing)
    )
    packing.close(manifest)
    return manifest


def _pack_files(packing: Packing, named: list[str]) -> list[str]:
    """Add the files of these hashes; those that are not there, or are no longer what their hash says."""
    from bihuan.ledger.files import path_of

    missing = []
    with bar(_("备份材料"), len(named)) as advance:
        for sha256 in named:
            path = path_of(sha256)
            if path.is_file():
                packing.add(f"files/{sha256}", pieces_of(path), packed=False)
            else:
                missing.append(sha256)
            advance(1)
    return missing


@click.command(cls=Command, help=_("把备份恢复到空的目录（或空的数据库），先检查备份是否完好，最后核验。"))
@click.argument("file", type=click.Path(path_type=Path), metavar=_("文件.zip"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def restore(file: Path, as_json: bool) -> None:
    """Restore a backup."""
    existing(file)
    _refuse_used_home()
    wake(new=True)
    _refuse_used_database()
    with opened(file) as archive:
        _refuse_other_engine(archive.manifest)
        _refuse_little_space(archive.manifest)
        with bar(_("检查备份"), archive.manifest.size) as advance:
            check(archive, advance)
        _put_back(archive)
    prepare()
    _enter("restore", archive.manifest, file)
    report = prove(files=True)
    about = _about(archive.manifest, file)
    if as_json:
        show_json(about | {"verified": as_data(report)})
    else:
        show(_("已从 %(file)s 恢复：材料 %(files)s 个，校验值 %(digest)s") % about)
        tell(report)
    if not report.clean:
        raise click.exceptions.Exit(FAILED)


def _refuse_used_home() -> None:
    """Only what makes no difference may lie in the home; a database of tables alone is data too."""
    home = home_named()
    files = home / "files"
    used = [path.name for path in home.iterdir() if path.name not in MAY_BE_THERE] if home.is_dir() else []
    if files.is_dir() and not any(path.is_file() for path in files.rglob("*")):
        used.remove(files.name)
    if used:
        text = _("%(home)s 里已有内容（%(names)s）。恢复只能在空的目录进行，请换一个 BIHUAN_HOME。")
        raise Stopped(text % {"home": home, "names": ", ".join(sorted(used))}, MISUSED)


def _refuse_used_database() -> None:
    from django.db import connection

    from bihuan.organisations.roster import is_empty

    if not on_sqlite() and "book_entry" in connection.introspection.table_names() and not is_empty():
        raise Stopped(_("DATABASE_URL 所指的数据库里已有数据。恢复只能在空的数据库进行。"), MISUSED)


def _refuse_other_engine(manifest: Manifest) -> None:
    from bihuan.commands import snapshot

    if manifest.engine != snapshot.engine():
        text = _("备份来自 %(theirs)s，当前数据库是 %(ours)s，不能恢复。请设置或去掉 DATABASE_URL。")
        raise Stopped(text % {"theirs": manifest.engine, "ours": snapshot.engine()}, MISUSED)
    snapshot.refuse_unknown(manifest.migrations)


def _refuse_little_space(manifest: Manifest) -> None:
    free = shutil.disk_usage(home_named()).free
    if manifest.size > free:
        text = _("磁盘空间不足：恢复需要 %(needed)s MB，现有 %(free)s MB。")
        raise Stopped(text % {"needed": manifest.size >> 20, "free": free >> 20})


def _put_back(archive: Archive) -> None:
    """Unpack beside, then move into place: an interrupted restore leaves the home as it was."""
    staged = home_named() / ".restoring"
    shutil.rmtree(staged, ignore_errors=True)
    (staged / "files").mkdir(parents=True, mode=0o700)
    try:
        with bar(_("正在恢复"), archive.manifest.size) as advance:
            _unpack_files(archive, staged / "files", advance)
            _unpack_database(archive, staged)
        os.sync()  # once, since a sync for every file of evidence would take many times as long
        _move_in(staged, home_named())
        os.sync()
    finally:
        shutil.rmtree(staged)


def _unpack_files(archive: Archive, folder: Path, advance: Bar) -> None:
    from bihuan.ledger.files import path_of

    for member in archive.files():
        sha256 = member.name.removeprefix("files/")
        place = folder / path_of(sha256).parent.name / sha256
        place.parent.mkdir(exist_ok=True)
        _unpack(archive.pieces(member), place)
        advance(member.size)


def _unpack_database(archive: Archive, staged: Path) -> None:
    from bihuan.commands import snapshot

    members = {member.name: member for member in archive.manifest.members}
    if on_sqlite():
        _unpack(archive.pieces(members[DATABASE]), staged / DATABASE)
    else:
        snapshot.migrate_to(archive.manifest.migrations)
        snapshot.load_tables(archive, members)


def _move_in(staged: Path, home: Path) -> None:
    shutil.rmtree(home / "files", ignore_errors=True)
    (staged / "files").replace(home / "files")
    if on_sqlite():
        (staged / DATABASE).replace(home / DATABASE_FILE)


def _unpack(pieces: Iterable[bytes], place: Path) -> None:
    with place.open("xb") as file:
        for piece in pieces:
            file.write(piece)


def _enter(action: str, manifest: Manifest, file: Path) -> None:
    from bihuan.book import custody
    from bihuan.organisations.roster import first_region

    region = first_region()
    if region is not None:
        details = {
            "file": file.name,
            "digest": manifest.digest,
            "size": manifest.size,
            "made_at": manifest.made_at,
        }
        custody.enter(action, details, region_id=region)


def _about(manifest: Manifest, file: Path) -> dict[str, Any]:
    return {
        "file": str(file),
        "digest": manifest.digest,
        "made_at": manifest.made_at,
        "engine": manifest.engine,
        "files": sum(1 for member in manifest.members if member.name.startswith("files/")),
        "missing": list(manifest.missing),
    }
