"""The page of the colour rules: read by all, edited without scripts, tried, switched on, told on problems."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from bihuan.book import home
from bihuan.domain.case import Stage
from bihuan.domain.colours import DEFAULT_POLICY
from bihuan.insight import trials, trying
from bihuan.ledger.actions.policies import add_policy
from bihuan.ledger.models import ColourPolicy, Problem
from bihuan.web.forms.colours import draft_of
from tests.world import START, World, days_later

pytestmark = pytest.mark.django_db
PAGE, EDIT = "/settings/colours/", "/settings/colours/edit/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_trials_before() -> None:
    shutil.rmtree(home.home() / "trials", ignore_errors=True)


def typed(**changes: str) -> dict[str, str]:
    """What the editor sends for the default policy, with some fields changed."""
    draft = draft_of(DEFAULT_POLICY)
    found = {"name": draft.name, "rows": str(len(draft.rows)), "day": str(START), "do": "try"}
    for n, row in enumerate(draft.rows):
        found |= {f"colour-{n}": row.colour, f"when-{n}": row.when, f"number-{n}": row.number}
    return found | {key.replace("_", "-"): value for key, value in changes.items()}


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return plain(response.content.decode())


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.split("<main")[1])).split())


def places(html: str) -> list[str]:
    """The conditions chosen, in the order of the rows."""
    rows = re.findall(r'<li class="rule-row.*?</li>', html, re.S)
    return [
        found[0] for row in rows[:-1] if (found := re.findall(r'value="(\w*)"[^>]*? selected', row)[1:]) or [""]
    ]


def test_everybody_reads_the_rules_and_is_told_who_may_change_them(world: World, sign_in):
    for name in ("liaison", "auditor", "county_coordinator"):
        shown = text_of(sign_in(name), PAGE)
        assert "进度落后30个百分点或更多" in shown
        assert "只有云汀市整改办和系统管理员可以修改设置。请与他们联系。" in shown
        assert "修改并试算" not in shown
    assert "修改并试算" in text_of(sign_in("administrator"), PAGE)
    answer = sign_in("liaison").post(EDIT, typed())
    assert (answer.status_code, "只有云汀市整改办" in answer.content.decode()) == (403, True)


def test_rows_are_moved_added_and_taken_out_and_what_was_typed_stays(world: World, sign_in):
    office = sign_in("coordinator")
    before = [rule.when for rule in DEFAULT_POLICY.rules[:-1]]
    for do, after in (
        ("up-3", [*before[:2], before[3], before[2], *before[4:]]),
        ("down-0", [before[1], before[0], *before[2:]]),
        ("remove-0", before[1:]),
        ("up-0", before),
        ("down-12", before),
        ("up-99999999999", before),
        ("nonsense", before),
    ):
        answer = office.post(EDIT, typed(do=do, name="改到一半", number_3="三十"))
        html = answer.content.decode()
        assert (answer.status_code, places(html)) == (200, after), do
        assert 'value="改到一半"' in html
        assert 'value="三十"' in html
    added = office.post(EDIT, typed(do="add")).content.decode()
    assert len(re.findall('<li class="rule-row', added)) == len(before) + 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number_3": "三十"}, "请填写1到100的整数。"),
        ({"number_3": "101"}, "请填写1到100的整数。"),
        ({"number_3": "9" * 400}, "请填写1到100的整数。"),
        ({"number_3": "\0"}, "请填写1到100的整数。"),
        ({"number_8": "40"}, "第9条规则永远用不上：符合它的问题，都先符合第4条。请删去它，或移到前面。"),
        ({"when_2": ""}, "请选择条件。"),
        ({"when_2": "otherwise"}, "请选择条件。"),
        ({"when_2": "nothing"}, "请选择条件。"),
        ({"name": " "}, "请给这套颜色规则起个名称。"),
        ({"name": "长" * 90}, "名称最多60个字"),
        ({"day": "2026-02-30"}, "2026-02-30"),
        ({"day": "0001-01-01"}, "0001-01-01"),
        ({"day": str(START - DAY)}, "只能按今天或三年以内的日期试算"),
        ({"rows": "x"}, ""),
        ({"rows": "-1"}, ""),
    ],
)
def test_what_is_wrong_is_told_in_its_place(world: World, sign_in, changes: dict[str, str], told: str):
    answer = sign_in("coordinator").post(EDIT, typed(**changes))
    if told:
        assert answer.status_code == 422
        assert told in plain(answer.content.decode())
        assert not trials._all()


def test_tried_opened_and_switched_on(world: World, sign_in):
    problem = world.through(Stage.DISPATCHED)
    office = sign_in("coordinator")
    day = START + 20 * DAY
    answer = office.post(EDIT, typed(colour_2="yellow", name="逾期为黄", day=str(day)))
    trial = answer["Location"]
    shown = text_of(office, trial)
    assert "在办的1个问题中， 1个变黄" in shown
    assert "第3条“整改时限已过，还没有完成”：由红改为黄" in shown
    assert "没有问题符合" in shown
    rows = text_of(office, trial + "red-yellow/")
    assert problem.number in rows
    assert rows.count(f"整改时限{problem.due}已过") == 2
    assert office.get(trial + "red-purple/").status_code == 404
    assert "这里没有您能查看的在办问题" in text_of(office, trial + "red-yellow/?from=50")
    wrong = office.post(trial + "on/", {"begins": str(START), "reason": "试行"})
    assert (wrong.status_code, "只能从明天或以后起生效" in wrong.content.decode()) == (422, True)
    on = office.post(trial + "on/", {"begins": str(day), "reason": "逾期的都在整改"}, follow=True)
    shown = plain(on.content.decode())
    assert f"已记下：第1版颜色规则从{day}起生效。" in shown
    assert "文立本" in shown
    assert "逾期的都在整改" in shown
    assert "待生效" in shown
    again = office.post(trial + "on/", {"begins": str(day), "reason": "再来一次"})
    assert (again.status_code, "文立本刚才启用了新的颜色规则" in again.content.decode()) == (422, True)
    assert ColourPolicy.objects.count() == 1
    assert Problem.objects.get().version == problem.version


def test_an_administrator_gets_counts_and_no_rows(world: World, sign_in):
    problem = world.through(Stage.DISPATCHED)
    keeper = sign_in("administrator")
    trial = keeper.post(EDIT, typed(name="照旧"))["Location"]
    shown = text_of(keeper, trial)
    assert "在办的1个问题中， 没有一个变色" in shown
    assert "系统管理员不查看问题，只看数字" in shown
    assert problem.number not in shown
    assert keeper.get(trial + "blue-blue/").status_code == 403


def test_a_long_trial_shows_how_far_it_is(world: World, sign_in, monkeypatch: pytest.MonkeyPatch):
    world.register(3)
    monkeypatch.setattr(trials, "AT_ONCE", 1)
    monkeypatch.setattr(trying, "CHUNK", 2)
    office = sign_in("coordinator")
    trial = office.post(EDIT, typed())["Location"]
    assert "0 / 3" in text_of(office, trial)
    assert office.post(trial + "on/", {"begins": str(START + DAY), "reason": "快"}).status_code == 422
    part = office.get(trial, headers={"hx-request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "<main" not in part
    trials.run(trials._all()[0].parent.name)
    done = office.get(trial, headers={"hx-request": "true"})
    assert done["HX-Refresh"] == "true"
    assert "没有一个变色" in text_of(office, trial)


def test_versions_are_compared_and_a_problem_says_by_which_it_is_coloured(world: World, sign_in):
    problem = world.through(Stage.DISPATCHED)
    add_policy(policy=DEFAULT_POLICY, effective_from=START + DAY, region_id=1)
    office = sign_in("coordinator")
    page = f"/problems/{problem.id}/"
    assert "按五色（默认）" in text_of(office, page)
    shown = text_of(office, PAGE + "?" + urlencode({"old": 1, "new": 1}))
    assert "从第1版到第1版" not in shown, "with one version there is nothing to compare"
    add_policy(policy=DEFAULT_POLICY, effective_from=START + DAY, region_id=1)
    shown = text_of(office, PAGE + "?" + urlencode({"old": 1, "new": 2}))
    assert "从第1版到第2版 没有差别" in shown
    assert "被第2版代替" in shown
    with days_later(3):
        world._sign(problem.id)
        assert "按五色（默认）第2版" in text_of(sign_in("coordinator"), page)
