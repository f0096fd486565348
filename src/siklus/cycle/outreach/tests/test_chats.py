"""WhatsApp with people we know: one gate, a day for free text, consent of its own, and each message on its record."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cloud import Cloud, a_line, became, call, said, speaking, tell
from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.outreach.actions import (
    add_template,
    give_consent,
    set_rules,
    suppress,
    withdraw_consent,
)
from siklus.cycle.outreach.actions.templates import CannotChangeTemplate
from siklus.cycle.outreach.chats.actions import CannotChat, assign_number, take_in_chat, write_chat
from siklus.cycle.outreach.chats.gates import chat_verdict
from siklus.cycle.outreach.chats.queries import chat_for, chats_for, chats_with, unknown_for
from siklus.cycle.outreach.gates import verdict
from siklus.cycle.outreach.models import ChatMessage, Consent, Template
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.platform.chat.models import Incoming, Line, Outgoing
from siklus.platform.chat.sending import send_due
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Entry
from siklus.records.activities.models import Activity
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.merging import merge_contacts
from siklus.records.contacts.models import Contact
from siklus.records.deals.actions import win_deal

THEM = "+6281234567890"


@pytest.fixture(autouse=True)
def _private(settings) -> None:
    settings.CHAT_PRIVATE_HOSTS = True


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with speaking() as one:
        yield one


@pytest.fixture
def line(world: World, cloud: Cloud) -> Line:
    return a_line(world, cloud)


@pytest.fixture
def hendra(world: World) -> Contact:
    return add_contact(
        name="Hendra Pratama", phones=["0812-3456-7890"], owner=world.rani, by=world.rani, at=day(0)
    )


@pytest.fixture
def hello(world: World) -> Template:
    words = {
        "id": {"text": "Halo {{ contact.first_name }}, saya {{ me.name }}.", "approved": "halo",
               "values": ["{{ contact.first_name }}", "{{ me.name }}"]},
    }  # fmt: skip
    return add_template(name="Hello", kind="whatsapp", words=words, by=world.agus, at=day(0))


def came(
    line: Line, text: str = "Berapa harganya?", at: datetime | None = None, **more: Any
) -> ChatMessage | None:
    """Somebody writes, on the first day unless said otherwise; the reactions do their work."""
    at = at or day(1)
    assert tell(Client(), line, call(said(text, at=at, **more))).status_code == 200
    while deliver_due(timezone.now()):  # what a reaction records has reactions too
        pass
    row = Incoming.objects.order_by("-id")[0]
    return ChatMessage.objects.filter(incoming=row).first()


def wrote(world: World, line: Line, hendra: Contact, moment: float = 1.1, **values: Any) -> ChatMessage:
    values.setdefault("text", "Mulai 2 juta, Pak.")
    return write_chat(line=line, contact=hendra, by=world.rani, at=day(moment), **values)


def test_their_message_stands_on_the_timeline_of_the_person_and_their_only_deal(world: World, line, hendra):
    deal = world.deal(contact=hendra)
    chat = came(line)
    assert chat is not None
    activity = chat.activity
    assert activity is not None
    assert (activity.kind, activity.body, activity.contact, activity.deal) == (
        "message",
        "Berapa harganya?",
        hendra,
        deal,
    )
    assert (activity.owner, activity.done_at, chat.deal) == (world.rani, day(1), deal)
    assert take_in_chat(incoming=Incoming.objects.get(), at=day(2)) == chat
    assert (Activity.objects.count(), Entry.objects.filter(name="whatsapp.received").count()) == (1, 1)


def test_with_two_open_deals_it_goes_to_the_one_that_was_spoken_of(world: World, line, hendra):
    first, second = world.deal("First", contact=hendra), world.deal("Second", contact=hendra)
    chat = came(line)
    assert chat is not None and chat.deal is None
    wrote(world, line, hendra, deal=second)
    chat = came(line, at=day(1.2), key="wamid.in2")
    assert chat is not None and chat.deal == second
    win_deal(deal=second, by=world.rani, at=day(1.3))
    chat = came(line, at=day(1.4), key="wamid.in3")
    assert chat is not None and chat.deal == first


def test_an_answer_leaves_and_is_the_touch_of_its_deal(world: World, cloud, line, hendra):
    deal = world.deal(contact=hendra)
    came(line)
    chat = wrote(world, line, hendra, deal=deal)
    assert (chat.is_answer, chat.number) == (True, THEM)
    send_due(day(1.1))
    assert cloud.got[0]["text"]["body"] == "Mulai 2 juta, Pak."
    assert chat.activity is not None
    assert (chat.activity.kind, chat.activity.deal, chat.activity.owner) == ("message", deal, world.rani)
    tell(Client(), line, call(became("read", key="wamid.out1", at=day(1.2))))
    assert [one.outgoing.state for one in chats_with(hendra) if one.outgoing] == ["read"]


def test_free_text_goes_within_a_day_after_they_wrote(world: World, line, hendra):
    with pytest.raises(CannotChat, match="have not written to us by WhatsApp yet"):
        wrote(world, line, hendra)
    came(line)
    with pytest.raises(CannotChat, match="More than 24 hours"):
        wrote(world, line, hendra, 2.01)
    assert not Outgoing.objects.exists() and Activity.objects.count() == 1
    wrote(world, line, hendra, 1.99)


def test_what_waits_longer_than_the_day_is_refused_when_it_is_written(world: World, line, hendra):
    came(line, at=day(0.5))  # nine in the evening in Jakarta
    wrote(world, line, hendra, 0.51)  # an answer, whatever the hour
    told = {"contact": hendra, "line": line, "number": THEM, "purpose": "personal", "is_template": False}
    late = chat_verdict(**told, at=day(0.52))
    assert (late.is_allowed, late.until) == (False, day(0.916666666666666667).replace(microsecond=0))
    assert chat_verdict(**told, at=day(1.46), at_once=True).is_allowed
    held = chat_verdict(**told, at=day(1.49))  # could leave in the morning only, and the day ends before
    assert (held.is_never, held.code) == (True, "window")


def test_the_window_is_asked_again_when_it_leaves(world: World, cloud, line, hendra):
    came(line)
    chat = wrote(world, line, hendra)
    send_due(day(2.2))
    deliver_due(timezone.now())
    assert chat.outgoing is not None and chat.activity is not None
    chat.outgoing.refresh_from_db()
    chat.activity.refresh_from_db()
    assert (chat.outgoing.state, chat.activity.outcome, cloud.got) == ("failed", "Not sent", [])
    assert Entry.objects.filter(name="whatsapp.not_sent").count() == 1


def test_an_approved_template_may_go_first(world: World, cloud, line, hendra, hello):
    chat = wrote(world, line, hendra, text="", template=hello, language="en")
    assert chat.text == "Halo Hendra, saya Rani Astuti."
    send_due(day(1.1))
    template = cloud.got[0]["template"]
    assert (template["name"], template["language"]) == ("halo", {"code": "id"})
    assert [one["text"] for one in template["components"][0]["parameters"]] == ["Hendra", "Rani Astuti"]
    assert chat.activity is not None and chat.activity.body == "Halo Hendra, saya Rani Astuti."


def test_a_template_that_whatsapp_does_not_know_is_refused(world: World, line, hendra):
    own = add_template(name="Own", kind="whatsapp", words={"en": {"text": "Hi"}}, by=world.agus, at=day(0))
    with pytest.raises(CannotChat, match="no name of an approved template"):
        wrote(world, line, hendra, template=own)
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("approved_en", {"approved": "Has Spaces"}),
        ("code_en", {"approved": "ok", "code": "english"}),
        ("values_en", {"approved": "ok", "values": ["{{ contact.shoe_size }}"]}),
        ("values_en", {"approved": "ok", "values": ["x"] * 21}),
    ],
)
def test_what_is_wrong_with_an_approved_name_is_said(world: World, field: str, values):
    with pytest.raises(CannotChangeTemplate) as refusal:
        add_template(
            name="T", kind="whatsapp", words={"en": {"text": "Hi", **values}}, by=world.agus, at=day(0)
        )
    assert refusal.value.field == field
    assert not Template.objects.exists()


def test_who_is_on_the_list_gets_nothing_but_an_answer(world: World, line, hendra, hello):
    suppress(address="0812 3456 7890", why="opted_out", by=world.rani, at=day(0))
    with pytest.raises(CannotChat, match="asked not to be written to"):
        wrote(world, line, hendra, template=hello)
    came(line)
    assert wrote(world, line, hendra).is_answer


def test_consent_is_asked_per_channel(world: World, line, hendra):
    set_rules(by=world.agus, at=day(0), needs_consent=True)
    give_consent(contact=hendra, words="By mail, yes.", by=world.rani, at=day(0))
    told: dict[str, Any] = {
        "contact": hendra,
        "line": line,
        "number": THEM,
        "at": day(1),
        "is_template": True,
    }
    assert chat_verdict(**told, purpose="sequence").code == "consent.missing"
    assert chat_verdict(**told, purpose="personal").is_allowed
    give_consent(contact=hendra, words="By WhatsApp too.", channel="whatsapp", by=world.rani, at=day(0))
    assert chat_verdict(**told, purpose="sequence").is_allowed
    withdraw_consent(contact=hendra, channel="whatsapp", by=world.rani, at=day(0.5))
    assert chat_verdict(**told, purpose="sequence").code == "consent.withdrawn"
    mail = verdict(contact=hendra, address="h@nusa.test", purpose="sequence", at=day(1.1))
    assert mail.is_allowed


def test_machines_write_seldom(world: World, line, hendra, hello):
    set_rules(by=world.agus, at=day(0), most_a_week=1)
    wrote(world, line, hendra, template=hello, purpose="sequence")
    told: dict[str, Any] = {
        "contact": hendra,
        "line": line,
        "number": THEM,
        "at": day(2),
        "is_template": True,
    }
    assert chat_verdict(**told, purpose="sequence").until == day(8.1)


@pytest.mark.parametrize("text", ["STOP", " Berhenti! ", "Jangan kirim lagi"])
def test_who_says_stop_is_heard(world: World, line, hendra, text: str):
    came(line, text)
    consent = Consent.objects.get()
    assert (consent.contact, consent.channel, consent.is_given) == (hendra, "whatsapp", False)
    assert consent.words == text.strip()


def test_stop_within_a_sentence_is_no_opt_out(line, hendra):
    came(line, "Mesin kami stop, bisa bantu?")
    assert not Consent.objects.exists()


def test_an_answer_by_whatsapp_stops_a_sequence(world: World, line, hendra):
    sequence = add_sequence(name="First contact", language="en", by=world.ada, at=day(0))
    add_step(sequence=sequence, channel="call", by=world.ada, at=day(0))
    enrolment = enrol(sequence=sequence, deal=world.deal(contact=hendra), by=world.rani, at=day(1))
    came(line, at=day(1.2))
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.reason) == ("stopped", "replied")


def test_a_number_that_nobody_knows_waits_until_somebody_says_whose_it_is(world: World, line):
    for number in (1, 2):
        came(line, f"Halo {number}", at=day(number), of="6281399990000", key=f"wamid.n{number}")
    assert [one.text for one in unknown_for(world.budi)] == ["Halo 2", "Halo 1"]
    assert not Activity.objects.exists()
    sri = add_contact(name="Sri", phones=["021 5551234"], owner=world.rani, by=world.rani, at=day(0))
    deal = world.deal(contact=sri)
    assert assign_number(number="+6281399990000", contact=sri, by=world.rani, at=day(3)) == 2
    assert [(one.text, one.deal) for one in chats_with(sri)] == [("Halo 1", deal), ("Halo 2", deal)]
    assert [one.done_at for one in Activity.objects.order_by("id")] == [day(1), day(2)]
    sri.refresh_from_db()
    assert [one.key for one in sri.points.order_by("position")] == ["+62215551234", "+6281399990000"]
    with pytest.raises(CannotChat, match="known already"):
        assign_number(number="+6281399990000", contact=sri, by=world.rani, at=day(4))
    chat = came(line, "Lagi", at=day(4), of="6281399990000", key="wamid.n3")
    assert chat is not None and chat.contact == sri


def test_who_sees_the_person_reads_their_messages(world: World, line, hendra):
    chat = came(line)
    assert chat is not None
    assert chat_for(world.bram, chat.pk) == chat
    assert list(chats_for(world.budi)) == [] and list(chats_for(world.putri)) == []
    with pytest.raises(ChatMessage.DoesNotExist):
        chat_for(world.budi, chat.pk)


def test_who_sees_the_deal_reads_what_was_said_about_it(world: World, line, hendra):
    hers = world.deal(contact=hendra, owner=world.budi)
    chat = came(line)
    assert chat is not None and chat.deal == hers
    assert chat_for(world.budi, chat.pk) == chat_for(world.rani, chat.pk) == chat


def test_strangers_on_a_line_of_ones_own_are_ones_own(world: World, cloud):
    own = a_line(world, cloud, owner=world.budi)
    came(own, of="6281399990000")
    assert unknown_for(world.budi).count() == 1 and unknown_for(world.rani).count() == 0


def test_messages_follow_a_merged_person(world: World, line, hendra):
    came(line)
    kept = add_contact(name="Hendra P", owner=world.rani, by=world.rani, at=day(0))
    merge_contacts(kept=kept, other=hendra, by=world.rani, at=day(2))
    assert [one.text for one in chats_with(kept)] == ["Berapa harganya?"]


@pytest.mark.parametrize(
    ("field", "values"),
    [("number", {"number": "0811 1111 1111"}), ("text", {"text": " "}), ("text", {"text": "x" * 4097})],
)
def test_what_is_wrong_is_named_and_nothing_is_written(world: World, line, hendra, field: str, values):
    came(line)
    entries = Entry.objects.count()
    with pytest.raises(ValueError) as refusal:
        wrote(world, line, hendra, **values)
    assert refusal.value.field == field  # type: ignore[attr-defined]
    assert (Outgoing.objects.count(), Activity.objects.count(), Entry.objects.count()) == (0, 1, entries)


def test_a_program_connects_a_line_writes_and_assigns(world: World, cloud, hendra, hello):
    agus, rani = Program(world.agus), Program(world.rani)
    body = {"name": "Sales", "number": "021 5550 1234", "phone_number_id": "106540352242922", "api_url": cloud.url,
            "token": "EAAB-token", "app_secret": "app-secret-of-nusa", "verify_token": "words"}  # fmt: skip
    assert rani.call("POST", "/whatsapp-lines", body).status_code == 403
    made = agus.call("POST", "/whatsapp-lines", body)
    assert made.status_code == 201 and not {"token", "app_secret", "verify_token"} & made.json().keys()
    line = Line.objects.get()
    path = f"/whatsapp-lines/{line.pk}"
    assert (
        agus.call("PATCH", path, {"phone_number_id": "x"}).json()["errors"][0]["field"] == "phone_number_id"
    )
    assert agus.call("PATCH", path, {"name": "Desk"}).json()["name"] == "Desk"
    message = {"line_id": line.pk, "contact_id": hendra.pk, "at_once": True}
    refused = rani.call("POST", "/whatsapp-messages", {**message, "text": "Halo"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "text")
    sent = rani.call(
        "POST", "/whatsapp-messages", {**message, "template_id": hello.pk, "language": "id"}
    ).json()
    assert (sent["state"], sent["text"]) == ("queued", "Halo Hendra, saya Rani Astuti.")
    assert Program(world.budi).call("GET", f"/whatsapp-messages/{sent['id']}").status_code == 404
    came(line, of="6281399990000", at=timezone.now())
    (unknown,) = rani.call("GET", "/whatsapp-messages?unknown=true").json()["items"]
    done = rani.call("POST", f"/whatsapp-messages/{unknown['id']}/assign", {"contact_id": hendra.pk})
    assert done.json() == {"messages": 1}
    listed = rani.call("GET", f"/whatsapp-messages?contact_id={hendra.pk}").json()["items"]
    assert [one["state"] for one in listed] == ["received", "queued"]
    assert agus.call("DELETE", path).status_code == 204


def test_a_day_has_24_hours(world: World, line, hendra):
    came(line)
    told: dict[str, Any] = {
        "contact": hendra,
        "line": line,
        "number": THEM,
        "purpose": "personal",
        "is_template": False,
    }
    almost = day(2) - timedelta(seconds=1)
    assert chat_verdict(**told, at=almost, at_once=True).is_allowed
    assert not chat_verdict(**told, at=day(2), at_once=True).is_allowed
