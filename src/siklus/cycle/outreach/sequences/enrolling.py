"""Putting people into a sequence."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siklus.cycle.outreach.gates import verdict
from siklus.cycle.outreach.models import Purpose
from siklus.cycle.outreach.queries import writes_from
from siklus.cycle.outreach.sequences.editing import steps_of
from siklus.cycle.outreach.sequences.facts import EnrolmentStarted
from siklus.cycle.outreach.sequences.models import RUNNING, Enrolment, Sequence, StepChannel
from siklus.cycle.outreach.sequences.stopping import mentions_of
from siklus.cycle.outreach.sequences.timing import due_after
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.mail.models import Mailbox
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused


class CannotEnrol(Refused):
    """This person cannot be put into this sequence; the text says why."""


@dataclass
class Enrolled:
    """What came of enrolling many: those who are in, and the others with the reason."""

    done: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[Deal, str]] = field(default_factory=list)


@transaction.atomic
def enrol(
    *, sequence: Sequence, deal: Deal, by: User, at: datetime, contact: Contact | None = None,
    mailbox: Mailbox | None = None,
) -> Enrolment:  # fmt: skip
    """Put the person of a lead or deal into a sequence. Refuses with the reason, and then nothing is changed."""
    sequence = Sequence.objects.select_for_update(of=("self",)).get(pk=sequence.pk)
    if sequence.archived_at is not None:
        raise CannotEnrol(_("This sequence is archived."), field="sequence")
    steps = list(steps_of(sequence))
    if not steps:
        raise CannotEnrol(_("This sequence has no steps yet."), field="sequence")
    deal = Deal.objects.select_related("contact", "owner").get(pk=deal.pk)
    if deal.merged_into_id or not deal.is_open:
        raise CannotEnrol(_("%(name)s is closed.") % {"name": deal.name})
    contact = _person(deal, contact)
    mails = any(one.channel == StepChannel.EMAIL for one in steps)
    if mailbox is None and mails:
        mailbox = _mailbox(deal, by)
    rep = (mailbox.owner if mailbox else None) or deal.owner or by
    if mails:
        _must_be_written_to(contact, at)
        if mailbox is None or mailbox.retired_at is not None:
            raise CannotEnrol(_("Connect a mailbox first: this sequence writes e-mails."), field="mailbox")
    if (other := _running(contact)) is not None:
        raise CannotEnrol(
            _("%(name)s is in the sequence “%(sequence)s” already.")
            % {"name": contact.name, "sequence": other.sequence.name}
        )
    first = due_after(rep, at, steps[0].wait)
    made = Enrolment(
        sequence=sequence, deal=deal, contact=contact, mailbox=mailbox, rep=rep, step=steps[0],
        due_at=first, last_at=at, enrolled_by=by, enrolled_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:  # somebody else was faster by a moment
        raise CannotEnrol(_("%(name)s is in a sequence already.") % {"name": contact.name}) from error
    fact = EnrolmentStarted(
        enrolment=made.pk, sequence=sequence.pk, title=sequence.name, deal=deal.pk, contact=contact.pk,
        first_due_at=first,
    )  # fmt: skip
    record(fact, by=by, at=at, mentions=mentions_of(made))
    return made


def enrol_many(
    *, sequence: Sequence, deals: Iterable[Deal], by: User, at: datetime, mailbox: Mailbox | None = None
) -> Enrolled:
    """Each for itself: a refusal stops only that one."""
    found = Enrolled()
    for deal in deals:
        try:
            found.done.append(enrol(sequence=sequence, deal=deal, mailbox=mailbox, by=by, at=at))
        except CannotEnrol as refusal:
            found.refused.append((deal, refusal.message))
    return found


def _person(deal: Deal, contact: Contact | None) -> Contact:
    contact = contact or deal.contact
    if contact is None:
        raise CannotEnrol(_("%(name)s has no contact yet.") % {"name": deal.name}, field="contact")
    if contact.pk != deal.contact_id and not deal.people.filter(contact=contact).exists():
        raise CannotEnrol(
            _("%(name)s does not belong to this deal.") % {"name": contact.name}, field="contact"
        )
    if contact.merged_into_id:
        raise CannotEnrol(_("This was merged into another record meanwhile."), field="contact")
    return contact


def _mailbox(deal: Deal, by: User) -> Mailbox | None:
    """The owner's own, else one that whoever enrols may write from."""
    for person in (deal.owner, by):
        if person is not None and (found := writes_from(person)):
            return found[0]
    return None


def _must_be_written_to(contact: Contact, at: datetime) -> None:
    if not contact.email:
        raise CannotEnrol(_("%(name)s has no e-mail address.") % {"name": contact.name}, field="contact")
    said = verdict(contact=contact, address=contact.email, purpose=Purpose.SEQUENCE, at=at)
    if said.is_never:
        raise CannotEnrol(said.reason, field="contact")


def _running(contact: Contact) -> Enrolment | None:
    rows = Enrolment.objects.filter(contact=contact, state__in=RUNNING)
    return rows.select_related("sequence").first()
