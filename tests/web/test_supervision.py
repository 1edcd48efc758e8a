"""Urging, letters and listed supervision through the pages; the letter as a Word file; Excel."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move, may
from bihuan.ledger.actions import closing, setting_aside, supervising, undoing, urging
from bihuan.ledger.actions.step import open_one, this_moment
from bihuan.ledger.models import Counter, Problem, Urging
from bihuan.ledger.verify import verify
from tests.ledger.record import refusal_of
from tests.world import START, World, build_world, days_later

SOON = START + timedelta(days=9)


@pytest.fixture
def world(db):
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def letter(world: World, problem: Problem, name: str = "supervisor") -> Urging:
    supervising.send_letter(
        actor=world.actor(name), problems=[problem.id], text="请说明工期滞后的原因", reply_by=SOON
    ).only()
    return Urging.objects.filter(problem_id=problem.id, kind="letter").latest("id")


def page(world: World, name: str, address: str) -> tuple[int, str]:
    client = Client()
    client.force_login(world.people[name])
    answer = client.get(address)
    return answer.status_code, answer.content.decode() if not answer.streaming else ""


def test_the_same_unit_urges_once_a_day_and_others_are_still_urged(world: World):
    one, other = world.through(Stage.UNDER_WAY), world.through(Stage.UNDER_WAY)
    supervisor, office = world.actor("supervisor"), world.actor("coordinator")
    urging.urge(actor=supervisor, problems=[one.id], text="请报进展").only()
    again = urging.urge(actor=office, problems=[one.id, other.id], text="请报进展")
    assert [row.id for row in again.done] == [other.id]
    assert "今天已经催办" in again.refused[0].denied.reason
    with days_later(1):
        urging.urge(actor=office, problems=[one.id], text="再催").only()
    assert "一天最多" not in page(world, "liaison", reverse("supervision") + "?side=got&kind=urge")[1]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"text": "x" * 4001}, "太长"),
        ({"text": "坏\0字"}, "无法保存"),
        ({"reply_by": START - timedelta(days=1)}, "已经过去"),
        ({"reply_by": START.replace(year=9999)}, "太远"),
    ],
)
def test_a_letter_that_says_too_much_or_asks_for_yesterday_is_refused(world: World, said, reason):
    problem = world.through(Stage.UNDER_WAY)
    asked = {"text": "请说明", "reply_by": SOON} | said
    actor = world.actor("coordinator")
    denied = refusal_of(lambda: supervising.send_letter(actor=actor, problems=[problem.id], **asked))
    assert reason in denied.reason
    assert not Urging.objects.exists()
    assert not Counter.objects.filter(key__startswith="letter:").exists()


def test_letters_are_numbered_through_answered_one_by_one_and_hold_up_accepting(world: World):
    problem = world.through(Stage.CLOSEOUT_ASKED)
    closing.send_back(actor=world.actor("reviewer"), problem=problem.id, reason="补照片").only()
    first, second = letter(world, problem), letter(world, problem, "coordinator")
    assert [first.number, second.number] == ["督办函〔2026〕1号", "督办函〔2026〕2号"]
    closing.ask_closeout(actor=world.actor("liaison"), problem=problem.id, summary="完成").only()
    closing.check(actor=world.actor("supervisor"), problem=problem.id, finding="属实").only()
    reviewer = world.actor("reviewer")
    denied = refusal_of(lambda: closing.accept(actor=reviewer, problems=[problem.id]))
    assert "督办函没有回复" in denied.reason
    liaison = world.actor("liaison")
    supervising.answer_letter(actor=liaison, problem=problem.id, answer="已办", letter=second.id).only()
    assert Problem.objects.get(id=problem.id).letters == 1
    twice = refusal_of(
        lambda: supervising.answer_letter(actor=liaison, problem=problem.id, answer="又", letter=second.id)
    )
    assert "已经回复" in twice.reason
    supervising.answer_letter(actor=liaison, problem=problem.id, answer="已办").only()
    assert Problem.objects.get(id=problem.id).letters is None
    assert closing.accept(actor=reviewer, problems=[problem.id]).done
    assert not verify().findings


def test_only_who_listed_it_or_its_office_takes_it_off_and_it_is_not_struck_off_before(world: World):
    problem = world.through(Stage.UNDER_WAY)
    office = world.actor("coordinator")
    supervising.list_supervision(actor=office, problems=[problem.id], text="限期整改", reply_by=SOON).only()
    row = Problem.objects.get(id=problem.id)
    opened = open_one(row, actor=office, moment=this_moment())
    assert "已经挂牌" in str(may(Move.LIST_SUPERVISION, opened.case, opened.standing))
    assert row.listed_on == START
    assert "挂牌督办" in page(world, "support", reverse("problem", args=[problem.id]))[1]
    supervising.end_supervision(actor=world.actor("second_coordinator"), problems=[problem.id], note="到位").only()
    assert Problem.objects.get(id=problem.id).listed_on is None


@pytest.mark.parametrize("end", ["withdraw", "recall"])
def test_nobody_answers_a_letter_about_what_was_taken_back(world: World, end: str):
    problem = world.through(Stage.DISPATCHED)
    letter(world, problem)
    office = world.actor("coordinator")
    supervising.list_supervision(actor=office, problems=[problem.id], text="限期", reply_by=SOON).only()
    step = {"withdraw": setting_aside.withdraw, "recall": undoing.recall}[end]
    step(actor=office, problems=[problem.id], reason="录错了").only()
    row = Problem.objects.get(id=problem.id)
    assert (row.letters, row.listed_on) == (None, None)
    assert not Urging.objects.filter(ended_on__isnull=True).exists()
    assert not verify().findings


def test_a_letter_is_a_word_file_for_the_lines_of_office_and_unit_alone(world: World):
    problem = world.through(Stage.UNDER_WAY)
    row = letter(world, problem)
    address = reverse("letter_paper", args=[row.id])
    client = Client()
    client.force_login(world.people["liaison"])
    words = Document(io.BytesIO(client.get(address).getvalue()))
    said = [paragraph.text for paragraph in words.paragraphs]
    assert said[1:4] == [row.number, "督办函", "市住房和城乡建设局："]
    assert "请说明工期滞后的原因" in said
    assert [cell.text for cell in words.tables[0].rows[1].cells][:2] == [problem.number, problem.title]
    for name in ("support", "stranger", "county_coordinator", "administrator"):
        assert page(world, name, address)[0] in (403, 404), name


def test_the_register_shows_what_waits_and_what_is_late_and_excel_has_the_same_rows(world: World):
    problem = world.through(Stage.UNDER_WAY)
    row = letter(world, problem)
    with days_later(20):
        address = reverse("supervision") + "?side=got&kind=letter&state=late"
        said = page(world, "liaison", address)[1]
        assert row.number
        assert row.number in said
        assert "已超11天" in said
        assert row.number not in page(world, "support", address)[1]
        assert row.number in page(world, "supervisor", reverse("supervision"))[1]
        client = Client()
        client.force_login(world.people["supervisor"])
        assert client.get(reverse("supervision_export")).getvalue()[:2] == b"PK"
        desk = page(world, "liaison", reverse("desk"))[1]
        assert "督办函待回复" in desk
