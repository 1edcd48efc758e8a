"""One problem, one file: the office takes the archive away, and an auditor checks it by the command line."""

from __future__ import annotations

import subprocess

from playwright.sync_api import expect

from bihuan.book import checkpoints, home, signing
from bihuan.domain.case import Stage
from tests.commands.installation import BIHUAN


def test_the_office_takes_an_archive_away_and_an_auditor_checks_it(world, days, sign_in, axe, tmp_path):
    problem = world.through(Stage.CLOSED)
    checkpoints.make_checkpoint()
    office = sign_in("coordinator")
    office.goto(f"/problems/{problem.id}/")
    office.get_by_role("link", name="导出档案").click()
    expect(office.locator("main")).to_contain_text("都有原文")
    expect(office.locator("main")).to_contain_text("及以前的记录已列入检查点第")
    assert axe(office) == []
    with office.expect_download() as waiting:
        office.get_by_role("button", name="下载档案").click()
    assert waiting.value.suggested_filename == f"{problem.number}档案.zip"
    archive = tmp_path / "档案.zip"
    waiting.value.save_as(archive)

    signing.public_key()
    command = [BIHUAN, "verify", "--archive", archive, "--key", home.keys() / "signing.pub"]
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, "全部相符" in ended.stdout) == (0, True), ended.stdout + ended.stderr
