"""Mail that moved: received, returned, not sent."""

from typing import Any

from siklus.cycle.outreach.actions import take_in, tell_not_sent, tell_returned
from siklus.cycle.outreach.chats import reactions as _of_chats  # noqa: F401
from siklus.cycle.outreach.first_response import reactions as _of_response  # noqa: F401
from siklus.cycle.outreach.meetings import reactions as _of_meetings  # noqa: F401
from siklus.cycle.outreach.models import Message
from siklus.cycle.outreach.sequences import reactions as _of_sequences  # noqa: F401
from siklus.platform.journal.reactions import react
from siklus.platform.mail.models import Outgoing, Received


@react("mail.received", key="outreach.received")
def take_in_what_came(entry: Any) -> None:
    """Being told twice changes nothing: one message for one mail."""
    received = Received.objects.get(pk=entry.about_id)
    take_in(received=received, at=max(received.received_at, received.sent_at))


@react("mail.bounced", key="outreach.bounced")
def note_what_came_back(entry: Any) -> None:
    mail = Outgoing.objects.get(pk=entry.about_id)
    if Message.objects.filter(outgoing=mail, activity__outcome__gt="").exists():
        return
    told = {**entry.details, **entry.personal}
    tell_returned(
        mail=mail, is_permanent=told["is_permanent"], address=told.get("address", ""),
        reason=told.get("reason", ""), at=entry.happened_at,
    )  # fmt: skip


@react("mail.failed", key="outreach.failed")
def note_what_did_not_leave(entry: Any) -> None:
    mail = Outgoing.objects.get(pk=entry.about_id)
    if mail.state == Outgoing.State.FAILED:
        tell_not_sent(mail=mail, reason=entry.personal.get("reason", ""), at=entry.happened_at)
