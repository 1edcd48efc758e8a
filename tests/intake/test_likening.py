"""Likely duplicates are told before anything is confirmed: of the ledger, and within the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.intake import likening
from bihuan.intake.models import Draft, Reading
from bihuan.jobs.handlers import run
from bihuan.ledger.actions import setting_aside
from bihuan.ledger.actions.register import register as put_on
from bihuan.ledger.models import Problem
from tests.intake.files import ledger, receive
from tests.world import World

pytestmark = pytest.mark.django_db

LAMPS = ("1", "城市管理", "育才路二十三盏路灯不亮，夜间出行不便。", "更换灯具", "市住建局", "", "", "", "", "")
REWORDED = ("2", "城市管理", "育才路有二十三盏路灯不亮，居民夜间出行不方便。", "更换灯具", "市住建局", *[""] * 5)
ELSEWHERE = ("3", "城市管理", "学府街二十三盏路灯不亮，夜间出行不便。", "更换灯具", "市住建局", "", "", "", "", "")
OTHER = ("4", "水利", "东门排涝闸启闭机锈蚀，汛期无法启闭。", "更换启闭机", "市水利局", "", "", "", "", "")


def alike(reading: Reading) -> dict[str, list[dict[str, object]]]:
    rows = Draft.objects.filter(reading_id=reading.id).order_by("place")
    return {row.item["no"]: row.alike for row in rows}


def register(city: World, text: str) -> list[Problem]:
    return put_on(actor=city.actor("coordinator"), ledger=city.ledger, problems=[city.new(text)])


def test_a_problem_of_the_ledger_is_named(city: World, tmp_path: Path) -> None:
    (problem,) = register(city, LAMPS[2])
    found = alike(receive(city, ledger(tmp_path, REWORDED, ELSEWHERE, OTHER)))
    assert [one["problem"] for one in found["2"]] == [str(problem.id)]
    assert float(str(found["2"][0]["likeness"])) >= 0.7
    assert (found["3"], found["4"]) == ([], []), "another street is another problem"


def test_so_is_another_row_of_the_same_file(city: World, tmp_path: Path) -> None:
    reading = receive(city, ledger(tmp_path, LAMPS, REWORDED, OTHER))
    ids = {row.item["no"]: str(row.id) for row in Draft.objects.filter(reading_id=reading.id)}
    found = alike(reading)
    assert [one["draft"] for one in found["1"]] == [ids["2"]]
    assert [one["draft"] for one in found["2"]] == [ids["1"]]


def test_what_was_withdrawn_is_no_duplicate(city: World, tmp_path: Path) -> None:
    (problem,) = register(city, LAMPS[2])
    setting_aside.withdraw(actor=city.actor("coordinator"), problems=[problem.id], reason="登记有误").only()
    assert alike(receive(city, ledger(tmp_path, REWORDED)))["2"] == []


def test_a_long_file_is_compared_by_the_worker(
    city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(likening, "AT_ONCE", 0)
    monkeypatch.setattr(likening, "enqueue", lambda name, **values: jobs.append((name, values)))
    reading = receive(city, ledger(tmp_path, LAMPS, REWORDED, OTHER))
    assert alike(reading)["1"] == []
    ((name, values),) = jobs
    assert run(name, **values) == 2
    assert run(name, **values) == 2, "twice is as once"
    assert alike(reading)["1"] != []


def test_what_a_person_changed_meanwhile_is_left_alone(
    city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likening, "AT_ONCE", 0)
    monkeypatch.setattr(likening, "enqueue", lambda name, **values: None)
    reading = receive(city, ledger(tmp_path, LAMPS, REWORDED))
    Draft.objects.filter(reading_id=reading.id, place=1).update(edited=True, version=1)
    likening.liken(reading)
    assert alike(reading)["1"] == []
