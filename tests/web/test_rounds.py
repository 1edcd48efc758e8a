"""A later version of a ledger on screen: what it is taken for, what rows change, pairing, confirming, history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from bihuan.book import clock
from bihuan.intake import actions
from bihuan.intake.models import Draft, Reading
from bihuan.intake.queries import drafts_of
from bihuan.ledger.actions import dispatch
from bihuan.ledger.models import Problem
from tests.intake.files import AT_ONCE, PLAIN, STANDING, leave_out, ledger, receive
from tests.intake.test_rounds import BRIDGE, DIKE, FIRST, LAMPS, but
from tests.world import START, World

pytestmark = pytest.mark.django_db
LATER = clock.moment_on(START + timedelta(days=20))
SECOND = (
    but(DIKE, problem="东门排涝闸启闭机严重锈蚀。", due="2026年12月底前"),
    but(LAMPS, status="已完成", progress="灯具已更换"),
    BRIDGE,
)


def taken_in(world: World, folder: Path, *rows: tuple[str, ...], name: str) -> Reading:
    reading = receive(world, ledger(folder, *rows, name=name))
    leave_out(world, reading)
    return reading


@pytest.fixture
def on_ledger(world: World, tmp_path: Path) -> dict[str, Problem]:
    """The first version, its first problem dispatched; by the start of their text."""
    reading = taken_in(world, tmp_path, *FIRST, name="第一版.xlsx")
    problems = actions.confirm(actor=world.actor("coordinator"), reading=reading)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problems[0].id]).only()
    return {problem.text[:2]: problem for problem in problems}


@pytest.fixture
def second(world: World, on_ledger: dict[str, Problem], tmp_path: Path) -> Reading:
    """The second version, open."""
    return taken_in(world, tmp_path, *SECOND, name="第二版.xlsx")


def text_of(client: Client, address: str, language: str = "zh-hans") -> str:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def band(html: str) -> str:
    return html[html.index('class="round-band') : html.index("</section>", html.index('class="round-band'))]


def stand(html: str) -> str:
    """What stands of the open row's problem on the ledger."""
    return html[html.index('class="stand"') : html.index("</section>", html.index('class="stand"'))]


class TestWhatTheFileIsTakenFor:
    def test_the_page_says_so_and_counts_what_it_means(self, sign_in, second):
        html = band(text_of(sign_in("coordinator"), f"/intake/{second.id}/"))
        assert "按《问题整改台账》的新一版核对" in html
        figures = [("added", 1), ("changed", 1), ("closed", 1), ("by_hand", 1)]
        for kind, count in figures:
            assert f"?show={kind}" in html
            at = html.index(f'class="kind kind-{kind}"')
            assert f"<b>{count}</b>" in html[at : html.index("</a>", at)]
        assert f"/intake/{second.id}/absent/" in html

    def test_and_so_in_english(self, sign_in, second):
        html = text_of(sign_in("coordinator"), f"/intake/{second.id}/?show=by_hand", "en")
        assert "A later version of" in band(html)
        assert "After dispatch a ledger file does not change the deadline" in stand(html)
        assert "Deadline as written" in stand(html)

    @pytest.mark.parametrize(
        ("kind", "texts"),
        [
            ("added", ["北关桥"]),
            ("changed", ["东门"]),
            ("closed", ["育才路"]),
            ("same", []),
            ("by_hand", ["东门"]),
        ],
    )
    def test_a_kind_shows_its_rows_and_no_others(self, sign_in, second, kind, texts):
        html = text_of(sign_in("coordinator"), f"/intake/{second.id}/?show={kind}")
        lines = html[html.index('class="pane pane-lines"') :].partition("</section>\n  <section")[0]
        shown = [text for text in ("北关桥", "东门", "育才路") if text in lines.partition("pane-source")[0]]
        assert shown == texts

    def test_it_can_be_taken_as_new_problems_and_back(self, sign_in, second):
        client = sign_in("coordinator")
        client.post(f"/intake/{second.id}/round/", {"as_round": "0"})
        assert set(drafts_of(second).values_list("verdict", flat=True)) == {""}
        assert "是这本台账的新一版" in text_of(client, f"/intake/{second.id}/")
        client.post(f"/intake/{second.id}/round/", {"as_round": "1"})
        assert list(drafts_of(second).values_list("verdict", flat=True)) == ["changed", "closed", "added"]

    def test_a_first_file_is_not_asked_about(self, sign_in, world, tmp_path):
        reading = taken_in(world, tmp_path, *FIRST, name="第一版.xlsx")
        assert "round-band" not in text_of(sign_in("coordinator"), f"/intake/{reading.id}/")

    def test_what_is_absent_is_listed_with_the_way_to_each(self, sign_in, second, on_ledger):
        html = text_of(sign_in("coordinator"), f"/intake/{second.id}/absent/")
        body = html[html.index("<tbody>") :]
        assert f"/problems/{on_ledger['同一'].id}/" in body
        assert str(on_ledger["东门"].id) not in body


