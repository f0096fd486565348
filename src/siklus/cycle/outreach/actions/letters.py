"""Writing an e-mail, and whose conversation it is."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siklus.cycle.outreach.facts import EmailWritten, ThreadShown, ThreadTied
from siklus.cycle.outreach.gates import BY_MACHINE, verdict
from siklus.cycle.outreach.models import Message, Purpose, Thread
from siklus.cycle.outreach.opt_out import address_of, foot, headers_of
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.mail.models import Mailbox, Reading
from siklus.platform.mail.sending import queue_mail
from siklus.platform.mail.tokens import new_key
from siklus.records.activities.actions import log_activity
from siklus.records.activities.models import Activity
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused


class CannotWrite(Refused):
    """The mail cannot be written so."""


@dataclass(frozen=True)
class Letter:
    """What is written, and how it shall leave."""

    subject: str
    text: str
    address: str = ""  # one of the contact's; the first, when empty
    at_once: bool = False
    purpose: str = Purpose.PERSONAL
    headers: dict[str, str] = field(default_factory=dict)
    calendar: str = ""
    calendar_method: str = ""
    language: str = "en"  # of the way out, where a machine writes


@transaction.atomic
def write_email(
    *, letter: Letter, mailbox: Mailbox, contact: Contact, by: User | None, at: datetime, deal: Deal | None = None,
    answers: Message | None = None, activity: Activity | None = None,
) -> Message:  # fmt: skip
    """Put a mail to a person into the outbox. What may not leave at all is refused; what is early waits.

    With an `activity` at hand (a meeting), the mail belongs to it and is not written down as another one.
    """
    address = _address(letter, contact)
    thread = answers.thread if answers is not None else None
    is_answer = answers is not None and not answers.is_ours
    said = verdict(
        contact=contact, address=address, purpose=letter.purpose, at=at, is_answer=is_answer,
        at_once=letter.at_once,
    )  # fmt: skip
    if said.is_never:
        raise CannotWrite(said.reason, field="address")
    if deal is not None and deal.merged_into_id:
        raise CannotWrite(_("This was merged into another record meanwhile."))
    text, headers, key = signed(letter.text, mailbox), letter.headers, new_key()
    if letter.purpose in BY_MACHINE and text:
        text, headers = with_way_out(text, headers, key, letter.language)
    mail = queue_mail(
        mailbox=mailbox, to=[(contact.name, address)], subject=letter.subject, text=text, key=key,
        in_reply_to=_id_of(answers), references=_references(answers), headers=headers,
        calendar=letter.calendar, calendar_method=letter.calendar_method,
        purpose=f"outreach.{letter.purpose}", by=by, at=at, due_at=said.until,
    )  # fmt: skip
    if thread is None:
        thread = Thread.objects.create(
            subject=mail.subject, mailbox=mailbox, contact=contact, company_id=contact.company_id, deal=deal,
            reading=mailbox.reading, last_at=at, created_at=at,
        )  # fmt: skip
    deal = deal or thread.deal
    if activity is None:
        activity = log_email(thread, mail.subject, letter.text.strip(), contact, deal, owner=by, by=by, at=at)
    message = Message.objects.create(
        thread=thread, purpose=letter.purpose, is_ours=True, outgoing=mail, contact=contact, activity=activity,
        is_answer=is_answer, at_once=letter.at_once, at=at,
    )  # fmt: skip
    count(thread, at, ours=True)
    fact = EmailWritten(
        message=message.pk, thread=thread.pk, purpose=letter.purpose, subject=mail.subject, contact=contact.pk,
        deal=deal.pk if deal else None, activity=activity.pk,
    )  # fmt: skip
    record(fact, by=by, at=at)
    return message


def log_email(
    thread: Thread, subject: str, text: str, contact: Contact | None, deal: Deal | None, *, owner: User | None,
    by: User | None, at: datetime,
) -> Activity:  # fmt: skip
    """The touch on the timeline. A conversation that only its owner reads shows that it is, not what it says."""
    hidden = thread.reading == Reading.OWNER
    company = (deal.company if deal else None) or (contact.company if contact else None)
    return log_activity(
        kind="email", subject=_("E-mail") if hidden else subject, body="" if hidden else text[:50_000], contact=contact,
        company=company, deal=deal, owner=owner, by=by, at=at,
    )  # fmt: skip


def count(thread: Thread, at: datetime, *, ours: bool) -> None:
    """Note the newest message on the conversation; one that comes late changes only the count."""
    Thread.objects.filter(pk=thread.pk).update(count=F("count") + 1)
    Thread.objects.filter(pk=thread.pk, last_at__lte=at).update(last_at=at, last_is_ours=ours)


@transaction.atomic
def tie_thread(
    *, thread: Thread, contact: Contact | None, deal: Deal | None, by: User | None, at: datetime
) -> Thread:
    """Say to whom and to which deal a conversation belongs."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    contact = contact or (deal.contact if deal else None)
    if deal is not None and deal.merged_into_id:
        raise CannotWrite(_("This was merged into another record meanwhile."), field="deal")
    if (thread.contact, thread.deal) == (contact, deal):
        return thread
    thread.contact, thread.deal = contact, deal
    thread.company_id = (deal.company_id if deal else None) or (contact.company_id if contact else None)
    thread.save()
    activities = Activity.objects.filter(message__thread=thread)
    activities.update(deal=deal, contact=contact, company_id=thread.company_id)
    fact = ThreadTied(
        thread=thread.pk, contact=contact.pk if contact else None, deal=deal.pk if deal else None
    )
    mentions = {"contact": thread.contact_id, "deal": thread.deal_id, "company": thread.company_id}
    record(fact, by=by, at=at, mentions=mentions)
    return thread


