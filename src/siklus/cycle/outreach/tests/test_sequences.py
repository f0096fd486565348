"""Sequences: steps that are done once each, and everything that ends them."""

from datetime import date, timedelta

import pytest
from tests.mail import a_mailbox, smtp_server
from tests.world import World, day

from siklus.cycle.outreach.actions import (
    add_template,
    give_consent,
    set_rules,
    suppress,
    take_in,
    withdraw_consent,
)
from siklus.cycle.outreach.models import Message, Template
from siklus.cycle.outreach.sequences import reactions
from siklus.cycle.outreach.sequences.editing import (
    CannotChangeSequence,
    add_sequence,
    add_step,
    archive_sequence,
    edit_step,
    place_step,
    remove_step,
)
from siklus.cycle.outreach.sequences.enrolling import CannotEnrol, enrol, enrol_many
from siklus.cycle.outreach.sequences.models import Enrolment, Sequence, SequenceStep, StepRun
from siklus.cycle.outreach.sequences.running import run_due
from siklus.cycle.outreach.sequences.stopping import pause_enrolment, resume_enrolment, stop_enrolment
from siklus.platform.accounts.hours import set_leave
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Entry
from siklus.platform.mail.actions import retire_mailbox
from siklus.platform.mail.models import Mailbox, Outgoing, Received, Sighting
from siklus.platform.mail.sending import send_due
from siklus.records.activities.actions import cancel_activity, finish_activity, plan_activity
from siklus.records.activities.models import Activity
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact
from siklus.records.deals.actions import lose_deal, merge_deals, win_deal
from siklus.records.deals.models import Deal

NINE = day(2)  # Wednesday 4 March 2026, nine in Jakarta: Rani begins
LATER = day(400)
COUNT = iter(range(10_000))


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return a_mailbox(world, signature="Rani Astuti")


@pytest.fixture
def hendra(world: World) -> Contact:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    return add_contact(
        name="Hendra Pratama", company=company, emails=["hendra@banknusa.test"], owner=world.rani, by=world.rani,
        at=day(1),
    )  # fmt: skip


@pytest.fixture
def deal(world: World, hendra: Contact, mailbox: Mailbox) -> Deal:
    return world.deal(company=hendra.company, contact=hendra)


@pytest.fixture
def hello(world: World) -> Template:
    words = {
        "en": {"subject": "For {{ company.name }}", "text": "Dear {{ contact.first_name }}, shall we talk?"},
        "id": {"subject": "Untuk {{ company.name }}", "text": "Yth. {{ contact.first_name }}, boleh bicara?"},
    }
    return add_template(name="Hello", words=words, by=world.agus, at=day(1))


@pytest.fixture
def sequence(world: World, hello: Template) -> Sequence:
    """A mail at once, a call two working days later, a second mail three working days after the call."""
    made = add_sequence(name="First contact", language="en", by=world.agus, at=day(1))
    for channel, wait, template, title in (
        ("email", 0, hello, "Hello"),
        ("call", 2, None, "Call them"),
        ("email", 3, hello, "Again"),
    ):
        add_step(
            sequence=made,
            channel=channel,
            wait=wait,
            template=template,
            title=title,
            by=world.agus,
            at=day(1),
        )
    return made


@pytest.fixture
def begun(world: World, sequence: Sequence, deal: Deal) -> Enrolment:
    return enrol(sequence=sequence, deal=deal, by=world.rani, at=NINE)


def fresh(one: Enrolment) -> Enrolment:
    return Enrolment.objects.get(pk=one.pk)


def state(one: Enrolment) -> tuple[str, str]:
    now = fresh(one)
    return now.state, now.reason


def answer(
    mailbox: Mailbox, *, number: float, answers: Outgoing | None = None, sort: str = "mail"
) -> Received:
    mail = Received.objects.create(
        key=f"s{next(COUNT)}", from_address="hendra@banknusa.test", subject="Re: For Bank Nusa", sort=sort,
        text="Yes.", said="Yes.", sent_at=day(number), received_at=day(number), digest="0" * 64, size=1,
        answers=answers,
    )  # fmt: skip
    Sighting.objects.create(received=mail, mailbox=mailbox, folder="INBOX", uid=mail.pk)
    return mail


