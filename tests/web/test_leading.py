"""Leaders, tasks and dispatch meetings on their pages: done by hand, refused plainly, shown to nobody else."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import docx
import pytest
from django.test import Client

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Horizon, Role, Stage
from bihuan.ledger.actions import casework, instructing, warning
from bihuan.ledger.actions.instructing import Wanted
from bihuan.ledger.models import Meeting, Task
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import assign_post, create_person
from tests.world import START, World

DUE = (START + timedelta(days=10)).isoformat()


@pytest.fixture
def red(world: World) -> Any:
    problem = world.through(Stage.UNDER_WAY)
    warning.warn(actor=world.actor("supervisor"), problem=problem.id, reason="推诿").only()
    return problem


def task_of(world: World, problem: Any) -> Task:
    wanted = Wanted(due=START + timedelta(days=2))
    instructing.instruct(actor=world.actor("leader"), problem=problem.id, text="查明原因", wanted=wanted).only()
    return Task.objects.get(problem_id=problem.id)


def planned(office: Client, *problems: Any, **said: str) -> Meeting:
    ticket = office.get("/meetings/new/").context["ticket"]
    typed = {"title": "第一次调度会", "held_on": START.isoformat(), "chair": "文立本", "ticket": ticket, **said}
    sent = office.post("/meetings/new/", {**typed, "problem": [str(row.id) for row in problems]})
    assert sent.status_code == 302, sent.content.decode()
    again = office.post("/meetings/new/", {**typed, "problem": [str(row.id) for row in problems]})
    assert again["Location"] == sent["Location"], "the second of two clicks"
    return Meeting.objects.get()


def test_a_meeting_from_its_agenda_to_its_minutes(world, sign_in, red):
    office = sign_in("coordinator")
    form = office.get("/meetings/new/").content.decode()
    assert red.number in form
    meeting = planned(office, red, place="三楼会议室")
    address = f"/meetings/{meeting.id}/"
    decision = {"decision-text": "三日内补齐", "decision-unit": "市住建局", "decision-about": str(red.id)}
    refused = office.post(address, {"step": "decide", **decision})
    assert refused.status_code == 422
    assert "议定的事项没有完成日期。请填写日期。" in refused.content.decode()
    assert "三日内补齐" in refused.content.decode()
    assert office.post(address, {"step": "decide", **decision, "decision-due": DUE}).status_code == 302
    assert office.post(address, {"step": "minutes", "minutes": "会议指出，\n进展缓慢。"}).status_code == 302
    page = office.get(address).content.decode()
    assert "督导人员已亮红" in page
    paper = docx.Document(io.BytesIO(b"".join(office.get(f"{address}minutes/").streaming_content)))
    texts = [row.text for row in paper.paragraphs]
    assert {"第一次调度会", "地点：三楼会议室", "会议指出，", "进展缓慢。"} <= set(texts)
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    assert [red.number, red.title, "市住房和城乡建设局", "红", "督导人员已亮红"] == cells[1][:5]
    decided = ["1", f"三日内补齐（{red.number}）", "市住房和城乡建设局", "—", DUE]
    assert cells[-1] == decided
    assert Entry.objects.filter(kind="export").count() == 1
    assert office.post(address, {"step": "close"}).status_code == 302
    assert office.get(f"{address}edit/").status_code == 403
    late = office.post(address, {"step": "decide", **decision, "decision-due": DUE})
    assert "已经办结" in late.content.decode()
    section = sign_in("liaison").get(f"/problems/{red.id}/").content.decode()
    assert "三日内补齐" in section
    assert verify().findings == ()


def test_a_task_is_reported_and_accepted_by_others(world, sign_in, red):
    office = sign_in("coordinator")
    meeting = planned(office, red)
    typed = {"decision-text": "补齐井盖", "decision-unit": "市住建局", "decision-due": DUE}
    office.post(f"/meetings/{meeting.id}/", {"step": "decide", **typed})
    task = Task.objects.get()
    address = f"/tasks/{task.id}/"
    unit = sign_in("liaison")
    assert "补齐井盖" in unit.get("/tasks/").content.decode()
    assert "待办任务" in unit.get("/").content.decode()
    assert meeting.title not in unit.get(address).content.decode(), "the meeting is for the city's eyes"
    assert "还没有填写" not in unit.post(address, {"step": "report", "report-text": "已补齐"}).content.decode()
    early = unit.post(address, {"step": "accept", "accept-text": "同意"})
    assert early.status_code == 422
    assert "只有交办这项任务的单位" in early.content.decode()
    assert "补齐井盖" in office.get("/tasks/?side=set&state=reported").content.decode()
    assert office.post(address, {"step": "send_back", "send_back-text": ""}).status_code == 422
    assert office.post(address, {"step": "accept", "accept-text": "同意"}).status_code == 302
    twice = office.post(address, {"step": "accept", "accept-text": "同意"})
    assert (twice.status_code, "已完成" in twice.content.decode()) == (422, True)
    assert office.post(address, {"step": "vanish"}).status_code == 404
    task.refresh_from_db()
    assert (task.state, task.result) == ("done", "已补齐")


def test_own_work_is_said_to_be_nobodys_to_accept(world, sign_in, red):
    task = task_of(world, red)
    leader = sign_in("leader")
    leader.post(f"/tasks/{task.id}/", {"step": "report", "report-text": "已查明"})
    page = leader.get(f"/tasks/{task.id}/").content.decode()
    assert "不能自己验收" in page
    assert 'value="accept"' not in page


def test_overdue_is_said_in_words_and_colour(world, sign_in, red):
    task_of(world, red)
    with clock.moved_to(clock.moment_on(START + timedelta(days=5))):
        page = sign_in("liaison").get("/tasks/").content.decode()
    assert "逾期3天" in page
    assert "is-late" in page


def test_a_leaders_figures_open_and_a_quick_fix_is_missed(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    casework.take_case(actor=world.actor("leader"), problems=[problem.id]).only()
    page = sign_in("coordinator").get("/leaders/").content.decode()
    assert "1名领导中，1名没有领办立行立改事项。" in page
    person = world.people["leader"].pk
    assert f'href="/leaders/{person}/?show=open"' in page
    cases = sign_in("coordinator").get(f"/leaders/{person}/?show=open").content.decode()
    assert problem.number in cases
    assert problem.number not in sign_in("coordinator").get(f"/leaders/{person}/?show=done").content.decode()
    assert "宁致和" in sign_in("support").get(f"/problems/{problem.id}/").content.decode()
    quick = world.through(Stage.UNDER_WAY, horizon=Horizon.AT_ONCE)
    casework.take_case(actor=world.actor("leader"), problems=[quick.id]).only()
    after = sign_in("coordinator").get("/leaders/").content.decode()
    assert "没有领办立行立改事项。" not in after
    desk = sign_in("leader").get("/").content.decode()
    assert f"/leaders/{person}/?show=open" in desk


def test_leaders_are_paged(world, sign_in, monkeypatch):
    monkeypatch.setattr("bihuan.insight.leaders.PAGE", 2)
    for number in range(4):
        person = create_person(username=f"l{number}", name=f"领导{number}", password=None, region_id=1)
        assign_post(person=person, unit=world.units["water"], role=Role.LEADER)
    client = sign_in("coordinator")
    shown = [client.get(f"/leaders/?page={page}").context["lines"] for page in (1, 2, 3)]
    assert [len(lines) for lines in shown] == [2, 2, 1]
    assert len({line["leader"].person_id for lines in shown for line in lines}) == 5


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=9999-99-99~z",
        "state=none&side=theirs",
        "page=-1",
        "page=99999999",
        "show=%00",
        "of=x",
        "page=²",
    ],
)
def test_tampered_addresses_fall_back_to_what_there_is(world, sign_in, query):
    client = sign_in("leader")
    for address in ("/leaders/", "/tasks/", "/meetings/", f"/leaders/{world.people['leader'].pk}/"):
        assert client.get(f"{address}?{query}").status_code == 200, address


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "会" * 121),
        ("title", "a\0b"),
        ("held_on", "0001-01-01"),
        ("held_on", "9999-12-31"),
        ("chair", ""),
    ],
)
def test_what_cannot_be_kept_is_refused_and_what_was_typed_stays(world, sign_in, field, value):
    office = sign_in("coordinator")
    typed = {"title": "调度会", "held_on": DUE, "chair": "文立本", "place": "三楼会议室", field: value}
    answer = office.post("/meetings/new/", {**typed, "ticket": office.get("/meetings/new/").context["ticket"]})
    assert answer.status_code == 422
    assert "三楼会议室" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_a_problem_of_others_is_no_item_of_an_agenda(world, sign_in, red):
    client = sign_in("county_coordinator")
    ticket = client.get("/meetings/new/").context["ticket"]
    typed = {"title": "调度会", "held_on": DUE, "chair": "简从文", "ticket": ticket, "problem": str(red.id)}
    assert client.post("/meetings/new/", typed).status_code == 422
    assert not Meeting.objects.exists()


def test_lists_take_few_queries(world, sign_in, red, django_assert_max_num_queries):
    for _ in range(4):
        row = world.through(Stage.UNDER_WAY)
        casework.take_case(actor=world.actor("leader"), problems=[row.id]).only()
        task_of(world, row)
    meeting = planned(sign_in("coordinator"), red)
    client = sign_in("coordinator")
    person = world.people["leader"].pk
    for address in ("/leaders/", f"/leaders/{person}/", "/tasks/", "/meetings/", "/meetings/new/"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
    with django_assert_max_num_queries(14):
        assert client.get(f"/meetings/{meeting.id}/").status_code == 200
