from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("whatsapp.written", about="chat_message")
class ChatWritten(Fact):
    """It waits in the outbox. The timeline shows its activity."""

    sentence = _("wrote by WhatsApp")
    icon = "whatsapp"
    chat_message: int
    purpose: str
    contact: int | None
    deal: int | None
    activity: int | None


@declare("whatsapp.received", about="chat_message")
class ChatTakenIn(Fact):
    """Somebody wrote to us; without a contact nobody knows the number."""

    sentence = _("got a WhatsApp message")
    icon = "whatsapp"
    chat_message: int
    contact: int | None
    deal: int | None
    activity: int | None


@declare("whatsapp.not_sent", about="chat_message")
class ChatNotSent(Fact):
    sentence = _("a WhatsApp message did not leave: %(reason)s")
    fallback = _("a WhatsApp message did not leave")
    icon = "warning"
    personal = ("reason",)
    chat_message: int
    contact: int | None
    reason: str


@declare("whatsapp.assigned", about="contact")
class NumberAssigned(Fact):
    """A number that nobody knew belongs to this person."""

    sentence = _("said whose WhatsApp number it was, with messages: %(messages)s")
    icon = "whatsapp"
    contact: int
    messages: int