def test_a_step_that_is_due_leaves_through_the_outbox_with_a_way_out(world: World, sequence, hendra):
    with smtp_server() as (post, port):
        a_mailbox(world, smtp=port, signature="Rani Astuti")
        deal = world.deal(company=hendra.company, contact=hendra)
        one = enrol(sequence=sequence, deal=deal, by=world.rani, at=NINE)
        assert (one.due_at, one.step.title) == (NINE, "Hello")
        assert run_due(NINE)["mails"] == 1
        mail = Outgoing.objects.get()
        assert (mail.subject, mail.to) == (
            "For Bank Nusa",
            [["Hendra Pratama", "hendra@banknusa.test"]],
        )
        head, sign, foot = mail.text.split("\n\n")
        assert (head, sign) == ("Dear Hendra, shall we talk?", "-- \nRani Astuti")
        link = mail.headers["List-Unsubscribe"].strip("<>")
        assert foot == f"Rather no more mails from us: {link}"
        assert link.startswith("http://localhost:8000/u/")
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        send_due(NINE)
        assert len(post.mails) == 1
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in post.mails[0]
    mail.refresh_from_db()
    assert mail.state == "sent"
    now = fresh(one)
    assert (now.step.title, now.due_at) == ("Call them", day(4))  # Friday, two working days later
    assert now.thread == Message.objects.get().thread
    assert Activity.objects.get().subject == "For Bank Nusa"
    deal.refresh_from_db()
    assert deal.last_touch_at == NINE
    assert Entry.objects.get(name="email.written").details["purpose"] == "sequence"


def test_running_twice_queues_once(begun: Enrolment):
    assert run_due(NINE)["mails"] == 1
    assert run_due(NINE)["looked_at"] == 0
    Enrolment.objects.filter(pk=begun.pk).update(step=StepRun.objects.get().step, due_at=NINE)
    assert run_due(NINE)["mails"] == 0  # even when it is told to stand on a step that was done
    assert fresh(begun).step.title == "Call them"
    assert (Outgoing.objects.count(), StepRun.objects.count()) == (1, 1)


def test_a_manual_step_is_a_task_and_finishing_it_leads_on(world: World, begun: Enrolment):
    run_due(NINE)
    assert run_due(day(4) - timedelta(minutes=1))["looked_at"] == 0
    assert run_due(day(4))["tasks"] == 1
    call = Activity.objects.get(kind="call")
    assert (call.subject, call.owner, call.due_at, call.done_at) == ("Call them", world.rani, day(4), None)
    assert (fresh(begun).due_at, fresh(begun).state) == (None, "active")
    assert run_due(LATER)["looked_at"] == 0  # it waits for the call, however long
    finish_activity(activity=call, by=world.rani, at=day(4), outcome="No answer")
    deliver_due(LATER)
    deliver_due(LATER)
    now = fresh(begun)
    assert (now.step.title, now.due_at) == ("Again", day(9))  # three working days after Friday: Wednesday
    assert run_due(day(9))["mails"] == 1
    assert state(begun) == ("finished", "")
    first, second = Outgoing.objects.order_by("id")
    assert (second.in_reply_to, second.references) == (first.message_id, [first.message_id])
    assert Message.objects.values("thread").distinct().count() == 1


def test_a_task_that_is_dropped_leads_on_too(world: World, begun: Enrolment):
    run_due(NINE)
    run_due(day(4))
    cancel_activity(activity=Activity.objects.get(kind="call"), by=world.rani, at=day(4))
    deliver_due(LATER)
    assert fresh(begun).step.title == "Again"
    assert StepRun.objects.last().state == "dropped"


def test_an_answer_stops_it_and_counts_once(world: World, mailbox: Mailbox, begun: Enrolment):
    run_due(NINE)
    run_due(day(4))
    mail = answer(mailbox, number=4.1, answers=Outgoing.objects.get())
    take_in(received=mail, at=day(4.1))
    deliver_due(LATER)
    assert state(begun) == ("stopped", "replied")
    entry = Entry.objects.get(name="email.received")
    reactions.stop_when_they_answer(entry)
    assert Entry.objects.filter(name="enrolment.stopped").count() == 1
    assert Activity.objects.get(kind="call").cancelled_at == day(4.1)
    assert StepRun.objects.exclude(replied_at=None).count() == 1
    assert run_due(LATER)["looked_at"] == 0


