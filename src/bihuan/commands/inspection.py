"""What `check` looks at, one function each; every one says what it found and, where it matters, what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

from bihuan.book import clock, custody, home
from bihuan.commands.installation import pending
from bihuan.commands.words import _
from bihuan.jobs.worker import is_behind
from bihuan.organisations import roster

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
LEAST_FREE = 1 << 30
LITTLE_FREE = 5 << 30
"""Bytes of free disk space below which the service will stop soon, and below which one should look."""
SEALED_WITHIN = timedelta(days=2)
"""Checkpoints are made daily where the worker runs."""
HTTPS_CHECKS = frozenset({"security.W004", "security.W008", "security.W012", "security.W016"})
"""Django's own questions about HTTPS, which `_https` asks in one."""


class Level(Enum):
    """How bad: nothing, to be minded, to be mended."""

    FINE = "fine"
    MIND = "mind"
    MEND = "mend"


@dataclass(frozen=True)
class Found:
    """One thing looked at."""

    name: str
    level: Level
    text: str


def inspect() -> Iterator[Found]:
    """Look at everything; what needs the database is left out where that cannot be reached."""
    yield from _django()
    yield _writable()
    yield from _rights()
    yield _space()
    yield _https()
    yield _pages()
    unreached = _unreached()
    if unreached:
        yield unreached
        return
    yield _durable()
    lacking = pending()
    if lacking:
        text = _("数据库的表需要升级（%(count)s 步），请先备份，再运行 bihuan setup。")
        yield Found("migrations", Level.MEND, text % {"count": len(lacking)})
        return
    for look in LOOKS:
        yield look()


def _django() -> Iterator[Found]:
    for message in checks.run_checks(include_deployment_checks=True):
        if message.id not in HTTPS_CHECKS:
            level = Level.MEND if message.level >= checks.ERROR else Level.MIND
            yield Found("django", level, f"{message.id}: {message.msg}")


def _writable() -> Found:
    place = home.home()
    if os.access(place, os.W_OK | os.X_OK):
        return Found("home", Level.FINE, _("数据目录可以写入：%(home)s") % {"home": place})
    return Found("home", Level.MEND, _("数据目录不能写入：%(home)s。请修改目录的所有者或权限。") % {"home": place})


def _rights() -> Iterator[Found]:
    keys = home.keys()
    private = [path for path in keys.glob("*") if path.suffix != ".pub"]
    open_ones = [path for path in [keys, *private] if stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_ones:
        yield Found(
            "keys", Level.MEND, _("密钥 %(path)s 能被他人读取，请运行 chmod go= %(path)s。") % {"path": path}
        )
    if not open_ones:
        yield Found("keys", Level.FINE, _("密钥只有本用户能读取。"))
    if stat.S_IMODE(home.home().stat().st_mode) & 0o007:
        text = _("数据目录 %(path)s 能被其他用户进入，请运行 chmod o= %(path)s。")
        yield Found("home_rights", Level.MIND, text % {"path": home.home()})


def _space() -> Found:
    free = shutil.disk_usage(home.home()).free
    text = _("磁盘剩余 %(free)s GB。") % {"free": round(free / (1 << 30), 1)}
    if free < LITTLE_FREE:
        text += _("空间不足，材料将无法上传，请清理或扩容。")
    return Found(
        "space", Level.MEND if free < LEAST_FREE else Level.MIND if free < LITTLE_FREE else Level.FINE, text
    )


def _https() -> Found:
    named = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
    if settings.HTTPS:
        return Found("https", Level.FINE, _("已启用 HTTPS。"))
    if not named:
        return Found("https", Level.FINE, _("只在本机使用，不需要 HTTPS。"))
    text = _("对外提供服务（%(hosts)s）而没有 HTTPS，密码会明文传输。请配置证书，并设 BIHUAN_HTTPS=1。")
    return Found("https", Level.MIND, text % {"hosts": ", ".join(named)})


def _pages() -> Found:
    from django.contrib.staticfiles import finders

    if finders.find("vendor/tabler.min.css"):
        return Found("pages", Level.FINE, _("网页文件齐全。"))
    return Found("pages", Level.MEND, _("缺少网页文件，页面会没有样式。请重新安装（源码目录运行 make setup）。"))


def _unreached() -> Found | None:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Found("database", Level.MEND, _("连不上数据库：%(why)s") % {"why": str(error).strip()})
    return None


def _durable() -> Found:
    faults = _sqlite_faults() if connection.vendor == "sqlite" else _postgres_faults()
    if faults:
        text = _("数据库的设置不能保证断电不丢数据：%(faults)s")
        return Found("database", Level.MEND, text % {"faults": faults})
    return Found("database", Level.FINE, _("数据库可用，提交即落盘（%(kind)s）。") % {"kind": connection.vendor})


def _setting(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0]).lower()


