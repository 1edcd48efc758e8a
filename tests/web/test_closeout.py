"""Close-out in tiers on pages: what can be asked for, ticked and signed, who sees objections, who files."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.domain.case import Role, Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import closing, working
from bihuan.ledger.actions.working import Progress
from bihuan.ledger.models import Closeout, Evidence, Measure, Problem
from bihuan.organisations.actions import assign_post, create_person
from tests.ledger.calls.closeout import county_closed, two_tiers
from tests.web.situations import PNG, SITUATIONS, TICKED, checked, finished
from tests.world import PASSWORD, World, days_later


def act_of(problem, move):
    return f"/problems/{problem.id}/{move.value}/"


def page_of(client, problem):
    return client.get(f"/problems/{problem.id}/").content.decode()


def send(client, problem, move, **typed):
    version = Problem.objects.values_list("version", flat=True).get(id=problem.id)
    return client.post(act_of(problem, move), {"version": version, **typed})


def texts(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def hire_leader(world: World) -> None:
    person = create_person(username="city_leader", name="公孙弘毅", password=PASSWORD, region_id=1)
    assign_post(person=person, unit=world.units["city"], role=Role.LEADER)
    world.people["city_leader"] = person


def test_a_result_passes_every_tier_and_the_page_says_who_signed(world, sign_in):
    two_tiers(world)
    hire_leader(world)
    problem = finished(world)
    file = Evidence.objects.filter(problem_id=problem.id).earliest("id")
    liaison, reviewer, leader = sign_in("liaison"), sign_in("reviewer"), sign_in("city_leader")
    form = liaison.get(act_of(problem, Move.ASK_CLOSEOUT)).content.decode()
    assert "各项措施都已落实" in form
    assert f'value="{file.id}"' in form
    typed = {"grade": "done", "summary": "已经更换", "said-measures": "换了12处", "files-measures": [str(file.id)]}
    assert send(liaison, problem, Move.ASK_CLOSEOUT, **typed).status_code == 302
    page = texts(page_of(liaison, problem))
    assert "换了12处" in page
    assert "待督导人员签字" in page

    photo = SimpleUploadedFile("到场.png", PNG + b"check")
    found = {"finding": "到现场看过", "visited_on": "2026-03-01", "photos": photo}
    refused = send(sign_in("supervisor"), problem, Move.CHECK, **found)
    assert "早于" in refused.content.decode(), "nobody goes to see what was not dispatched yet"
    found = {"finding": "到现场看过", "photos": SimpleUploadedFile("到场.png", PNG + b"check")}
    assert send(sign_in("supervisor"), problem, Move.CHECK, **found).status_code == 302
    assert Evidence.objects.get(name="到场.png").purpose == "check"

    form = reviewer.get(act_of(problem, Move.ACCEPT)).content.decode()
    assert "checked" not in form.split('class="plain standards"')[1].split("</fieldset>")[0], "nothing is ticked"
    assert "还要由下一位签字" in form
    partly = {key: value for key, value in TICKED.items() if key != "met-cause"}
    refused = send(reviewer, problem, Move.ACCEPT, opinion="资料齐全", **partly)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "没有确认达到" in page
    assert "资料齐全" in page
    assert page.count("checked") >= len(partly), "what was ticked stays ticked"
    assert send(reviewer, problem, Move.ACCEPT, opinion="资料齐全", **TICKED).status_code == 302
    page = texts(page_of(reviewer, problem))
    assert "待单位负责人签字" in page
    assert act_of(problem, Move.ACCEPT) not in page_of(reviewer, problem)
    assert "待您验收签字" in leader.get("/").content.decode()
    assert "待您验收签字" not in reviewer.get("/").content.decode(), "the next tier waits for others"
    assert send(leader, problem, Move.ACCEPT, **TICKED).status_code == 302
    page = texts(page_of(leader, problem))
    assert Problem.objects.get(id=problem.id).stage == Stage.ACCEPTED
    assert "公孙弘毅 · 单位负责人" in page
    assert "措施和材料与那时一致" in page


def test_lower_grades_are_offered_only_where_the_work_reaches_them(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    client = sign_in("liaison")
    assert client.get(act_of(problem, Move.ASK_CLOSEOUT)).status_code == 409
    rows = list(Measure.objects.filter(problem_id=problem.id))
    progress = {rows[0].id: Progress(100), rows[1].id: Progress(70)}
    working.report(
        actor=world.actor("liaison"),
        problem=problem.id,
        progress=progress,
        files=[working.NewEvidence(_stored(row), row.id) for row in rows],
    ).only()
    form = client.get(act_of(problem, Move.ASK_CLOSEOUT)).content.decode()
    assert 'value="mostly"' in form
    assert 'value="done"' not in form
    refused = send(client, problem, Move.ASK_CLOSEOUT, grade="done", summary="完成").content.decode()
    assert "field-error" in refused
    refused = send(client, problem, Move.ASK_CLOSEOUT, grade="mostly", summary="大部分完成").content.decode()
    assert "尚未完成的内容和后续安排" in refused
    assert "大部分完成" in refused
    typed = {"grade": "mostly", "summary": "大部分完成", "rest": "东段六月底前"}
    assert send(client, problem, Move.ASK_CLOSEOUT, **typed).status_code == 302
    assert "东段六月底前" in page_of(client, problem)


def _stored(row):
    from bihuan.ledger.files import store

    return store("现场.png", [PNG, row.id.bytes])


def test_many_are_accepted_by_one_list_of_standards(world, sign_in):
    rows = [checked(world) for _n in range(2)]
    client = sign_in("reviewer")
    chosen = {"ids": [f"{row.id.hex}:{row.version}" for row in rows]}
    html = client.post("/ledger/act/accept/", chosen).content.decode()
    assert "下面的标准适用于上面所列的全部问题" in html
    assert html.count('name="met-') == len(TICKED)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    hidden.pop("csrfmiddlewaretoken", None)
    undone = client.post("/ledger/act/accept/", {**hidden, "opinion": "同意", "confirm": "1"})
    assert "没有确认达到" in undone.content.decode()
    assert Problem.objects.filter(stage=Stage.ACCEPTED).count() == 0
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', undone.content.decode()))
    ticked = client.post("/ledger/act/accept/", {**again, **TICKED, "opinion": "同意", "recheck": "1"})
    last = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', ticked.content.decode()))
    done = client.post("/ledger/act/accept/", {**last, **TICKED, "opinion": "同意", "confirm": "1"})
    assert done.status_code == 302
    assert Problem.objects.filter(stage=Stage.ACCEPTED).count() == 2


def test_the_unit_learns_what_an_objection_led_to_and_never_who_made_it(world, sign_in):
    problem = SITUATIONS[Move.ANSWER_OBJECTION].ready(world)
    office, unit, auditor = (page_of(sign_in(name), problem) for name in ("coordinator", "liaison", "auditor"))
    for page in (office, auditor):
        assert "附近居民" in page
        assert "东段还有一处没有更换" in page
    assert "附近居民" not in unit
    assert "东段还有一处没有更换" not in unit
    assert "公示异议待答复" in sign_in("reviewer").get("/").content.decode()
    with days_later(30):
        assert "公示期满，待销号" not in sign_in("coordinator").get("/").content.decode()
    closing.send_back(actor=world.actor("coordinator"), problem=problem.id, reason="东段确有一处").only()
    unit = page_of(sign_in("liaison"), problem)
    assert "东段确有一处" in unit
    assert "附近居民" not in unit
    assert "异议成立" not in unit


def test_only_the_level_directly_above_is_offered_the_filing(world, sign_in):
    problem = Problem.objects.get(id=county_closed(world))
    city, county = sign_in("coordinator"), sign_in("county_coordinator")
    assert act_of(problem, Move.FILE_CLOSEOUT) in page_of(city, problem)
    assert "待云汀市备案" in page_of(county, problem)
    assert "下级销号待备案" in city.get("/").content.decode()
    assert problem.number in city.get("/ledger/?waiting=filing&scope=all").content.decode()
    assert county.get(act_of(problem, Move.FILE_CLOSEOUT)).status_code == 403
    empty = send(city, problem, Move.REFUSE_FILING, reason="")
    assert empty.status_code == 422
    assert send(city, problem, Move.FILE_CLOSEOUT, note="同意备案").status_code == 302
    for asked, shown in (
        ("filing=filed", True),
        ("filing=asked", False),
        ("grade=done", True),
        ("grade=mostly", False),
    ):
        found = county.get(f"/ledger/?{asked}&column=grade&column=filing").content.decode()
        assert (problem.number in found) is shown, asked
    page = page_of(county, problem)
    assert "同意备案" in page
    assert "已备案" in texts(page)


def test_a_request_of_old_days_does_not_stand_in_the_way(world, sign_in):
    """Problems struck off before requests were kept have none; their page says nothing of tiers."""
    problem = world.through(Stage.IN_PUBLIC_NOTICE)
    Closeout.objects.filter(problem_id=problem.id).delete()
    client = sign_in("coordinator")
    assert 'id="closeout"' not in page_of(client, problem)
    assert send(client, problem, Move.OBJECT, text="还有响声").status_code == 302
    assert "还有响声" in page_of(client, problem)
    assert send(client, problem, Move.ANSWER_OBJECTION, reason="已核实").status_code == 302
    with days_later(30):
        assert send(sign_in("coordinator"), problem, Move.CLOSE).status_code == 302


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"text": " "}, "这个字段是必填项"),
        ({"text": "有异议", "received_on": "2027-01-01"}, "还没有到"),
        ({"text": "有异议", "received_on": "1026-01-01"}, "年份应在"),
        ({"text": "有异议\0"}, "null"),
        ({"text": "有异议", "objector": "名" * 90}, "60"),
    ],
)
def test_a_senseless_objection_is_told_and_kept(typed, told, world, sign_in):
    problem = world.through(Stage.IN_PUBLIC_NOTICE)
    answer = send(sign_in("coordinator"), problem, Move.OBJECT, **typed)
    assert answer.status_code == 422
    assert told in answer.content.decode().replace("空字符", "null")