def test_an_absence_note_stops_nothing(mailbox: Mailbox, begun: Enrolment):
    run_due(NINE)
    take_in(received=answer(mailbox, number=2.1, sort="automatic"), at=day(2.1))
    deliver_due(LATER)
    assert state(begun) == ("active", "")


def test_an_old_answer_that_is_told_again_does_not_stop_a_new_enrolment(
    world: World, mailbox: Mailbox, sequence: Sequence, deal: Deal, begun: Enrolment
):
    take_in(received=answer(mailbox, number=2.1), at=day(2.1))
    deliver_due(LATER)
    again = enrol(sequence=sequence, deal=deal, by=world.rani, at=day(3))
    reactions.stop_when_they_answer(Entry.objects.get(name="email.received"))
    assert state(again) == ("active", "")


def test_a_bounce_stops_it(begun: Enrolment):
    from siklus.cycle.outreach.actions import tell_returned

    run_due(NINE)
    tell_returned(
        mail=Outgoing.objects.get(), is_permanent=True, address="hendra@banknusa.test", reason="no such user",
        at=day(2.1),
    )  # fmt: skip
    deliver_due(LATER)
    assert state(begun) == ("stopped", "bounced")


@pytest.mark.parametrize(
    ("what", "reason"),
    [("meeting", "meeting"), ("won", "closed"), ("lost", "closed"), ("opt out", "opted_out"),
     ("consent", "opted_out"), ("decided", "refused")],
)  # fmt: skip
def test_what_happens_elsewhere_stops_it(world: World, deal: Deal, hendra, begun, what: str, reason: str):
    at = day(2.5)
    acts = {
        "meeting": lambda: plan_activity(kind="meeting", subject="Demo", deal=deal, by=world.rani, at=at, due_at=day(5)),
        "won": lambda: win_deal(deal=deal, by=world.rani, at=at),
        "lost": lambda: lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=at),
        "opt out": lambda: suppress(address="hendra@banknusa.test", why="opted_out", by=None, at=at),
        "decided": lambda: suppress(address="hendra@banknusa.test", why="decided", by=None, at=at),
        "consent": lambda: withdraw_consent(contact=hendra, by=world.rani, at=at),
    }  # fmt: skip
    acts[what]()
    deliver_due(LATER)
    assert state(begun) == ("stopped", reason)
    assert run_due(LATER)["looked_at"] == 0
    assert Outgoing.objects.count() == 0


def test_a_call_that_is_planned_by_hand_stops_nothing(world: World, deal: Deal, begun: Enrolment):
    plan_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=day(2.5), due_at=day(5))
    deliver_due(LATER)
    assert state(begun) == ("active", "")


def test_a_mail_that_still_waits_when_they_answer_does_not_leave(mailbox: Mailbox, begun: Enrolment):
    run_due(NINE)
    take_in(received=answer(mailbox, number=2.01), at=day(2.01))
    deliver_due(LATER)
    send_due(day(2.02))
    mail = Outgoing.objects.get()
    assert (mail.state, mail.error) == ("failed", "The sequence stopped: They answered.")


def test_a_deal_that_closed_without_a_word_to_us_gets_no_mail(deal: Deal, begun: Enrolment):
    Deal.objects.filter(pk=deal.pk).update(status="lost", closed_at=NINE)
    assert run_due(NINE)["mails"] == 0
    assert state(begun) == ("stopped", "closed")


def test_a_pause_holds_the_step_and_the_mail_that_waits(world: World, begun: Enrolment):
    run_due(NINE)
    pause_enrolment(enrolment=begun, by=world.rani, at=NINE)
    send_due(NINE)
    assert Outgoing.objects.get().due_at == NINE + timedelta(hours=1)
    assert run_due(LATER)["looked_at"] == 0
    resume_enrolment(enrolment=begun, by=world.rani, at=day(7.1))
    assert (fresh(begun).state, fresh(begun).due_at) == ("active", day(7.1))
    assert Entry.objects.filter(name__in=["enrolment.paused", "enrolment.resumed"]).count() == 2


