"""The gate of WhatsApp: the one of mail with consent of this channel, and the day within which free text may go."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from siklus.cycle.outreach.chats.models import ChatMessage
from siklus.cycle.outreach.chats.queries import window_until
from siklus.cycle.outreach.gates import WEEK, Known, Verdict, verdict
from siklus.cycle.outreach.models import Channel, Consent
from siklus.platform.chat.models import Line, Outgoing
from siklus.platform.chat.sending import Held, MayNotLeave, before_sending
from siklus.platform.i18n.keys import phone_key
from siklus.records.contacts.models import Contact


class KnownOfChats(Known):
    """The same questions, asked of WhatsApp."""

    def key(self, address: str) -> str | None:
        return phone_key(address)

    def wrong(self, address: str) -> str:
        return _("“%(value)s” is not a phone number. Write it as 0812… or +62….") % {"value": address}

    def consent(self, contact: Contact) -> Consent | None:
        return Consent.objects.filter(contact=contact, channel=Channel.WHATSAPP).first()

    def written(self, contact: Contact, at: datetime, *, most: int, but: int | None) -> list[datetime]:
        rows = ChatMessage.objects.filter(contact=contact, is_ours=True, at__gt=at - WEEK, at__lte=at)
        rows = rows.exclude(Q(outgoing__state="failed")).exclude(pk=but or 0)
        return list(rows.order_by("-at").values_list("at", flat=True)[:most])


def chat_verdict(
    *, contact: Contact | None, line: Line, number: str, purpose: str, at: datetime, is_template: bool,
    is_answer: bool = False, at_once: bool = False, but: int | None = None,
) -> Verdict:  # fmt: skip
    """May a message go to this number now? Free text only within a day after they wrote last, also when it waits."""
    said = verdict(
        contact=contact, address=number, purpose=purpose, at=at, is_answer=is_answer, at_once=at_once, but=but,
        known=KnownOfChats(),
    )  # fmt: skip
    if said.is_never or is_template:
        return said
    until = window_until(line, number)
    if until is None:
        reason = _("They have not written to us by WhatsApp yet. Only an approved template may go first.")
        return Verdict(False, reason, "window")
    if until <= (said.until or at):
        reason = _("More than 24 hours have passed since they wrote last. Send an approved template.")
        return Verdict(False, reason, "window")
    return said


@before_sending
def one_gate_for_chats(message: Outgoing, at: datetime) -> None:
    """What was right when it was written may be wrong by now."""
    chat = ChatMessage.objects.filter(outgoing=message).select_related("contact", "line").first()
    if chat is None:
        return
    said = chat_verdict(
        contact=chat.contact, line=chat.line, number=message.to, purpose=chat.purpose, at=at,
        is_template=bool(message.template), is_answer=chat.is_answer, at_once=chat.at_once, but=chat.pk,
    )  # fmt: skip
    if said.until is not None:
        raise Held(said.until, said.reason)
    if not said.is_allowed:
        raise MayNotLeave(said.reason)
