from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("line.added", about="line")
class LineAdded(Fact):
    sentence = _("connected the WhatsApp line %(title)s")
    icon = "whatsapp"
    line: int
    title: str


@declare("line.changed", about="line")
class LineChanged(Fact):
    """`fields` names what changed; secrets are nobody's business."""

    sentence = _("changed the WhatsApp line %(title)s")
    icon = "edit"
    line: int
    title: str
    fields: tuple[str, ...]


@declare("line.retired", about="line")
class LineRetired(Fact):
    sentence = _("disconnected the WhatsApp line %(title)s")
    icon = "x"
    line: int
    title: str


@declare("chat.sent", about="chat")
class ChatSent(Fact):
    """The provider took it."""

    sentence = _("sent a WhatsApp message")
    icon = "whatsapp"
    chat: int
    line: int
    purpose: str


@declare("chat.delivered", about="chat")
class ChatDelivered(Fact):
    """It is on their phone, or they read it (`is_read`)."""

    sentence = _("learned that a WhatsApp message arrived")
    icon = "whatsapp"
    chat: int
    line: int
    is_read: bool


@declare("chat.failed", about="chat")
class ChatFailed(Fact):
    sentence = _("could not send a WhatsApp message: %(reason)s")
    fallback = _("could not send a WhatsApp message")
    icon = "warning"
    personal = ("reason",)
    chat: int
    line: int
    purpose: str
    reason: str


@declare("chat.uncertain", about="chat")
class ChatUncertain(Fact):
    """We do not know whether the provider took it."""

    sentence = _("perhaps sent a WhatsApp message")
    icon = "warning"
    chat: int
    line: int
    purpose: str


@declare("chat.received", about="incoming")
class ChatReceived(Fact):
    sentence = _("received a WhatsApp message")
    icon = "whatsapp"
    incoming: int
    line: int
    kind: str
