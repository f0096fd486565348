from datetime import timedelta

import pytest
from icalendar import Calendar
from tests.mail import a_mailbox
from tests.world import World, day

from siklus.cycle.demos.actions import add_demo_type, book_demo
from siklus.cycle.outreach.actions import CannotWrite, suppress
from siklus.cycle.outreach.meetings.actions import (
    CannotInvite,
    invite_guests,
    note_answer,
    tell_guests,
    uninvite_guest,
)
from siklus.cycle.outreach.meetings.models import MeetingGuest, MeetingInvitation
from siklus.cycle.outreach.meetings.queries import guest_for, guests_of, invitable
from siklus.cycle.outreach.meetings.reactions import (
    answers_an_invitation,
    read_the_answer,
    tell_the_guests,
)
from siklus.cycle.outreach.models import Message
from siklus.platform.journal.models import Entry
from siklus.platform.mail.calendars import Answer
from siklus.platform.mail.models import Mailbox, Outgoing, Received
from siklus.platform.mail.parse import Parsed
from siklus.records.activities.actions import (
    CannotChangeActivity,
    cancel_activity,
    edit_activity,
    finish_activity,
    plan_activity,
)
from siklus.records.activities.models import Activity
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact

NOW = day(2)


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
def meeting(world: World, hendra: Contact) -> Activity:
    return plan_activity(
        kind="meeting", subject="Workshop on approvals", deal=world.deal(contact=hendra), due_at=day(5), minutes=90,
        location="Menara Nusa, lantai 12", by=world.rani, at=day(1),
    )  # fmt: skip


def mails() -> list[Outgoing]:
    return list(Outgoing.objects.order_by("pk"))


def event(mail: Outgoing):
    return Calendar.from_ical(mail.calendar).walk("VEVENT")[0]


def told(name: str) -> list[Entry]:
    return list(Entry.objects.filter(name=name).order_by("pk"))


def test_contacts_and_colleagues_get_one_appointment_each_in_their_own_language(
    world, meeting, hendra, mailbox
):
    made = invite_guests(
        activity=meeting, mailbox=mailbox, contacts=[hendra], colleagues=[world.bram], note="Sampai jumpa.",
        by=world.rani, at=NOW,
    )  # fmt: skip
    to_hendra, to_bram = mails()
    assert to_hendra.subject == "Undangan: Workshop on approvals, 7 Mar 2026, 09.00"
    assert to_bram.subject == "Invitation: Workshop on approvals, 7 Mar 2026, 09:00"
    assert [line for line in to_hendra.text.splitlines() if line] == [
        "Halo Hendra Pratama,", "Workshop on approvals", "7 Mar 2026, 09.00 (Asia/Jakarta)", "Menara Nusa, lantai 12",
        "bersama Rani Astuti", "Juga diundang:", "- Bram Wijaya", "Sampai jumpa.",
    ]  # fmt: skip
    for mail in (to_hendra, to_bram):
        one = event(mail)
        assert (mail.calendar_method, str(one["uid"]), int(one["sequence"])) == ("REQUEST", made.uid, 0)
        assert (one["dtstart"].dt, one["dtend"].dt) == (day(5), day(5) + timedelta(minutes=90))
        assert str(one["location"]) == "Menara Nusa, lantai 12"
        assert [str(guest) for guest in one["attendee"]] == [
            "mailto:hendra@banknusa.test", "mailto:bram@nusa.test",
        ]  # fmt: skip
    assert [message.contact for message in Message.objects.all()] == [
        hendra
    ]  # a colleague is no conversation
    assert [entry.details["sequence"] for entry in told("meeting.invited")] == [0, 0]