def test_leave_moves_what_falls_into_it_to_the_first_day_after(world: World, begun: Enrolment):
    run_due(NINE)
    set_leave(user=world.rani, leaves=[(date(2026, 3, 6), date(2026, 3, 10))], by=world.rani, at=day(2.1))
    deliver_due(LATER)
    assert fresh(begun).due_at == day(9)  # Wednesday the 11th, nine o'clock
    set_leave(user=world.rani, leaves=[(date(2026, 3, 11), date(2026, 3, 11))], by=world.rani, at=day(2.2))
    Enrolment.objects.filter(pk=begun.pk).update(due_at=day(9))
    assert run_due(day(9))["tasks"] == 0  # the worker asks too, whatever a reaction did
    assert fresh(begun).due_at == day(10)
    assert Activity.objects.filter(kind="call").count() == 0


def test_the_gate_postpones_to_its_own_time_and_stops_for_good_reasons(world: World, hendra, begun):
    set_rules(most_a_week=1, by=world.agus, at=day(1))
    run_due(NINE)
    SequenceStep.objects.filter(title="Call them").update(removed_at=day(2.1))
    Enrolment.objects.update(due_at=day(7))
    Enrolment.objects.update(step=SequenceStep.objects.get(title="Again"))
    assert run_due(day(7))["postponed"] == 1
    assert fresh(begun).due_at == day(9)  # a week after the first
    give_consent(contact=hendra, words="Yes", by=world.rani, at=day(7))
    Message.objects.all().delete()
    suppress(address=hendra.email, why="complained", by=None, at=day(8))
    assert run_due(day(9))["ended"] == 1
    now = fresh(begun)
    assert (now.state, now.reason) == ("stopped", "refused")
    assert now.note == "hendra@banknusa.test complained about our mail."


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        ("closed", "Bank Nusa, 120 seats is closed."),
        ("nobody", "Bank Nusa, 120 seats has no contact yet."),
        ("no address", "Hendra Pratama has no e-mail address."),
        ("suppressed", "hendra@banknusa.test asked not to be written to."),
        ("no consent", "There is no consent to be written to."),
        ("no mailbox", "Connect a mailbox first: this sequence writes e-mails."),
        ("archived", "This sequence is archived."),
        ("empty", "This sequence has no steps yet."),
        ("twice", "Hendra Pratama is in the sequence “First contact” already."),
        ("stranger", "Lina does not belong to this deal."),
    ],
)
def test_who_cannot_be_enrolled_is_told_why_and_nothing_changes(
    world: World, sequence, deal, hendra, mailbox, break_it: str, sentence: str
):
    contact = None
    if break_it == "closed":
        win_deal(deal=deal, by=world.rani, at=NINE)
    elif break_it == "nobody":
        Deal.objects.update(contact=None)
    elif break_it == "no address":
        Contact.objects.update(email="")
    elif break_it == "suppressed":
        suppress(address=hendra.email, why="opted_out", by=None, at=NINE)
    elif break_it == "no consent":
        set_rules(needs_consent=True, by=world.agus, at=NINE)
    elif break_it == "no mailbox":
        retire_mailbox(mailbox=mailbox, by=world.agus, at=NINE)
    elif break_it == "archived":
        archive_sequence(sequence=sequence, by=world.agus, at=NINE)
    elif break_it == "empty":
        SequenceStep.objects.update(removed_at=NINE)
    elif break_it == "twice":
        enrol(sequence=sequence, deal=deal, by=world.rani, at=NINE)
    elif break_it == "stranger":
        contact = add_contact(name="Lina", emails=["l@x.test"], owner=world.rani, by=world.rani, at=day(1))
    before = (Enrolment.objects.count(), Entry.objects.count())
    with pytest.raises(CannotEnrol) as refusal:
        enrol(sequence=sequence, deal=deal, contact=contact, by=world.rani, at=NINE)
    assert refusal.value.message == sentence
    assert (Enrolment.objects.count(), Entry.objects.count()) == before


def test_of_many_each_is_enrolled_or_refused_for_itself(world: World, sequence: Sequence, deal: Deal):
    alone = world.deal("Nobody's lead")
    found = enrol_many(sequence=sequence, deals=[alone, deal], by=world.rani, at=NINE)
    assert [one.deal for one in found.done] == [deal]
    assert found.refused == [(alone, "Nobody's lead has no contact yet.")]