class TestTheOpenRow:
    def test_it_names_its_problem_and_what_becomes_of_each_change(self, sign_in, second, on_ledger):
        html = stand(text_of(sign_in("coordinator"), f"/intake/{second.id}/?show=changed"))
        dike = on_ledger["东门"]
        assert f'<a href="/problems/{dike.id}/"><b>{dike.number}</b>' in html
        assert "<mark>严重</mark>" in html
        assert "更正" in html
        assert "交办以后，时限不由台账文件改动" in html
        assert "记为文件所称" in html

    def test_units_are_called_by_name(self, sign_in, world, on_ledger, tmp_path):
        reading = taken_in(world, tmp_path, DIKE, but(LAMPS, lead="市水利局"), STANDING, name="第二版.xlsx")
        html = stand(text_of(sign_in("coordinator"), f"/intake/{reading.id}/?show=changed"))
        names = [world.units[key].short for key in ("housing", "water")]
        assert all(f"{name}（牵头）" in html for name in names)

    def test_a_row_is_paired_by_its_number_and_made_a_new_one_again(self, sign_in, second, on_ledger):
        client = sign_in("coordinator")
        bridge = Draft.objects.get(reading_id=second.id, verdict="added")
        address = f"/intake/{second.id}/rows/{bridge.place}/pair/"
        answer = client.post(address, {"number": on_ledger["同一"].number}, follow=True)
        assert f"对应{on_ledger['同一'].number}。" in answer.content.decode()
        assert Draft.objects.get(id=bridge.id).problem_id == on_ledger["同一"].id
        assert "由人指定" in stand(text_of(client, f"/intake/{second.id}/?at={bridge.place}"))
        client.post(address, {"new": "1"})
        assert Draft.objects.get(id=bridge.id).problem_id is None

    @pytest.mark.parametrize(
        ("number", "told"),
        [("", "请填写编号"), ("YT1999-00001", "没有编号为“YT1999-00001”的问题"), ("dike", "已经对应")],
    )
    def test_a_number_that_will_not_do_is_told(self, sign_in, second, on_ledger, number, told):
        bridge = Draft.objects.get(reading_id=second.id, verdict="added")
        number = on_ledger["东门"].number if number == "dike" else number
        address = f"/intake/{second.id}/rows/{bridge.place}/pair/"
        assert told in sign_in("coordinator").post(address, {"number": number}, follow=True).content.decode()
        assert Draft.objects.get(id=bridge.id).problem_id is None

    def test_the_problem_most_like_a_new_row_is_offered(self, sign_in, world, on_ledger, tmp_path):
        near = but(LAMPS, no="8", problem="育才路路灯昏暗，两盏不亮，群众多次反映。", lead="市水利局")
        reading = taken_in(world, tmp_path, DIKE, near, STANDING, name="第二版.xlsx")
        draft = Draft.objects.get(reading_id=reading.id, verdict="added")
        html = stand(text_of(sign_in("coordinator"), f"/intake/{reading.id}/?at={draft.place}"))
        assert f'name="number" value="{on_ledger["育才"].number}"' in html

    def test_a_problem_changed_since_is_shown_as_it_is_now(self, sign_in, world, second, on_ledger):
        lamps = drafts_of(second, "closed")[0]
        dispatch.dispatch(actor=world.actor("coordinator"), problems=[on_ledger["育才"].id]).only()
        html = stand(text_of(sign_in("coordinator"), f"/intake/{second.id}/?at={lamps.place}"))
        assert "已交办" in html


