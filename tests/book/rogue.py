"""What somebody who rules the database can do to it, for the tests that must find it out.

`standing_office` builds an office once, with problems at every stage of the loop and weeks between the steps, and
takes the triggers away as an administrator would; every test then works in a savepoint of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction

from bihuan.book import checkpoints, clock
from bihuan.book.booked import BOOKED, Booked
from bihuan.book.keys import Region
from bihuan.book.models import Chain, Entry
from bihuan.domain.case import Horizon, Role, Stage, Urgency
from bihuan.domain.classes import Quarter
from bihuan.domain.colours import DEFAULT_POLICY
from bihuan.domain.journal import GENESIS, link, parse
from bihuan.ledger.actions import (
    amending,
    campaigns,
    casework,
    closing,
    declining,
    dispatch,
    drawing,
    enlisting,
    examples,
    extending,
    handing_down,
    instructing,
    lookback,
    meetings,
    objecting,
    policies,
    raising,
    referring,
    results,
    routing,
    rules_made,
    setting_aside,
    setting_up,
    sources,
    supervising,
    taking_up,
    tasks,
    tying,
    urging,
    warning,
)
from bihuan.ledger.actions.answering import Found, answer_found, answer_not_found
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.topics import NewTopic, close_topic, send_topics
from bihuan.ledger.files import store
from bihuan.ledger.models import CheckAnswer, Counter, Problem, Tally
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.routes import route_of
from bihuan.organisations.actions import assign_post, create_person, create_unit
from tests.world import START, World, build_world, days_later

STRICTER = replace(DEFAULT_POLICY, name="从严", rules=DEFAULT_POLICY.rules[:2] + DEFAULT_POLICY.rules[3:])


@contextmanager
def standing_office() -> Iterator[World]:
    """An office with a history, in a transaction that is undone; the triggers are gone and nothing is checked."""
    with transaction.atomic(), clock.moved_to(clock.moment_on(START)):
        world = build_world()
        _live_through(world)
        checkpoints.make_checkpoint()
        with days_later(200):
            world.register()
            checkpoints.make_checkpoint()
            with nothing_checked():
                yield world
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens to the database inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _route(world: World, problem: UUID) -> None:
    planned = [routing.PlannedMilestone(text, START + timedelta(days=10)) for text in ("查明原因", "修复路面")]
    roads = [
        routing.PlannedQuantity("修复道路", 650, "公里"),
        routing.PlannedQuantity("投资", 9000, is_money=True),
    ]
    liaison = world.actor("liaison")
    routing.set_route(actor=liaison, problem=problem, milestones=planned, quantities=roads).only()
    route = route_of(Problem.objects.get(id=problem))
    reached = {route.milestones[0].id: routing.Reached(clock.today(), "已查明")}
    routing.report_route(
        actor=liaison, problem=problem, reached=reached, actual={route.quantities[0].id: 225}
    ).only()


def _live_through(world: World) -> None:
    office = world.actor("coordinator")
    source = sources.add_source(code="audit", name="审计", region_id=1)
    child = sources.add_source(code="audit.economic", name="经济责任审计", region_id=1, parent=source)
    heard = sources.add_source(code="letters", name="信访", region_id=1, reports=True, keeper="信访局")
    sources.report_nothing(actor=office, source_id=heard.pk, quarter=Quarter.of(START))
    policies.add_policy(policy=DEFAULT_POLICY, effective_from=START, region_id=1)
    setting_up.set_part(
        actor=world.actor("coordinator"),
        part="numbers",
        data={"problem": "{prefix}{year}-{n:5}"},
        effective_from=START,
        note="沿用",
        seen=0,
    )
    _elsewhere()
    drafts = register(
        actor=office, ledger=world.ledger, problems=[world.new(source_id=child.pk)] * 2, as_draft=True
    )
    for stage in (Stage.LISTED, Stage.DISPATCHED, Stage.UNDER_WAY, Stage.ACCEPTED):
        world.through(stage)
    asked, returned, closed, paused, late = (
        world.through(stage).id
        for stage in (Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.CLOSED, Stage.UNDER_WAY, Stage.DISPATCHED)
    )
    merged, withdrawn, warned = (row.id for row in world.register(3))
    dispatch.dispatch(actor=office, problems=[withdrawn, warned])
    with days_later(5):
        amendment = amending.Amendment(
            title="改过的标题",
            text="改过的内容",
            category="住建",
            goal="整改到位",
            source_id=source.pk,
            urgency=Urgency.DIFFICULT,
            horizon=Horizon.BY_DATE,
            wanted_due=START + timedelta(days=60),
            lead_unit_id=world.units["water"].pk,
            support_unit_ids=(world.units["housing"].pk, world.units["county"].pk),
            person="路知秋",
        )
        amending.amend(actor=office, problem=drafts[0].id, amendment=amendment).only()
        amending.enter(actor=office, problems=[drafts[0].id])
        setting_aside.merge(actor=office, problems=[merged], into=drafts[0].number, reason="同一件事")
        setting_aside.withdraw(actor=office, problems=[withdrawn], reason="重复登记")
        setting_aside.suspend(actor=office, problems=[paused], reason="等待评估")
        warning.warn(actor=world.actor("supervisor"), problem=warned, reason="进展缓慢").only()
        _extend(world, asked)
        _route(world, asked)
        closing.send_back(actor=world.actor("reviewer"), problem=returned, reason="材料不全").only()
        policies.add_policy(policy=STRICTER, effective_from=START + timedelta(days=20), region_id=1)
        _lead(world, asked)
    with days_later(40):
        setting_aside.resume(actor=office, problems=[paused], note="评估完成")
        warning.lift_warning(actor=world.actor("supervisor"), problem=warned, reason="已经整改").only()
        world._sign(late)
        lookback.plan_lookback(actor=office, problems=[closed], day=clock.today() + timedelta(days=9))
        drawing.draw_sample(actor=office, asked=drawing.Asked("抽查", 0, 1, clock.today(), seed="7 12"))
        lookback.reopen(
            actor=world.actor("supervisor"),
            problem=closed,
            finding="又下沉了",
            due=clock.today() + timedelta(days=30),
        ).only()
    _campaigns(world, paused)
    _decline(world)
    _raise(world)
    _check(world)
    with days_later(45):
        _supervise(world)
    _object(world)
    _outcomes(world)
    world.through(Stage.SUSTAINED)  # months later: after the policies


def _supervise(world: World) -> None:
    """One problem urged, with a letter answered, on and off the list; another listed; a third handed to others."""
    office, supervisor, liaison = (world.actor(name) for name in ("coordinator", "supervisor", "liaison"))
    one, other, gone = (world.through(Stage.UNDER_WAY).id for _ in range(3))
    day = clock.today() + timedelta(days=9)
    urging.urge(actor=supervisor, problems=[one, other], text="请报送进展")
    supervising.send_letter(actor=supervisor, problems=[one, gone], text="请说明原因", reply_by=day)
    supervising.answer_letter(actor=liaison, problem=one, answer="已调整").only()
    supervising.list_supervision(actor=office, problems=[one, other, gone], text="限期整改", reply_by=day)
    supervising.end_supervision(actor=office, problems=[one], note="整改到位").only()
    referring.refer(
        actor=office, problem=gone, receiver="市监察机关", document="移〔2026〕1号", reason="违纪"
    ).only()


def _campaigns(world: World, problem: UUID) -> None:
    """A campaign closed over a problem of its own, and one under way."""
    office = world.actor("coordinator")
    with days_later(50):
        for name in ("第一轮专项", "第二轮专项"):
            members = [world.units["housing"].pk]
            scheme = store(f"{name}.pdf", [b"%PDF-1.4 ", name.encode()])
            plan = campaigns.Plan(name, members[0], members, START, clock.today(), scheme=scheme)
            made = campaigns.open_campaign(actor=office, plan=plan)
            item = campaigns.add_item(actor=office, campaign=made.pk, title="窨井")
            enlisting.enlist(actor=office, problems=[problem], campaign=made.pk, item=item.pk).only()
            if name == "第一轮专项":
                campaigns.close_campaign(actor=office, campaign=made.pk, summary="告一段落。")


def _lead(world: World, problem: UUID) -> None:
    """The leader takes the case and sets a task by instruction; a meeting sets another, which is reported."""
    leader, due = world.actor("leader"), clock.today() + timedelta(days=9)
    casework.take_case(actor=leader, problems=[problem]).only()
    wanted = instructing.Wanted(due=due, person="安小禾")
    instructing.instruct(actor=leader, problem=problem, text="限期查明", wanted=wanted).only()
    plan = meetings.Plan("调度会", clock.today(), "三楼", "宁致和", "各科室")
    meeting = meetings.plan_meeting(actor=leader, plan=plan)
    new = tasks.NewTask("三日内补齐", leader.unit_id, due, "安小禾")
    made = meetings.decide(actor=leader, meeting=meeting.id, task=new)
    meetings.write_minutes(actor=leader, meeting=meeting.id, text="会议听取了汇报。")
    meetings.close_meeting(actor=leader, meeting=meeting.id)
    tasks.report_task(actor=world.actor("liaison"), task=made.id, result="已补齐")
    tasks.send_task_back(actor=leader, task=made.id, reason="照片不清")


def _extend(world: World, problem: UUID) -> None:
    due = date(2026, 4, 1)
    extending.ask_extension(actor=world.actor("liaison"), problem=problem, due=due, reason="需要采购").only()
    extending.refuse_extension(actor=world.actor("coordinator"), problem=problem, opinion="理由不足").only()
    extending.ask_extension(actor=world.actor("liaison"), problem=problem, due=due, reason="招标未完").only()
    extending.sign_extension(actor=world.actor("leader"), problem=problem).only()
    extending.grant_extension(actor=world.actor("coordinator"), problem=problem, opinion="同意").only()


def _decline(world: World) -> None:
    """An order declined, refused, and one declined and gone to another unit."""
    liaison, office = world.actor("liaison"), world.actor("coordinator")
    kept, gone = (world.through(Stage.DISPATCHED).id for _order in range(2))
    for problem in (kept, gone):
        declining.decline(actor=liaison, problem=problem, refuser="宁致和", reason="不归本局").only()
    declining.refuse_decline(actor=office, problem=kept, opinion="职责在你局").only()
    declining.grant_decline(actor=office, problem=gone, unit_id=world.units["water"].pk).only()


def _object(world: World) -> None:
    """A problem on notice with an objection that was answered."""
    problem, office = world.through(Stage.IN_PUBLIC_NOTICE).id, world.actor("coordinator")
    raised = objecting.Raised("东段没有更换", channel="来电", objector="附近居民")
    objecting.object_to(actor=office, problem=problem, raised=raised).only()
    objecting.answer_objection(actor=office, problem=problem, reason="不在本问题范围").only()


def _raise(world: World) -> None:
    """A problem with a part, raised and taken on above."""
    problem = world.through(Stage.UNDER_WAY).id
    office, parts = world.actor("coordinator"), [handing_down.NewPart(world.units["county"].pk)]
    handing_down.hand_down(actor=office, problem=problem, parts=parts).only()
    raising.raise_up(actor=world.actor("liaison"), problem=problem, reason="归市里", wanted="列入计划").only()
    raising.accept_raised(actor=office, problem=problem, opinion="由市里办").only()


def _check(world: World) -> None:
    """Two topics sent below: one answered found, one not found at first, one closed."""
    office, liaison = world.actor("coordinator"), world.actor("liaison")
    topics = send_topics(
        actor=office, topics=[NewTopic("食堂", "留样"), NewTopic("消防", "通道")], due=START + timedelta(days=9)
    )
    one, two = (CheckAnswer.objects.get(topic=topic, unit_id=liaison.unit_id).id for topic in topics)
    answer_found(actor=liaison, answer=one, found=[Found("留样冰箱损坏。", "更换冰箱")])
    answer_not_found(actor=liaison, answer=two, statement="看了两处")
    answer_found(actor=liaison, answer=two, found=[Found("通道堆物。")], reason="复查时发现")
    close_topic(actor=office, topic_id=topics[1].pk)


def _outcomes(world: World) -> None:
    """A rule made because of a problem and revised, a result brought up to date, an example that a county took
    over and gave up."""
    liaison, office, county = (world.actor(name) for name in ("liaison", "coordinator", "county_coordinator"))
    problem, paper = world.through(Stage.UNDER_WAY).id, store("办法.pdf", [b"%PDF-1.4 rule"])
    today = clock.today()
    review_on = today + timedelta(days=300)
    wording = rules_made.Wording("井盖办法", "云住建〔2026〕3号", "每季巡查", today, review_on, paper)
    rule = rules_made.enter_rule(actor=liaison, wording=wording)
    tying.tie_rule(actor=office, problems=[problem], rule=rule.id, note="第六条").only()
    rules_made.review_rule(actor=liaison, rule=rule.id, finding="管用", next_on=review_on)
    again = replace(wording, title="井盖办法（修订）")
    rules_made.enter_rule(actor=liaison, wording=again, change="revised", replaces=rule.id)
    stated = results.Stated("井盖投诉", "件", Decimal("91.5"), START, "热线", problem=problem)
    result = results.enter_result(actor=liaison, stated=stated, now=results.Reading(Decimal("70.25"), today))
    results.update_result(actor=liaison, result=result.id, now=results.Reading(Decimal(62), today))
    story = examples.Story("一井一码", "给每个井盖编码。", "城市建设")
    example = examples.write_example(actor=liaison, story=story, publish=True)
    examples.spread_example(actor=office, example=example.id)
    adoption = taking_up.adopt(actor=county, example=example.id, note="照做").id
    taking_up.report_effect(actor=county, adoption=adoption, effect="投诉减少")
    taking_up.give_up(actor=county, adoption=adoption, reason="改用别的办法")


def _elsewhere() -> None:
    """A second region with a unit and somebody in it who has left."""
    region = Region.objects.create(id=2, name="省级单位")
    unit = create_unit(name="省审计厅", kind="bureau", region=region)
    person = create_person(username="elsewhere", name="公仪长", password="x" * 12, region_id=2)
    post = assign_post(person=person, unit=unit, role=Role.AUDITOR)
    assert post.until is None


@contextmanager
def nothing_checked() -> Iterator[None]:
    """No trigger and no constraint on values or other rows stands in the way inside."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        execute("PRAGMA ignore_check_constraints = ON")
        yield
        execute("PRAGMA ignore_check_constraints = OFF")
    else:
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in apps.get_models():
            if model.__module__.startswith("bihuan."):
                execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER ALL')
        yield


