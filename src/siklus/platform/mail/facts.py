from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("mailbox.added", about="mailbox")
class MailboxAdded(Fact):
    sentence = _("connected the mailbox %(address)s")
    fallback = _("connected a mailbox")
    icon = "email"
    personal = ("address",)
    mailbox: int
    address: str


@declare("mailbox.changed", about="mailbox")
class MailboxChanged(Fact):
    """`fields` names what changed; passwords and addresses of servers are nobody's business."""

    sentence = _("changed the mailbox %(address)s")
    fallback = _("changed a mailbox")
    icon = "edit"
    personal = ("address",)
    mailbox: int
    address: str
    fields: tuple[str, ...]


@declare("mailbox.retired", about="mailbox")
class MailboxRetired(Fact):
    sentence = _("disconnected the mailbox %(address)s")
    fallback = _("disconnected a mailbox")
    icon = "x"
    personal = ("address",)
    mailbox: int
    address: str


@declare("mail.sent", about="mail")
class MailSent(Fact):
    """Handed over to a server."""

    sentence = _("handed a mail over to the server")
    icon = "email"
    mail: int
    mailbox: int
    purpose: str


@declare("mail.failed", about="mail")
class MailFailed(Fact):
    sentence = _("could not send a mail: %(reason)s")
    fallback = _("could not send a mail")
    icon = "warning"
    personal = ("reason",)
    mail: int
    mailbox: int
    purpose: str
    reason: str


@declare("mail.uncertain", about="mail")
class MailUncertain(Fact):
    """The worker died while the server took it: sending again might be sending twice."""

    sentence = _("does not know whether a mail was sent")
    icon = "warning"
    mail: int
    mailbox: int
    purpose: str


@declare("mail.bounced", about="mail")
class MailBounced(Fact):
    sentence = _("got a mail back that could not be delivered")
    icon = "warning"
    personal = ("address", "reason")
    mail: int
    mailbox: int
    purpose: str
    is_permanent: bool
    address: str
    reason: str


@declare("mail.received", about="received")
class MailReceived(Fact):
    sentence = _("received a mail")
    icon = "email"
    received: int
    sort: str
