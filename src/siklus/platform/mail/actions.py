"""What can happen to a mailbox."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.mail.facts import MailboxAdded, MailboxChanged, MailboxRetired
from siklus.platform.mail.models import Mailbox, Reading, Security, Way
from siklus.platform.mail.sealing import seal

EDITABLE = (
    "address", "from_name", "owner", "reading", "signature", "plus_replies", "way", "smtp_host", "smtp_port",
    "smtp_security", "smtp_user", "imap_host", "imap_port", "imap_security", "imap_user", "read_since",
)  # fmt: skip
PASSWORDS = {"smtp_password": "sealed_smtp_password", "imap_password": "sealed_imap_password"}
FIRST_LOOK = timedelta(days=30)


class MailRefused(ValueError):
    """It cannot be so. The text is for people; `field` says where the remedy is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


@transaction.atomic
def add_mailbox(*, address: str, by: User | None, at: datetime, **values: Any) -> Mailbox:
    """Connect an address. Passwords are sealed before they are stored."""
    values.setdefault("read_since", (at - FIRST_LOOK).date())
    mailbox = Mailbox(due_at=at, created_at=at, updated_at=at)
    _set(mailbox, {"address": address, **values})
    _check(mailbox)
    mailbox.save()
    record(MailboxAdded(mailbox=mailbox.pk, address=mailbox.address), by=by, at=at)
    return mailbox


@transaction.atomic
def edit_mailbox(*, mailbox: Mailbox, by: User | None, at: datetime, **values: Any) -> Mailbox:
    """Change a mailbox. An empty password keeps the one that is known."""
    mailbox = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    if mailbox.retired_at is not None:
        raise MailRefused(_("This mailbox is not in use any more."))
    for name in PASSWORDS:
        if not values.get(name):
            values.pop(name, None)
    changed = _set(mailbox, values)
    if not changed:
        return mailbox
    _check(mailbox)
    mailbox.updated_at = mailbox.due_at = at
    mailbox.error, mailbox.failures = "", 0
    mailbox.save()
    if {"imap_host", "imap_user", "address"} & set(changed):
        mailbox.folders.all().delete()  # another server counts anew
    fact = MailboxChanged(mailbox=mailbox.pk, address=mailbox.address, fields=tuple(changed))
    record(fact, by=by, at=at)
    return mailbox


@transaction.atomic
def retire_mailbox(*, mailbox: Mailbox, by: User | None, at: datetime) -> Mailbox:
    """Read and send no more by it. Its mail stays, its passwords go."""
    mailbox = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    if mailbox.retired_at is not None:
        return mailbox
    mailbox.retired_at = mailbox.updated_at = at
    mailbox.sealed_smtp_password = mailbox.sealed_imap_password = ""
    mailbox.save()
    record(MailboxRetired(mailbox=mailbox.pk, address=mailbox.address), by=by, at=at)
    return mailbox


def _set(mailbox: Mailbox, values: dict[str, Any]) -> list[str]:
    """Put values on it; the names of what changed."""
    changed = []
    for name, value in values.items():
        if name in PASSWORDS:
            setattr(mailbox, PASSWORDS[name], seal(value))
            changed.append(name)
            continue
        if name not in EDITABLE:
            raise MailRefused(_("“%(field)s” cannot be changed here.") % {"field": name}, field=name)
        if isinstance(value, str):
            value = value.strip()
        if getattr(mailbox, name) != value:
            setattr(mailbox, name, value)
            changed.append(name)
    return changed


def _check(mailbox: Mailbox) -> None:
    mailbox.address = mailbox.address.strip().lower()
    try:
        validate_email(mailbox.address)
    except ValidationError as error:
        raise MailRefused(
            _("“%(value)s” is not an e-mail address.") % {"value": mailbox.address}, field="address"
        ) from error
    for name in ("from_name", "smtp_host", "smtp_user", "imap_host", "imap_user"):
        if any(ord(letter) < 32 for letter in getattr(mailbox, name)):
            raise MailRefused(_("Write this on one line."), field=name)
    for name in ("smtp_port", "imap_port"):
        if not 0 < getattr(mailbox, name) < 65536:
            raise MailRefused(_("A port is a number up to 65535."), field=name)
    if mailbox.way not in Way.values:
        raise MailRefused(_("This way to send is not known."), field="way")
    for name in ("smtp_security", "imap_security"):
        if getattr(mailbox, name) not in Security.values:
            raise MailRefused(_("Choose how the connection is secured."), field=name)
    if mailbox.way == Way.SMTP and not mailbox.smtp_host:
        raise MailRefused(_("Which server sends?"), field="smtp_host")
    if mailbox.way not in (Way.SMTP, Way.SYSTEM) and not mailbox.sealed_smtp_password:
        raise MailRefused(_("This provider asks for a key."), field="smtp_password")
    if mailbox.imap_host and not mailbox.sealed_imap_password:
        raise MailRefused(_("Without a password nothing can be read."), field="imap_password")
    if mailbox.reading not in Reading.values or (mailbox.reading == Reading.OWNER and mailbox.owner is None):
        raise MailRefused(_("A mailbox that only its owner reads needs an owner."), field="reading")
    if not isinstance(mailbox.read_since, date):
        raise MailRefused(_("Since which day shall mail be read?"), field="read_since")
    if Mailbox.objects.filter(address=mailbox.address).exclude(pk=mailbox.pk).exists():
        raise MailRefused(_("This address is connected already."), field="address")