class TestConfirming:
    def test_before_it_is_done_the_page_says_what_will_be_done(self, sign_in, second):
        html = text_of(sign_in("coordinator"), f"/intake/{second.id}/confirm/")
        assert "确认《问题整改台账》第2轮" in html
        does = html[html.index('class="round-does"') : html.index("</ul>", html.index('class="round-does"'))]
        assert [does.count(f"?show={kind}") for kind in ("added", "changed", "closed", "by_hand", "same")] == [
            *(1, 1, 1, 1, 0)
        ]

    def test_where_nothing_is_added_nothing_is_asked_about_new_problems(self, sign_in, world, on_ledger, tmp_path):
        reading = taken_in(world, tmp_path, *FIRST, name="又一次.xlsx")
        html = text_of(sign_in("coordinator"), f"/intake/{reading.id}/confirm/")
        assert 'name="source"' not in html
        assert "确认为第2轮" in html

    def test_it_is_done_once_and_told_where_the_versions_stand(self, sign_in, world, second):
        client = sign_in("coordinator")
        sent = {"origin": "new", "urgency": "ordinary", "way": "new"}
        with clock.moved_to(LATER):
            answer = client.post(f"/intake/{second.id}/confirm/", sent)
            assert answer.url == f"/ledger/history/?ledger={world.ledger.id}"
            html = text_of(client, answer.url)
            assert "第2轮已确认：新增1个、有变化1个、文件称已完成1个、要另行办理1个、文件里没有1个。" in html
            again = client.post(f"/intake/{second.id}/confirm/", sent, follow=True).content.decode()
        assert "先前已经确认" in again
        assert Problem.objects.filter(ledger_id=world.ledger.id).count() == 4

    def test_without_a_source_chosen_where_nothing_is_new(self, sign_in, world, on_ledger, tmp_path):
        reading = taken_in(world, tmp_path, *FIRST, name="又一次.xlsx")
        answer = sign_in("coordinator").post(f"/intake/{reading.id}/confirm/", {})
        assert answer.status_code == 302
        assert Reading.objects.get(id=reading.id).round == 2

    def test_every_figure_of_a_version_opens_to_its_rows(self, sign_in, world, second):
        with clock.moved_to(LATER):
            actions.confirm(actor=world.actor("coordinator"), reading=second)
            client = sign_in("coordinator")
            html = text_of(client, f"/ledger/history/?ledger={world.ledger.id}")
            for kind in ("added", "changed", "closed", "by_hand"):
                assert f'href="/intake/{second.id}/?show={kind}">1</a>' in html
                assert drafts_of(second, kind).count() == 1
            assert f'href="/intake/{second.id}/absent/">1</a>' in html
            kept = stand(text_of(client, f"/intake/{second.id}/?show=changed"))
        assert "<mark>严重</mark>" in kept
        assert "<form" not in kept

    def test_the_file_can_be_fetched_from_the_list(self, sign_in, world, on_ledger):
        reading = Reading.objects.get()
        client = sign_in("coordinator")
        assert f'href="/intake/{reading.id}/file/"' in text_of(client, "/ledger/history/")
        answer = client.get(f"/intake/{reading.id}/file/")
        assert quote("第一版.xlsx") in answer["Content-Disposition"]


class TestWhoseItIs:
    @pytest.mark.parametrize("who", ["county_coordinator", "liaison", "stranger"])
    def test_nobody_else_changes_what_a_file_is_taken_for(self, sign_in, second, who):
        client = sign_in(who)
        bridge = Draft.objects.get(reading_id=second.id, verdict="added")
        answers = [
            client.post(f"/intake/{second.id}/round/", {"as_round": "0"}).status_code,
            client.post(f"/intake/{second.id}/rows/{bridge.place}/pair/", {"number": "x"}).status_code,
            client.get(f"/intake/{second.id}/absent/").status_code,
        ]
        assert set(answers) <= {403, 404}
        assert Reading.objects.get(id=second.id).as_round

    def test_a_settled_round_stays_what_it_is(self, sign_in, world, second):
        actions.confirm(actor=world.actor("coordinator"), reading=second)
        client = sign_in("coordinator")
        client.post(f"/intake/{second.id}/round/", {"as_round": "0"})
        bridge = Draft.objects.get(reading_id=second.id, verdict="added")
        before = bridge.problem_id
        client.post(f"/intake/{second.id}/rows/{bridge.place}/pair/", {"new": "1"})
        assert Reading.objects.get(id=second.id).as_round
        assert Draft.objects.get(id=bridge.id).problem_id == before

    def test_a_row_that_does_not_exist(self, sign_in, second):
        assert sign_in("coordinator").post(f"/intake/{second.id}/rows/99/pair/", {"new": "1"}).status_code == 404


def test_a_page_of_a_round_takes_few_queries(sign_in, second, django_assert_max_num_queries):
    client = sign_in("coordinator")
    client.get(f"/intake/{second.id}/")
    with django_assert_max_num_queries(12):
        client.get(f"/intake/{second.id}/")


def test_a_file_with_other_problems_may_still_be_called_a_later_version(sign_in, world, on_ledger, tmp_path):
    reading = taken_in(world, tmp_path, PLAIN, AT_ONCE, BRIDGE, name="别的.xlsx")
    client = sign_in("coordinator")
    assert "是这本台账的新一版，逐条核对" in band(text_of(client, f"/intake/{reading.id}/"))
    client.post(f"/intake/{reading.id}/round/", {"as_round": "1"})
    assert list(drafts_of(reading).values_list("verdict", flat=True)) == ["added", "added", "added"]
