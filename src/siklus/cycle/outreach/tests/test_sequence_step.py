import pytest
from tests.mail import a_mailbox
from tests.world import World, day

from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import CannotEnrol
from siklus.cycle.outreach.sequences.models import Enrolment
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.steps import Occasion, step_named


def test_an_automation_puts_the_person_of_a_deal_into_a_sequence_in_the_name_of_its_owner(world: World):
    a_mailbox(world)
    hendra = add_contact(name="Hendra", emails=["h@nusa.test"], owner=world.rani, by=world.rani, at=day(0))
    sequence = add_sequence(name="First contact", language="en", by=world.agus, at=day(0))
    add_step(sequence=sequence, channel="call", by=world.agus, at=day(0))
    enrol = step_named("enrol")
    assert enrol is not None
    values = enrol.clean({"sequence": str(sequence.pk)})
    assert enrol.said(values) == "put its person into the sequence First contact"
    occasion = Occasion(day(2), 1, "New leads")
    with pytest.raises(CannotEnrol, match="has no owner"):
        enrol.do(world.deal("Nobody's", owner=None, by=None, contact=hendra), values, occasion)
    assert not Enrolment.objects.exists()
    enrol.do(world.deal(contact=hendra), values, occasion)
    made = Enrolment.objects.get()
    assert (made.contact, made.enrolled_by, made.sequence) == (hendra, world.rani, sequence)
    with pytest.raises(CannotEnrol, match="already"):
        enrol.do(world.deal("Second", contact=hendra), values, occasion)