def execute(sql: str, *params: Any) -> None:
    """Run one statement as it is."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def set_column(model: Any, pk: Any, field: Any, value: Any) -> None:
    """Write `value` into one column of one row past everything that would notice."""
    meta = model._meta
    stored = field.get_db_prep_save(value, connection)
    key = meta.pk.get_db_prep_value(pk, connection)
    execute(f"UPDATE {meta.db_table} SET {field.column} = %s WHERE {meta.pk.column} = %s", stored, key)


def drop(model: Any, **conditions: Any) -> None:
    """Remove rows past everything that would notice."""
    model._base_manager.filter(**conditions)._raw_delete("default")


def remove_problem(problem: Problem) -> None:
    """Take away a problem with everything that belongs to it."""
    for model in apps.get_models():
        if model.__module__.startswith("bihuan.") and any(f.name == "problem_id" for f in model._meta.fields):
            drop(model, problem_id=problem.id)
    drop(Problem, id=problem.id)
    drop(Entry, subject=problem.id)
    drop(Chain, id=problem.id)


def rewrite(subject: UUID, change: Any) -> None:
    """Let `change` alter the content of every entry of a chain, and link all of it anew."""
    prev = GENESIS
    for entry in Entry.objects.filter(subject=subject).order_by("seq"):
        content = parse(entry.body.encode())
        change(content)
        made = link(
            seq=entry.seq, prev=prev, content={k: v for k, v in content.items() if k not in ("seq", "prev")}
        )
        Entry.objects.filter(pk=entry.pk).update(body=made.body.decode(), hash=made.hash)
        prev = made.hash
    Chain.objects.filter(id=subject).update(head=prev)


def label(row: Any) -> str:
    """How a finding must name what belongs to this row."""
    if isinstance(row, Entry):
        return label(_about(row.kind, row.subject))
    if isinstance(row, Chain):
        return label(_about(row.kind, row.id))
    if isinstance(row, PartOfProblem) or (hasattr(row, "problem_id") and not isinstance(row, Booked)):
        return label(Problem.objects.get(id=row.problem_id))
    if isinstance(row, Problem):
        return row.number
    if isinstance(row, Booked):
        values = vars(row)
        name = values.get("name_" if row.KIND == "person" else "name") or values.get("username")
        return f"{row.KIND} {name or values.get('version') or row.record_id}"
    if isinstance(row, Tally):
        return f"unit {row.unit_id}"
    return f"counter {row.key}" if isinstance(row, Counter) else f"{row._meta.model_name} {row.pk}"


def _about(kind: str, subject: UUID) -> Any:
    return next(row for row in BOOKED[kind]._default_manager.all() if row.record_id == subject)
