"""`serve` and `worker`: the pages, and the work behind them."""

from __future__ import annotations

import gc
import os

import click

from bihuan.commands.founding import show_logins
from bihuan.commands.frame import MISUSED, Command, Stopped
from bihuan.commands.installation import on_sqlite, prepare, wake
from bihuan.commands.words import _, note, show


@click.command(cls=Command, help=_("启动服务：网页和后台任务。"))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("监听的地址。"))
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help=_("监听的端口，0 为任选一个（环境变量 PORT）。"),
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help=_("网页进程数；默认 SQLite 为 1，PostgreSQL 为处理器核数。"),
)
@click.option("--no-worker", is_flag=True, help=_("不同时启动后台任务（另用 bihuan worker 运行）。"))
def serve(host: str, port: int, workers: int | None, no_worker: bool) -> None:
    """Serve until told to stop."""
    from bihuan.commands.service import Companion, Service, is_loopback, listen

    wake(new=True)
    is_open = not is_loopback(host)
    prepare()
    _refuse_open_demo(is_open)
    listener = listen(host, port)
    application = _pages()
    processes = 1 if on_sqlite() else workers or os.cpu_count() or 1
    companion = None if no_worker else Companion(_work)
    _announce(*listener.getsockname()[:2])
    _settle()
    service = Service(application, listener, processes=processes, companion=companion)
    service.run()


@click.command(cls=Command, help=_("只运行后台任务：定时检查点、清理等。"))
def worker() -> None:
    """Work until told to stop."""
    wake()
    from bihuan.jobs.worker import run

    run()


def _refuse_open_demo(is_open: bool) -> None:
    from bihuan.organisations.roster import demo_accounts

    count = demo_accounts()
    if is_open and count:
        text = _("这里有 %(count)s 个演示账号，密码是公开的，只能在本机（127.0.0.1）使用。")
        raise Stopped(text % {"count": count}, MISUSED)


def _pages() -> object:
    """The loaded pages: every view once, here, before the fork."""
    from django.urls import get_resolver

    from bihuan.web.wsgi import application

    assert get_resolver().url_patterns
    return application


def _settle() -> None:
    """Leave nothing open that a forked process must not share, and everything else shareable."""
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()


def _work(service: int) -> None:
    from bihuan.jobs.worker import run

    run(parent=service)


def _announce(host: str, port: int) -> None:
    from bihuan.organisations.roster import demo_accounts, is_empty

    shown = f"[{host}]" if ":" in host else host
    show(_("闭环已经启动：%(address)s（按 Ctrl-C 停止）") % {"address": f"http://{shown}:{port}/"})
    if is_empty():
        note(_("这里还没有单位和账号：请另开窗口运行 bihuan init。"))
    elif demo_accounts():
        show_logins()
