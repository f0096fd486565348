"""WhatsApp messages that moved: came, or did not leave."""

from typing import Any

from siklus.cycle.outreach.chats.actions import take_in_chat, tell_chat_not_sent
from siklus.cycle.outreach.sequences.stopping import stop_on_reply
from siklus.platform.chat.models import Incoming, Outgoing
from siklus.platform.journal.reactions import react


@react("chat.received", key="chats.received")
def take_in_what_came(entry: Any) -> None:
    """Being told twice changes nothing: one message for one."""
    incoming = Incoming.objects.select_related("line").get(pk=entry.about_id)
    take_in_chat(incoming=incoming, at=incoming.received_at)


@react("chat.failed", key="chats.failed")
def note_what_did_not_leave(entry: Any) -> None:
    message = Outgoing.objects.get(pk=entry.about_id)
    if message.state == Outgoing.State.FAILED:
        tell_chat_not_sent(message=message, reason=entry.personal.get("reason", ""), at=entry.happened_at)


@react("whatsapp.received", key="sequences.chat_replied")
def stop_when_they_write(entry: Any) -> None:
    if entry.details.get("contact") is not None:
        stop_on_reply(contact_id=entry.details["contact"], thread_id=None, at=entry.happened_at)
