"""A problem that was handed to another authority: nothing of it is left for those without the right, anywhere.

One problem is touched by everything that can be done to one, then referred; every address is asked for by those
who had it in sight before, and what is downloaded is opened.
"""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.book import clock
from bihuan.domain.case import Role, Stage
from bihuan.ledger.actions import campaigns, casework, enlisting, extending, instructing, setting_aside, working
from bihuan.ledger.actions.dispatch import dispatch
from bihuan.ledger.actions.instructing import Wanted
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.actions.meetings import Plan, plan_meeting
from bihuan.ledger.actions.referring import refer
from bihuan.ledger.actions.register import NewMeasure, register
from bihuan.ledger.actions.supervising import list_supervision, send_letter
from bihuan.ledger.actions.urging import urge
from bihuan.ledger.actions.working import NewEvidence, Progress, sign
from bihuan.ledger.files import store
from bihuan.ledger.models import Evidence, Measure, Meeting, Problem, Task, Urging
from bihuan.ledger.referrals import is_referred
from bihuan.ledger.supervising import KINDS, SIDES
from bihuan.ledger.verify import verify
from bihuan.notices import digests, telling
from bihuan.notices.models import Digest, Notice
from bihuan.organisations.actions import assign_post, create_person
from tests.web.test_every_address import patterns
from tests.world import START, World, build_world, days_later

TITLE, TEXT, NOTE = "绝密标题甲乙丙丁", "绝密内容戊己庚辛", "绝密说明壬癸子丑"
READERS = ("stranger", "support", "coordinator", "office_liaison")
"""Of the lead unit, a supporting unit, the level above, and the office itself without the right."""
ENTITLED = ("county_coordinator", "auditor", "office_leader")
RECEIVER = "云汀市监察机关"
LONG = START + timedelta(days=200)


@pytest.fixture
def world(db):
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def people(world: World) -> None:
    """Who else works at the county: a liaison and a leader at the office, a leader at the lead unit."""
    for name, said, role, unit in (
        ("office_liaison", "安又安", Role.LIAISON, "county"),
        ("office_leader", "于观澜", Role.LEADER, "county"),
        ("county_leader", "舒望", Role.LEADER, "county_education"),
    ):
        person = create_person(username=name, name=said, password="Correct-Horse-9", region_id=1)
        assign_post(person=person, unit=world.units[unit], role=role)
        world.people[name] = person


def touched(world: World) -> Problem:
    """A problem of the county touched by everything, and red for once."""
    office, liaison, leader = (world.actor(name) for name in ("county_coordinator", "stranger", "county_leader"))
    unit = world.units["county_education"]
    ledger = open_ledger(actor=office, name="县台账", prefix="HF")
    new = world.new(
        f"{TEXT}，需要整改。",
        title=TITLE,
        lead_unit_id=unit.pk,
        measures=(NewMeasure(f"{NOTE}措施一"), NewMeasure("措施二")),
        wanted_due=START + timedelta(days=2),
    )
    problem, other = register(actor=office, ledger=ledger, problems=[new, new])
    dispatch(actor=office, problems=[problem.id, other.id], note=NOTE)
    sign(actor=liaison, problems=[problem.id], remark=NOTE).only()
    measure = Measure.objects.filter(problem_id=problem.id)[0]
    photo = store(f"{NOTE}.txt", [NOTE.encode()])
    how: dict[str, Any] = {"progress": {measure.id: Progress(50)}, "note": NOTE}
    working.report(actor=liaison, problem=problem.id, files=[NewEvidence(photo, measure.id)], **how).only()
    extending.ask_extension(actor=liaison, problem=problem.id, due=START + timedelta(days=40), reason=NOTE).only()
    casework.take_case(actor=leader, problems=[problem.id]).only()
    wanted = Wanted(due=LONG, person="安小禾")
    instructing.instruct(actor=leader, problem=problem.id, text="本周内到现场", wanted=wanted).only()
    urge(actor=office, problems=[problem.id], text=NOTE).only()
    send_letter(actor=office, problems=[problem.id], text=NOTE, reply_by=LONG).only()
    list_supervision(actor=office, problems=[problem.id], text=NOTE, reply_by=LONG).only()
    campaign = campaigns.open_campaign(
        actor=office, plan=campaigns.Plan("县专项", unit.pk, [unit.pk], START, LONG)
    )
    enlisting.enlist(actor=office, problems=[problem.id], campaign=campaign.pk).only()
    with days_later(3):
        telling.tell()
        digests.make()
        plan = Plan("调度会", clock.today(), chair="文立本", problems=(problem.id,))
        plan_meeting(actor=office, plan=plan)
        setting_aside.merge(actor=office, problems=[other.id], into=problem.number, reason="同一件事").only()
    return Problem.objects.get(id=problem.id)


