"""Writing by WhatsApp, taking in what comes, and saying whose number it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.outreach.actions.lists import withdraw_consent
from siklus.cycle.outreach.chats.facts import ChatNotSent, ChatTakenIn, ChatWritten, NumberAssigned
from siklus.cycle.outreach.chats.gates import chat_verdict
from siklus.cycle.outreach.chats.models import ChatMessage, ChatPurpose
from siklus.cycle.outreach.chats.queries import numbers_of, wrote_last
from siklus.cycle.outreach.liquid import render
from siklus.cycle.outreach.models import Channel, Template
from siklus.cycle.outreach.words import words_for
from siklus.platform.accounts.models import User
from siklus.platform.chat.models import Incoming, Line, Outgoing
from siklus.platform.chat.sending import queue_message
from siklus.platform.i18n.keys import phone_key
from siklus.platform.journal.record import record
from siklus.records.activities.actions import edit_activity, log_activity
from siklus.records.activities.models import Activity
from siklus.records.contacts.actions import edit_contact
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import same_contacts
from siklus.records.deals.models import Deal, Status
from siklus.records.fields.record import Refused

# What people write who want no more, alone in a message.
STOPS = frozenset({"stop", "berhenti", "unsubscribe", "stop promosi", "jangan kirim lagi"})


class CannotChat(Refused):
    """The message cannot be written so."""


@transaction.atomic
def write_chat(
    *, line: Line, contact: Contact, by: User | None, at: datetime, text: str = "", template: Template | None = None,
    language: str = "en", number: str = "", deal: Deal | None = None, purpose: str = ChatPurpose.PERSONAL,
    at_once: bool = False, activity: Activity | None = None,
) -> ChatMessage:  # fmt: skip
    """Put a message to a person into the outbox: free text, or a template that WhatsApp approved.

    What may not leave at all is refused; what is early waits. With an `activity` at hand it is not written down as another.
    """
    number = _number(contact, number)
    if deal is not None and deal.merged_into_id:
        raise CannotChat(_("This was merged into another record meanwhile."))
    approved: dict[str, object] = {}
    if template is not None:
        text, approved = filled(template, language, contact=contact, deal=deal, by=by)
    before = wrote_last(line, number)
    said = chat_verdict(
        contact=contact, line=line, number=number, purpose=purpose, at=at, is_template=template is not None,
        is_answer=before is not None, at_once=at_once,
    )  # fmt: skip
    if said.is_never:
        raise CannotChat(said.reason, field="text" if said.code == "window" else "number")
    message = queue_message(
        line=line, to=number, text=text, purpose=f"outreach.{purpose}", by=by, at=at, due_at=said.until,
        template=str(approved.get("name", "")), template_language=str(approved.get("code", "")),
        template_values=list(approved.get("values", [])),  # type: ignore[call-overload]
    )  # fmt: skip
    if activity is None:
        activity = _log(message.text, contact, deal, owner=by, by=by, at=at)
    chat = ChatMessage.objects.create(
        line=line, number=number, is_ours=True, outgoing=message, contact=contact, deal=deal, activity=activity,
        purpose=purpose, is_answer=before is not None, at_once=at_once, at=at,
    )  # fmt: skip
    fact = ChatWritten(
        chat_message=chat.pk, purpose=purpose, contact=contact.pk, deal=deal.pk if deal else None,
        activity=activity.pk,
    )  # fmt: skip
    record(fact, by=by, at=at)
    return chat


@transaction.atomic
def take_in_chat(*, incoming: Incoming, at: datetime) -> ChatMessage:
    """Put a message that came where it belongs; again, nothing happens. A number that nobody knows waits for a person."""
    if (known := ChatMessage.objects.filter(incoming=incoming).first()) is not None:
        return known
    contact = next(iter(same_contacts(phones=[incoming.number])), None)
    deal = _deal_of(contact, incoming.number)
    activity = None
    if contact is not None:
        activity = _log_theirs(incoming, contact, deal)
    chat = ChatMessage.objects.create(
        line=incoming.line, number=incoming.number, is_ours=False, incoming=incoming, contact=contact, deal=deal,
        activity=activity, at=incoming.sent_at,
    )  # fmt: skip
    fact = ChatTakenIn(
        chat_message=chat.pk, contact=contact.pk if contact else None, deal=deal.pk if deal else None,
        activity=activity.pk if activity else None,
    )  # fmt: skip
    record(fact, by=None, at=incoming.sent_at)
    if contact is not None and " ".join(incoming.text.lower().strip(" .!").split()) in STOPS:
        withdraw_consent(
            contact=contact, words=incoming.text, channel=Channel.WHATSAPP, by=None, at=incoming.sent_at
        )
    return chat


@transaction.atomic
def assign_number(*, number: str, contact: Contact, by: User | None, at: datetime) -> int:
    """Say whose number it is: what came from it goes to this person, now and later. How many messages that were."""
    if contact.merged_into_id:
        raise CannotChat(_("This was merged into another record meanwhile."), field="contact")
    if not ChatMessage.objects.filter(number=number, contact=None).exists():
        raise CannotChat(_("This number is known already."), field="number")
    if number not in numbers_of(contact):
        edit_contact(contact=contact, phones=[*numbers_of(contact), number], by=by, at=at)
    rows = ChatMessage.objects.select_for_update(of=("self",)).filter(number=number, contact=None)
    deal, count = _deal_of(contact, number), 0
    for chat in rows.order_by("at", "id"):
        assert chat.incoming is not None  # to whom we do not know we do not write
        chat.contact, chat.deal = contact, deal
        chat.activity = _log_theirs(chat.incoming, contact, deal)
        chat.save(update_fields=["contact", "deal", "activity"])
        count += 1
    if count:
        mentions = {"deal": deal.pk if deal else None, "company": contact.company_id}
        record(NumberAssigned(contact=contact.pk, messages=count), by=by, at=at, mentions=mentions)
    return count


@transaction.atomic
def tell_chat_not_sent(*, message: Outgoing, reason: str, at: datetime) -> None:
    """A message did not leave after all: said on its record."""
    chat = ChatMessage.objects.filter(outgoing=message).select_related("activity").first()
    if chat is None:
        return
    outcome = _("Not sent")
    if chat.activity is not None and chat.activity.outcome != outcome:
        edit_activity(activity=chat.activity, by=None, at=at, outcome=outcome)
    fact = ChatNotSent(chat_message=chat.pk, contact=chat.contact_id, reason=reason)
    record(fact, by=None, at=at, mentions={"contact": chat.contact_id, "deal": chat.deal_id})


def filled(
    template: Template, language: str, *, contact: Contact, deal: Deal | None, by: User | None
) -> tuple[str, dict[str, object]]:
    """The words of a template for a person, and how WhatsApp knows it: name, code and values. Refuses one not approved."""
    approved = template.approved(language)
    if approved is None:
        raise CannotChat(
            _("%(name)s has no name of an approved template of WhatsApp. Write it under Settings, Templates.")
            % {"name": template.name},
            field="template",
        )
    if by is None:
        raise CannotChat(_("Somebody has to write it."), field="template")
    words = words_for(contact=contact, deal=deal, writer=by)
    # WhatsApp takes no line ends and no empty values in a blank
    values = [" ".join(render(one, words).split()) or "–" for one in approved["values"]]
    return render(template.said("text", language), words), {**approved, "values": values}


def _number(contact: Contact, number: str) -> str:
    known = numbers_of(contact)
    if not known:
        raise CannotChat(_("%(name)s has no phone number.") % {"name": contact.name}, field="number")
    if not number:
        return known[0]
    key = phone_key(number)
    if key not in known:
        raise CannotChat(_("This is no number of %(name)s.") % {"name": contact.name}, field="number")
    return key


def _deal_of(contact: Contact | None, number: str) -> Deal | None:
    """The open deal that the last message was about, else the only open one of the person."""
    if contact is None:
        return None
    spoken_of = ChatMessage.objects.filter(number=number, deal__isnull=False).order_by("-at", "-id")
    last = spoken_of.values_list("deal_id", flat=True).first()
    still_open = Deal.objects.filter(status=Status.OPEN, merged_into=None)
    if last is not None and (deal := still_open.filter(pk=last).first()) is not None:
        return deal
    found = list(still_open.filter(contact=contact)[:2])
    return found[0] if len(found) == 1 else None


def _log_theirs(incoming: Incoming, contact: Contact, deal: Deal | None) -> Activity:
    owner = (deal.owner if deal else None) or contact.owner or incoming.line.owner
    text = incoming.text or _("(%(kind)s)") % {"kind": incoming.kind}
    return _log(text, contact, deal, owner=owner, by=None, at=incoming.sent_at)


def _log(
    text: str, contact: Contact, deal: Deal | None, *, owner: User | None, by: User | None, at: datetime
) -> Activity:
    company = (deal.company if deal else None) or contact.company
    return log_activity(
        kind="message",
        subject="",
        body=text,
        contact=contact,
        company=company,
        deal=deal,
        owner=owner,
        by=by,
        at=at,
    )
