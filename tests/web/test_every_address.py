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
from tests.world import START, World, build_world, days_later

ROLES = (
    "anonymous",
    "coordinator",
    "supervisor",
    "reviewer",
    "auditor",
    "liaison",
    "leader",
    "support",
    "county_coordinator",
    "stranger",
    "administrator",
)
OPEN = (200,) * 11
ALL = (302, *(200,) * 10)
POSTED = (302, *(405,) * 10)
BUSINESS = (302, *(200,) * 9, 403)
"""Everybody but the administrator, who sees no problems."""
READERS = (302, 200, 200, 200, 403, *(200,) * 5, 403)
"""Everybody who works on problems: no auditor, no administrator."""
INVOLVED = (302, 200, 200, 200, 200, 200, 200, 200, 404, 404, 404)
"""The office, the lead and the supporting unit; a problem out of sight does not exist."""
KEEPERS = (302, 200, 403, 403, 403, 403, 403, 403, 200, 403, 403)
IN_CAMPAIGN = (302, 200, 200, 200, 200, 200, 200, 200, 404, 404, 403)
"""The city's units take part, the county does not."""
OFFICES = (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403)
"""The people of the office, and of units above it."""
CAMPAIGN_KEEPERS = (302, 200, 403, 403, 403, 403, 403, 403, 404, 404, 403)
ADMINISTRATORS = (302, *(403,) * 9, 200)
UNIT_WRITERS = (302, 200, 403, 403, 403, 200, 200, 200, 200, 200, 403)
"""Coordinators, leaders and liaisons of any unit, for their own unit."""
SOURCE_KEEPERS = (302, 200, *(403,) * 8, 200)
"""The coordinating office at the top of the tree, and administrators."""

