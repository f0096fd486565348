"""Mailboxes are read from a real IMAP server: once, resumably, without marking anything as read."""

import pytest
from tests.mail import Box, a_mail, a_mailbox
from tests.world import World, day

from siklus.platform.journal.models import Entry
from siklus.platform.mail import fetching
from siklus.platform.mail.actions import edit_mailbox
from siklus.platform.mail.fetching import due_mailboxes, fetch_mailbox
from siklus.platform.mail.models import Folder, Mailbox, Outgoing, Received, Sighting, Skipped
from siklus.platform.mail.sending import queue_mail

COUNT = iter(range(1, 10_000))


@pytest.fixture
def address() -> str:
    return f"rani{next(COUNT)}@nusa.test"


@pytest.fixture
def box(imap_port: int, address: str) -> Box:
    return Box(imap_port, address)


@pytest.fixture
def mailbox(world: World, imap_port: int, address: str, monkeypatch) -> Mailbox:
    monkeypatch.setattr(fetching, "_sieves", [lambda _box, found: "stranger" not in found.from_address])
    return a_mailbox(world, port=imap_port, address=address)


def fetch(mailbox: Mailbox, number: float = 4, **values) -> tuple[int, int, int]:
    haul = fetch_mailbox(mailbox=mailbox, at=day(number), **values)
    mailbox.refresh_from_db()
    assert mailbox.error == ""
    return haul.imported, haul.known, haul.skipped


def test_new_mail_is_imported_once_and_stays_unread(mailbox: Mailbox, box: Box):
    box.put(a_mail("Hello", text="Kapan bisa demo?\n\nOn Mon, 2 Mar 2026 Rani wrote:\n> Halo\n"))
    assert fetch(mailbox) == (1, 0, 0)
    assert fetch(mailbox) == (0, 0, 0)
    received = Received.objects.get()
    assert (received.subject, received.said) == ("Hello", "Kapan bisa demo?")
    assert (received.from_name, received.from_address) == ("Hendra", "hendra@banknusa.test")
    assert received.to == [["", "rani@nusa.test"]]
    assert (received.sent_at, received.received_at, received.sort) == (day(3), day(4), "mail")
    assert box.unseen() == 1
    assert Entry.objects.filter(name="mail.received").count() == 1
    mailbox.refresh_from_db()
    assert (mailbox.seen_at, mailbox.failures) == (day(4), 0)
    assert mailbox.due_at == day(4) + fetching.EVERY


def test_a_mail_in_two_mailboxes_is_one_mail_seen_twice(
    world: World, mailbox: Mailbox, box: Box, imap_port: int, address: str
):
    other = a_mailbox(world, port=imap_port, address=f"sales-{address}", owner=None)
    mail = a_mail("To both")
    box.put(mail)
    Box(imap_port, other.address).put(b"Received: from elsewhere\r\n" + mail.as_bytes())
    assert fetch(mailbox) == (1, 0, 0)
    assert fetch(other) == (0, 1, 0)
    assert Received.objects.count() == 1
    assert set(Sighting.objects.values_list("mailbox", flat=True)) == {mailbox.pk, other.pk}
    assert Entry.objects.filter(name="mail.received").count() == 1


def test_mail_without_an_id_is_recognised_by_what_it_says(mailbox: Mailbox, box: Box):
    for text in ("Satu", "Satu", "Dua"):
        box.put(a_mail("No id", text=text, message_id=""))
    box.put(a_mail("Broken id", message_id="not an id"))
    assert fetch(mailbox) == (3, 1, 0)
    assert set(Received.objects.values_list("text", flat=True)) == {"Satu", "Dua", "Terima kasih."}


def test_strangers_are_left_out_with_a_reason_and_nothing_of_them_is_kept(mailbox: Mailbox, box: Box):
    box.put(a_mail(sender="stranger@elsewhere.test"))
    assert fetch(mailbox) == (0, 0, 1)
    assert Received.objects.count() == 0
    skipped = Skipped.objects.get()
    assert (skipped.why, skipped.uid, skipped.at) == ("stranger", 1, day(4))
    folder = Folder.objects.get(name="INBOX")
    assert (folder.imported, folder.known, folder.skipped, folder.last_uid) == (0, 0, 1, 1)


def test_reading_goes_on_where_it_stopped(mailbox: Mailbox, box: Box):
    for number in range(5):
        box.put(a_mail(f"Mail {number}", message_id=f"<m{number}@banknusa.test>"))
    assert fetch(mailbox, most=2) == (2, 0, 0)
    assert mailbox.due_at == day(4)  # at once again
    assert fetch(mailbox, most=2) == (2, 0, 0)
    assert fetch(mailbox, most=2) == (1, 0, 0)
    assert mailbox.due_at > day(4)
    assert list(Received.objects.order_by("id").values_list("subject", flat=True)) == [
        f"Mail {number}" for number in range(5)
    ]


