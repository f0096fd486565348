from datetime import timedelta
from email import message_from_bytes

import pytest
from icalendar import Calendar
from tests.mail import a_mailbox, smtp_server
from tests.world import World, day

from siklus.cycle.demos.actions import (
    CannotChangeDemo,
    add_demo_type,
    book_demo,
    cancel_demo,
    invite_to_demo,
    move_demo,
    note_answer,
    remind_guests,
    tell_guest,
)
from siklus.cycle.demos.models import Demo, Invitation
from siklus.cycle.demos.reactions import read_the_answer, tell_the_guest
from siklus.cycle.outreach.actions import CannotWrite, suppress
from siklus.cycle.outreach.models import Message
from siklus.platform.journal.models import Entry
from siklus.platform.mail.calendars import Answer
from siklus.platform.mail.models import Mailbox, Outgoing, Received
from siklus.platform.mail.sending import send_due
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact

NINE = day(2)


@pytest.fixture
def hendra(world: World) -> Contact:
    return add_contact(
        name="Hendra Pratama", emails=["hendra@banknusa.test"], language="id", owner=world.rani, by=world.rani,
        at=day(1),
    )  # fmt: skip


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return a_mailbox(world)


@pytest.fixture
def demo(world: World, hendra: Contact) -> Demo:
    kind = add_demo_type(name_en="Software demo", name_id="Demo perangkat lunak", by=world.agus, at=day(0))
    return book_demo(
        deal=world.deal(contact=hendra), type=kind, starts_at=day(5), where="https://meet.nusa.test/abc",
        agenda=["Two approvers"], by=world.rani, at=day(1),
    )  # fmt: skip


def mails() -> list[Outgoing]:
    return list(Outgoing.objects.order_by("pk"))


def event(mail: Outgoing):
    return Calendar.from_ical(mail.calendar).walk("VEVENT")[0]


def reply(
    invitation: Invitation, answer: str, *, sequence: int = 0, address: str = "hendra@banknusa.test"
) -> Answer:
    return Answer(invitation.uid, sequence, address, answer)


def test_the_guest_gets_an_invitation_in_their_language_that_a_calendar_understands(
    world, demo, hendra, mailbox
):
    made = invite_to_demo(
        demo=demo, contact=hendra, mailbox=mailbox, note="Bawa tim Anda.", by=world.rani, at=NINE
    )
    mail = mails()[0]
    assert mail.subject == "Undangan: Demo perangkat lunak, 7 Mar 2026, 09.00"
    assert [line for line in mail.text.splitlines() if line][:8] == [
        "Halo Hendra Pratama,", "Demo perangkat lunak", "7 Mar 2026, 09.00 (Asia/Jakarta)", "https://meet.nusa.test/abc",
        "bersama Rani Astuti", "Agenda:", "- Two approvers", "Bawa tim Anda.",
    ]  # fmt: skip
    found = event(mail)
    assert (mail.calendar_method, str(found["uid"]), int(found["sequence"])) == ("REQUEST", made.uid, 0)
    assert (found["dtstart"].dt, found["dtend"].dt) == (demo.starts_at, demo.ends_at)
    assert str(found["attendee"]) == "mailto:hendra@banknusa.test"
    message = Message.objects.get()
    assert (message.activity.kind, message.activity.deal, message.thread.deal) == (
        "email",
        demo.deal,
        demo.deal,
    )


def test_it_leaves_through_a_real_server_as_a_calendar_part(world, demo, hendra, mailbox):
    with smtp_server() as (post, port):
        box = a_mailbox(world, address="agus@nusa.test", owner=world.agus, smtp=port)
        invite_to_demo(demo=demo, contact=hendra, mailbox=box, by=world.agus, at=NINE)
        send_due(at=NINE)
        kinds = [part.get_content_type() for part in message_from_bytes(post.mails[0]).walk()]
    assert "text/calendar" in kinds


def test_who_moves_or_cancels_tells_the_guest_once_and_who_does_neither_sends_nothing(
    world, demo, hendra, mailbox
):
    made = invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=NINE)
    note_answer(answer=reply(made, "accepted"), at=day(2.5))
    move_demo(demo=demo, starts_at=day(6), by=world.rani, at=day(3))
    entry = Entry.objects.get(name="demo.moved")
    tell_the_guest(entry)
    tell_the_guest(entry)
    assert len(mails()) == 2
    assert mails()[1].subject == "Diubah: Demo perangkat lunak, 8 Mar 2026, 09.00"
    assert (int(event(mails()[1])["sequence"]), event(mails()[1])["dtstart"].dt) == (1, day(6))
    made.refresh_from_db()
    assert made.reply == ""  # they said yes to another time
    cancel_demo(demo=demo, by=world.rani, at=day(4))
    tell_the_guest(Entry.objects.get(name="demo.cancelled"))
    tell_guest(demo=demo, by=world.rani, at=day(4))
    assert len(mails()) == 3
    assert (mails()[2].calendar_method, str(event(mails()[2])["status"])) == ("CANCEL", "CANCELLED")
    assert str(event(mails()[2])["uid"]) == made.uid
    assert Message.objects.values("thread").distinct().count() == 1
    assert mails()[2].in_reply_to == mails()[0].message_id


