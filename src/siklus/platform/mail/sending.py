"""The outbox: queued, handed over at most once, or failed with a reason."""

import smtplib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError
from django.db import connection as database
from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.mail.actions import MailRefused
from siklus.platform.mail.compose import message_of
from siklus.platform.mail.facts import MailFailed, MailSent, MailUncertain
from siklus.platform.mail.models import Mailbox, Outgoing
from siklus.platform.mail.sealing import CannotUnseal
from siklus.platform.mail.servers import outgoing_server
from siklus.platform.mail.tokens import message_id_of, new_key

State = Outgoing.State
LEASE = timedelta(minutes=5)
WAITS = (1, 5, 15, 60, 180, 360, 720)  # minutes until the next try
Person = tuple[str, str]


class Held(Exception):
    """Not now, but later."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until, self.reason = until, reason


class MayNotLeave(Exception):
    """Not at all; the text says why."""


Guard = Callable[[Outgoing, datetime], None]
_guards: list[Guard] = []


def before_sending(guard: Guard) -> Guard:
    """Ask this function before a mail is handed over. It may raise Held or MayNotLeave."""
    _guards.append(guard)
    return guard


@transaction.atomic
def queue_mail(
    *, mailbox: Mailbox, to: Sequence[Person], subject: str, text: str, purpose: str, by: User | None, at: datetime,
    cc: Sequence[Person] = (), html: str = "", in_reply_to: str = "", references: Sequence[str] = (),
    headers: Mapping[str, str] | None = None, calendar: str = "", calendar_method: str = "",
    due_at: datetime | None = None, key: str = "",
) -> Outgoing:  # fmt: skip
    """Put a mail into the outbox. The caller records what it means; raises MailRefused.

    `key` is a `new_key()` that the caller needed before, to name the mail in its own text.
    """
    if mailbox.retired_at is not None:
        raise MailRefused(_("This mailbox is not in use any more."), field="mailbox")
    subject = " ".join(subject.split())[:250]
    if not subject:
        raise MailRefused(_("A mail needs a subject."), field="subject")
    if not text.strip():
        raise MailRefused(_("Write something first."), field="text")
    if not to:
        raise MailRefused(_("To whom? Nobody is named."), field="to")
    key = key or new_key()
    return Outgoing.objects.create(
        mailbox=mailbox, key=key, message_id=message_id_of(key, mailbox.address), in_reply_to=in_reply_to,
        references=list(references)[-20:], to=[list(one) for one in to], cc=[list(one) for one in cc],
        subject=subject, text=text, html=html, headers=dict(headers or {}), calendar=calendar,
        calendar_method=calendar_method, purpose=purpose, by=by, due_at=due_at or at, queued_at=at,
    )  # fmt: skip


@transaction.atomic
def send_again(*, mail: Outgoing, by: User | None, at: datetime) -> Outgoing:
    """Somebody decides that a mail which failed or perhaps left shall be tried once more."""
    mail = Outgoing.objects.select_for_update().get(pk=mail.pk)
    if mail.state not in (State.FAILED, State.UNCERTAIN):
        raise MailRefused(_("This mail was sent, or still waits for its turn."))
    mail.state, mail.attempts, mail.error, mail.due_at = State.QUEUED, 0, "", at
    mail.save(update_fields=["state", "attempts", "error", "due_at"])
    return mail


def send_due(at: datetime, *, limit: int = 10) -> int:
    """Hand over what is due, the longest waiting first; returns how many were looked at."""
    done = 0
    while done < limit and (mail := _claim(at)) is not None:
        if mail.state == State.QUEUED:
            _send(mail, at)
        done += 1
    return done


def _claim(at: datetime) -> Outgoing | None:
    """The next one that is due, for this worker alone until the lease ends."""
    with transaction.atomic():
        due = Outgoing.objects.filter(state__in=[State.QUEUED, State.HANDING], due_at__lte=at)
        if database.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        mail = due.select_related("mailbox").order_by("due_at", "id").first()
        if mail is None:
            return None
        if mail.state == State.HANDING:  # whoever handed it over died before hearing the answer
            _perhaps(mail, at, _("Siklus stopped while the server took this mail. It may have arrived."))
            return mail
        mail.attempts += 1
        mail.due_at = at + LEASE
        mail.save(update_fields=["attempts", "due_at"])
        return mail


def _send(mail: Outgoing, at: datetime) -> None:
    try:
        for guard in _guards:
            guard(mail, at)
        server = outgoing_server(mail.mailbox)
        message = message_of(mail, server, at)
        server.open()
    except Held as held:
        _ours(mail).update(due_at=held.until, error=held.reason, attempts=0)
        return
    except MayNotLeave as refusal:
        _fail(mail, at, str(refusal))
        return
    except CannotUnseal:
        _later(mail, at, _("The password of %(box)s has to be typed again.") % {"box": mail.mailbox})
        return
    except (OSError, smtplib.SMTPException, AnymailError) as error:
        _later(mail, at, _sentence(error))
        return
    except Exception as error:  # a header that cannot be written, an address that is none
        _fail(mail, at, _sentence(error))
        return
    try:
        if not _ours(mail).update(state=State.HANDING, due_at=at + LEASE):
            return  # our lease ended, another worker has it
        mail.state = State.HANDING
        _hand_over(mail, server, message, at)
    finally:
        server.close()


def _hand_over(mail: Outgoing, server: Any, message: Any, at: datetime) -> None:
    """From here on the mail may have left whatever we hear: only a clear no is tried again."""
    try:
        server.send_messages([message])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        _refused_by(mail, at, _code(error), _sentence(error))
    except AnymailAPIError as error:
        status = error.status_code or 0
        if status in (429, 503):
            _later(mail, at, _sentence(error))
        elif 400 <= status < 500:
            _fail(mail, at, _sentence(error))
        else:
            _perhaps(mail, at, _sentence(error))
    except (AnymailError, ValueError) as error:
        _fail(mail, at, _sentence(error))
    except (OSError, smtplib.SMTPException) as error:
        _perhaps(mail, at, _sentence(error))
    else:
        status = getattr(message, "anymail_status", None)
        given = str(getattr(status, "message_id", None) or "")[:250]
        _sent(mail, at, provider_id=given if given != mail.message_id else "")


def _ours(mail: Outgoing) -> Any:
    return Outgoing.objects.filter(pk=mail.pk, state=mail.state, attempts=mail.attempts)


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min((code for code, _text in error.recipients.values()), default=550)
    return int(getattr(error, "smtp_code", 550))


def _refused_by(mail: Outgoing, at: datetime, code: int, sentence: str) -> None:
    if 400 <= code < 500:
        _later(mail, at, sentence)
    else:
        _fail(mail, at, sentence)


def _sentence(error: Exception) -> str:
    """What a server said, for people."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        parts = [f"{code} {_plain(text)}" for code, text in error.recipients.values()]
        return "; ".join(parts)[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_plain(error.smtp_error)}"[:500]
    return (str(error).split("\n", 1)[0] or type(error).__name__)[:500]


