"""Reading mailboxes: folder by folder, mail by mail, each with the note of how far we are in one transaction."""

import imaplib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import imap_tools
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siklus.platform.files.store import keep
from siklus.platform.journal.record import record
from siklus.platform.mail.bounces import bounce_of
from siklus.platform.mail.facts import MailBounced, MailReceived
from siklus.platform.mail.models import Folder, Mailbox, Outgoing, Received, Sighting, Skipped, Sort, Why
from siklus.platform.mail.parse import Parsed, message_of, parsed
from siklus.platform.mail.queries import outgoing_by_message_ids, own_addresses
from siklus.platform.mail.sealing import CannotUnseal
from siklus.platform.mail.sending import found_in_sent
from siklus.platform.mail.servers import incoming_server
from siklus.platform.mail.tokens import keys_in

logger = logging.getLogger(__name__)
LARGEST = 25 * 1024 * 1024
AT_ONCE = 200
EVERY = timedelta(minutes=2)
LEASE = timedelta(minutes=10)
Sieve = Callable[[Mailbox, Parsed], bool]
_sieves: list[Sieve] = []


def sieve(function: Sieve) -> Sieve:
    """Ask this function whether a mail that answers none of ours is to be kept. One yes is enough."""
    _sieves.append(function)
    return function


@dataclass
class Haul:
    """What one look at a mailbox brought."""

    imported: int = 0
    known: int = 0
    skipped: int = 0
    has_more: bool = False


def due_mailboxes(at: datetime) -> list[int]:
    """Those whose turn it is; each is given to one caller only, until the lease ends."""
    due = Mailbox.objects.filter(retired_at=None, due_at__lte=at).exclude(imap_host="")
    found = list(due.order_by("due_at").values_list("pk", flat=True)[:20])
    return [pk for pk in found if due.filter(pk=pk).update(due_at=at + LEASE)]


def fetch_mailbox(*, mailbox: Mailbox, at: datetime, most: int = AT_ONCE) -> Haul:
    """Import what is new. An error of the server is noted on the mailbox, and the next look waits longer."""
    haul = Haul()
    try:
        box = incoming_server(mailbox)
        try:
            for name in _folders(box):
                _fetch_folder(box, mailbox, name, haul, at, most)
        finally:
            _sign_out(box)
    except CannotUnseal:
        return _failed(mailbox, haul, at, _("The password has to be typed again."))
    except (OSError, imaplib.IMAP4.error, imap_tools.errors.ImapToolsError) as error:
        return _failed(mailbox, haul, at, _sentence(error))
    following = at if haul.has_more else at + EVERY
    Mailbox.objects.filter(pk=mailbox.pk).update(seen_at=at, error="", failures=0, due_at=following)
    return haul


def _failed(mailbox: Mailbox, haul: Haul, at: datetime, reason: str) -> Haul:
    wait = timedelta(minutes=min(2**mailbox.failures, 60))
    Mailbox.objects.filter(pk=mailbox.pk).update(
        error=reason[:500], failures=F("failures") + 1, due_at=at + wait
    )
    return haul


def _sentence(error: Exception) -> str:
    text = str(error)
    if isinstance(error, imap_tools.errors.MailboxLoginError) or "AUTHENTICATIONFAILED" in text:
        return _("The server does not take the name and password.")
    return (text.split("\n", 1)[0] or type(error).__name__)[:500]


def _sign_out(box: Any) -> None:
    try:
        box.logout()
    except Exception:
        logger.debug("a mail server did not say goodbye", exc_info=True)


def _folders(box: Any) -> list[str]:
    """The inbox, and where the server keeps what was sent from other programs."""
    names = ["INBOX"]
    for one in box.folder.list():
        flags = {str(flag).lower() for flag in one.flags}
        if "\\sent" in flags and one.name not in names:
            names.append(one.name)
    return names


def _fetch_folder(box: Any, mailbox: Mailbox, name: str, haul: Haul, at: datetime, most: int) -> None:
    box.folder.set(name, readonly=True)
    validity = box.folder.status(name, ["UIDVALIDITY"])["UIDVALIDITY"]
    folder, _made = Folder.objects.get_or_create(mailbox=mailbox, name=name)
    if folder.uid_validity != validity:  # the server counts anew: what we know is recognised by its key
        folder.uid_validity, folder.last_uid = validity, 0
        folder.save(update_fields=["uid_validity", "last_uid"])
    if folder.last_uid:
        wanted = imap_tools.AND(uid=imap_tools.U(str(folder.last_uid + 1), "*"))
    else:
        wanted = imap_tools.AND(date_gte=mailbox.read_since)
    uids = sorted(int(one) for one in box.uids(wanted) if int(one) > folder.last_uid)
    rest = most - haul.imported - haul.known - haul.skipped
    haul.has_more = haul.has_more or len(uids) > rest
    for uid in uids[: max(rest, 0)]:
        _take(box, mailbox, folder, uid, haul, at)
    Folder.objects.filter(pk=folder.pk).update(seen_at=at)


def _take(box: Any, mailbox: Mailbox, folder: Folder, uid: int, haul: Haul, at: datetime) -> None:
    """One mail: kept, known or skipped. Whatever is wrong with it, the next one gets its turn."""
    raw, why = _read(box, uid)
    result = why
    if raw is not None:
        try:
            message = message_of(raw)
            found = parsed(message, received_at=at)
        except Exception:
            logger.warning("mail %s of %s cannot be read", uid, folder, exc_info=True)
            result = Why.UNREADABLE
        else:
            _step(mailbox, folder, uid, haul, at, raw, message, found)
            return
    _step(mailbox, folder, uid, haul, at, why=result)


