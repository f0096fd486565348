"""The one gate that every mail passes: when it is written, so that its author hears why not, and again when it leaves."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from siklus.cycle.outreach.models import Channel, Consent, Message, Purpose, SendRules, Suppression
from siklus.platform.i18n import formats
from siklus.platform.i18n.keys import email_key
from siklus.platform.i18n.workdays import is_working_day
from siklus.platform.installation.current import current
from siklus.platform.mail.fetching import sieve
from siklus.platform.mail.models import Mailbox, Outgoing
from siklus.platform.mail.parse import Parsed
from siklus.platform.mail.queries import outgoing_by_message_ids
from siklus.platform.mail.sending import Held, MayNotLeave, before_sending
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import same_contacts

BY_MACHINE = frozenset({Purpose.SEQUENCE, Purpose.CAMPAIGN})
WEEK = timedelta(days=7)
Why = Suppression.Why


@dataclass(frozen=True)
class Verdict:
    """Whether a mail may leave: now, later, or not at all. `reason` is for people."""

    is_allowed: bool
    reason: str = ""
    code: str = ""
    until: datetime | None = None

    @property
    def is_never(self) -> bool:
        return not self.is_allowed and self.until is None


YES = Verdict(True)


def rules() -> SendRules:
    return SendRules.objects.filter(pk=1).first() or SendRules()


class Known:
    """What the gate asks of the database, one question at a time."""

    def rules(self) -> SendRules:
        return rules()

    def key(self, address: str) -> str | None:
        """Under which an address stands on the list; None when it is none."""
        return email_key(address)

    def wrong(self, address: str) -> str:
        return _("“%(value)s” is not an e-mail address.") % {"value": address}

    def suppression(self, key: str) -> Suppression | None:
        return Suppression.objects.filter(key=key, lifted_at=None).first()

    def consent(self, contact: Contact) -> Consent | None:
        return Consent.objects.filter(contact=contact, channel=Channel.EMAIL).first()

    def written(self, contact: Contact, at: datetime, *, most: int, but: int | None) -> list[datetime]:
        """When this person was written to within the week, the newest first."""
        rows = _recent(at).filter(contact=contact).exclude(pk=but or 0)
        return list(rows.order_by("-at").values_list("at", flat=True)[:most])


class KnownOfMany(Known):
    """The same answers for many people, asked in four questions: each person is written to once before it is asked anew."""

    def __init__(self, contacts: Collection[Contact], at: datetime) -> None:
        ids = [one.pk for one in contacts]
        keys = {key for one in contacts if (key := email_key(one.email))}
        self._rules = rules()
        self._suppressed = {row.key: row for row in Suppression.objects.filter(key__in=keys, lifted_at=None)}
        self._consents: dict[int, Consent] = {}
        for row in Consent.objects.filter(contact__in=ids, channel=Channel.EMAIL).order_by("at", "id"):
            self._consents[row.contact_id] = row
        self._written: dict[int, list[datetime]] = defaultdict(list)
        found = _recent(at).filter(contact__in=ids).order_by("-at")
        for contact_id, moment in found.values_list("contact_id", "at"):
            self._written[contact_id].append(moment)

    def rules(self) -> SendRules:
        return self._rules

    def suppression(self, key: str) -> Suppression | None:
        return self._suppressed.get(key)

    def consent(self, contact: Contact) -> Consent | None:
        return self._consents.get(contact.pk)

    def written(self, contact: Contact, at: datetime, *, most: int, but: int | None) -> list[datetime]:
        return self._written[contact.pk][:most]


def _recent(at: datetime) -> QuerySet[Message]:
    rows = Message.objects.filter(is_ours=True, at__gt=at - WEEK, at__lte=at)
    return rows.exclude(Q(outgoing__state="failed"))


def verdict(
    *, contact: Contact | None, address: str, purpose: str, at: datetime, is_answer: bool = False,
    at_once: bool = False, but: int | None = None, known: Known | None = None,
) -> Verdict:  # fmt: skip
    """May a mail of this purpose go to this address now? `but` leaves one message out of the count.

    `known` brings the answers of the database when they were asked for many people at once, or of another channel.
    """
    known = known or Known()
    if refusal := _suppressed(address, purpose, is_answer, known):
        return refusal
    told = known.rules()
    if purpose in BY_MACHINE and (refusal := _consent(contact, told, known)):
        return refusal
    if purpose in BY_MACHINE and (refusal := _too_often(contact, told, at, but, known)):
        return refusal
    if not at_once and not (is_answer and purpose not in BY_MACHINE):
        return _hours(contact, told, purpose, at)
    return YES


def _suppressed(address: str, purpose: str, is_answer: bool, known: Known) -> Verdict | None:
    key = known.key(address)
    if key is None:
        return Verdict(False, known.wrong(address), "address")
    row = known.suppression(key)
    if row is None:
        return None
    if row.why == Why.OPTED_OUT and is_answer and purpose not in BY_MACHINE:
        return None  # who writes to us gets an answer
    reasons = {
        Why.OPTED_OUT: _("%(address)s asked not to be written to."),
        Why.BOUNCED: _("Mail to %(address)s cannot be delivered."),
        Why.COMPLAINED: _("%(address)s complained about our mail."),
        Why.DECIDED: _("We decided not to write to %(address)s."),
    }
    reason = reasons[Why(row.why)] % {"address": address}
    return Verdict(False, f"{reason} {row.note}".strip(), f"suppressed.{row.why}")


def _consent(contact: Contact | None, told: SendRules, known: Known) -> Verdict | None:
    last = known.consent(contact) if contact else None
    if last is not None and not last.is_given:
        return Verdict(False, _("The consent to be written to was withdrawn."), "consent.withdrawn")
    if told.needs_consent and last is None:
        return Verdict(False, _("There is no consent to be written to."), "consent.missing")
    return None


def _too_often(
    contact: Contact | None, told: SendRules, at: datetime, but: int | None, known: Known
) -> Verdict | None:
    if contact is None:
        return None
    moments = known.written(contact, at, most=told.most_a_week, but=but)
    if len(moments) < told.most_a_week:
        return None
    reason = _("%(name)s got %(count)s mails within a week.") % {"name": contact.name, "count": len(moments)}
    return Verdict(False, reason, "frequency", moments[-1] + WEEK)


def zone_of(contact: Contact | None) -> ZoneInfo:
    """Where the person is; as long as nobody said so, where we are."""
    if contact is not None and contact.time_zone:
        return ZoneInfo(contact.time_zone)
    return current().time_zone


def _hours(contact: Contact | None, told: SendRules, purpose: str, at: datetime) -> Verdict:
    until = next_open(at, contact=contact, told=told, by_machine=purpose in BY_MACHINE)
    if until <= at:
        return YES
    here = at.astimezone(zone_of(contact))
    name = contact.name if contact else _("the reader")
    reason = _("It is %(time)s at %(name)s's.") % {"time": formats.time_of_day(here.time()), "name": name}
    if (
        purpose in BY_MACHINE
        and not is_working_day(here.date(), current().country)
        and told.working_days_only
    ):
        reason = _("No working day at %(name)s's.") % {"name": name}
    return Verdict(False, reason, "hours", until)


def next_open(at: datetime, *, contact: Contact | None, told: SendRules, by_machine: bool) -> datetime:
    """The first moment from here on at which it is not too early or too late for the reader."""
    zone = zone_of(contact)
    begin, end = told.quiet_to, told.quiet_from
    if by_machine and contact is not None and contact.best_hours:
        begin, end = (int(part) for part in contact.best_hours.split("-"))
    here = at.astimezone(zone)
    for _day in range(40):
        is_free = by_machine and told.working_days_only and not is_working_day(here.date(), current().country)
        if not is_free and (begin == end or _within(here.hour, begin, end)):
            return here.astimezone(at.tzinfo) if here > at else at
        if not is_free and here.hour < begin:
            here = here.replace(hour=begin, minute=0, second=0, microsecond=0)
            continue
        here = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return at


def _within(hour: int, begin: int, end: int) -> bool:
    return begin <= hour < end if begin < end else hour >= begin or hour < end


@before_sending
def one_gate(mail: Outgoing, at: datetime) -> None:
    """What was right when it was written may be wrong by now."""
    message = Message.objects.filter(outgoing=mail).select_related("contact").first()
    if message is None:
        return
    for _name, address in mail.to:
        said = verdict(
            contact=message.contact, address=address, purpose=message.purpose, at=at,
            is_answer=message.is_answer, at_once=message.at_once, but=message.pk,
        )  # fmt: skip
        if said.until is not None:
            raise Held(said.until, said.reason)
        if not said.is_allowed:
            raise MayNotLeave(said.reason)


@sieve
def concerns_us(mailbox: Mailbox, found: Parsed) -> bool:
    """Shared mailboxes keep all; a personal one what people we know wrote, or what goes on in a conversation we keep."""
    if mailbox.owner_id is None:
        return True
    if same_contacts(emails=found.addresses - {mailbox.address}):
        return True
    ids = found.named_ids
    return bool(outgoing_by_message_ids(ids)) or Message.objects.filter(received__message_id__in=ids).exists()