def test_the_answer_of_their_calendar_stands_on_the_demo_unless_it_is_old_or_from_somebody_else(
    world, demo, hendra, mailbox
):
    made = invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=NINE)
    assert note_answer(answer=reply(made, "declined", address="budi@else.test"), at=day(3)) is None
    assert note_answer(answer=Answer("nobody@knows", 0, made.address, "accepted"), at=day(3)) is None
    text = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:" + made.uid
        + "\r\nSEQUENCE:0\r\nDTSTAMP:20260304T020000Z\r\nCOMMENT:Boleh agak siang?\r\n"
        "ATTENDEE;PARTSTAT=TENTATIVE:mailto:Hendra@banknusa.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )  # fmt: skip
    came = Received.objects.create(
        key="k1", from_address="hendra@banknusa.test", subject="Re", sort="mail", text="", said="", calendar=text,
        sent_at=day(3), received_at=day(3), digest="0" * 64, size=1,
    )  # fmt: skip
    entry = type("Told", (), {"about_id": came.pk})()
    read_the_answer(entry)
    read_the_answer(entry)
    made.refresh_from_db()
    assert (made.reply, made.reply_note, made.replied_at) == ("tentative", "Boleh agak siang?", day(3))
    assert Entry.objects.filter(name="demo.answered").count() == 1
    move_demo(demo=demo, starts_at=day(6), by=world.rani, at=day(4))
    tell_guest(demo=demo, by=world.rani, at=day(4))
    assert note_answer(answer=reply(made, "accepted", sequence=0), at=day(4)) is None
    now = note_answer(answer=reply(made, "accepted", sequence=1), at=day(4))
    assert now is not None
    assert now.reply == "accepted"


def test_the_guest_is_reminded_once_within_a_day_before(world, demo, hendra, mailbox):
    invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=NINE)
    assert remind_guests(at=day(4) - timedelta(minutes=1)) == 0
    assert remind_guests(at=day(4)) == 1
    assert remind_guests(at=day(4.1)) == 0
    assert [mail.subject for mail in mails()][1:] == ["Besok: Demo perangkat lunak"]
    assert Entry.objects.filter(name="demo.reminded").count() == 1


def test_who_heard_of_it_within_the_last_day_is_not_reminded(world, demo, hendra, mailbox):
    invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=day(4.2))
    assert remind_guests(at=day(4.5)) == 0


def test_who_said_no_or_whose_demo_is_off_is_not_reminded(world, demo, hendra, mailbox):
    made = invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=NINE)
    note_answer(answer=reply(made, "declined"), at=day(3))
    assert remind_guests(at=day(4.5)) == 0
    note_answer(answer=reply(made, "accepted"), at=day(4.5))
    cancel_demo(demo=demo, by=world.rani, at=day(4.6))
    assert remind_guests(at=day(4.7)) == 0


def test_an_invitation_that_cannot_go_out_leaves_nothing_behind(world, demo, hendra, mailbox):
    by = {"by": world.rani, "at": NINE}
    nobody = add_contact(name="Tanpa Surel", owner=world.rani, by=world.rani, at=day(1))
    with pytest.raises(CannotChangeDemo, match="Tanpa Surel has no e-mail address"):
        invite_to_demo(demo=demo, contact=nobody, mailbox=mailbox, **by)
    with pytest.raises(CannotChangeDemo, match="This time has passed"):
        invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=day(5))
    suppress(address="hendra@banknusa.test", why="opted_out", by=world.agus, at=day(1))
    with pytest.raises(CannotWrite):
        invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, **by)
    assert not Invitation.objects.exists()
    assert mails() == []
    assert not Entry.objects.filter(name="demo.invited").exists()


def test_there_is_one_invitation_a_demo(world, demo, hendra, mailbox):
    invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=NINE)
    with pytest.raises(CannotChangeDemo, match="changes are sent by themselves"):
        invite_to_demo(demo=demo, contact=hendra, mailbox=mailbox, by=world.rani, at=NINE)
    assert len(mails()) == 1
