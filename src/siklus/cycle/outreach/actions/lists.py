"""Who may be written to: the list of those who may not, consents, and the rules for all."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.outreach.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    SendRulesSet,
    SuppressionAdded,
    SuppressionLifted,
)
from siklus.cycle.outreach.models import Channel, Consent, SendRules, Suppression
from siklus.platform.accounts.models import User
from siklus.platform.i18n.keys import email_key, phone_key
from siklus.platform.journal.record import record
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import same_contacts
from siklus.records.fields.record import Refused, apply

RULES = ("quiet_from", "quiet_to", "working_days_only", "most_a_week", "needs_consent")


class CannotChangeList(Refused):
    """The list or the rules cannot be so."""


@transaction.atomic
def suppress(*, address: str, why: str, by: User | None, at: datetime, note: str = "") -> Suppression:
    """Write to an address no more. One that is on the list already keeps its reason."""
    address = address.strip().lower()
    key = email_key(address) or phone_key(address)
    if key is None:
        raise CannotChangeList(
            _("“%(value)s” is neither an e-mail address nor a phone number.") % {"value": address},
            field="address",
        )
    if why not in Suppression.Why.values:
        raise CannotChangeList(_("Choose why."), field="why")
    known = Suppression.objects.select_for_update(of=("self",)).filter(key=key, lifted_at=None).first()
    if known is not None:
        return known
    row = Suppression.objects.create(
        address=address, key=key, why=why, note=" ".join(note.split())[:250], by=by, at=at
    )
    fact = SuppressionAdded(suppression=row.pk, why=why, address=address, note=row.note)
    record(
        fact,
        by=by,
        at=at,
        mentions={"contact": [one.pk for one in same_contacts(emails=[address], phones=[address])]},
    )
    return row


@transaction.atomic
def lift_suppression(*, suppression: Suppression, by: User | None, at: datetime) -> Suppression:
    """The address may be written to again."""
    row = Suppression.objects.select_for_update(of=("self",)).get(pk=suppression.pk)
    if row.lifted_at is not None:
        return row
    row.lifted_at = at
    row.save(update_fields=["lifted_at"])
    fact = SuppressionLifted(suppression=row.pk, address=row.address)
    record(fact, by=by, at=at, mentions={"contact": [one.pk for one in same_contacts(emails=[row.address])]})
    return row


@transaction.atomic
def give_consent(
    *, contact: Contact, words: str, by: User | None, at: datetime, channel: str = Channel.EMAIL
) -> Consent:
    """Note that a person agreed to be written to, and in which words."""
    if not words.strip():
        raise CannotChangeList(_("Write what they agreed to, and where."), field="words")
    _known(channel)
    consent = Consent.objects.create(
        contact=contact, channel=channel, is_given=True, words=words.strip()[:4000], by=by, at=at
    )
    fact = ConsentGiven(consent=consent.pk, contact=contact.pk, words=consent.words, channel=channel)
    record(fact, by=by, at=at, mentions={"contact": contact.pk})
    return consent


@transaction.atomic
def withdraw_consent(
    *, contact: Contact, by: User | None, at: datetime, words: str = "", channel: str = Channel.EMAIL
) -> Consent:
    """Note that a person does not want to be written to by machines any more."""
    _known(channel)
    consent = Consent.objects.create(
        contact=contact, channel=channel, is_given=False, words=words.strip()[:4000], by=by, at=at
    )
    fact = ConsentWithdrawn(consent=consent.pk, contact=contact.pk, words=consent.words, channel=channel)
    record(fact, by=by, at=at, mentions={"contact": contact.pk})
    return consent


def _known(channel: str) -> None:
    if channel not in Channel.values:
        raise CannotChangeList(_("Say by which channel: e-mail or WhatsApp."), field="channel")


@transaction.atomic
def set_rules(*, by: User | None, at: datetime, **values: Any) -> SendRules:
    """Decide when and how often mail may leave."""
    row, _made = SendRules.objects.select_for_update().get_or_create(pk=1)
    changes = apply(row, values, editable=RULES)
    if not 0 <= row.quiet_from <= 23 or not 0 <= row.quiet_to <= 23:
        raise CannotChangeList(_("An hour is a number from 0 to 23."), field="quiet_from")
    if not 1 <= row.most_a_week <= 100:
        raise CannotChangeList(_("At least one mail a week, at most a hundred."), field="most_a_week")
    if changes:
        row.save()
        record(SendRulesSet(send_rules=row.pk, changes=tuple(changes)), by=by, at=at)
    return row
