"""Every address × every role: what a GET answers, written down. An address that is not in the table fails.

200 seen, 302 sent to sign in, 403 no right (and why), 404 not for these eyes, 405 not by GET. What each move
answers to each role is held by test_acting; what rows a list shows by test_ledger.
"""

from __future__ import annotations

import io
from decimal import Decimal
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.colours import DEFAULT_POLICY
from bihuan.insight.trials import begin
from bihuan.intake.models import Reading, ReturnedSheet
from bihuan.intake.returns import receive_return
from bihuan.intake.sending import send
from bihuan.ledger.actions import instructing
from bihuan.ledger.actions.drawing import Asked, draw_sample
from bihuan.ledger.actions.examples import Story, write_example
from bihuan.ledger.actions.handing_down import NewPart, hand_down
from bihuan.ledger.actions.instructing import Wanted
from bihuan.ledger.actions.meetings import Plan, plan_meeting
from bihuan.ledger.actions.results import Stated, enter_result
from bihuan.ledger.actions.rules_made import Wording, enter_rule
from bihuan.ledger.actions.sources import Entered, enter_source
from bihuan.ledger.actions.supervising import send_letter
from bihuan.ledger.actions.topics import NewTopic, send_topics
from bihuan.ledger.actions.tying import tie_rule
from bihuan.ledger.files import store
from bihuan.ledger.models import CheckAnswer, Evidence, Problem, SavedView, Task, Urging
from bihuan.notices import digests, telling
from bihuan.notices.models import Digest, Notice, Turned
from tests.ledger.calls.campaigns import opened
from tests.web.answers import ROLES, TABLE
from tests.world import START, World, build_world, days_later


def patterns() -> dict[str, URLPattern]:
    """Every address by its name; there are no addresses within addresses."""
    found = get_resolver().url_patterns
    assert all(isinstance(pattern, URLPattern) and pattern.name for pattern in found)
    return {str(pattern.name): pattern for pattern in found if isinstance(pattern, URLPattern)}


def test_every_address_is_in_the_table():
    assert set(patterns()) == set(TABLE)


def a_ledger_file() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["序号", "问题", "责任单位", "整改时限"], [1, "路灯不亮", "市住建局", "2026年6月底"]):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def returned_sheet(world: World) -> ReturnedSheet:
    """A unit's own Excel that came back untouched."""
    office = world.actor("coordinator")
    parcel = send(actor=office, units=[world.units["housing"].pk])
    return receive_return(actor=office, name="住建局.xlsx", chunks=[parcel.file.read()])


def a_task_and_a_meeting(world: World, problem: Problem) -> dict[str, UUID]:
    """A task that the housing bureau set itself, and a meeting of the city."""
    leader, wanted = world.actor("leader"), Wanted(due=START)
    instructing.instruct(actor=leader, problem=problem.id, text="排查", wanted=wanted).only()
    meeting = plan_meeting(actor=world.actor("coordinator"), plan=Plan("调度会", START, chair="文立本"))
    return {"task_id": Task.objects.get().id, "meeting_id": meeting.id}


def check_answer(world: World) -> CheckAnswer:
    """What the housing bureau has to answer to a topic sent to everybody below the city."""
    topics = [NewTopic("食堂食品安全")]
    (topic,) = send_topics(actor=world.actor("coordinator"), topics=topics, due=START)
    return CheckAnswer.objects.get(topic=topic, unit=world.units["housing"])


def letter(world: World, problem: Problem) -> UUID:
    """A supervision letter to the housing bureau."""
    supervisor = world.actor("supervisor")
    send_letter(actor=supervisor, problems=[problem.id], text="请说明原因", reply_by=START).only()
    return Urging.objects.get().id


def what_came_of(world: World, problem: Problem) -> dict[str, object]:
    """A rule of the city tied to a problem, a result and a good example of the housing bureau."""
    office, liaison = world.actor("coordinator"), world.actor("liaison")
    paper = store("办法.pdf", [b"%PDF-1.4 rule"])
    rule = enter_rule(actor=office, wording=Wording("井盖管理办法", issued_on=START, file=paper))
    tie_rule(actor=office, problems=[problem.id], rule=rule.id).only()
    result = enter_result(actor=liaison, stated=Stated("井盖投诉", "件", Decimal(91), START))
    story = Story("一井一码", "给每个井盖编码。")
    example = write_example(actor=liaison, story=story, publish=True)
    return {"rule_id": rule.id, "result_id": result.id, "example_id": example.id}


