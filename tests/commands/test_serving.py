"""The service as a process: whom it lets in, what it says about its port, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.commands.installation import BIHUAN


@pytest.fixture
def demo_account(office):
    """The office with an account marked as a demo's."""
    code = (
        "from bihuan.commands.installation import wake; wake()\n"
        "from bihuan.organisations.actions import create_person\n"
        "create_person(username='shown', name='演示', password='x', region_id=1, is_demo=True)"
    )
    subprocess.run([sys.executable, "-c", code], env=office.environment, check=True)
    return office


@pytest.mark.slow
def test_it_serves_works_and_ends_with_everything_it_started(office):
    service = office.start()
    assert service.get("/accounts/login/") == 200
    assert service.get("/no-such-page/") in (302, 404)
    assert len(service.members()) >= 3
    assert service.stop() == 0
    service.wait_until_gone()


@pytest.mark.slow
def test_the_worker_does_not_outlive_a_killed_service(office):
    service = office.start()
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait(10)
    service.wait_until_gone()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104  what must be refused
def test_demo_accounts_are_never_offered_to_the_network(demo_account, host):
    ended = demo_account.run("serve", "--host", host, "--port", "0")
    assert ended.returncode == 2
    assert "演示账号" in ended.stderr


@pytest.mark.slow
def test_demo_accounts_are_served_on_this_machine(demo_account):
    service = demo_account.start("--host", "localhost", "--no-worker")
    assert service.get("/accounts/login/") == 200
    service.stop()


def test_a_port_that_is_taken_is_told(office):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = office.run("serve", "--port", port)
    assert ended.returncode == 1
    assert f"端口 {port} 不能使用" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_host_that_does_not_exist_is_told(office):
    ended = office.run("serve", "--host", "no-such-host.invalid")
    assert ended.returncode == 1
    assert "no-such-host.invalid" in ended.stderr


@pytest.mark.slow
def test_the_port_comes_from_the_environment_and_pages_come_within_seconds(office):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    office.run("setup")
    office.settings["PORT"] = str(port)
    began = time.monotonic()
    process = subprocess.Popen([str(BIHUAN), "serve"], env=office.environment, start_new_session=True)
    try:
        _wait_for_page(f"http://127.0.0.1:{port}/accounts/login/")
        assert time.monotonic() - began < 6
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def _wait_for_page(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=10).close()  # noqa: S310  ours
            return
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