def _sqlite_faults() -> str:
    """Settings in force on this very connection: write-ahead log, every commit fsynced (synchronous FULL = 2)."""
    wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
    found = {name: _setting(f"PRAGMA {name}") for name in wanted}
    return ", ".join(f"{name}={value}" for name, value in found.items() if value != wanted[name])


def _postgres_faults() -> str:
    found = {name: _setting(f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")}
    return ", ".join(f"{name}={value}" for name, value in found.items() if value == "off")


def _demo() -> Found:
    count = roster.demo_accounts()
    named = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
    if not count:
        return Found("demo", Level.FINE, _("没有演示账号。"))
    if not named:
        return Found("demo", Level.MIND, _("有 %(count)s 个演示账号，只能在本机使用。") % {"count": count})
    text = _("有 %(count)s 个密码公开的演示账号，却设了对外的主机名。请去掉 BIHUAN_HOSTS。")
    return Found("demo", Level.MEND, text % {"count": count})


def _clock() -> Found:
    last = custody.last_written()
    if last is not None and last > clock.now():
        text = _("服务器时钟比最近的记录（%(last)s）还早，新的记录将被拒绝。请校准时钟。")
        return Found("clock", Level.MEND, text % {"last": last.isoformat()})
    return Found("clock", Level.FINE, _("服务器时钟正常。"))


def _sealed() -> Found:
    state = custody.sealed()
    late = state.made_at is None or clock.now() - state.made_at > SEALED_WITHIN
    if state.since and late:
        text = _("有 %(since)s 条记录还没有进入检查点，上一个检查点：%(made_at)s。")
        return Found("checkpoint", Level.MIND, text % {"since": state.since, "made_at": state.made_at or "—"})
    return Found("checkpoint", Level.FINE, _("检查点及时。"))


def _worker() -> Found:
    if is_behind():
        return Found(
            "worker", Level.MIND, _("后台任务没有在运行。bihuan serve 会同时启动它，或单独运行 bihuan worker。")
        )
    return Found("worker", Level.FINE, _("后台任务按时运行。"))


def _holder() -> Found:
    folder = os.environ.get(custody.FOLDER)
    if not folder:
        text = _("没有设置 %(name)s：检查点没有交到外部，管理员改写数据将无从发现。")
        return Found("holder", Level.MIND, text % {"name": custody.FOLDER})
    if not os.access(Path(folder).parent if not Path(folder).exists() else folder, os.W_OK):
        return Found("holder", Level.MEND, _("检查点的外部目录不能写入：%(folder)s") % {"folder": folder})
    return Found("holder", Level.FINE, _("检查点交到 %(folder)s。") % {"folder": folder})


def _people() -> Found:
    if roster.is_empty():
        return Found("people", Level.MIND, _("还没有单位和账号，请运行 bihuan init。"))
    if not roster.administrators():
        return Found("people", Level.MIND, _("没有可用的系统管理员账号，请用 bihuan user 增加。"))
    return Found("people", Level.FINE, _("有可用的系统管理员账号。"))


LOOKS: tuple[Callable[[], Found], ...] = (_demo, _clock, _worker, _sealed, _holder, _people)
