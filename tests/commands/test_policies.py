"""The colour policy from the command line: shown, changed as JSON, tried, switched on; bad files are told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from tests.commands.installation import Installation


def test_a_policy_is_shown_tried_and_set(office: Installation, tmp_path: Path):
    shown = json.loads(office.run("policy", "show", "--json").stdout)
    for rule in shown["rules"]:
        rule["colour"] = "red" if rule["when"] == "open" else rule["colour"]
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(shown | {"name": "在办为红"}, ensure_ascii=False), encoding="utf-8")
    counts = json.loads(office.run("policy", "try", str(file), "--as", "coordinator", "--json").stdout)
    assert sum(row["count"] for row in counts) == 5
    assert {(row["now"], row["then"]) for row in counts} >= {("grey", "grey"), ("blue", "red")}
    ahead = str(date.today() + timedelta(days=2))
    asked = ("policy", "set", str(file), "--from", ahead, "--reason", "试行")
    refused = office.run(*asked, "--as", "liaison")
    assert (refused.returncode, "只有云汀市整改办" in refused.stderr) == (1, True)
    assert f"从{ahead}起生效" in office.run(*asked, "--as", "administrator").stdout
    assert f"“在办为红”{ahead}起生效" in office.run("policy", "show").stdout
    for wrong, told in (
        ("{", "不是 JSON"),
        ("[]", "内容不完整或格式不对"),
        ('{"name": "x", "rules": []}', "其他情况"),
    ):
        file.write_text(wrong)
        answer = office.run("policy", "try", str(file), "--as", "coordinator")
        assert answer.returncode in (1, 2)
        assert told in answer.stderr
        assert "Traceback" not in answer.stderr
