"""What comes in: answers find their conversation, the rest begins one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.outreach.actions.letters import count, log_email
from siklus.cycle.outreach.actions.lists import suppress
from siklus.cycle.outreach.facts import EmailNotSent, EmailReceived, EmailReturned, EmailWritten
from siklus.cycle.outreach.models import Message, Purpose, Suppression, Thread
from siklus.platform.journal.record import record
from siklus.platform.mail.models import Mailbox, Outgoing, Received, Sort
from siklus.platform.mail.queries import outgoing_by_message_ids
from siklus.records.activities.actions import edit_activity
from siklus.records.activities.models import Activity
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import same_contacts
from siklus.records.deals.models import Deal, Status


@transaction.atomic
def take_in(*, received: Received, at: datetime) -> Message | None:
    """Put a received mail where it belongs; again, nothing happens. None: it is no message of a conversation."""
    if (known := Message.objects.filter(received=received).first()) is not None:
        return known
    if received.sort == Sort.BOUNCE:
        return None
    if received.sort == Sort.OWN:
        return _written_elsewhere(received, at)
    mailbox = _mailbox_of(received)
    if mailbox is None:
        return None
    contact = next(iter(same_contacts(emails=[received.from_address])), None)
    thread = _thread_of(received, contact)
    if thread is None:
        if contact is None and mailbox.owner_id is not None:
            return None  # somebody we know was only copied in
        thread = _begin(received, mailbox, contact)
    contact = contact or thread.contact
    automatic = received.sort == Sort.AUTOMATIC
    activity = None if automatic else _log(thread, received, contact, mailbox, at)
    message = Message.objects.create(
        thread=thread,
        is_ours=False,
        received=received,
        contact=contact,
        activity=activity,
        at=_when(received, at),
    )
    count(thread, message.at, ours=automatic)
    fact = EmailReceived(
        message=message.pk, thread=thread.pk, subject=received.subject, is_automatic=automatic,
        contact=contact.pk if contact else None, deal=thread.deal_id,
        activity=activity.pk if activity else None,
    )  # fmt: skip
    record(fact, by=None, at=message.at)
    return message


def _log(
    thread: Thread, received: Received, contact: Contact | None, mailbox: Mailbox, at: datetime
) -> Activity:
    owner = (
        mailbox.owner or (thread.deal.owner if thread.deal else None) or (contact.owner if contact else None)
    )
    subject = received.subject or _("(no subject)")
    return log_email(
        thread, subject, received.said, contact, thread.deal, owner=owner, by=None, at=_when(received, at)
    )


def _when(received: Received, at: datetime) -> datetime:
    return min(received.sent_at, at)


def _mailbox_of(received: Received) -> Mailbox | None:
    """The mailbox it came in at; one that it was addressed to before one that was copied in."""
    boxes = [one.mailbox for one in received.sightings.select_related("mailbox").order_by("id")]
    addressed = {address for _name, address in received.to}
    return next((box for box in boxes if box.address in addressed), boxes[0] if boxes else None)


def _thread_of(received: Received, contact: Contact | None) -> Thread | None:
    """By our signed mark; or, for people of the conversation, by the ids it names."""
    if received.answers is not None:
        ours = Message.objects.filter(outgoing=received.answers).select_related("thread").first()
        if ours is not None:
            return ours.thread
    ids = [received.in_reply_to, *reversed(received.references)]
    named = Message.objects.filter(received__message_id__in=[one for one in ids if one]).select_related(
        "thread"
    )
    for message in named.order_by("-at"):
        thread = message.thread
        same = contact is not None and (
            thread.contact_id == contact.pk
            or (thread.company_id is not None and thread.company_id == contact.company_id)
        )
        if same or (thread.contact_id is None and contact is None):
            return thread
    return None


def _begin(received: Received, mailbox: Mailbox, contact: Contact | None) -> Thread:
    at = received.sent_at
    return Thread.objects.create(
        subject=received.subject or _("(no subject)"), mailbox=mailbox, contact=contact,
        company_id=contact.company_id if contact else None, deal=_only_deal(contact), reading=mailbox.reading,
        last_at=at, last_is_ours=False, created_at=at,
    )  # fmt: skip


def _only_deal(contact: Contact | None) -> Deal | None:
    """The open lead or deal of a person, when there is exactly one."""
    if contact is None:
        return None
    found = list(Deal.objects.filter(contact=contact, status=Status.OPEN, merged_into=None)[:2])
    return found[0] if len(found) == 1 else None


def _written_elsewhere(received: Received, at: datetime) -> Message | None:
    """One of us wrote from another program to somebody we know. Copies of our own mail are known already."""
    if outgoing_by_message_ids([received.message_id]):
        return None
    mailbox = Mailbox.objects.filter(address=received.from_address).first()
    people = same_contacts(emails=[address for _name, address in received.to])
    if mailbox is None or not people:
        return None
    contact = people[0]
    thread = _thread_of(received, contact) or _begin(received, mailbox, contact)
    when = _when(received, at)
    activity = log_email(
        thread, received.subject or _("(no subject)"), received.said, contact, thread.deal, owner=mailbox.owner,
        by=mailbox.owner, at=when,
    )  # fmt: skip
    message = Message.objects.create(
        thread=thread, is_ours=True, received=received, contact=contact, activity=activity, at=when
    )
    count(thread, when, ours=True)
    fact = EmailWritten(
        message=message.pk, thread=thread.pk, purpose=Purpose.PERSONAL, subject=received.subject,
        contact=contact.pk, deal=thread.deal_id, activity=activity.pk,
    )  # fmt: skip
    record(fact, by=mailbox.owner, at=when)
    return message


@transaction.atomic
def tell_returned(*, mail: Outgoing, is_permanent: bool, address: str, reason: str, at: datetime) -> None:
    """A mail of ours came back: said on its record, and who cannot be reached is not written to again."""
    message = Message.objects.filter(outgoing=mail).select_related("contact", "activity").first()
    if message is None:
        return
    _mark(message, _("Came back"), at)
    if is_permanent and address:
        suppress(address=address, why=Suppression.Why.BOUNCED, note=reason, by=None, at=at)
    contact = message.contact_id
    fact = EmailReturned(
        message=message.pk,
        thread=message.thread_id,
        is_permanent=is_permanent,
        reason=reason,
        contact=contact,
    )
    record(fact, by=None, at=at, mentions={"contact": contact, "deal": message.thread.deal_id})


@transaction.atomic
def tell_not_sent(*, mail: Outgoing, reason: str, at: datetime) -> None:
    """A mail did not leave after all."""
    message = Message.objects.filter(outgoing=mail).select_related("activity").first()
    if message is None:
        return
    _mark(message, _("Not sent"), at)
    contact = message.contact_id
    fact = EmailNotSent(message=message.pk, thread=message.thread_id, reason=reason, contact=contact)
    record(fact, by=None, at=at, mentions={"contact": contact, "deal": message.thread.deal_id})


def _mark(message: Message, outcome: str, at: datetime) -> None:
    if message.activity is not None and message.activity.outcome != outcome:
        edit_activity(activity=message.activity, by=None, at=at, outcome=outcome)
