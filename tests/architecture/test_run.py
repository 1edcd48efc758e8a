"""`make test` may leave a part out only loudly, and not at all where it is required."""

from __future__ import annotations

import pytest

from tests.run import Outcome, counts, report

RAN = Outcome("sqlite", passed=3, seconds=1.5)
ABSENT = Outcome("browser", missing="apt-get install chromium")


def test_a_part_left_out_is_named_with_the_command_that_helps(monkeypatch, capsys):
    monkeypatch.delenv("BIHUAN_TEST_REQUIRE", raising=False)
    assert report([RAN, ABSENT])
    told = capsys.readouterr().out
    assert "NOT RUN: the browser tests. To run them:  apt-get install chromium" in told
    assert "!!!!" in told


@pytest.mark.parametrize("required", ["browser", "postgres, Browser"])
def test_a_required_part_may_not_be_left_out(monkeypatch, required):
    monkeypatch.setenv("BIHUAN_TEST_REQUIRE", required)
    assert not report([RAN, ABSENT])


def test_a_failed_part_fails_the_run(monkeypatch):
    monkeypatch.delenv("BIHUAN_TEST_REQUIRE", raising=False)
    assert not report([RAN, Outcome("postgres", failed=1, went_well=False)])


def test_what_pytest_counted_is_read_from_its_report(tmp_path):
    written = tmp_path / "report.xml"
    written.write_text(
        '<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>', encoding="utf-8"
    )
    assert counts(written) == (5, 2, 2)
    assert counts(tmp_path / "none.xml") == (0, 0, 0)
