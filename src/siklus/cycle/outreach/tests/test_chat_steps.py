"""A step of a sequence by WhatsApp that happens by itself: through the gate, once, and never at the cost of the rest."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from tests.cloud import Cloud, a_line, speaking
from tests.world import World, day

from siklus.cycle.outreach.actions import add_template, give_consent, withdraw_consent
from siklus.cycle.outreach.chats.models import ChatMessage
from siklus.cycle.outreach.models import Channel, Template
from siklus.cycle.outreach.sequences.editing import CannotChangeSequence, add_sequence, add_step, edit_step
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.outreach.sequences.models import Enrolment, Sequence, StepRun
from siklus.cycle.outreach.sequences.running import run_due
from siklus.cycle.outreach.sequences.stopping import pause_enrolment, stop_enrolment
from siklus.platform.chat.models import Line, Outgoing
from siklus.platform.chat.sending import send_due
from siklus.records.activities.models import Activity
from siklus.records.contacts.actions import add_contact, edit_contact
from siklus.records.contacts.models import Contact
from siklus.records.fields.record import Refused

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
    one = add_contact(name="Hendra Pratama", phones=[THEM], owner=world.rani, by=world.rani, at=day(0))
    give_consent(contact=one, words="Yes", channel=Channel.WHATSAPP, by=world.rani, at=day(0))
    return one


@pytest.fixture
def hello(world: World) -> Template:
    words = {
        "id": {
            "text": "Halo {{ contact.first_name }}.",
            "approved": "halo",
            "values": ["{{ contact.first_name }}"],
        }
    }
    return add_template(name="Hello", kind="whatsapp", words=words, by=world.agus, at=day(0))


@pytest.fixture
def sequence(world: World, hello: Template) -> Sequence:
    one = add_sequence(name="By phone", language="id", by=world.agus, at=day(0))
    add_step(sequence=one, channel="chat", template=hello, by=world.agus, at=day(0))
    add_step(sequence=one, channel="call", wait=2, title="Call them", by=world.agus, at=day(0))
    return one


@pytest.fixture
def begun(world: World, sequence: Sequence, hendra: Contact) -> Enrolment:
    deal = world.deal(contact=hendra)
    return enrol(sequence=sequence, deal=deal, by=world.rani, at=day(1.1))


def fresh(one: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("step").get(pk=one.pk)


def test_the_message_leaves_once_as_the_approved_template_and_the_next_step_follows(
    world, cloud, line, begun
):
    at = day(1.1)
    assert run_due(at)["chats"] == 1
    assert run_due(at)["looked_at"] == 0
    send_due(at)
    chat = ChatMessage.objects.get()
    assert (chat.text, chat.purpose, chat.deal, chat.number) == ("Halo Hendra.", "sequence", begun.deal, THEM)
    assert [one["template"]["name"] for one in cloud.got] == ["halo"]
    run = StepRun.objects.get()
    assert (run.state, run.chat, run.activity) == ("queued", chat, chat.activity)
    now = fresh(begun)
    assert now.step is not None
    assert (now.state, now.step.title) == ("active", "Call them")


@pytest.mark.parametrize("lacking", ["line", "number", "approval"])
def test_what_cannot_go_by_itself_is_a_task_for_the_rep(world, cloud, hello, hendra, begun, lacking):
    if lacking != "line":
        a_line(world, cloud)
    if lacking == "number":
        edit_contact(contact=hendra, phones=[], by=world.rani, at=day(1.08))
    if lacking == "approval":
        Template.objects.filter(pk=hello.pk).update(words={"id": {"text": "Halo."}})
    counts = run_due(day(1.1))
    assert (counts["chats"], counts["tasks"], ChatMessage.objects.count()) == (0, 1, 0)
    task = Activity.objects.get()
    assert (task.kind, task.owner, task.is_planned) == ("message", world.rani, True)
    assert fresh(begun).due_at is None  # it waits for the task


def test_who_wants_no_whatsapp_gets_the_next_step(world, line, hendra, begun):
    withdraw_consent(contact=hendra, words="No", channel=Channel.WHATSAPP, by=world.rani, at=day(1.08))
    assert run_due(day(1.1))["skipped"] == 1
    assert ChatMessage.objects.count() == 0
    now = fresh(begun)
    assert now.step is not None
    assert (now.state, now.step.title, StepRun.objects.get().state) == ("active", "Call them", "dropped")


def test_where_it_is_night_it_waits_for_the_hour_of_the_gate(world, line, hendra, begun):
    edit_contact(contact=hendra, time_zone="America/New_York", by=world.rani, at=day(1.08))
    assert run_due(day(1.1))["postponed"] == 1
    due = fresh(begun).due_at
    assert due is not None
    assert (ChatMessage.objects.count(), due.astimezone(ZoneInfo("America/New_York")).hour) == (0, 7)
    assert run_due(due)["chats"] == 1  # though the rep has gone home by then


def test_a_message_that_waits_stays_while_it_rests_and_fails_when_it_stopped(world, cloud, line, begun):
    at = day(1.1)
    run_due(at)
    pause_enrolment(enrolment=begun, by=world.rani, at=at)
    send_due(at)
    assert (cloud.got, Outgoing.objects.get().state) == ([], "queued")
    stop_enrolment(enrolment=begun, by=world.rani, at=at)
    send_due(day(1.2))
    assert (cloud.got, Outgoing.objects.get().state) == ([], "failed")


def test_words_that_whatsapp_does_not_know_are_refused_and_the_step_stays(world, sequence, hello):
    plain = add_template(
        name="Plain", kind="whatsapp", words={"id": {"text": "Halo."}}, by=world.agus, at=day(0)
    )
    step = sequence.steps.order_by("position")[0]
    with pytest.raises(CannotChangeSequence) as refusal:
        edit_step(step=step, channel="chat", template=plain, wait=0, by=world.agus, at=day(2))
    assert refusal.value.field == "template"
    with pytest.raises(Refused):
        add_step(sequence=sequence, channel="chat", by=world.agus, at=day(2))
    step.refresh_from_db()
    assert (step.template, sequence.steps.count()) == (hello, 2)
