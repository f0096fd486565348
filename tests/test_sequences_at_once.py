"""Workers and people at the same moment: a step is queued once, and a person is in one sequence."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from siklus.cycle.outreach.actions import add_template
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import CannotEnrol, enrol
from siklus.cycle.outreach.sequences.models import Enrolment, Sequence, StepRun
from siklus.cycle.outreach.sequences.running import advance, run_due
from siklus.cycle.outreach.sequences.stopping import stop_enrolment
from siklus.platform.mail.models import Outgoing
from siklus.records.activities.models import Activity
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.models import Deal
from tests.mail import a_mailbox
from tests.world import World, build_world, day

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NINE = day(2)


@pytest.fixture
def here() -> World:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    world = build_world()
    a_mailbox(world)
    return world


def sequence_of(world: World, *channels: str) -> Sequence:
    words = {"en": {"subject": "Hello", "text": "Dear {{ contact.first_name }}"}}
    template = add_template(name="Hello", words=words, by=world.agus, at=day(1))
    made = add_sequence(name="First contact", language="en", by=world.agus, at=day(1))
    for channel in channels:
        mail = template if channel == "email" else None
        add_step(sequence=made, channel=channel, template=mail, wait=1, by=world.agus, at=day(1))
    return made


def lead(world: World, number: int) -> Deal:
    contact = add_contact(
        name=f"Person {number}", emails=[f"p{number}@x.test"], owner=world.rani, by=world.rani, at=day(1)
    )
    return world.deal(f"Lead {number}", contact=contact)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(10)
            return act()
        except CannotEnrol as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_many_workers_each_step_is_queued_by_one(here: World):
    sequence = sequence_of(here, "email", "email")
    for number in range(40):
        enrol(sequence=sequence, deal=lead(here, number), by=here.rani, at=NINE)
    found = at_once(*[lambda: run_due(day(4), size=3)["mails"] for _worker in range(6)])
    run_due(day(4))
    assert Outgoing.objects.count() == 40
    assert sum(found) <= 40
    assert StepRun.objects.count() == 40
    assert Outgoing.objects.values("to").distinct().count() == 40


def test_of_many_who_enrol_a_person_at_once_one_does(here: World):
    sequence, deal = sequence_of(here, "call"), lead(here, 1)
    said = at_once(
        *[lambda: enrol(sequence=sequence, deal=deal, by=here.rani, at=NINE) for _time in range(6)]
    )
    assert sum(isinstance(one, Enrolment) for one in said) == 1
    assert Enrolment.objects.count() == 1


def test_stopping_while_a_worker_queues_leaves_one_end_and_at_most_one_mail(here: World):
    sequence = sequence_of(here, "email", "email")
    for number in range(6):
        one = enrol(sequence=sequence, deal=lead(here, number), by=here.rani, at=NINE)
        before = Outgoing.objects.count()
        at_once(
            lambda: run_due(day(4)),
            lambda one=one: stop_enrolment(enrolment=one, reason="replied", by=None, at=day(4)),
        )
        one.refresh_from_db()
        assert (one.state, one.reason, one.due_at) == ("stopped", "replied", None)
        assert Outgoing.objects.count() - before <= 1


def test_a_task_that_two_workers_hear_of_leads_on_once(here: World):
    sequence = sequence_of(here, "call", "task", "email")
    one = enrol(sequence=sequence, deal=lead(here, 1), by=here.rani, at=NINE)
    run_due(day(4))
    call = Activity.objects.get(kind="call")
    at_once(*[lambda: advance(activity=call, is_done=True, at=day(4)) for _worker in range(4)])
    one.refresh_from_db()
    assert one.step == sequence.steps.get(channel="task")