@transaction.atomic
def show_thread(*, thread: Thread, reading: str, by: User | None, at: datetime) -> Thread:
    """Decide who reads a conversation. Only whoever owns its mailbox may."""
    thread = Thread.objects.select_for_update(of=("self",)).select_related("mailbox").get(pk=thread.pk)
    if reading not in Reading.values:
        raise CannotWrite(_("Choose who may read it."), field="reading")
    if thread.mailbox.owner_id is None or thread.mailbox.owner_id != (by.pk if by else None):
        raise CannotWrite(_("Only the owner of the mailbox decides who reads this."), field="reading")
    if thread.reading == reading:
        return thread
    thread.reading = reading
    thread.save(update_fields=["reading"])
    record(ThreadShown(thread=thread.pk, reading=reading), by=by, at=at)
    return thread


def _address(letter: Letter, contact: Contact) -> str:
    known = {point.value.lower(): point.value for point in contact.points.filter(kind="email")}
    if not known:
        raise CannotWrite(_("%(name)s has no e-mail address.") % {"name": contact.name}, field="address")
    if not letter.address:
        return contact.email
    if letter.address.lower() not in known:
        raise CannotWrite(_("This is no address of %(name)s.") % {"name": contact.name}, field="address")
    return known[letter.address.lower()]


def signed(text: str, mailbox: Mailbox) -> str:
    """What was written, with the signature of the mailbox."""
    text = text.replace("\r\n", "\n").strip()
    return f"{text}\n\n-- \n{mailbox.signature.strip()}" if text and mailbox.signature.strip() else text


def with_way_out(text: str, headers: dict[str, str], key: str, language: str) -> tuple[str, dict[str, str]]:
    """The line at the foot and the headers by which the reader ends it."""
    out = address_of(key, language)
    return f"{text}\n\n{foot(out, language)}", {**headers, **headers_of(out)}


def _id_of(message: Message | None) -> str:
    """The Message-ID under which the other side knows it."""
    if message is None:
        return ""
    if message.outgoing is not None:
        return message.outgoing.message_id
    return message.received.message_id if message.received else ""


def _references(message: Message | None) -> list[str]:
    if message is None:
        return []
    before = message.outgoing or message.received
    return [*(before.references if before else []), *([_id_of(message)] if _id_of(message) else [])]