def test_another_time_or_place_and_the_end_of_it_reach_every_guest_once(world, meeting, hendra, mailbox):
    invite_guests(
        activity=meeting, mailbox=mailbox, contacts=[hendra], colleagues=[world.bram], by=world.rani, at=NOW
    )
    guest = MeetingGuest.objects.get(contact=hendra)
    uid = guest.invitation.uid
    note_answer(answer=Answer(uid, 0, "hendra@banknusa.test", "accepted"), at=day(2.1))
    edit_activity(activity=meeting, location="https://meet.nusa.test/x", by=world.rani, at=day(2.2))
    edit_activity(activity=meeting, body="Bring the contract", by=world.rani, at=day(2.3))
    for entry in told("activity.edited") * 2:
        tell_the_guests(entry)
    guest.refresh_from_db()
    assert guest.reply == "accepted"  # the time is the same
    assert [int(event(mail)["sequence"]) for mail in mails()[2:]] == [1, 1]
    edit_activity(activity=meeting, due_at=day(6), by=world.rani, at=day(2.4))
    tell_guests(activity=meeting, by=world.rani, at=day(2.4))
    guest.refresh_from_db()
    assert guest.reply == ""
    assert mails()[4].subject == "Diubah: Workshop on approvals, 8 Mar 2026, 09.00"
    cancel_activity(activity=meeting, by=world.rani, at=day(3))
    for entry in told("activity.cancelled") * 2:
        tell_the_guests(entry)
    assert [(mail.calendar_method, int(event(mail)["sequence"])) for mail in mails()[6:]] == [
        ("CANCEL", 3), ("CANCEL", 3),
    ]  # fmt: skip
    assert {str(event(mail)["uid"]) for mail in mails()} == {uid}
    assert Message.objects.values("thread").distinct().count() == 1


def test_a_meeting_without_a_time_is_taken_back_and_asked_for_anew_when_it_has_one(
    world, meeting, hendra, mailbox
):
    invite_guests(activity=meeting, mailbox=mailbox, contacts=[hendra], by=world.rani, at=NOW)
    edit_activity(activity=meeting, due_at=None, by=world.rani, at=day(3))
    tell_guests(activity=meeting, by=world.rani, at=day(3))
    edit_activity(activity=meeting, due_at=day(8), by=world.rani, at=day(4))
    tell_guests(activity=meeting, by=world.rani, at=day(4))
    assert [mail.calendar_method for mail in mails()] == ["REQUEST", "CANCEL", "REQUEST"]
    assert not MeetingInvitation.objects.get().is_withdrawn


def test_what_was_held_is_over_and_nobody_is_told(world, meeting, hendra, mailbox):
    invite_guests(activity=meeting, mailbox=mailbox, contacts=[hendra], by=world.rani, at=NOW)
    finish_activity(activity=meeting, by=world.rani, at=day(5.1))
    edit_activity(activity=meeting, location="Elsewhere", by=world.rani, at=day(5.2))
    tell_guests(activity=meeting, by=world.rani, at=day(5.2))
    assert len(mails()) == 1


def test_who_is_taken_off_hears_it_and_the_others_do_not(world, meeting, hendra, mailbox):
    invite_guests(
        activity=meeting, mailbox=mailbox, contacts=[hendra], colleagues=[world.bram], by=world.rani, at=NOW
    )
    guest = MeetingGuest.objects.get(user=world.bram)
    uninvite_guest(guest=guest, by=world.rani, at=day(3))
    uninvite_guest(guest=guest, by=world.rani, at=day(3))
    assert [(mail.to[0][1], mail.calendar_method) for mail in mails()[2:]] == [("bram@nusa.test", "CANCEL")]
    assert [one.name for one in guests_of([meeting.pk])[meeting.pk]] == ["Hendra Pratama"]
    with pytest.raises(MeetingGuest.DoesNotExist):
        guest_for(world.rani, guest.pk)
    edit_activity(activity=meeting, due_at=day(6), by=world.rani, at=day(4))
    tell_guests(activity=meeting, by=world.rani, at=day(4))
    assert [mail.to[0][1] for mail in mails()[3:]] == ["hendra@banknusa.test"]
    invite_guests(activity=meeting, mailbox=mailbox, colleagues=[world.bram], by=world.rani, at=day(4))
    assert [(mail.to[0][1], mail.calendar_method) for mail in mails()[4:]] == [("bram@nusa.test", "REQUEST")]


