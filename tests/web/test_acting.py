"""Every move by its button, on the page of the person to whom it belongs; and what happens where it cannot be."""

from __future__ import annotations

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.ledger.actions import working
from bihuan.ledger.models import Evidence, Measure, Problem
from bihuan.ledger.queries import find
from tests.web.situations import SITUATIONS
from tests.world import days_later

BY_FILE = (Move.WITHDRAW_IMPORT, Move.RESTATE)
"""What is done for a file as a whole, never to one problem."""
MADE = [move for move, rule in MOVES.items() if rule.sources and move not in BY_FILE]
"""A file is withdrawn as a whole, from its own page."""


def page_of(problem):
    return f"/problems/{problem.id}/"


def act_of(problem, move):
    return f"/problems/{problem.id}/{move.value}/"


def last_entry(problem):
    return Entry.objects.filter(subject=problem.id).order_by("-seq")[0]


def send(client, problem, move, **typed):
    return client.post(act_of(problem, move), {"version": problem.version, **typed})


def on_its_day(problem):
    """The demo clock stands on the first day; problems closed later are looked at on their own day."""
    written = last_entry(problem).recorded_at
    return clock.moved_to(max(written, clock.now()))


def test_every_move_has_a_situation():
    assert set(SITUATIONS) == set(MADE)


@pytest.mark.parametrize("move", MADE)
def test_a_move_is_made_by_its_button(move, world, sign_in):
    situation = SITUATIONS[move]
    problem = situation.ready(world)
    with on_its_day(problem):
        client = sign_in(situation.who)
        page = client.get(page_of(problem)).content.decode()
        assert f'href="{act_of(problem, move)}"' in page
        assert MOVES[move].verb in page
        form = client.get(act_of(problem, move))
        assert form.status_code == 200
        assert MOVES[move].verb in form.content.decode()

        problem.refresh_from_db()
        typed = situation.typed(world, problem)
        sent = send(client, problem, move, **typed)
        assert sent.status_code == 302, sent.content.decode()
        assert sent.url == page_of(problem)
        assert last_entry(problem).action == move.value
        after = client.get(page_of(problem)).content.decode()
        assert "message-success" in after
        assert MOVES[move].verb in after


@pytest.mark.parametrize("move", MADE)
def test_a_move_belongs_to_somebody(move, world, sign_in):
    situation = SITUATIONS[move]
    problem = situation.ready(world)
    outsider = next(name for name in ("stranger", "support") if find(world.actor(name), problem.id) is None)
    with on_its_day(problem):
        for method in ("get", "post"):
            refused = getattr(sign_in("auditor"), method)(act_of(problem, move))
            assert refused.status_code == 403
            assert "审计人员" in refused.content.decode()
            assert getattr(sign_in(outsider), method)(act_of(problem, move)).status_code == 404
            assert getattr(sign_in("administrator"), method)(act_of(problem, move)).status_code == 404


def test_no_move_of_that_name(world, sign_in):
    problem = world.through(Stage.LISTED)
    client = sign_in("coordinator")
    assert client.get(f"/problems/{problem.id}/register/").status_code == 404
    assert client.get(f"/problems/{problem.id}/vanish/").status_code == 404


def test_a_move_that_the_stage_forbids_says_why_and_what_helps(world, sign_in):
    problem = world.through(Stage.LISTED)
    answer = sign_in("coordinator").get(act_of(problem, Move.RESUME))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "该问题现在是“已入账”，不能办理“恢复”。" in page
    assert act_of(problem, Move.DISPATCH) in page


def test_a_move_that_lacks_something_says_what(world, sign_in):
    problem = world.through(Stage.CLOSEOUT_ASKED)
    client = sign_in("reviewer")
    assert "还没有现场核查，不能验收。请督导人员先到现场核查。" in client.get(page_of(problem)).content.decode()
    assert client.get(act_of(problem, Move.ACCEPT)).status_code == 409


def test_nobody_accepts_own_work(world, sign_in):
    problem = SITUATIONS[Move.ACCEPT].ready(world)
    Problem.objects.filter(id=problem.id).update(worked_by=[world.people["reviewer"].pk])
    for method in ("get", "post"):
        refused = getattr(sign_in("reviewer"), method)(act_of(problem, Move.ACCEPT))
        assert refused.status_code == 403
        assert "不能对自己的工作办理“验收通过”。请由没有参与整改的人员办理。" in refused.content.decode()
    assert Problem.objects.get(id=problem.id).stage == Stage.CLOSEOUT_ASKED


