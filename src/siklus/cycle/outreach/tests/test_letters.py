"""Writing to people, hearing from them, and conversations that stay together."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.mail import Box, a_mail, a_mailbox, smtp_server
from tests.world import World, day

from siklus.cycle.outreach.actions import (
    CannotWrite,
    Letter,
    give_consent,
    lift_suppression,
    set_rules,
    show_thread,
    suppress,
    take_in,
    tie_thread,
    withdraw_consent,
    write_email,
)
from siklus.cycle.outreach.gates import verdict
from siklus.cycle.outreach.models import Message, Purpose, Suppression, Thread
from siklus.cycle.outreach.queries import threads_for
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Entry
from siklus.platform.mail.fetching import fetch_mailbox
from siklus.platform.mail.models import Mailbox, Outgoing, Received, Sighting
from siklus.platform.mail.sending import send_due
from siklus.records.activities.models import Activity
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact, edit_contact
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal

NINE = day(2)  # Wednesday, nine in Jakarta
COUNT = iter(range(10_000))


@pytest.fixture
def hendra(world: World) -> Contact:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    return add_contact(
        name="Hendra Pratama", company=company, emails=["hendra@banknusa.test", "h@banknusa.test"],
        owner=world.rani, by=world.rani, at=day(1),
    )  # fmt: skip


@pytest.fixture
def deal(world: World, hendra: Contact) -> Deal:
    return world.deal(company=hendra.company, contact=hendra)


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return a_mailbox(world, signature="Rani Astuti\nNusa Digital")


def write(mailbox: Mailbox, contact: Contact, at=NINE, **values) -> Message:
    letter = Letter(
        values.pop("subject", "Penawaran"), values.pop("text", "Halo Pak Hendra."),
        purpose=values.pop("purpose", "personal"), address=values.pop("address", ""), at_once=values.pop("at_once", False),
    )  # fmt: skip
    return write_email(letter=letter, mailbox=mailbox, contact=contact, by=mailbox.owner, at=at, **values)


def received(mailbox: Mailbox, sender: str = "hendra@banknusa.test", number: float = 3, **values) -> Received:
    mail = Received.objects.create(
        key=f"k{next(COUNT)}", from_address=sender, subject=values.pop("subject", "Re: Penawaran"),
        sort=values.pop("sort", "mail"),
        text="Boleh.", said="Boleh.", sent_at=day(number), received_at=day(number), digest="0" * 64, size=1, **values,
    )  # fmt: skip
    Sighting.objects.create(received=mail, mailbox=mailbox, folder="INBOX", uid=mail.pk)
    return mail


def test_a_mail_waits_in_the_outbox_with_its_signature_and_is_a_touch_of_the_deal(
    world: World, mailbox: Mailbox, hendra: Contact, deal: Deal
):
    message = write(mailbox, hendra, deal=deal)
    mail = message.outgoing
    assert mail is not None
    assert (mail.to, mail.subject, mail.state) == (
        [["Hendra Pratama", "hendra@banknusa.test"]],
        "Penawaran",
        "queued",
    )
    assert mail.text == "Halo Pak Hendra.\n\n-- \nRani Astuti\nNusa Digital"
    thread = message.thread
    assert (thread.contact, thread.company, thread.deal, thread.count) == (hendra, hendra.company, deal, 0)
    thread.refresh_from_db()
    assert (thread.count, thread.last_is_ours) == (1, True)
    activity = Activity.objects.get()
    assert (activity.kind, activity.subject, activity.body) == ("email", "Penawaran", "Halo Pak Hendra.")
    deal.refresh_from_db()
    assert deal.last_touch_at == NINE
    assert Entry.objects.get(name="email.written").details["deal"] == deal.pk


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"address": "else@where.test"}, "address", "This is no address of Hendra Pratama."),
        ({"text": " "}, "text", "Write something first."),
        ({"subject": ""}, "subject", "A mail needs a subject."),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    mailbox: Mailbox, hendra: Contact, values: dict, field: str, sentence: str
):
    before = Entry.objects.count()
    with pytest.raises(ValueError, match=sentence) as refusal:
        write(mailbox, hendra, **values)
    assert refusal.value.field == field
    assert (Outgoing.objects.count(), Thread.objects.count(), Activity.objects.count()) == (0, 0, 0)
    assert Entry.objects.count() == before


def test_an_answer_finds_its_conversation_and_touches_its_deal_once(
    world: World, mailbox: Mailbox, hendra: Contact, deal: Deal
):
    message = write(mailbox, hendra, deal=deal)
    mail = received(mailbox, answers=message.outgoing)
    first = take_in(received=mail, at=day(3))
    assert take_in(received=mail, at=day(3)) == first
    assert first is not None and first.thread == message.thread
    thread = Thread.objects.get()
    assert (thread.count, thread.last_is_ours, thread.last_at) == (2, False, day(3))
    activity = first.activity
    assert activity is not None
    assert (activity.deal, activity.contact, activity.body, activity.owner) == (
        deal,
        hendra,
        "Boleh.",
        world.rani,
    )
    deal.refresh_from_db()
    assert deal.last_touch_at == day(3)
    assert Entry.objects.filter(name="email.received").count() == 1


def test_our_answer_names_the_mail_it_answers_and_all_before_it(mailbox: Mailbox, hendra: Contact):
    first = write(mailbox, hendra)
    mail = received(
        mailbox,
        answers=first.outgoing,
        message_id="<a@banknusa.test>",
        references=[first.outgoing.message_id],
    )
    theirs = take_in(received=mail, at=day(3))
    ours = write(mailbox, hendra, at=day(3), subject="Re: Penawaran", answers=theirs)
    assert ours.thread == first.thread and ours.is_answer
    assert ours.outgoing.in_reply_to == "<a@banknusa.test>"
    assert ours.outgoing.references == [first.outgoing.message_id, "<a@banknusa.test>"]


def test_who_writes_first_begins_a_conversation_on_their_only_open_deal(
    mailbox: Mailbox, hendra: Contact, deal: Deal
):
    message = take_in(received=received(mailbox, subject="Tanya harga"), at=day(3))
    assert message is not None
    assert (message.thread.contact, message.thread.deal, message.thread.subject) == (
        hendra,
        deal,
        "Tanya harga",
    )


def test_with_two_open_deals_a_conversation_waits_to_be_tied(
    world: World, mailbox: Mailbox, hendra: Contact, deal: Deal
):
    world.deal("Bank Nusa, branch", company=hendra.company, contact=hendra)
    message = take_in(received=received(mailbox), at=day(3))
    assert message is not None and message.thread.deal is None
    tie_thread(thread=message.thread, contact=hendra, deal=deal, by=world.rani, at=day(4))
    message.refresh_from_db()
    assert (message.thread.deal, message.activity.deal) == (deal, deal)
    assert Entry.objects.filter(name="email.tied").count() == 1


def test_knowing_an_id_is_not_enough_to_write_into_somebody_elses_conversation(
    world: World, mailbox: Mailbox, hendra: Contact
):
    mail = received(mailbox, message_id="<a@banknusa.test>")
    first = take_in(received=mail, at=day(3))
    stranger = received(mailbox, "eve@evil.test", in_reply_to="<a@banknusa.test>")
    assert take_in(received=stranger, at=day(3)) is None
    colleague = add_contact(
        name="Lina",
        company=hendra.company,
        emails=["lina@banknusa.test"],
        owner=world.rani,
        by=world.rani,
        at=day(1),
    )
    second = take_in(
        received=received(mailbox, "lina@banknusa.test", references=["<a@banknusa.test>"]), at=day(3)
    )
    assert (second.thread, second.contact) == (first.thread, colleague)


def test_a_stranger_who_writes_to_a_shared_mailbox_begins_a_conversation_of_nobody(world: World):
    sales = a_mailbox(world, address="sales@nusa.test", owner=None)
    message = take_in(received=received(sales, "new@pt.test"), at=day(3))
    assert message is not None
    assert (message.thread.contact, message.thread.deal) == (None, None)
    assert list(threads_for(world.budi)) == list(threads_for(world.bram)) == [message.thread]
    assert list(threads_for(world.putri)) == []


def test_absence_notes_are_no_touch_and_what_was_sent_elsewhere_is_one(
    world: World, mailbox: Mailbox, hendra: Contact, deal: Deal
):
    note = take_in(received=received(mailbox, sort="automatic"), at=day(3))
    assert note is not None and note.activity is None
    assert Entry.objects.get(name="email.received").details["is_automatic"] is True
    own = received(mailbox, mailbox.address, sort="own", to=[["", "h@banknusa.test"]], subject="Dari ponsel")
    message = take_in(received=own, at=day(3))
    assert (message.is_ours, message.contact, message.activity.owner) == (True, hendra, world.rani)
    unrelated = received(mailbox, mailbox.address, sort="own", to=[["", "mother@home.test"]])
    assert take_in(received=unrelated, at=day(3)) is None


def test_a_private_mailbox_shows_that_something_was_written_and_not_what(
    world: World, hendra: Contact, deal: Deal
):
    box = a_mailbox(world, reading="owner")
    message = write(box, hendra, deal=deal)
    assert (message.activity.subject, message.activity.body) == ("E-mail", "")
    assert list(threads_for(world.rani)) == [message.thread]
    assert list(threads_for(world.bram)) == list(threads_for(world.agus)) == []
    with pytest.raises(CannotWrite, match="Only the owner"):
        show_thread(thread=message.thread, reading="record", by=world.bram, at=day(3))
    show_thread(thread=message.thread, reading="record", by=world.rani, at=day(3))
    assert list(threads_for(world.bram)) == [message.thread]
    assert list(threads_for(world.budi)) == []


def test_a_mail_that_comes_back_for_good_is_marked_and_its_address_not_written_to_again(
    mailbox: Mailbox, hendra: Contact, monkeypatch
):
    from siklus.platform.mail import fetching
    from siklus.platform.mail.bounces import Bounce

    message = write(mailbox, hendra)
    with transaction.atomic():
        fetching._bounced(
            Bounce("hendra@banknusa.test", True, "550 unknown", message.outgoing.message_id), day(3)
        )
    deliver_due(day(400))
    row = Suppression.objects.get()
    assert (row.address, row.why, row.note) == ("hendra@banknusa.test", "bounced", "550 unknown")
    message.activity.refresh_from_db()
    assert message.activity.outcome == "Came back"
    with pytest.raises(CannotWrite, match="cannot be delivered"):
        write(mailbox, hendra, at=day(4))
    assert write(mailbox, hendra, at=day(4), address="h@banknusa.test").outgoing.state == "queued"
    deliver_due(day(401))
    assert Entry.objects.filter(name="email.returned").count() == 1


def test_from_one_machine_to_another_and_back(world: World, hendra: Contact, deal: Deal, imap_port: int):
    """Our mail leaves by SMTP, the answer comes in by IMAP and stands on the deal."""
    address = f"letters{next(COUNT)}@nusa.test"
    with smtp_server() as (post, port):
        box = a_mailbox(world, address=address, smtp=port, port=imap_port)
        ours = write(box, hendra, deal=deal)
        assert send_due(NINE) == 1
    answer = a_mail(
        "Re: Penawaran",
        text="Boleh demo Kamis?",
        to=address,
        In_Reply_To=ours.outgoing.message_id,
        message_id="<x@y.test>",
    )
    Box(imap_port, address).put(answer)
    Box(imap_port, address).put(
        a_mail("Lunch?", sender="friend@home.test", to=address, message_id="<l@h.test>")
    )
    haul = fetch_mailbox(mailbox=box, at=day(4))
    assert (haul.imported, haul.skipped) == (1, 1)
    deliver_due(day(400))
    assert [one.is_ours for one in ours.thread.messages.all()] == [True, False]
    assert Activity.objects.order_by("id").last().body == "Boleh demo Kamis?"
    assert len(post.mails) == 1


# The gate


def asked(contact: Contact, purpose: str, at=NINE, **values):
    return verdict(
        contact=contact, address=values.pop("address", contact.email), purpose=purpose, at=at, **values
    )


@pytest.mark.parametrize("why", Suppression.Why.values)
def test_nothing_goes_to_an_address_on_the_list_but_an_answer_to_who_opted_out(
    world: World, hendra: Contact, why: str
):
    row = suppress(address=" Hendra@BankNusa.test ", why=why, by=world.rani, at=day(1))
    assert suppress(address="hendra@banknusa.test", why="decided", by=world.rani, at=day(2)) == row
    for purpose in Purpose.values:
        said = asked(hendra, purpose)
        assert (said.is_never, said.code) == (True, f"suppressed.{why}")
    assert asked(hendra, "personal", is_answer=True).is_allowed is (why == "opted_out")
    assert asked(hendra, "sequence", is_answer=True).is_never
    lift_suppression(suppression=row, by=world.agus, at=day(2))
    assert all(asked(hendra, purpose).is_allowed for purpose in Purpose.values)
    assert list(Entry.objects.filter(name__startswith="suppression").values_list("name", flat=True)) == [
        "suppression.added", "suppression.lifted",
    ]  # fmt: skip


def test_machines_need_consent_where_it_is_asked_for_and_never_write_after_it_is_withdrawn(
    world: World, hendra: Contact
):
    assert asked(hendra, "sequence").is_allowed
    set_rules(needs_consent=True, by=world.agus, at=day(1))
    assert asked(hendra, "campaign").code == "consent.missing"
    assert asked(hendra, "personal").is_allowed
    give_consent(contact=hendra, words="Yes, send me news (form, 2 March)", by=world.rani, at=day(1))
    assert asked(hendra, "campaign").is_allowed
    withdraw_consent(contact=hendra, by=world.rani, at=day(1.5))
    assert asked(hendra, "campaign").code == "consent.withdrawn"
    assert asked(hendra, "meeting").is_allowed


def test_machines_write_at_most_so_often_a_week_and_then_wait(
    world: World, mailbox: Mailbox, hendra: Contact
):
    set_rules(most_a_week=2, by=world.agus, at=day(1))
    for number in (1, 2):
        write(mailbox, hendra, at=day(number))
    said = asked(hendra, "sequence", at=day(3))
    assert (said.code, said.until) == ("frequency", day(8))
    assert asked(hendra, "personal", at=day(3)).is_allowed
    assert asked(hendra, "sequence", at=day(8) + timedelta(hours=1)).is_allowed


@pytest.mark.parametrize(
    ("at", "purpose", "zone", "hours", "until"),
    [
        (day(2), "personal", "", "", None),
        (day(2) + timedelta(hours=12), "personal", "", "", day(3) - timedelta(hours=2)),  # 21:00 → 07:00
        (day(2) - timedelta(hours=4), "personal", "", "", day(2) - timedelta(hours=2)),  # 05:00 → 07:00
        (day(5), "personal", "", "", None),  # Saturday: a person may
        (day(5), "sequence", "", "", day(7) - timedelta(hours=2)),  # a machine waits for Monday
        (day(2), "sequence", "America/New_York", "", day(2) + timedelta(hours=10)),  # 21:00 there → 07:00
        (day(2), "sequence", "", "13-15", day(2) + timedelta(hours=4)),
        (day(2) + timedelta(hours=7), "sequence", "", "13-15", day(3) + timedelta(hours=4)),
        (day(2), "personal", "", "13-15", None),
    ],
)
def test_mail_arrives_in_the_readers_day(
    world: World, hendra: Contact, at, purpose: str, zone: str, hours: str, until
):
    hendra = edit_contact(contact=hendra, time_zone=zone, best_hours=hours, by=world.rani, at=day(1))
    said = asked(hendra, purpose, at=at)
    assert (said.until, said.code) == (until, "hours" if until else "")
    assert asked(hendra, purpose, at=at, at_once=True).is_allowed


def test_who_writes_at_night_writes_for_the_morning_unless_it_shall_go_at_once(
    mailbox: Mailbox, hendra: Contact
):
    night = day(2) + timedelta(hours=12)
    assert write(mailbox, hendra, at=night).outgoing.due_at == day(3) - timedelta(hours=2)
    assert write(mailbox, hendra, at=night, at_once=True).outgoing.due_at == night


def test_what_became_forbidden_while_it_waited_does_not_leave(
    world: World, mailbox: Mailbox, hendra: Contact
):
    message = write(mailbox, hendra)
    suppress(address=hendra.email, why="opted_out", by=None, at=NINE)
    assert send_due(NINE) == 1
    mail = Outgoing.objects.get()
    assert (mail.state, mail.error) == ("failed", "hendra@banknusa.test asked not to be written to.")
    deliver_due(day(400))
    message.activity.refresh_from_db()
    assert message.activity.outcome == "Not sent"
    assert Entry.objects.filter(name="email.not_sent").count() == 1