def told(world: World) -> dict[str, object]:
    """What the housing bureau's liaison was told, and what turned with the bureau's problems."""
    telling.tell()
    digests.make()
    liaison, unit = world.people["liaison"], world.units["housing"]
    overdue: dict[str, list[object]] = {"overdue": [1, []]}
    turned = Turned.objects.create(region_id=1, unit=unit, side="lead", since=START, until=START, found=overdue)
    return {
        "notice_id": Notice.objects.filter(person=liaison, kind="problem")[0].id,
        "digest_id": Digest.objects.get(person=liaison).id,
        "turned_id": turned.id,
        "kind": "overdue",
    }


def a_draw(world: World) -> UUID:
    """A sample of one, drawn when a problem has been struck off."""
    world.through(Stage.CLOSED)
    with days_later(30):
        asked = Asked("抽查", by_risk=0, at_random=1, planned_for=clock.today(), seed="7 12")
        return draw_sample(actor=world.actor("supervisor"), asked=asked).id


@pytest.fixture
def addresses(db):
    """A world with one of everything, and the address of everything."""
    with clock.moved_to(clock.moment_on(START)):
        world = build_world()
        telling.tell()
        problem = world.through(Stage.CLOSEOUT_ASKED)
        working = world.through(Stage.UNDER_WAY)
        part = NewPart(world.units["county"].pk)
        hand_down(actor=world.actor("coordinator"), problem=working.id, parts=[part]).only()
        upload = SimpleUploadedFile("台账.xlsx", a_ledger_file())
        office = Client()
        office.force_login(world.people["coordinator"])
        office.post("/intake/", {"ledger": str(world.ledger.pk), "file": upload})
        asked = check_answer(world)
        view = SavedView.objects.create(person=world.people["coordinator"], name="x", query="")
        scheme = store("方案.pdf", [b"%PDF-1.4"])
        campaign = opened(world.actor("coordinator"), in_days=3, scheme=scheme)
        known = {
            "problem_id": working.id,
            "move": "report",
            "evidence_id": Evidence.objects.filter(problem_id=problem.id)[0].id,
            "reading_id": Reading.objects.get().id,
            "at": 1,
            "unit_id": world.units["water"].pk,
            "person_id": world.people["liaison"].pk,
            "post_id": world.people["liaison"].posts.get().pk,
            "view_id": view.pk,
            "dispatch_id": working.dispatch_id,
            "returned_id": returned_sheet(world).id,
            "layout_id": Reading.objects.get().id,
            "topic_id": asked.topic_id,
            "answer_id": asked.id,
            "ledger_id": world.ledger.pk,
            "source_id": enter_source(actor=world.actor("coordinator"), entered=Entered("督查")).pk,
            "trial_id": UUID(begin(actor=world.actor("coordinator"), policy=DEFAULT_POLICY, day=START).key),
            "cell": "blue-blue",
            "campaign_id": campaign.pk,
            "draw_id": a_draw(world),
            "place": 0,
            "code": "default",
            "item_id": campaign.items.order_by("place")[0].pk,
            "letter_id": letter(world, working),
            **a_task_and_a_meeting(world, working),
            **told(world),
            **what_came_of(world, working),
        }
        yield world, known


def test_every_address_answers_every_role_as_written_down(addresses):
    world, known = addresses
    answers = {}
    for role in ROLES:
        client = Client()
        if role in world.people:
            client.force_login(world.people[role])
        for name, pattern in patterns().items():
            wanted = {key: known[key] for key in pattern.pattern.converters}
            if name == "bulk":
                wanted["move"] = "dispatch"
            if name == "leader":
                wanted["person_id"] = world.people["leader"].pk
            if name == "sign_for":
                wanted["unit_id"] = world.units["housing"].pk
            answers[name, role] = client.get(reverse(name, kwargs=wanted)).status_code
    written = {
        (name, role): code for name, codes in TABLE.items() for role, code in zip(ROLES, codes, strict=True)
    }
    different = {place: (code, written[place]) for place, code in answers.items() if code != written[place]}
    assert not different, different


@pytest.mark.parametrize("name", sorted(TABLE))
def test_nothing_is_changed_by_a_form_without_its_token(addresses, name):
    world, known = addresses
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["coordinator"])
    wanted = {key: known[key] for key in patterns()[name].pattern.converters}
    assert client.post(reverse(name, kwargs=wanted)).status_code in (403, 405)