def test_reordering_repeats_nothing_and_leaves_nothing_out(world: World, sequence, begun):
    first, call, again = sequence.steps.all()
    run_due(NINE)
    place_step(step=again, place=0, by=world.agus, at=day(3))
    run_due(day(4))
    finish_activity(activity=Activity.objects.get(kind="call"), by=world.rani, at=day(4))
    deliver_due(LATER)
    assert fresh(begun).step == again  # it stands first now, and is still to come
    run_due(day(9))
    assert state(begun) == ("finished", "")
    assert sorted(StepRun.objects.values_list("step", flat=True)) == [first.pk, call.pk, again.pk]


def test_a_step_added_in_front_is_behind_those_who_passed_and_one_added_after_is_not(
    world: World, sequence, begun, hello
):
    run_due(NINE)
    front = add_step(sequence=sequence, channel="task", title="Look them up", by=world.agus, at=day(3))
    place_step(step=front, place=0, by=world.agus, at=day(3))
    add_step(sequence=sequence, channel="linkedin", title="Connect", wait=1, by=world.agus, at=day(3))
    run_due(day(4))
    finish_activity(activity=Activity.objects.get(kind="call"), by=world.rani, at=day(4))
    deliver_due(LATER)
    run_due(day(9))
    assert (fresh(begun).state, fresh(begun).step.title) == ("active", "Connect")


def test_who_waits_for_a_removed_step_goes_on_with_the_next(world: World, sequence, begun):
    run_due(NINE)
    remove_step(step=sequence.steps.get(title="Call them"), by=world.agus, at=day(3))
    assert run_due(day(4))["tasks"] == 0
    now = fresh(begun)
    assert (now.step.title, now.due_at) == ("Again", day(7))  # three working days after the first mail
    remove_step(step=now.step, by=world.agus, at=day(5))
    run_due(day(7))
    assert state(begun) == ("finished", "")


def test_a_changed_step_is_changed_for_who_has_not_done_it(world: World, sequence, begun, hello):
    run_due(NINE)
    call = sequence.steps.get(title="Call them")
    edit_step(step=call, channel="whatsapp", wait=2, title="Write", by=world.agus, at=day(3))
    run_due(day(4))
    assert Activity.objects.get(kind="message").subject == "Write"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"channel": "email"}, "Choose the template of what leaves by itself."),
        ({"channel": "pigeon"}, "Choose what happens."),
        ({"channel": "call", "wait": 251}, "Between 0 and 250 working days."),
    ],
)
def test_steps_that_cannot_be_are_refused(world: World, sequence, values: dict, sentence: str):
    before = (SequenceStep.objects.count(), Entry.objects.count())
    with pytest.raises(CannotChangeSequence, match=sentence):
        add_step(sequence=sequence, by=world.agus, at=day(2), **values)
    assert (SequenceStep.objects.count(), Entry.objects.count()) == before


def test_a_sequence_with_people_in_it_is_not_archived(world: World, sequence, begun):
    with pytest.raises(CannotChangeSequence, match="1 people are in this sequence"):
        archive_sequence(sequence=sequence, by=world.agus, at=NINE)
    stop_enrolment(enrolment=begun, by=world.rani, at=NINE)
    archive_sequence(sequence=sequence, by=world.agus, at=NINE)
    assert state(begun) == ("stopped", "by_hand")


def test_a_template_that_names_what_is_not_there_stops_one_person_only(world: World, sequence, begun, hello):
    Template.objects.filter(pk=hello.pk).update(words={"en": {"subject": "{{ x.y }}", "text": "T"}})
    assert run_due(NINE)["ended"] == 1
    assert state(begun) == ("stopped", "failed")


def test_mails_are_in_the_language_of_the_sequence(world: World, sequence, deal):
    Sequence.objects.update(language="id")
    enrol(sequence=sequence, deal=deal, by=world.rani, at=NINE)
    run_due(NINE)
    mail = Outgoing.objects.get()
    assert mail.subject == "Untuk Bank Nusa"
    assert "/u/" in mail.text and ".id~" in mail.text


def test_a_merged_deal_takes_its_enrolment_along(world: World, deal, begun):
    kept = world.deal("Bank Nusa, all")
    merge_deals(kept=kept, other=deal, by=world.rani, at=day(2))
    assert fresh(begun).deal == kept