def known_of(world: World, problem: Problem) -> dict[str, Any]:
    """The ids of everything that hangs on the problem."""
    told: dict[str, Any] = {
        "notice_id": Notice.objects.filter(subject=problem.id).values_list("id", flat=True).first(),
        "digest_id": Digest.objects.values_list("id", flat=True).last(),
    }
    return {name: id_ for name, id_ in told.items() if id_} | {
        "problem_id": problem.id,
        "move": "report",
        "unit_id": problem.lead_unit_id,
        "person_id": world.people["county_leader"].pk,
        "evidence_id": Evidence.objects.filter(problem_id=problem.id)[0].id,
        "task_id": Task.objects.filter(problem_id=problem.id)[0].id,
        "meeting_id": Meeting.objects.latest("id").id,
        "letter_id": Urging.objects.get(problem_id=problem.id, kind="letter").id,
        "ledger_id": problem.ledger_id,
        "campaign_id": problem.campaign_id,
        "dispatch_id": problem.dispatch_id,
    }


ELSEWHERE = ("account", "unit", "person", "people", "post_", "organisation", "source", "settings", "slips")
"""What begins like this is about units, people and the set-up, not about problems."""
VARIANTS = {
    "ledger": ["", "?scope=all", "?stage=referred", "?stage=referred&unit={unit}", "?q=绝密", "?q=HF"],
    "ledger_summary": ["?stage=referred", "?scope=all"],
    "ledger_export": ["", "?scope=all", "?stage=referred"],
    "ledger_print": ["", "?scope=all", "?stage=referred"],
    "history": ["?ledger={ledger}&on=2026-03-06"],
    "history_export": ["?ledger={ledger}&on=2026-03-06"],
    "by_unit": ["", "?on=2026-03-06", "?unit={unit}"],
    "by_unit_export": ["?on=2026-03-06"],
    "reminders": ["", "?of={unit}"],
    "wall": ["", "?on=2026-03-06"],
    "inbox": ["", "?read=all"],
    "supervision": [f"?side={side}&kind={kind}" for side in SIDES for kind in KINDS],
    "supervision_export": ["?side=got&kind=letter", "?side=sent&kind=listed"],
    "bulk": [],
}


def every(known: dict[str, Any], problem: Problem) -> list[str]:
    """Every address that can be asked for, with the questions that might bring the problem up."""
    found = []
    for name, pattern in patterns().items():
        converters = pattern.pattern.converters
        if name.startswith(ELSEWHERE) or not all(key in known for key in converters):
            continue
        address = reverse(name, kwargs={key: known[key] for key in converters})
        for variant in VARIANTS.get(name, [""]):
            found.append(address + variant.format(unit=problem.lead_unit_id, ledger=problem.ledger_id))
    return found


def said(client: Client, address: str) -> str:
    """Everything that an answer says, archives opened."""
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    text = str(content.decode("utf-8", "replace"))
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text += "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return text + answer.get("Content-Disposition", "")


def leaks(world: World, name: str, found: list[str]) -> list[tuple[str, str, str]]:
    """Where somebody is told something of the content."""
    client = Client()
    client.force_login(world.people[name])
    return [
        (name, address, secret)
        for address in found
        if (text := said(client, address))
        for secret in (TITLE, TEXT, NOTE)
        if secret in text
    ]


def test_nothing_of_a_referred_problem_is_left_anywhere_for_those_without_the_right(world: World):
    people(world)
    problem = touched(world)
    office = world.actor("county_coordinator")
    known = known_of(world, problem)
    with days_later(5):
        telling.tell()
        found = every(known, problem)
        before = {address.partition("?")[0] for _n, address, _s in leaks(world, READERS[0], found)}
        assert len(before) > 12, before  # the test sees content where there is some
        refer(actor=office, problem=problem.id, receiver=RECEIVER, reason=NOTE).only()
        telling.tell()
        digests.make()
    with days_later(8):
        assert is_referred(problem.id)
        assert [leak for name in READERS for leak in leaks(world, name, found)] == []
        for name in READERS:
            client = Client()
            client.force_login(world.people[name])
            fact = said(client, reverse("problem", args=[problem.id]))
            assert problem.number in fact, (name, fact[fact.find("<main") :])
            assert RECEIVER in fact, name
            register_page = said(client, reverse("referrals"))
            assert problem.number in register_page, name
            assert reverse("problem", args=[problem.id]) not in register_page, name
        for name in ENTITLED:
            client = Client()
            client.force_login(world.people[name])
            assert TITLE in said(client, reverse("problem", args=[problem.id])), name
            assert NOTE in said(client, reverse("evidence", args=[known["evidence_id"]])), name
            assert client.post(reverse("case_file", args=[problem.id])).status_code == 200, name
            assert reverse("problem", args=[problem.id]) in said(client, reverse("referrals")), name
        merged = Problem.objects.get(merged_into_id=problem.id)
        assert merged.stage == Stage.REFERRED
        assert not verify().findings
