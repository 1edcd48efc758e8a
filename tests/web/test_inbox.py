"""The inbox as people use it: receipts, posts, paging, settings; and what administrators see of the mails."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bihuan.book import clock
from bihuan.domain.case import Role, Stage
from bihuan.ledger.actions import dispatch, undoing
from bihuan.ledger.models import Problem
from bihuan.notices import digests, inbox, mailing, telling
from bihuan.notices.models import ByMail, Digest, Mail, Notice, Wish
from bihuan.organisations.actions import assign_post
from tests.world import START, World


@pytest.fixture
def ordered(world: World) -> Problem:
    """One problem dispatched to the bureau, and everybody told."""
    telling.tell()
    problem = world.through(Stage.DISPATCHED)
    telling.tell()
    return problem


def of(world: World, name: str) -> Notice:
    return Notice.objects.get(person=world.people[name])


def test_an_order_stands_unread_until_it_is_opened_and_the_office_sees_when(world, sign_in, ordered):
    liaison, office = sign_in("liaison"), sign_in("coordinator")
    page = liaison.get("/inbox/").content.decode()
    assert ordered.number in page
    assert "is-unread" in page
    assert (
        '<span class="count" id="unread" hx-swap-oob="true">1</span>'
        in liaison.get("/frame/stages/").content.decode()
    )
    assert "未读" in receipts(office, ordered)
    with clock.moved_to(clock.moment_on(START, hour=10, minute=30)):
        answer = liaison.get(f"/inbox/{of(world, 'liaison').id}/")
    assert answer.headers["Location"] == f"/problems/{ordered.id}/"
    assert "2026-03-02 10:30已读" in receipts(office, ordered)
    with clock.moved_to(clock.moment_on(START, hour=12)):
        liaison.get(f"/inbox/{of(world, 'liaison').id}/")
    assert "2026-03-02 10:30已读" in receipts(office, ordered)  # the first time counts
    assert "没有未读的通知" in liaison.get("/inbox/").content.decode()
    assert ordered.number in liaison.get("/inbox/?show=all").content.decode()


def receipts(client, problem: Problem) -> str:
    page: str = client.get(f"/problems/{problem.id}/").content.decode()
    return page.partition('id="receipts"')[2].partition("</section>")[0]


def test_opening_the_problem_by_another_way_is_a_receipt_too(world, sign_in, ordered):
    sign_in("liaison").get(f"/problems/{ordered.id}/")
    assert of(world, "liaison").read_at is not None
    assert of(world, "leader").read_at is None


def test_receipts_are_for_the_office_alone(world, sign_in, ordered):
    for name in ("liaison", "support"):
        assert receipts(sign_in(name), ordered) == ""


def test_nobody_opens_or_reads_what_others_were_told(world, sign_in, ordered):
    notice = of(world, "liaison")
    assert sign_in("leader").get(f"/inbox/{notice.id}/").status_code == 404
    assert sign_in("leader").get(f"/inbox/{uuid4()}/").status_code == 404
    sign_in("leader").post("/inbox/read/", {"until": str(notice.id)})
    assert of(world, "liaison").read_at is None


def test_what_was_recalled_is_told_without_a_title(world, sign_in, ordered):
    undoing.recall(actor=world.actor("coordinator"), problems=[ordered.id], reason="发错了单位。").only()
    client = sign_in("liaison")
    page = client.get("/inbox/").content.decode()
    assert ordered.title not in page
    assert ordered.number not in page
    answer = client.get(f"/inbox/{of(world, 'liaison').id}/", follow=True)
    assert "已经不在您的查看范围内" in answer.content.decode()


def test_a_notice_opens_in_the_post_that_it_concerns(world, sign_in, ordered):
    assign_post(person=world.people["liaison"], unit=world.units["county_education"], role=Role.LIAISON)
    client = sign_in("liaison")
    other = world.people["liaison"].posts.get(unit=world.units["county_education"])
    client.post("/post/", {"post": other.pk})
    assert client.get(f"/problems/{ordered.id}/").status_code == 404
    answer = client.get(f"/inbox/{of(world, 'liaison').id}/", follow=True)
    assert answer.status_code == 200
    assert "已换到您在市住房和城乡建设局的岗位" in answer.content.decode()


def test_all_are_read_up_to_what_was_on_the_page(world, sign_in, ordered):
    client = sign_in("liaison")
    shown = of(world, "liaison").id
    world.through(Stage.DISPATCHED)
    telling.tell()
    client.post("/inbox/read/", {"until": str(shown)})
    assert inbox.unread(world.actor("liaison")) == 1
    assert client.post("/inbox/read/", {"until": "x"}).status_code == 404


def test_pages_follow_each_other_without_gap_or_repetition(world, sign_in, django_assert_max_num_queries):
    telling.tell()
    problems = world.register(inbox.PAGE * 2 + 3)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id for problem in problems]).only()
    telling.tell()
    actor, seen, after = world.actor("liaison"), [], ""
    while True:
        page = inbox.page(actor, inbox.UNREAD, after)
        seen += [line.notice.id for line in page.lines]
        after = page.following
        if not after:
            break
    assert len(seen) == len(set(seen)) == len(problems)
    client = sign_in("liaison")
    with django_assert_max_num_queries(14):
        assert client.get("/inbox/").status_code == 200
    assert client.get("/inbox/?show=nonsense&after=nonsense").status_code == 200


def test_the_digest_stands_above_with_figures_that_open_to_their_rows(world, sign_in):
    telling.tell()
    problem = world.through(Stage.UNDER_WAY, wanted_due=START + timedelta(days=8))
    digests.make()
    with clock.moved_to(clock.moment_on(START + timedelta(days=1))):
        telling.tell()
        digests.make()
        client = sign_in("liaison")
        page = client.get("/inbox/").content.decode()
        assert "7天内到期" in page
        digest = Digest.objects.get(person=world.people["liaison"], day=START + timedelta(days=1))
        assert problem.title in client.get(f"/inbox/digests/{digest.id}/").content.decode()
        digest.refresh_from_db()
        assert digest.read_at is not None
        rows = f"/inbox/turned/{digest.turned[0][0]}/due_soon/"
        assert rows in page
        assert problem.title in client.get(rows).content.decode()
        assert client.get(rows.replace("due_soon", "overdue")).status_code == 404
        assert sign_in("support").get(rows).status_code == 404


def test_settings_are_ones_own_and_a_wrong_address_stays_to_be_mended(world, sign_in):
    client = sign_in("liaison")
    assert "没有设置邮件服务器" in client.get("/inbox/settings/").content.decode()
    wrong = {"address": "not an address\r\nBcc: x@y.example", "orders": "on", "language": "en"}
    answer = client.post("/inbox/settings/", wrong)
    assert answer.status_code == 422
    assert "not an address" in answer.content.decode()
    assert not Wish.objects.exists()
    client.post("/inbox/settings/", wrong | {"address": "xiaohe@home.example"})
    row = Wish.objects.get()
    assert (row.person_id, row.address, row.orders, row.digest) == (
        world.people["liaison"].pk,
        "xiaohe@home.example",
        True,
        False,
    )


def test_an_administrator_sees_what_failed_without_any_problem_and_tries_again(world, sign_in, ordered, settings):
    settings.MAIL_URL, settings.MAIL_FROM = "smtp://mail.example/", "ledger@mail.example"
    now = clock.now()
    mail = Mail.objects.create(
        person=world.people["liaison"],
        region_id=1,
        state=Mail.State.REFUSED,
        told="550 <b>no such</b> person",
        address="x@y.example",
        next_at=now,
        made_at=now,
        done_at=now,
    )
    Notice.objects.filter(person=world.people["liaison"]).update(by_mail=ByMail.HELD, mail_id=mail.id)
    client = sign_in("administrator")
    page = client.get("/people/mail/").content.decode()
    assert "550 &lt;b&gt;no such&lt;/b&gt; person" in page
    assert "1件未读" in page
    assert ordered.title not in page
    assert ordered.number not in page
    assert "没有发邮件" in sign_in("liaison").get("/inbox/").content.decode()
    client.post("/people/mail/", {"mail": "all"})
    mail.refresh_from_db()
    assert mail.state == Mail.State.QUEUED
    assert client.post("/people/mail/", {"mail": "nonsense"}).status_code == 404
    assert mailing.refuses_set_up() is None