TABLE: dict[str, tuple[int, ...]] = {
    "account_login": (200, *(302,) * 10),
    "account_logout": ALL,
    "account_inactive": OPEN,
    "account_change_password": ALL,
    "set_language": (405,) * 11,
    "choose_post": POSTED,
    "stages": BUSINESS,
    "desk": ALL,
    "inbox": READERS,
    "inbox_read_all": POSTED,
    "inbox_settings": READERS,
    "inbox_open": (302, *(404,) * 4, 302, *(404,) * 5),  # the liaison's own notice; opening leads to the problem
    "inbox_digest": (302, *(404,) * 4, 200, *(404,) * 5),
    "inbox_turned": (302, 404, 404, 404, 403, 200, 200, 404, 404, 404, 403),  # the people of the unit
    "mail_deliveries": ADMINISTRATORS,
    "ledger": BUSINESS,
    "ledger_summary": BUSINESS,
    "ledger_export": BUSINESS,
    "ledger_print": BUSINESS,
    "history": BUSINESS,
    "history_export": (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403),
    "by_unit": BUSINESS,
    "wall": BUSINESS,
    "wall_print": BUSINESS,
    "by_unit_export": BUSINESS,
    "reminders": BUSINESS,
    "view_save": POSTED,
    "view_delete": POSTED,
    "new_problem": (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403),  # the county keeps no ledger yet
    "unit_names": KEEPERS,
    "bulk": (302, 302, 403, 403, 403, 403, 403, 403, 302, 403, 403),
    "problem": INVOLVED,
    "problem_drawer": (
        302,
        302,
        302,
        302,
        302,
        302,
        302,
        302,
        404,
        404,
        404,
    ),  # a part of the list; alone: the page
    "act": (302, 403, 403, 403, 403, 200, 200, 200, 404, 404, 404),
    # A supporting unit sees its own measures alone, and so no parts that others carry out.
    "problem_parts": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 404),
    "case_file": INVOLVED,
    "evidence": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 404),
    "evidence_check": (302, 302, 302, 302, 302, 302, 302, 404, 404, 404, 404),
    "intake": KEEPERS,
    "reading": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_units": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_find": (302, 404, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_draft": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_pass": POSTED,
    "reading_drop": POSTED,
    "reading_split": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_merge": POSTED,
    "reading_unmerge": POSTED,
    "reading_confirm": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_round": POSTED,
    "reading_pair": POSTED,
    "reading_absent": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_discard": POSTED,
    "reading_withdraw": (302, 302, 403, 403, 403, 403, 403, 403, 404, 403, 403),  # still open: back to its page
    "reading_again": POSTED,
    "reading_columns": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_file": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_own": (302, 302, 403, 403, 403, 403, 403, 403, 404, 403, 403),  # not confirmed yet: back to its page
    "reading_marked": (302, 302, 403, 403, 403, 403, 403, 403, 404, 403, 403),  # nothing to mark: back to its page
    "layouts": KEEPERS,
    "layout_forget": POSTED,
    "dispatches": KEEPERS,
    "dispatch_recall": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "act_for": (302, 200, 403, 403, 403, 403, 403, 403, 404, 404, 404),
    "returns": KEEPERS,
    "returns_send": POSTED,
    "sign_for": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "returned": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "returned_drop": POSTED,
    "returned_file": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "leaders": BUSINESS,
    "leader": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "lookbacks": BUSINESS,
    "lookback_new": (302, 200, 200, 403, 403, 403, 403, 403, 200, 403, 403),
    "draw": OFFICES,
    "draw_print": OFFICES,
    "draw_export": OFFICES,
    "draw_list": OFFICES,
    "draw_again": POSTED,
    "tasks": BUSINESS,
    "task_units": BUSINESS,
    "task": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "meetings": BUSINESS,
    "meeting_new": (302, 200, 403, 403, 403, 403, 200, 403, 200, 403, 403),
    "meeting": (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403),
    "meeting_edit": (302, 200, 403, 403, 403, 404, 404, 404, 404, 404, 403),
    "meeting_paper": (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403),
    "check_topics": BUSINESS,
    "check_topics_send": KEEPERS,
    "check_topics_export": (302, 200, 200, 200, 200, 404, 404, 404, 200, 404, 403),
    "check_topic": BUSINESS,  # everybody's unit was asked
    "check_topic_more": POSTED,
    "check_topic_close": POSTED,
    "check_answer": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "supervision": BUSINESS,
    "supervision_export": BUSINESS,
    "letter_paper": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),  # not for the supporting unit
    "referrals": BUSINESS,
    "units": ADMINISTRATORS,
    "unit_new": ADMINISTRATORS,
    "unit_active": POSTED,
    "unit": ADMINISTRATORS,
    "unit_rename": ADMINISTRATORS,
    "unit_move": ADMINISTRATORS,
    "unit_merge": ADMINISTRATORS,
    "unit_forget": POSTED,
    "organisation_import": ADMINISTRATORS,
    "organisation_template": ADMINISTRATORS,
    "people": ADMINISTRATORS,
    "person_new": ADMINISTRATORS,
    "person": ADMINISTRATORS,
    "person_password": POSTED,
    "person_active": POSTED,
    "post_new": POSTED,
    "post_end": POSTED,
    "post_hand": ADMINISTRATORS,
    "slips": ADMINISTRATORS,
    "ledgers": BUSINESS,
    "ledger_new": KEEPERS,
    "ledger_one": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "ledger_open": POSTED,
    "sources": ALL,
    "sources_left": KEEPERS,
    "source_new": SOURCE_KEEPERS,
    "source_edit": SOURCE_KEEPERS,
    "source_active": POSTED,
    "source_nothing": POSTED,
    "settings_colours": ALL,
    "settings_classes": ALL,
    "settings_class_new": SOURCE_KEEPERS,
    "settings_class": SOURCE_KEEPERS,
    "settings_class_move": POSTED,
    "settings_flow_new": SOURCE_KEEPERS,
    "settings_flow": SOURCE_KEEPERS,
    "settings_flow_remove": POSTED,
    "settings_limits": ALL,
    "settings_numbers": ALL,
    "settings_calendar": ALL,
    "settings_file": ALL,
    "settings_export": ALL,
    "settings_adopt": POSTED,
    "colours_edit": SOURCE_KEEPERS,
    "colours_trial": (302, 200, *(403,) * 8, 404),  # a trial is for whoever asked
    "colours_tried": (302, 200, *(403,) * 9),
    "colours_on": POSTED,
    "campaigns": BUSINESS,
    "campaign": IN_CAMPAIGN,
    "campaign_new": KEEPERS,
    "campaign_edit": CAMPAIGN_KEEPERS,
    "campaign_close": CAMPAIGN_KEEPERS,
    "campaign_scheme": IN_CAMPAIGN,
    "campaign_summary": (302, *(404,) * 9, 403),  # there is none before it is closed
    "campaign_item_new": CAMPAIGN_KEEPERS,
    "campaign_item": CAMPAIGN_KEEPERS,
    "rules": BUSINESS,
    "rules_export": BUSINESS,
    "rule_new": UNIT_WRITERS,
    "rule": BUSINESS,  # the city's rule binds everybody below
    "rule_edit": (302, 200, *(403,) * 9),
    "rule_file": BUSINESS,
    "rule_untie": (302, 200, 403, 403, 403, 200, 200, 200, 404, 404, 403),
    "results": BUSINESS,
    "result_new": UNIT_WRITERS,
    "result": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "result_edit": (302, 403, 403, 403, 403, 200, 200, 404, 404, 404, 403),
    "examples": BUSINESS,
    "example_new": UNIT_WRITERS,
    "example": BUSINESS,  # published: for everybody
    "example_edit": (302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403),
}


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
