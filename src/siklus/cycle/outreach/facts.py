from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("email.written", about="message")
class EmailWritten(Fact):
    """It waits in the outbox. The timeline shows its activity."""

    sentence = _("wrote an e-mail: %(subject)s")
    fallback = _("wrote an e-mail")
    icon = "email"
    personal = ("subject",)
    message: int
    thread: int
    purpose: str
    subject: str
    contact: int | None
    deal: int | None
    activity: int | None


@declare("email.received", about="message")
class EmailReceived(Fact):
    """Somebody wrote to us; `is_automatic` tells absence notes and the like."""

    sentence = _("received an e-mail: %(subject)s")
    fallback = _("received an e-mail")
    icon = "email"
    personal = ("subject",)
    message: int
    thread: int
    subject: str
    is_automatic: bool
    contact: int | None
    deal: int | None
    activity: int | None


@declare("email.returned", about="message")
class EmailReturned(Fact):
    sentence = _("got an e-mail back: %(reason)s")
    fallback = _("got an e-mail back")
    icon = "warning"
    personal = ("reason",)
    message: int
    thread: int
    is_permanent: bool
    reason: str
    contact: int | None


@declare("email.not_sent", about="message")
class EmailNotSent(Fact):
    sentence = _("an e-mail did not leave: %(reason)s")
    fallback = _("an e-mail did not leave")
    icon = "warning"
    personal = ("reason",)
    message: int
    thread: int
    reason: str
    contact: int | None


@declare("email.tied", about="thread")
class ThreadTied(Fact):
    sentence = _("tied an e-mail conversation to this record")
    icon = "link"
    thread: int
    contact: int | None
    deal: int | None


@declare("email.shown", about="thread")
class ThreadShown(Fact):
    sentence = _("decided who reads an e-mail conversation")
    icon = "eye"
    thread: int
    reading: str


@declare("suppression.added", about="suppression")
class SuppressionAdded(Fact):
    sentence = _("put an address on the list of those not to write to")
    icon = "lock"
    personal = ("address", "note")
    suppression: int
    why: str
    address: str
    note: str


@declare("suppression.lifted", about="suppression")
class SuppressionLifted(Fact):
    sentence = _("took an address off the list of those not to write to")
    icon = "reopen"
    personal = ("address",)
    suppression: int
    address: str


@declare("consent.given", about="consent")
class ConsentGiven(Fact):
    sentence = _("noted the consent to be written to")
    icon = "check"
    personal = ("words",)
    consent: int
    contact: int
    words: str
    channel: str


@declare("consent.withdrawn", about="consent")
class ConsentWithdrawn(Fact):
    sentence = _("noted that the consent to be written to is withdrawn")
    icon = "x"
    personal = ("words",)
    consent: int
    contact: int
    words: str
    channel: str


@declare("template.added", about="template")
class TemplateAdded(Fact):
    sentence = _("added the template %(title)s")
    icon = "plus"
    template: int
    title: str


@declare("template.changed", about="template")
class TemplateChanged(Fact):
    sentence = _("changed the template %(title)s")
    icon = "edit"
    template: int
    title: str


@declare("template.retired", about="template")
class TemplateRetired(Fact):
    sentence = _("retired the template %(title)s")
    icon = "x"
    template: int
    title: str


@declare("send_rules.set", about="send_rules")
class SendRulesSet(Fact):
    sentence = _("decided when and how often mail may leave")
    icon = "clock"
    send_rules: int
    changes: tuple[Change, ...]
