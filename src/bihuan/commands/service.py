"""The web service: gunicorn run from here, with the worker beside it as a child that lives and dies with it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]

from bihuan.commands.frame import Stopped
from bihuan.commands.words import _

THREADS = 8
COLLECTED_EVERY = 20_000
"""New objects after which the cycle collector looks at them; a page makes about as many."""
PORT_PATIENCE = 2.0
"""Seconds in which the processes of a service that was killed let go of its port."""
STOP_PATIENCE = 10.0
"""Seconds that the worker is given to finish before it is ended."""
AGAIN_AFTER = 30.0
"""Seconds before a worker that died is started again."""
HANDLED = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGCHLD,
)


def is_loopback(host: str) -> bool:
    """True where every address of `host` can be reached from this machine alone; raises `Stopped` for no host."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Stopped(_("没有 %(host)s 这个地址。") % {"host": host}) from error
    return all(ip_address(str(address[0]).partition("%")[0]).is_loopback for *_rest, address in found)


def listen(host: str, port: int) -> socket.socket:
    """A socket on `host` and `port` (0: any free one); raises `Stopped` where it is taken or may not be had."""
    until = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            return _bound(host, port)
        except OSError as error:
            if time.monotonic() > until:
                text = _("端口 %(port)s 不能使用：%(why)s。请停止占用它的程序，或换一个端口（PORT=…）。")
                raise Stopped(text % {"port": port, "why": error.strerror or error}) from error
            time.sleep(0.2)


def _bound(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError:
        listener.close()
        raise
    return listener


class Companion:
    """The worker as a child of the service: `work` is called there with the id of the service's process."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self.work = work
        self.pid = 0
        self.began = 0.0

    def start(self, listeners: Iterable[int]) -> None:
        """Fork the worker, which must not keep the service's sockets (descriptors) open.

        Only while this process has one thread and no connection to the database.
        """
        service = os.getpid()
        self.began = time.monotonic()
        self.pid = os.fork()
        if self.pid:
            return
        code = 1
        try:
            for listener in listeners:
                os.close(listener)
            for number in HANDLED:
                signal.signal(number, signal.SIG_DFL)
            self.work(service)
            code = 0
        except Exception:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)

    def is_alive(self) -> bool:
        """True while the child runs. gunicorn may have been faster in noticing its end."""
        try:
            return os.waitpid(self.pid, os.WNOHANG)[0] == 0
        except ChildProcessError:
            return False

    def keep_alive(self, listeners: Iterable[int]) -> None:
        """Start the worker again where it has died, but not over and over."""
        if not self.is_alive() and time.monotonic() - self.began > AGAIN_AFTER:
            self.start(listeners)

    def stop(self) -> None:
        """Ask the worker to finish, and end it where it does not."""
        until = time.monotonic() + STOP_PATIENCE
        while self.is_alive():
            os.kill(self.pid, signal.SIGTERM if time.monotonic() < until else signal.SIGKILL)
            time.sleep(0.2)


class Keeper(Arbiter):  # type: ignore[misc]
    """gunicorn's master process, which also looks after the worker."""

    def manage_workers(self) -> None:
        super().manage_workers()
        if self.app.companion is not None:
            self.app.companion.keep_alive([listener.fileno() for listener in self.LISTENERS])


class Service(BaseApplication):  # type: ignore[misc]
    """The pages under gunicorn."""

    def __init__(self, application: Any, listener: socket.socket, *, processes: int, companion: Companion | None):
        self.application = application
        self.listener = listener.detach()  # gunicorn takes the descriptor over and closes it
        self.processes = processes
        self.companion = companion
        super().__init__()

    def load_config(self) -> None:
        for name, value in settings(self.listener, processes=self.processes).items():
            self.cfg.set(name, value)
        if self.companion is not None:
            self.cfg.set("on_exit", lambda _master: self.companion.stop())

    def load(self) -> Any:
        leave_alone_what_stays()
        return self.application

    def run(self) -> None:
        """Serve until told to stop; ends the process."""
        if self.companion is not None:
            self.companion.start([self.listener])
        Keeper(self).run()


def leave_alone_what_stays() -> None:
    """Keep Python's cycle collector from walking over the loaded program again and again.

    Called in the master before the processes fork: what was loaded stays for good and is shared by all, and a page
    makes some ten thousand objects that are gone with it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_EVERY, 10, 10)


def settings(listener: int, *, processes: int) -> dict[str, Any]:
    """gunicorn's settings for this service on a descriptor that listens."""
    return {
        "bind": f"fd://{listener}",
        "worker_class": "gthread",
        "workers": processes,
        "threads": THREADS,
        "preload_app": True,
        "loglevel": "warning",
        "graceful_timeout": 20,
        "timeout": 60,
        "limit_request_line": 8190,
        "control_socket_disable": True,
        "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
    }