def _plain(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


@transaction.atomic
def _sent(mail: Outgoing, at: datetime, *, provider_id: str = "") -> None:
    values = {"state": State.SENT, "sent_at": at, "error": "", "provider_id": provider_id}
    if _ours(mail).update(**values):
        record(MailSent(mail=mail.pk, mailbox=mail.mailbox_id, purpose=mail.purpose), by=mail.by, at=at)


@transaction.atomic
def found_in_sent(*, mail: Outgoing, at: datetime) -> None:
    """The server has it among its sent mail, or somebody answered it: then it has left."""
    if Outgoing.objects.filter(pk=mail.pk, state=State.UNCERTAIN).update(
        state=State.SENT, sent_at=at, error=""
    ):
        record(MailSent(mail=mail.pk, mailbox=mail.mailbox_id, purpose=mail.purpose), by=mail.by, at=at)


def _later(mail: Outgoing, at: datetime, reason: str) -> None:
    if mail.attempts > len(WAITS):
        _fail(mail, at, reason)
        return
    wait = timedelta(minutes=WAITS[mail.attempts - 1])
    _ours(mail).update(state=State.QUEUED, due_at=at + wait, error=reason[:500])


@transaction.atomic
def _fail(mail: Outgoing, at: datetime, reason: str) -> None:
    if _ours(mail).update(state=State.FAILED, error=reason[:500]):
        fact = MailFailed(mail=mail.pk, mailbox=mail.mailbox_id, purpose=mail.purpose, reason=reason[:500])
        record(fact, by=mail.by, at=at)


@transaction.atomic
def _perhaps(mail: Outgoing, at: datetime, reason: str) -> None:
    if _ours(mail).update(state=State.UNCERTAIN, error=reason[:500]):
        mail.state = State.UNCERTAIN
        record(MailUncertain(mail=mail.pk, mailbox=mail.mailbox_id, purpose=mail.purpose), by=mail.by, at=at)
