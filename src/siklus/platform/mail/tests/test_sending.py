"""The outbox: handed over once, tried again, failed with a reason, or uncertain; never twice."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from tests.mail import a_mailbox, smtp_server
from tests.world import World, day

from siklus.platform.journal.models import Entry
from siklus.platform.mail import sending
from siklus.platform.mail.actions import MailRefused, edit_mailbox, retire_mailbox
from siklus.platform.mail.models import Outgoing
from siklus.platform.mail.sending import Held, MayNotLeave, queue_mail, send_again, send_due
from siklus.platform.mail.tokens import keys_in

State = Outgoing.State


@pytest.fixture
def post():
    with smtp_server() as (post, port):
        post.port = port
        yield post


@pytest.fixture
def mailbox(world: World, post):
    return a_mailbox(world, smtp=post.port, signature="Rani", plus_replies=True)


@pytest.fixture
def guards(monkeypatch):
    found: list = []
    monkeypatch.setattr(sending, "_guards", found)
    return found


def a_letter(mailbox, world: World, **values) -> Outgoing:
    values.setdefault("to", [("Héndra", "hendra@banknusa.test")])
    values.setdefault("text", "Halo,\n\nlihat https://nusa.test <b>sekarang</b>.")
    return queue_mail(
        mailbox=mailbox, subject="Penawaran – 120 kursi", purpose="test", by=world.rani, at=day(2), **values
    )


def told() -> list[str]:
    return list(Entry.objects.filter(name__startswith="mail.").order_by("id").values_list("name", flat=True))


def test_a_mail_is_handed_over_once_with_text_html_and_a_signed_id(world: World, post, mailbox, guards):
    mail = a_letter(mailbox, world, in_reply_to="<a@x.test>", references=["<r@x.test>", "<a@x.test>"])
    assert send_due(day(2)) == 1
    assert send_due(day(3)) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.error, mail.attempts) == (State.SENT, day(2), "", 1)
    assert told() == ["mail.sent"]
    (raw,) = post.mails
    read = message_from_bytes(raw, policy=policy.default)
    assert read["From"] == "Rani Astuti <rani@nusa.test>"
    assert read["To"] == "Héndra <hendra@banknusa.test>"
    assert read["Subject"] == "Penawaran – 120 kursi"
    assert read["Message-ID"] == mail.message_id
    assert read["In-Reply-To"] == "<a@x.test>"
    assert read["References"] == "<r@x.test> <a@x.test>"
    assert keys_in([read["Message-ID"]]) == keys_in([read["Reply-To"]]) == [mail.key]
    assert read.get_body(("plain",)).get_content().split() == mail.text.split()
    html = read.get_body(("html",)).get_content()
    assert "&lt;b&gt;sekarang&lt;/b&gt;" in html and 'href="https://nusa.test"' in html


def test_a_server_that_says_not_now_is_asked_again_and_one_that_says_no_is_not(
    world: World, post, mailbox, guards
):
    mail = a_letter(mailbox, world)
    post.answer = "451 try later"
    send_due(day(2))
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (State.QUEUED, "451 try later")
    assert mail.due_at == day(2) + timedelta(minutes=1)
    assert send_due(day(2) + timedelta(seconds=59)) == 0
    post.answer = "554 no such mailbox"
    send_due(day(2) + timedelta(minutes=1))
    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.attempts) == (State.FAILED, "554 no such mailbox", 2)
    assert told() == ["mail.failed"]
    assert post.mails == []


def test_a_server_that_is_not_there_is_given_up_after_eight_tries(world: World, post, mailbox, guards):
    mail = a_letter(mailbox, world)
    edit_mailbox(mailbox=mailbox, by=world.agus, at=day(2), smtp_host="host.invalid")
    at = day(2)
    for _try in range(8):
        assert send_due(at) == 1
        mail.refresh_from_db()
        at = mail.due_at
    assert (mail.state, mail.error) == (State.FAILED, "There is no host called host.invalid.")
    assert send_due(day(30)) == 0


def test_a_mail_whose_worker_died_while_handing_over_is_never_sent_again_by_itself(
    world: World, post, mailbox, guards
):
    mail = a_letter(mailbox, world)

    class Killed(BaseException):
        pass

    def die(*_args, **_values):
        raise Killed

    original = sending._sent
    sending._sent = die
    try:
        with pytest.raises(Killed):
            send_due(day(2))
    finally:
        sending._sent = original
    mail.refresh_from_db()
    assert mail.state == State.HANDING and len(post.mails) == 1
    assert send_due(day(2) + timedelta(minutes=4)) == 0
    assert send_due(day(2) + timedelta(minutes=6)) == 1
    mail.refresh_from_db()
    assert (mail.state, len(post.mails)) == (State.UNCERTAIN, 1)
    assert told() == ["mail.uncertain"]
    send_again(mail=mail, by=world.rani, at=day(3))
    send_due(day(3))
    mail.refresh_from_db()
    assert (mail.state, len(post.mails)) == (State.SENT, 2)


def test_a_worker_that_died_before_handing_over_costs_nothing(world: World, post, mailbox, guards):
    mail = a_letter(mailbox, world)
    assert sending._claim(day(2)) == mail
    assert send_due(day(2)) == 0
    assert send_due(day(2) + timedelta(minutes=6)) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, len(post.mails)) == (State.SENT, 2, 1)


def test_a_slow_worker_whose_turn_is_over_hands_nothing_over(world: World, post, mailbox, guards):
    a_letter(mailbox, world)
    slow = sending._claim(day(2))
    assert send_due(day(2) + timedelta(minutes=6)) == 1
    sending._send(slow, day(2) + timedelta(minutes=7))
    assert len(post.mails) == 1
    assert told() == ["mail.sent"]


def test_rooms_above_may_hold_a_mail_or_keep_it_from_leaving(world: World, post, mailbox, guards):
    mail = a_letter(mailbox, world)

    def night(_mail, at):
        if at < day(4):
            raise Held(day(4), "quiet hours")

    guards.append(night)
    send_due(day(2))
    mail.refresh_from_db()
    assert (mail.state, mail.due_at, mail.error) == (State.QUEUED, day(4), "quiet hours")

    def never(_mail, _at):
        raise MayNotLeave("on the list")

    guards.append(never)
    send_due(day(4))
    mail.refresh_from_db()
    assert (mail.state, mail.error, post.mails) == (State.FAILED, "on the list", [])


@pytest.mark.parametrize(
    ("values", "field"),
    [({"to": []}, "to"), ({"text": "  \n"}, "text")],
)
def test_a_mail_without_recipient_or_words_is_refused(world: World, mailbox, values, field):
    with pytest.raises(MailRefused) as refusal:
        a_letter(mailbox, world, **values)
    assert refusal.value.field == field
    assert Outgoing.objects.count() == 0


def test_a_retired_mailbox_sends_nothing_new_and_forgets_its_passwords(world: World, mailbox):
    edit_mailbox(mailbox=mailbox, by=world.agus, at=day(2), smtp_password="rahasia")
    mailbox.refresh_from_db()
    assert mailbox.sealed_smtp_password and "rahasia" not in mailbox.sealed_smtp_password
    retire_mailbox(mailbox=mailbox, by=world.agus, at=day(3))
    mailbox.refresh_from_db()
    assert mailbox.sealed_smtp_password == ""
    with pytest.raises(MailRefused):
        a_letter(mailbox, world)
