"""`setup`, `init` and `demo`: an installation's tables, a real office, or an invented one."""

from __future__ import annotations

import shutil
from datetime import date, datetime

import click

from bihuan.commands.frame import MISUSED, Command, Stopped
from bihuan.commands.installation import home_named, on_sqlite, prepare, wake
from bihuan.commands.passwords import chosen_password, from_stdin
from bihuan.commands.progress import bar
from bihuan.commands.words import _, note, show

DEMO_MARK = ".demo"
DEMO_YEARS = range(2015, 2100)
KINDS = ("government", "bureau", "enterprise", "institution")


@click.command(cls=Command, help=_("建立或升级数据库的表和网页文件；serve 会自动做，升级时可先单独运行。"))
def setup() -> None:
    """Make folders, tables and static files."""
    wake(new=True)
    prepare()
    show(_("已就绪：%(home)s") % {"home": home_named()})


@click.command(cls=Command, help=_("建立一个真实单位：根单位、工作日历、问题来源和第一个系统管理员。"))
@click.option("--name", prompt=_("单位名称"), help=_("根单位的名称，如某市。"))
@click.option("--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True, help=_("根单位的类别。"))
@click.option("--code", default="", help=_("区划代码（6、9 或 12 位），可不填。"))
@click.option("--admin", prompt=_("管理员账号"), help=_("第一个系统管理员的账号。"))
@click.option("--admin-name", prompt=_("管理员姓名"), help=_("第一个系统管理员的姓名。"))
@click.option("--password-stdin", is_flag=True, help=_("从标准输入读取密码；不用时自动生成并显示一次。"))
def init(name: str, kind: str, code: str, admin: str, admin_name: str, password_stdin: bool) -> None:
    """Found a real office."""
    if (home_named() / DEMO_MARK).exists():
        raise Stopped(_("这个目录属于演示，不能建立真实单位。请换一个 BIHUAN_HOME。"), MISUSED)
    wake(new=True)
    prepare()
    from bihuan.ledger.founding import furnish
    from bihuan.organisations.founding import FirstAccount, found
    from bihuan.organisations.passwords import last_day

    given = from_stdin() if password_stdin else None
    password = chosen_password(given, username=admin, name=admin_name)
    account = FirstAccount(admin, admin_name, password, None if given else last_day())
    unit = found(name=name, kind=kind, division_code=code, administrator=account)
    sources = furnish(region_id=unit.region_id)
    show(_("已建立“%(name)s”，默认问题来源 %(count)s 项。") % {"name": name, "count": sources})
    if given is None:
        show(
            _("管理员 %(username)s 的一次性密码（只显示这一次，%(until)s前登录并修改）：%(password)s")
            % {"username": admin, "password": password, "until": last_day()}
        )
    show(_("下一步：bihuan serve 启动服务，用管理员账号登录，维护单位和人员。"))


@click.command(cls=Command, help=_("在空的目录里建立演示数据（虚构的云汀市），完成后退出。"))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help=_("演示的“今天”，默认为当天。"))
def demo(today: datetime | None) -> None:
    """Build the demo."""
    if today and today.year not in DEMO_YEARS:
        text = _("演示的日期要在 %(first)s 年到 %(last)s 年之间。")
        raise Stopped(text % {"first": DEMO_YEARS.start, "last": DEMO_YEARS.stop - 1}, MISUSED)
    _refuse_used()
    wake(new=True)
    _refuse_entered()
    (home_named() / DEMO_MARK).touch()  # before anything moves the clock
    try:
        count = _build(today.date() if today else None)
    except BaseException:
        _take_away()
        raise
    show(_("演示数据已建立：%(count)s 个问题。") % {"count": count})
    show_logins()


def _build(today: date | None) -> int:
    prepare()
    from bihuan.demo.build import build_demo

    label = _("建立演示数据")
    note(_("%(label)s，约需一分钟…") % {"label": label})
    with bar(label) as moved:
        return build_demo(today=today, tell=lambda done, left: moved.of(done, done + left))


def _take_away() -> None:
    """Half a demo must not pass for a whole one. A database elsewhere is left to whoever owns it."""
    from django.db import connections

    if not on_sqlite():
        return
    connections.close_all()
    home = home_named()
    for name in (DEMO_MARK, "bihuan.sqlite3", "bihuan.sqlite3-wal", "bihuan.sqlite3-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / "files", ignore_errors=True)


def _refuse_used() -> None:
    """A home with a database is never marked as a demo's, whatever is in it: the mark lets the clock be moved."""
    home = home_named()
    if any((home / name).exists() for name in ("bihuan.sqlite3", "files")):
        text = _("%(home)s 里已有数据，没有建立演示。请换一个空的 BIHUAN_HOME，或删除中断的演示目录。")
        raise Stopped(text % {"home": home}, MISUSED)


def _refuse_entered() -> None:
    """The same for a database elsewhere, where only tables may be."""
    from django.db import connection

    from bihuan.organisations.roster import is_empty

    if "book_region" in connection.introspection.table_names() and not is_empty():
        raise Stopped(_("DATABASE_URL 所指的数据库里已有数据，没有建立演示。"), MISUSED)


def show_logins() -> None:
    """The demo's accounts, one for each role."""
    from bihuan.demo.build import logins

    show(_("演示账号（密码公开，只能在本机使用）："))
    for login in logins():
        show(f"  {login.username:<14} {login.password}   {login.who}")