def _read(box: Any, uid: int) -> tuple[bytes | None, Why | None]:
    """The source of a mail, looked at without marking it as read."""
    size = _answer(box.client.uid("fetch", str(uid), "(RFC822.SIZE)"))
    if size is None:
        return None, Why.GONE
    text = size[0] if isinstance(size, tuple) else size
    digits = text.upper().partition(b"RFC822.SIZE ")[2].split(b")")[0].split()
    if digits and digits[0].isdigit() and int(digits[0]) > LARGEST:
        return None, Why.TOO_LARGE
    body = _answer(box.client.uid("fetch", str(uid), "(BODY.PEEK[])"))
    if not isinstance(body, tuple):
        return None, Why.GONE
    return body[1], None


def _answer(response: Any) -> Any:
    kind, data = response
    if kind != "OK" or not data or data[0] is None:
        return None
    return data[0]


@transaction.atomic
def _step(
    mailbox: Mailbox, folder: Folder, uid: int, haul: Haul, at: datetime, raw: bytes = b"", message: Any = None,
    found: Parsed | None = None, *, why: Why | None = None,
) -> None:  # fmt: skip
    """Keep it or not, and note that we are past it."""
    folder = Folder.objects.select_for_update(of=("self",)).get(pk=folder.pk)
    if uid <= folder.last_uid:  # another worker was here
        return
    if found is not None:
        known = Received.objects.filter(key=found.key).first()
        if known is not None:
            _see(known, mailbox, folder, uid)
            folder.known += 1
            haul.known += 1
        elif keeps(mailbox, found) or bounce_of(message, found) is not None:
            received = _keep(mailbox, raw, message, found, at)
            _see(received, mailbox, folder, uid)
            folder.imported += 1
            haul.imported += 1
        else:
            why = Why.STRANGER
    if why is not None:
        Skipped.objects.get_or_create(
            folder=folder, uid=uid, uid_validity=folder.uid_validity or 0, defaults={"why": why, "at": at}
        )
        folder.skipped += 1
        haul.skipped += 1
    folder.last_uid = uid
    folder.save()


@transaction.atomic
def receive(*, mailbox: Mailbox, raw: bytes, at: datetime) -> Received:
    """Take in a mail that came by another way than IMAP; one that is known is given back."""
    message = message_of(raw)
    found = parsed(message, received_at=at)
    received = Received.objects.filter(key=found.key).first() or _keep(mailbox, raw, message, found, at)
    Sighting.objects.get_or_create(received=received, mailbox=mailbox, folder="", defaults={"uid": 0})
    return received


def keeps(mailbox: Mailbox, found: Parsed) -> bool:
    """Is this mail our business: does it answer one of ours, or does a room want it?"""
    return bool(marks_of(found)) or any(one(mailbox, found) for one in _sieves)


def marks_of(found: Parsed) -> list[str]:
    """Our signed marks in a mail, the nearest first."""
    texts = [*found.named_ids, *found.delivered_to, *(address for _name, address in found.to + found.cc)]
    return keys_in([*texts, found.message_id])


def _see(received: Received, mailbox: Mailbox, folder: Folder, uid: int) -> None:
    Sighting.objects.get_or_create(
        received=received, mailbox=mailbox, folder=folder.name, defaults={"uid": uid}
    )


def _keep(mailbox: Mailbox, raw: bytes, message: Any, found: Parsed, at: datetime) -> Received:
    digest, size = keep([raw])
    keys = marks_of(found)
    ours = {one.key: one for one in Outgoing.objects.filter(key__in=keys)}
    answers = next((ours[key] for key in keys if key in ours), None)
    if answers is None and (named := outgoing_by_message_ids(found.named_ids)):
        answers = named[-1]
    bounce = bounce_of(message, found)
    copy = outgoing_by_message_ids([found.message_id]) if found.message_id else []
    if bounce is not None:
        sort = Sort.BOUNCE
    elif copy or found.from_address in own_addresses():
        sort = Sort.OWN
    else:
        sort = Sort.AUTOMATIC if found.is_automatic else Sort.MAIL
    received = Received.objects.create(
        key=found.key, message_id=found.message_id, in_reply_to=found.in_reply_to, references=found.references,
        answers=None if copy else answers, sort=sort, from_name=found.from_name, from_address=found.from_address,
        to=[list(one) for one in found.to], cc=[list(one) for one in found.cc], subject=found.subject,
        text=found.text, said=found.said, parts=found.parts, calendar=found.calendar, sent_at=found.sent_at,
        digest=digest, size=size, received_at=at,
    )  # fmt: skip
    record(MailReceived(received=received.pk, sort=sort), by=None, at=at)
    for mail in copy:
        found_in_sent(mail=mail, at=at)
    if bounce is not None:
        _bounced(bounce, at)
    elif answers is not None and not copy:
        found_in_sent(mail=answers, at=at)
    return received


def _bounced(bounce: Any, at: datetime) -> None:
    """The mail of ours that came back, found by its signed mark."""
    mail = Outgoing.objects.filter(key__in=keys_in([bounce.original]), bounced_at=None).first()
    if mail is None:
        return
    address = bounce.address or (mail.to[0][1] if mail.to else "")
    found_in_sent(mail=mail, at=at)
    Outgoing.objects.filter(pk=mail.pk).update(bounced_at=at, bounce=bounce.reason[:500])
    fact = MailBounced(
        mail=mail.pk, mailbox=mail.mailbox_id, purpose=mail.purpose, is_permanent=bounce.is_permanent,
        address=address, reason=bounce.reason[:500],
    )  # fmt: skip
    record(fact, by=None, at=at)
