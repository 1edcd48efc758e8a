"""Waking an installation: Django for the home that the environment names, its tables, its static files.

Asks the state of the home before Django is loaded where it can, so that a mistyped `BIHUAN_HOME` neither makes
a folder nor shows an empty office.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.commands.frame import MISUSED, Stopped
from bihuan.commands.words import _, language, note

STATIC_KEY = ".gathered"
LOCK = ".lock"


def home_named() -> Path:
    """The home folder that the environment names."""
    return Path(os.environ.get("BIHUAN_HOME", ".bihuan")).absolute()


def on_sqlite() -> bool:
    """True where the database is the file in the home folder."""
    return os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite")


def wake(*, new: bool = False, behind: bool = False) -> None:
    """Load Django for this home. `new`: there may be nothing yet; `behind`: its tables may be of an older version.

    Raises `Stopped` where there is no such installation, it cannot be reached, or its tables are behind.
    """
    if not new and on_sqlite() and not (home_named() / "bihuan.sqlite3").is_file():
        raise Stopped(_nothing_here(), MISUSED)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings.base")
    home_named().mkdir(parents=True, exist_ok=True, mode=0o700)
    _load_django()
    if not (new or behind) and pending():
        raise Stopped(
            _("数据库的表还没有建立或需要升级。请先运行 bihuan setup（升级前先备份）。"),
            MISUSED,
        )


def _load_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.utils import translation

    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:
        raise Stopped(_("环境变量设置有误：%(why)s") % {"why": error}, MISUSED) from error
    translation.activate(language())


def _nothing_here() -> str:
    text = _("%(home)s 里没有数据。请核对 BIHUAN_HOME，或先运行 bihuan init（建立单位）或 bihuan demo（演示）。")
    return text % {"home": home_named()}


def pending() -> list[str]:
    """The migrations that the database still lacks, as app.name."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def prepare() -> None:
    """Bring tables, cache table and static files up to date; says so where there is something to do."""
    from django.core.management import call_command

    with alone():
        lacking = pending()
        if lacking:
            note(_("正在建立或升级数据库的表（%(count)s 步）…") % {"count": len(lacking)})
            call_command("migrate", verbosity=0, interactive=False)
        follow_record()
        call_command("createcachetable", verbosity=0)
        gather_static()


def follow_record() -> None:
    """Make anew what an older version did not keep beside the record; says so where there is something to do."""
    from bihuan.ledger.rebuild import is_needed, rebuild

    if is_needed():
        note(_("正在由记录生成这个版本新增的统计数和检索，请稍候…"))
        count = rebuild()
        note(_("已由记录重新生成 %(count)s 个问题的颜色、可见单位和统计数。") % {"count": count})


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time change what the home is made of; a second one waits."""
    with (home_named() / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def gather_static() -> None:
    """Gather the pages' files under names with a hash, and compress them, where one has changed."""
    from django.conf import settings
    from django.core.management import call_command

    mark = Path(settings.STATIC_ROOT) / STATIC_KEY
    key = _static_key()
    if mark.is_file() and mark.read_text() == key:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(key)


def _static_key() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = os.stat(storage.path(name))
            digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
