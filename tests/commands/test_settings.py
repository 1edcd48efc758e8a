"""`settings`: out of one installation and into another, as a city takes over what another has set up."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.installation import Installation


def test_a_set_up_goes_out_is_looked_at_and_taken_over(office: Installation, tmp_path: Path):
    file, again = tmp_path / "设置.json", tmp_path / "再次.json"
    assert office.run("settings", "export", str(file), "--as", "coordinator").returncode == 0
    theirs = json.loads(file.read_text(encoding="utf-8"))
    theirs["limits"] = {"sign_days": 3}
    file.write_text(json.dumps(theirs, ensure_ascii=False), encoding="utf-8")
    adopt = ("settings", "adopt", str(file), "--as")
    looked = office.run(*adopt, "coordinator")
    assert (looked.returncode, "有1项不同" in looked.stdout) == (0, True), looked.stderr
    refused = office.run(*adopt, "liaison", "--yes", "--reason", "试")
    assert (refused.returncode, "可以修改设置" in refused.stderr) == (1, True)
    assert "没有“people”" in office.run(*adopt, "coordinator", "--part", "people").stderr
    assert "已接收" in office.run(*adopt, "coordinator", "--yes", "--reason", "采用兄弟市的时限").stdout
    assert office.run("verify").returncode == 0
    file.write_text("{", encoding="utf-8")
    broken = office.run(*adopt, "coordinator")
    assert (broken.returncode, "读不出来" in broken.stderr, "Traceback" in broken.stderr) == (1, True, False)
    assert office.run("settings", "export", str(again), "--as", "coordinator").returncode == 0
    assert "没有覆盖" in office.run("settings", "export", str(again), "--as", "coordinator").stderr