def test_answers_stand_on_the_guest_who_gave_them_unless_old_or_from_a_stranger(
    world, meeting, hendra, mailbox
):
    made = invite_guests(
        activity=meeting, mailbox=mailbox, contacts=[hendra], colleagues=[world.bram], by=world.rani, at=NOW
    )
    text = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:" + made.uid
        + "\r\nSEQUENCE:0\r\nDTSTAMP:20260304T020000Z\r\nCOMMENT:Saya terlambat 10 menit\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:Bram@nusa.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )  # fmt: skip
    found = Parsed(key="k", from_address="bram@nusa.test", calendar=text)
    assert answers_an_invitation(mailbox, found)
    assert not answers_an_invitation(
        mailbox, Parsed(key="k", calendar=text.replace(made.uid, "other@nusa.test"))
    )
    came = Received.objects.create(
        key="k1", from_address="bram@nusa.test", subject="Re", sort="mail", text="", said="", calendar=text,
        sent_at=day(3), received_at=day(3), digest="0" * 64, size=1,
    )  # fmt: skip
    entry = type("Told", (), {"about_id": came.pk})()
    read_the_answer(entry)
    read_the_answer(entry)
    bram = MeetingGuest.objects.get(user=world.bram)
    assert (bram.reply, bram.reply_note, bram.replied_at) == ("accepted", "Saya terlambat 10 menit", day(3))
    assert MeetingGuest.objects.get(contact=hendra).reply == ""
    assert [(entry.by, entry.details["reply"]) for entry in told("meeting.answered")] == [
        (world.bram, "accepted")
    ]
    assert note_answer(answer=Answer(made.uid, 0, "someone@else.test", "declined"), at=day(3)) is None
    edit_activity(activity=meeting, due_at=day(6), by=world.rani, at=day(4))
    tell_guests(activity=meeting, by=world.rani, at=day(4))
    note_answer(answer=Answer(made.uid, 0, "bram@nusa.test", "declined"), at=day(4))
    bram.refresh_from_db()
    assert bram.reply == ""
    note_answer(answer=Answer(made.uid, 1, "bram@nusa.test", "declined"), at=day(4))
    bram.refresh_from_db()
    assert bram.reply == "declined"


def refused(world: World, activity: Activity, mailbox: Mailbox, text: str, **whom) -> None:
    with pytest.raises((CannotInvite, CannotWrite), match=text):
        invite_guests(activity=activity, mailbox=mailbox, by=world.rani, at=NOW, **whom)


def test_an_invitation_that_cannot_go_out_leaves_nothing_behind(world, meeting, hendra, mailbox):
    deal = meeting.deal
    nobody = add_contact(name="Tanpa Surel", owner=world.rani, by=world.rani, at=day(1))
    plan = {"deal": deal, "by": world.rani, "at": day(1)}
    task = plan_activity(kind="task", subject="Prepare", due_at=day(5), **plan)
    past = plan_activity(kind="call", subject="Call", due_at=day(2), **plan)
    some_time = plan_activity(kind="call", subject="Call", due_at=None, **plan)
    demo = book_demo(
        deal=deal, type=add_demo_type(name_en="Demo", by=world.agus, at=day(0)), starts_at=day(7), by=world.rani,
        at=day(1),
    )  # fmt: skip
    refused(world, meeting, mailbox, "Tanpa Surel has no e-mail address", contacts=[hendra, nobody])
    refused(world, meeting, mailbox, "Choose somebody")
    refused(world, task, mailbox, "meetings and calls", contacts=[hendra])
    refused(world, past, mailbox, "This time has passed", contacts=[hendra])
    refused(world, some_time, mailbox, "Say first when", contacts=[hendra])
    refused(world, demo.meeting, mailbox, "on its own page", contacts=[hendra])
    suppress(address="hendra@banknusa.test", why="opted_out", by=world.agus, at=day(1))
    refused(world, meeting, mailbox, "asked not to be written to", colleagues=[world.bram], contacts=[hendra])
    assert not MeetingInvitation.objects.exists()
    assert not MeetingGuest.objects.exists()
    assert mails() == []
    assert told("meeting.invited") == []


def test_the_people_of_the_deal_are_offered_first_and_who_has_no_address_is_not(world, meeting, hendra):
    add_contact(name="Tanpa Surel", owner=world.rani, by=world.rani, at=day(1))
    assert invitable(world.rani, meeting) == [hendra]


def test_a_length_or_place_that_cannot_be_is_refused_and_changes_nothing(world, meeting):
    for values, text in (({"minutes": 4}, "five minutes"), ({"location": "x" * 501}, "500 letters")):
        with pytest.raises(CannotChangeActivity, match=text):
            edit_activity(activity=meeting, by=world.rani, at=NOW, **values)
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.location, meeting.version) == (90, "Menara Nusa, lantai 12", 1)
