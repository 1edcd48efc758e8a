"""What follows from the record is brought up to date and made anew from the command line."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.commands.installation import Installation

WAKE = "from bihuan.commands.installation import wake; wake()\n"
FORGET = WAKE + (
    "from bihuan.ledger.models import Reach, Span, Tally\n"
    "for model in (Reach, Span, Tally):\n"
    "    model.objects.all().delete()\n"
)
REVISE = WAKE + (
    "from datetime import timedelta\n"
    "from bihuan.book import clock\n"
    "from bihuan.domain.colours import Colour, Policy, PolicyRule\n"
    "from bihuan.ledger.actions.policies import add_policy\n"
    "policy = Policy('一律红', (PolicyRule(Colour.RED, 'otherwise'),))\n"
    "add_policy(policy=policy, effective_from=clock.today() + timedelta(days=1), region_id=1)\n"
)


def let(office: Installation, code: str) -> None:
    subprocess.run([sys.executable, "-c", code], env=office.environment, check=True, timeout=100)


def test_a_new_policy_is_taken_on_at_once_by_hand(office):
    let(office, REVISE)
    waiting = office.run("verify")
    assert (waiting.returncode, "5 个未办结的问题还没有" in waiting.stdout) == (0, True), waiting.stdout
    assert json.loads(office.run("recolour", "--json").stdout) == {"recoloured": 5}
    assert "已重新推算 0 个问题" in office.run("recolour").stdout
    proved = office.run("verify")
    assert (proved.returncode, "还没有" in proved.stdout) == (0, False)


def test_an_upgrade_makes_anew_what_an_older_version_did_not_keep(office):
    let(office, FORGET)
    assert office.run("verify").returncode == 1
    upgraded = office.run("setup")
    assert "已由记录重新生成 5 个问题的" in upgraded.stderr
    assert office.run("verify").returncode == 0
    assert office.run("setup").stderr == ""


def test_rebuild_mends_what_was_changed_past_the_record(office):
    let(office, WAKE + "from bihuan.ledger.models import Problem\nProblem.objects.update(colour='green')\n")
    assert office.run("verify").returncode == 1
    assert "5 个问题" in office.run("rebuild").stdout
    assert office.run("verify").returncode == 0
