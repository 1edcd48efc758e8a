"""On behalf in pages: offered to the office, with its paper, marked in the record, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import MOVES
from bihuan.ledger.models import Evidence, Measure, Problem
from tests.web.situations import PNG, finished, measure_rows, report, signed_by_the_office
from tests.world import World

PROXY = [move.value for move, rule in MOVES.items() if rule.by_proxy]


def address(world: World, problem: Problem, move: str, unit: str = "housing") -> str:
    return f"/problems/{problem.id}/behalf/{world.units[unit].pk}/{move}/"


def paper(**values: Any) -> dict[str, Any]:
    """What is typed about the paper."""
    told = {
        "paper-file": SimpleUploadedFile("签收表.png", PNG + b"paper"),
        "paper-signed_by": "宁致和",
        "paper-occurred_on": clock.today().isoformat(),
    }
    return told | values


def test_the_office_signs_for_a_unit_from_paper_and_the_page_says_so(world, sign_in):
    problem = world.through(Stage.DISPATCHED)
    office = sign_in("coordinator")
    assert address(world, problem, "sign") in office.get(f"/problems/{problem.id}/").content.decode()
    page = office.get(address(world, problem, "sign")).content.decode()
    assert "该单位有人可以登录自己办理：安小禾" in page
    assert "代填：签收" in page
    sent = office.post(address(world, problem, "sign"), {"version": problem.version, **paper()})
    assert sent.status_code == 302, sent.content.decode()
    row = Problem.objects.get(id=problem.id)
    assert (row.stage, row.signed_by_office) == (Stage.UNDER_WAY, True)
    after = office.get(f"/problems/{problem.id}/").content.decode()
    file = Evidence.objects.get(problem_id=problem.id)
    assert "代市住建局，材料上签字：宁致和" in after
    assert f'href="/evidence/{file.id}/"' in after
    assert office.get(f"/evidence/{file.id}/").status_code == 200
    assert "代市住建局" in sign_in("liaison").get(f"/problems/{problem.id}/").content.decode()


def test_a_unit_without_anybody_is_not_said_to_have_somebody(world, sign_in):
    problem = world.through(Stage.DISPATCHED, lead_unit_id=world.units["county"].pk, support_unit_ids=())
    page = sign_in("coordinator").get(address(world, problem, "sign", "county")).content.decode()
    assert "可以登录自己办理" not in page


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("paper-file", "还没有附上材料"),
        ("paper-signed_by", "这个字段是必填项"),
        ("paper-occurred_on", "这个字段是必填项"),
    ],
)
def test_without_its_paper_nothing_is_recorded(world, sign_in, missing, words):
    problem = world.through(Stage.DISPATCHED)
    typed = {key: value for key, value in paper().items() if key != missing}
    sent = sign_in("coordinator").post(address(world, problem, "sign"), {"version": problem.version, **typed})
    assert sent.status_code == 422
    assert words in sent.content.decode()
    assert Problem.objects.get(id=problem.id).stage == Stage.DISPATCHED


def test_a_file_that_only_pretends_to_be_a_picture_is_refused_and_what_was_typed_stays(world, sign_in):
    problem = world.through(Stage.DISPATCHED)
    typed = paper(**{"paper-file": SimpleUploadedFile("签收表.png", b"MZ program")})
    sent = sign_in("coordinator").post(address(world, problem, "sign"), {"version": problem.version, **typed})
    assert sent.status_code == 422
    assert "类型不在可上传之列" in sent.content.decode()
    assert 'value="宁致和"' in sent.content.decode()


def test_a_paper_handed_in_before_serves_the_next_step_and_the_next_problem(world, sign_in):
    problem = signed_by_the_office(world)
    office = sign_in("coordinator")
    known = Evidence.objects.get(problem_id=problem.id)
    page = office.get(address(world, problem, "set_measures")).content.decode()
    assert f'value="{known.sha256}"' in page
    typed = {"paper-earlier": known.sha256, "paper-signed_by": "宁致和"}
    typed |= {"paper-occurred_on": clock.today().isoformat(), **measure_rows(world, problem)}
    sent = office.post(address(world, problem, "set_measures"), {"version": problem.version, **typed})
    assert sent.status_code == 302, sent.content.decode()
    other = world.through(Stage.DISPATCHED)
    typed = {key: value for key, value in typed.items() if key.startswith("paper")}
    sent = office.post(address(world, other, "sign"), {"version": other.version, **typed})
    assert sent.status_code == 302
    assert set(Evidence.objects.values_list("sha256", flat=True)) == {known.sha256}
    stolen = {**typed, "paper-earlier": "f" * 64}
    third = world.through(Stage.DISPATCHED)
    assert office.post(address(world, third, "sign"), {"version": third.version, **stolen}).status_code == 422


def test_progress_with_its_own_proof_and_close_out_are_put_down_for_the_unit(world, sign_in):
    problem = signed_by_the_office(world)
    office = sign_in("coordinator")
    typed = {"version": problem.version, **report(world, problem), **paper()}
    assert office.post(address(world, problem, "report"), typed).status_code == 302
    assert Measure.objects.filter(problem_id=problem.id).order_by("place")[0].progress == 40
    assert {row.unit_id for row in Evidence.objects.filter(problem_id=problem.id)} == {world.units["housing"].pk}
    ready = finished(world)
    typed = {"version": ready.version, "summary": "全部完成", **paper()}
    assert office.post(address(world, ready, "ask_closeout"), typed).status_code == 302
    page = office.get(f"/problems/{ready.id}/").content.decode()
    assert f'href="/problems/{ready.id}/accept/"' not in page
    refused = office.get(f"/problems/{ready.id}/return/")
    assert refused.status_code == 403
    assert "您填报或代填的" in refused.content.decode()


@pytest.mark.parametrize("move", PROXY)
@pytest.mark.parametrize("who", ["liaison", "leader", "reviewer", "supervisor", "auditor", "support"])
def test_nobody_but_the_office_is_offered_it_or_may_do_it(world, sign_in, move, who):
    problem = world.through(Stage.UNDER_WAY if move != "sign" else Stage.DISPATCHED)
    client = sign_in(who)
    assert "/behalf/" not in client.get(f"/problems/{problem.id}/").content.decode()
    assert client.get(address(world, problem, move)).status_code == 403
    assert client.post(address(world, problem, move), paper()).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "county_coordinator", "administrator"])
def test_for_strangers_the_problem_does_not_exist(world, sign_in, who):
    problem = world.through(Stage.DISPATCHED)
    assert sign_in(who).get(address(world, problem, "sign")).status_code == 404


def test_other_units_and_judging_moves_have_no_such_page(world, sign_in):
    problem = world.through(Stage.CLOSEOUT_ASKED)
    office = sign_in("coordinator")
    assert office.get(address(world, problem, "accept")).status_code == 404
    assert office.get(address(world, problem, "sign", "county")).status_code == 404
    assert (
        office.get(address(world, problem, "sign", "water")).status_code == 403
    )  # it supports, and signs nothing
    assert office.get(address(world, problem, "report")).status_code == 409


def test_the_unit_confirms_the_signature_when_it_signs_in(world, sign_in):
    problem = signed_by_the_office(world)
    liaison = sign_in("liaison")
    assert f'href="/problems/{problem.id}/confirm_signature/"' in (
        liaison.get(f"/problems/{problem.id}/").content.decode()
    )
    sent = liaison.post(f"/problems/{problem.id}/confirm_signature/", {"version": problem.version})
    assert sent.status_code == 302
    page = liaison.get(f"/problems/{problem.id}/").content.decode()
    assert "补签" in page
    assert "交办单位代填" in page  # what it was before stays to be seen
