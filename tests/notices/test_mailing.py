"""Mails through a real SMTP server: taken, put off, refused, cut off. Nothing is lost and little is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection

from bihuan.book import clock
from bihuan.ledger.actions import dispatch
from bihuan.ledger.models import Problem
from bihuan.notices import deliveries, digests, inbox, mailing, mailserver, running, telling
from bihuan.notices.models import ByMail, Digest, Mail, Notice
from bihuan.notices.wishes import wish
from tests.notices.conftest import address
from tests.world import START, World

State = Mail.State


def order(world: World, count: int = 1) -> list[Problem]:
    """Problems dispatched to the bureau, and what they concern told."""
    problems = world.register(count)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id for row in problems]).only()
    telling.tell()
    return problems


def sent(world: World) -> int:
    mailing.plan()
    return mailing.send()


def the_mail() -> Mail:
    return Mail.objects.get()


def test_an_order_goes_out_at_once_with_number_title_and_link(world, post):
    (problem,) = order(world)
    assert sent(world) == 1
    (letter,) = post.letters
    assert letter["To"] == address("liaison")
    assert problem.number in letter["Subject"]
    assert "交办" in letter["Subject"]
    body = letter.get_content()
    assert problem.title in body
    assert f"https://ledger.yunting.example/inbox/{Notice.objects.get(is_order=True).id}/" in body
    assert the_mail().state == State.SENT
    assert sent(world) == 0


def test_many_orders_are_one_mail(world, post):
    order(world, 40)
    assert sent(world) == 1
    assert len(post.letters) == 1
    assert "40" in post.letters[0]["Subject"]


def test_the_reader_chooses_language_and_what_comes(world, post):
    person = world.people["liaison"].pk
    wish(person=person, address="xiaohe@home.example", orders=True, digest=False, language="en")
    order(world)
    digests.make()
    assert sent(world) == 3
    letter = next(one for one in post.letters if one["To"] == "xiaohe@home.example")
    assert "[Dispatch]" in str(letter["Subject"])
    wish(person=person, address="xiaohe@home.example", orders=False, digest=False, language="en")
    order(world)
    assert sent(world) == 0


def test_the_digest_comes_once_and_repeats_no_order_that_was_mailed(world, post):
    (problem,) = order(world)
    sent(world)
    digests.make()
    assert sent(world) == 2
    subjects = {str(letter["To"]): str(letter["Subject"]) for letter in post.letters[1:]}
    assert set(subjects) == {address("leader"), address("support")}
    assert all(START.isoformat() in subject for subject in subjects.values())
    assert problem.number in post.letters[1].get_content()
    assert running.run() == running.Round(0, 0, 0, 0)


def test_what_was_read_meanwhile_is_not_mailed(world, post):
    order(world)
    mailing.plan()
    liaison = world.actor("liaison")
    inbox.read(liaison, inbox.page(liaison, inbox.ORDERS).lines[0].notice.id)
    assert mailing.send() == 0
    assert the_mail().state == State.NEEDLESS
    assert post.tried == []


def test_a_refusal_for_the_time_being_is_tried_again_after_growing_pauses(world, post):
    order(world)
    post.refusals[address("liaison")] = "451 come back later"
    for pause in mailing.PAUSES:
        before = clock.now()
        assert sent(world) == 0
        mail = the_mail()
        assert (mail.state, mail.told, mail.next_at) == (State.QUEUED, "451 come back later", before + pause)
        assert sent(world) == 0
        clock._moved[-1] = mail.next_at
    post.refusals.clear()
    assert sent(world) == 1
    assert the_mail().tries == len(mailing.PAUSES) + 1
    assert len(post.letters) == 1


def test_a_refusal_for_good_is_told_not_repeated_and_waits_for_the_digest(world, post):
    order(world)
    post.refusals[address("liaison")] = "550 no such person here"
    sent(world)
    mail = the_mail()
    assert (mail.state, mail.told) == (State.REFUSED, "550 no such person here")
    with clock.moved_to(clock.now() + timedelta(days=3)):
        assert sent(world) == 0
        assert post.tried == [address("liaison")]
    assert inbox.held(world.actor("liaison")) == 1
    digests.make()
    assert Digest.objects.get(person=world.people["liaison"]).notices == 1


def test_one_refusal_does_not_keep_the_others_from_theirs(world, post):
    order(world)
    digests.make()
    post.refusals[address("leader")] = "550 no such person here"
    assert sent(world) == 2
    assert set(post.recipients) == {address("liaison"), address("support")}


@pytest.mark.parametrize(
    "trouble", [{"hang_up_after": "MAIL"}, {"greeting": "421 too busy"}, {"at_data": "452 full"}]
)
def test_trouble_with_the_server_puts_mails_off_and_loses_none(world, post, trouble):
    order(world)
    digests.make()
    for name, value in trouble.items():
        setattr(post, name, value)
    assert sent(world) == 0
    assert set(Mail.objects.values_list("state", flat=True)) == {State.QUEUED}
    assert Mail.objects.exclude(told="").count() >= 1
    post.hang_up_after, post.greeting, post.at_data = "", "220 mail.test", "250 taken"
    clock._moved[-1] = clock.now() + timedelta(minutes=6)
    assert mailing.send() == 3
    assert len(post.letters) == 3


def test_no_server_there_is_trouble_too(world, post, settings):
    order(world)
    settings.MAIL_URL = "smtp://127.0.0.1:1/"
    assert sent(world) == 0
    assert the_mail().state == State.QUEUED
    assert the_mail().told != ""


def test_a_crash_between_sending_and_noting_sends_at_most_once_more(world, post, monkeypatch):
    order(world)
    mailing.plan()
    monkeypatch.setattr(mailing, "_note", lambda *args: (_ for _ in ()).throw(SystemError))
    for place in (1, 2):
        with pytest.raises(SystemError):
            mailing.send()
        assert mailing.send() == 0  # in hand, as far as anybody knows
        assert len(post.letters) == place
        clock._moved[-1] = clock.now() + mailing.LEASE
    monkeypatch.undo()
    assert mailing.send() == 0
    assert the_mail().state == State.UNCLEAR
    assert len(post.letters) == 2
    assert len({letter["Message-ID"] for letter in post.letters}) == 1


def test_the_guard_holds_what_is_too_much_for_an_hour(world, post, settings):
    settings.MAILS_PER_HOUR = 2
    for _time in range(3):
        order(world)
        sent(world)
    assert len(post.letters) == 2
    assert inbox.held(world.actor("liaison")) == 1
    digests.make()
    assert Digest.objects.get(person=world.people["liaison"]).notices == 1
    with clock.moved_to(clock.now() + timedelta(hours=2)):
        order(world)
        assert mailing.plan() == 1


def test_the_guard_holds_what_is_too_much_at_once(world, post, settings):
    settings.MAILS_PER_RUN = 0
    order(world)
    assert mailing.plan() == 0
    assert Notice.objects.filter(by_mail=ByMail.HELD).count() == 1


def test_without_a_server_nothing_is_queued_and_the_reason_is_told(world):
    order(world)
    digests.make()
    assert sent(world) == 0
    assert Mail.objects.count() == 0
    denied = mailing.refuses_set_up()
    assert denied is not None
    assert "BIHUAN_MAIL_URL" in denied.remedy


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail/", "a@b.example"),
        ("smtp://", "a@b.example"),
        ("smtp://h:x/", "a@b.example"),
        ("smtp://h/", "nobody"),
    ],
)
def test_a_wrong_set_up_is_told_and_queued_mails_wait(world, post, settings, url, sender):
    order(world)
    mailing.plan()
    settings.MAIL_URL, settings.MAIL_FROM = url, sender
    assert mailing.refuses_set_up() is not None
    assert mailing.send() == 0
    assert the_mail().state == State.QUEUED


def test_a_title_cannot_smuggle_in_a_header(world, post):
    problem = world.register()[0]
    Problem.objects.filter(id=problem.id).update(title="井盖\r\nBcc: everybody@evil.example\n下沉")
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    telling.tell()
    assert sent(world) == 1
    (letter,) = post.letters
    assert letter["Bcc"] is None
    assert "井盖 Bcc: everybody@evil.example 下沉" in letter["Subject"]
    assert post.tried == [address("liaison")]


def test_no_transaction_is_open_while_the_server_is_talked_to(world, post, monkeypatch):
    """Each mail is claimed, sent and noted by questions of its own: the test's own transaction is the only one."""
    order(world)
    mailing.plan()
    depth = len(connection.savepoint_ids)
    seen: list[int] = []
    send_messages = EmailBackend.send_messages

    def looked_at(server, letters):
        seen.append(len(connection.savepoint_ids))
        return send_messages(server, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", looked_at)
    mailing.send()
    assert seen == [depth]


def test_addresses_with_passwords_and_tls_are_understood(settings):
    settings.MAIL_URL = "smtp://ledger%40yunting:p%40ss@mail.example:587/?tls=true"
    server = mailserver.connection()
    assert (server.host, server.port, server.username, server.password) == (
        "mail.example",
        587,
        "ledger@yunting",
        "p@ss",
    )
    assert (server.use_tls, server.use_ssl) == (True, False)
    settings.MAIL_URL = "smtps://mail.example/"
    server = mailserver.connection()
    assert (server.port, server.use_tls, server.use_ssl) == (465, False, True)
    assert mailserver.host() == "mail.example"


def test_an_administrator_sees_what_failed_and_has_it_tried_again(world, post):
    order(world)
    post.refusals[address("liaison")] = "550 no such person here"
    sent(world)
    state = deliveries.state()
    assert [(row.person.username, row.told) for row in state.failed] == [("liaison", "550 no such person here")]
    assert [(row.person, row.count) for row in state.held] == [(world.people["liaison"], 1)]
    post.refusals.clear()
    assert deliveries.again(the_mail().id)
    assert sent(world) == 1
    assert deliveries.state().failed == []
    assert inbox.held(world.actor("liaison")) == 0
    assert not deliveries.again(the_mail().id)