def test_a_kill_between_two_mails_loses_none_and_doubles_none(mailbox: Mailbox, box: Box, monkeypatch):
    for number in range(3):
        box.put(a_mail(f"Mail {number}", message_id=f"<m{number}@banknusa.test>"))

    class Killed(BaseException):
        pass

    original, calls = fetching._see, []

    def die_at_the_second(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        original(*arguments)

    monkeypatch.setattr(fetching, "_see", die_at_the_second)
    with pytest.raises(Killed):
        fetch_mailbox(mailbox=mailbox, at=day(4))
    assert Received.objects.count() == 1
    assert fetch(mailbox) == (2, 0, 0)
    assert Received.objects.count() == 3


def test_a_server_that_counts_anew_brings_nothing_twice(mailbox: Mailbox, box: Box):
    box.put(a_mail("Hello"))
    fetch(mailbox)
    Folder.objects.update(uid_validity=1)
    assert fetch(mailbox) == (0, 1, 0)
    assert Received.objects.count() == 1


def test_what_another_worker_took_meanwhile_is_left_alone(mailbox: Mailbox, box: Box):
    box.put(a_mail("Hello"))
    stale = fetching.Haul()
    fetch(mailbox)
    folder = Folder.objects.get(name="INBOX")
    fetching._step(mailbox, folder, 1, stale, day(4), why=fetching.Why.GONE)
    assert (stale.skipped, Skipped.objects.count()) == (0, 0)


def test_an_answer_is_tied_to_our_mail_by_its_signed_mark(world: World, mailbox: Mailbox, box: Box):
    ours = queue_mail(
        mailbox=mailbox, to=[("", "hendra@banknusa.test")], subject="Halo", text="Halo", purpose="test",
        by=world.rani, at=day(2),
    )  # fmt: skip
    forged = ours.message_id.replace(ours.message_id[20:36], "a" * 16)
    box.put(a_mail("Re: Halo", sender="stranger@x.test", In_Reply_To=ours.message_id))
    box.put(a_mail("Re: Halo", sender="stranger@x.test", message_id="<2@x.test>", In_Reply_To=forged))
    assert fetch(mailbox) == (1, 0, 1)
    assert Received.objects.get().answers == ours
    ours.refresh_from_db()
    assert ours.state == "queued"


def test_a_mail_that_perhaps_left_is_known_to_have_left_when_it_lies_among_the_sent(
    world: World, mailbox: Mailbox, box: Box
):
    ours = queue_mail(
        mailbox=mailbox, to=[("", "hendra@banknusa.test")], subject="Halo", text="Halo", purpose="test",
        by=world.rani, at=day(2),
    )  # fmt: skip
    Outgoing.objects.update(state="uncertain")
    box.put(a_mail("Halo", sender=mailbox.address, message_id=ours.message_id), "Sent")
    assert fetch(mailbox) == (1, 0, 0)
    ours.refresh_from_db()
    assert (ours.state, ours.sent_at) == ("sent", day(4))
    assert Received.objects.get().sort == "own"


REPORT = """From: MAILER-DAEMON@mx.test
To: rani@nusa.test
Subject: Undelivered Mail Returned to Sender
Date: Thu, 05 Mar 2026 02:00:00 +0000
Message-ID: <bounce@mx.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; hendra@banknusa.test
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: Halo

Halo
--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [("failed", "5.1.1", True), ("failed", "4.4.1", False), ("delayed", "4.4.1", None)],
)
def test_mail_that_came_back_is_told_of_the_mail_that_it_was(
    world: World, mailbox: Mailbox, box: Box, action: str, status: str, permanent: bool | None
):
    ours = queue_mail(
        mailbox=mailbox, to=[("", "hendra@banknusa.test")], subject="Halo", text="Halo", purpose="test",
        by=world.rani, at=day(2),
    )  # fmt: skip
    box.put(REPORT.format(action=action, status=status, message_id=ours.message_id).encode())
    fetch(mailbox)
    ours.refresh_from_db()
    told = Entry.objects.filter(name="mail.bounced").first()
    if permanent is None:
        assert ours.bounced_at is None and told is None
        return
    assert (ours.bounced_at, ours.bounce) == (day(4), "550 5.1.1 User unknown")
    assert Received.objects.get().sort == "bounce"
    assert told.details["is_permanent"] is permanent
    assert told.personal["address"] == "hendra@banknusa.test"


def test_too_large_and_unreadable_mail_is_skipped_and_the_next_gets_its_turn(
    mailbox: Mailbox, box: Box, monkeypatch
):
    box.put(a_mail("Large", text="x" * 3000, message_id="<l@x.test>"))
    box.put(a_mail("Odd", message_id="<o@x.test>"))
    box.put(a_mail("Fine", message_id="<f@x.test>"))
    monkeypatch.setattr(fetching, "LARGEST", 2000)
    original = fetching.parsed

    def fails_once(message, **values):
        if message["Subject"] == "Odd":
            raise RecursionError
        return original(message, **values)

    monkeypatch.setattr(fetching, "parsed", fails_once)
    assert fetch(mailbox) == (1, 0, 2)
    assert list(Skipped.objects.order_by("uid").values_list("why", flat=True)) == ["too_large", "unreadable"]
    assert Received.objects.get().subject == "Fine"


def test_a_server_that_refuses_is_asked_less_often_and_its_words_are_shown(world: World, mailbox: Mailbox):
    edit_mailbox(mailbox=mailbox, by=world.agus, at=day(2), imap_password="wrong")
    mailbox.refresh_from_db()
    waits = []
    for _try in range(3):
        fetch_mailbox(mailbox=mailbox, at=day(4))
        mailbox.refresh_from_db()
        waits.append((mailbox.due_at - day(4)).total_seconds() / 60)
    assert waits == [1, 2, 4]
    assert mailbox.error == "The server does not take the name and password."


def test_each_due_mailbox_is_given_to_one_worker(mailbox: Mailbox):
    assert due_mailboxes(day(4)) == [mailbox.pk]
    assert due_mailboxes(day(4)) == []
    assert due_mailboxes(day(5)) == [mailbox.pk]