def test_a_refusal_is_told_and_the_text_stays(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    answer = send(
        sign_in("liaison"), problem, Move.ASK_EXTENSION, due=problem.due.isoformat(), reason="管网改造要避开汛期"
    )
    page = answer.content.decode()
    assert "没有晚于现在的时限" in page
    assert "管网改造要避开汛期" in page
    assert last_entry(problem).action == Move.SIGN


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2025-02-30", "没有“2025-02-30”这一天"),
        ("2025年2月30日", "没有“2025年2月30日”这一天"),
        ("二月底", "看不懂日期“二月底”"),
        ("1026-05-01", "年份应在2000到2099之间"),
    ],
)
def test_a_date_that_does_not_exist_is_named_and_kept(typed, told, world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    page = send(sign_in("liaison"), problem, Move.ASK_EXTENSION, due=typed, reason="要避开汛期").content.decode()
    assert told in page
    assert f'value="{typed}"' in page
    assert "要避开汛期" in page


@pytest.mark.parametrize("typed", ["2026-04-10", "2026年4月10日", "2026/4/10", "２０２６．４．１０"])
def test_a_date_may_be_written_as_offices_do(typed, world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    assert send(sign_in("liaison"), problem, Move.ASK_EXTENSION, due=typed, reason="避开汛期").status_code == 302


def test_an_action_may_be_put_down_later_than_it_happened(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    with days_later(3) as today:
        client = sign_in("supervisor")
        send(client, problem, Move.WARN, reason="虚报", occurred_on="2026-03-03")
        assert last_entry(problem).occurred_on.isoformat() == "2026-03-03"
        assert "补记，实际发生于2026-03-03" in client.get(page_of(problem)).content.decode()
        assert today.isoformat() in client.get(page_of(problem)).content.decode()


def test_a_day_to_come_cannot_have_happened(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    page = send(
        sign_in("supervisor"), problem, Move.WARN, reason="虚报", occurred_on="2026-05-01"
    ).content.decode()
    assert "发生日期2026-05-01还没有到" in page


def test_two_people_at_once(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    first, second = sign_in("coordinator"), sign_in("supervisor")
    assert send(first, problem, Move.SUSPEND, reason="等判决").status_code == 302
    late = send(second, problem, Move.WARN, reason="进度不实，要求说明")
    assert late.status_code == 409
    page = late.content.decode()
    assert "该问题现在是“已中止”" in page
    assert "进度不实，要求说明" in page


def test_somebody_was_faster_and_the_move_is_still_possible(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    working.report(actor=world.actor("leader"), problem=problem.id, progress={}, note="局长已到现场督办").only()
    late = send(sign_in("supervisor"), problem, Move.WARN, reason="进度不实，要求说明")
    assert late.status_code == 409
    page = late.content.decode()
    assert "别人已经办理过该问题" in page
    assert "局长已到现场督办" in page
    assert "进度不实，要求说明" in page
    assert last_entry(problem).action == Move.REPORT
    again = Problem.objects.get(id=problem.id)
    assert f'name="version" value="{again.version}"' in page
    assert send(sign_in("supervisor"), again, Move.WARN, reason="进度不实，要求说明").status_code == 302


def test_dispatching_after_the_wanted_date_has_passed_is_mended_in_the_form(world, sign_in):
    problem = world.register(wanted_due=clock.today())[0]
    with days_later(5):
        client = sign_in("coordinator")
        assert client.get(act_of(problem, Move.DISPATCH)).status_code == 200
        refused = send(client, problem, Move.DISPATCH)
        assert "整改时限2026-03-02已经过去" in refused.content.decode()
        assert send(client, problem, Move.DISPATCH, due="2026年4月1日").status_code == 302


def test_the_form_says_what_will_change(world, sign_in):
    problem = world.through(Stage.LISTED)
    page = sign_in("coordinator").get(act_of(problem, Move.DISPATCH)).content.decode()
    assert "<del>已入账</del>" in page
    assert "<ins>2026-03-17</ins>" in page
    assert Problem.objects.get(id=problem.id).stage == Stage.LISTED


class TestMeasures:
    def test_a_row_more_without_script(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        typed = SITUATIONS[Move.SET_MEASURES].typed(world, problem) | {"m-1-share": "1", "add": "1"}
        page = send(sign_in("liaison"), problem, Move.SET_MEASURES, **typed).content.decode()
        assert 'name="m-2-text"' in page
        assert "公开整改结果" in page
        assert "message-error" not in page

    def test_shares_that_do_not_add_up(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        typed = SITUATIONS[Move.SET_MEASURES].typed(world, problem) | {"m-1-share": "20"}
        page = send(sign_in("liaison"), problem, Move.SET_MEASURES, **typed).content.decode()
        assert "占比合计为90%，应为100%" in page
        assert "公开整改结果" in page

    def test_a_date_in_a_row_that_does_not_exist(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        typed = SITUATIONS[Move.SET_MEASURES].typed(world, problem) | {"m-1-due": "2026-02-30"}
        page = send(sign_in("liaison"), problem, Move.SET_MEASURES, **typed).content.decode()
        assert "没有“2026-02-30”这一天" in page

    def test_a_row_taken_out_is_dropped(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        typed = SITUATIONS[Move.SET_MEASURES].typed(world, problem) | {"m-0-DELETE": "on", "m-1-share": "100"}
        assert send(sign_in("liaison"), problem, Move.SET_MEASURES, **typed).status_code == 302
        assert [m.text for m in Measure.objects.filter(problem_id=problem.id, dropped=False)] == ["公开整改结果"]

    def test_a_unit_that_is_not_assigned(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        typed = SITUATIONS[Move.SET_MEASURES].typed(world, problem)
        typed["m-1-unit"] = str(world.units["county_education"].pk)
        assert send(sign_in("liaison"), problem, Move.SET_MEASURES, **typed).status_code == 422


class TestReporting:
    def test_a_file_is_stored_and_named(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        client = sign_in("liaison")
        typed = SITUATIONS[Move.REPORT].typed(world, problem)
        assert send(client, problem, Move.REPORT, **typed).status_code == 302
        row = Evidence.objects.get(problem_id=problem.id)
        assert row.name == "现场 照片.png"
        page = client.get(page_of(problem)).content.decode()
        assert "现场 照片.png" in page
        assert row.sha256[:12] in page

    def test_a_supporting_unit_reports_on_its_own_measures_alone(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        mine, other = Measure.objects.filter(problem_id=problem.id).order_by("place")
        Measure.objects.filter(id=mine.id).update(unit=world.units["water"])
        page = sign_in("support").get(act_of(problem, Move.REPORT)).content.decode()
        assert f"percent-{mine.id.hex}" in page
        assert f"percent-{other.id.hex}" not in page

    def test_nothing_said_is_no_report(self, world, sign_in):
        problem = world.through(Stage.UNDER_WAY)
        page = send(sign_in("liaison"), problem, Move.REPORT).content.decode()
        assert "还没有填写进展情况" in page
