"""The outbox of messages: queued, handed over at most once, or failed with a reason. As with mail, only a clear no is
tried again; what may have left is for a person to decide, unless the provider tells of it later."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.chat.actions import ChatRefused
from siklus.platform.chat.cloud_api import LONGEST
from siklus.platform.chat.facts import ChatFailed, ChatSent, ChatUncertain
from siklus.platform.chat.models import Line, Outgoing
from siklus.platform.chat.provider import NotTaken, Remedy
from siklus.platform.chat.providers import provider_of
from siklus.platform.journal.record import record
from siklus.platform.mail.tokens import new_key

State = Outgoing.State
LEASE = timedelta(minutes=2)
WAITS = (1, 5, 15, 60, 180, 360)  # minutes until the next try


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
    """Ask this function before a message is handed over. It may raise Held or MayNotLeave."""
    _guards.append(guard)
    return guard


@transaction.atomic
def queue_message(
    *, line: Line, to: str, text: str, purpose: str, by: User | None, at: datetime, template: str = "",
    template_language: str = "", template_values: Sequence[str] = (), answers: str = "",
    due_at: datetime | None = None,
) -> Outgoing:  # fmt: skip
    """Put a message into the outbox. The caller records what it means; raises ChatRefused."""
    if line.retired_at is not None:
        raise ChatRefused(_("This line is not in use any more."), field="line")
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ChatRefused(_("Write something first."), field="text")
    if len(text) > LONGEST or "\0" in text:
        raise ChatRefused(_("At most %(num)s characters.") % {"num": LONGEST}, field="text")
    return Outgoing.objects.create(
        line=line, key=new_key(), to=to, text=text, template=template, template_language=template_language,
        template_values=list(template_values), answers=answers, purpose=purpose, by=by, due_at=due_at or at,
        queued_at=at,
    )  # fmt: skip


@transaction.atomic
def send_again(*, message: Outgoing, by: User | None, at: datetime) -> Outgoing:
    """Somebody decides that a message which failed or perhaps left shall be tried once more."""
    message = Outgoing.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if message.state not in (State.FAILED, State.UNCERTAIN):
        raise ChatRefused(_("This message was sent, or still waits for its turn."))
    message.state, message.attempts, message.error, message.due_at = State.QUEUED, 0, "", at
    message.provider_id = ""
    message.save(update_fields=["state", "attempts", "error", "due_at", "provider_id"])
    return message


def send_due(at: datetime, *, limit: int = 10) -> int:
    """Hand over what is due, the longest waiting first; returns how many were looked at."""
    done = 0
    while done < limit and (message := _claim(at)) is not None:
        if message.state == State.QUEUED:
            _send(message, at)
        done += 1
    return done


def _claim(at: datetime) -> Outgoing | None:
    """The next one that is due, for this worker alone until the lease ends."""
    with transaction.atomic():
        due = Outgoing.objects.filter(state__in=[State.QUEUED, State.HANDING], due_at__lte=at)
        if database.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        message = due.select_related("line").order_by("due_at", "id").first()
        if message is None:
            return None
        if message.state == State.HANDING:  # whoever handed it over died before hearing the answer
            _perhaps(message, at, _("Siklus stopped while WhatsApp took this message. It may have arrived."))
            return message
        message.attempts += 1
        message.due_at = at + LEASE
        message.save(update_fields=["attempts", "due_at"])
        return message


def _send(message: Outgoing, at: datetime) -> None:
    line = message.line
    if line.retired_at is not None:
        _fail(message, at, _("This line is not in use any more."))
        return
    try:
        for guard in _guards:
            guard(message, at)
    except Held as held:
        _ours(message).update(due_at=held.until, error=held.reason[:500], attempts=0)
        return
    except MayNotLeave as refusal:
        _fail(message, at, str(refusal))
        return
    if not _ours(message).update(state=State.HANDING, due_at=at + LEASE):
        return  # our lease ended, another worker has it
    message.state = State.HANDING
    try:
        provider_id = provider_of(line).send(line, message)
    except NotTaken as refusal:
        _not_taken(message, at, refusal)
    else:
        _sent(message, at, provider_id)


def _not_taken(message: Outgoing, at: datetime, refusal: NotTaken) -> None:
    if refusal.remedy == Remedy.UNKNOWN:
        _perhaps(message, at, refusal.reason)
        return
    if refusal.remedy == Remedy.LINE:
        Line.objects.filter(pk=message.line_id).update(error=refusal.reason[:500])
    if refusal.remedy == Remedy.NEVER or message.attempts > len(WAITS):
        _fail(message, at, refusal.reason)
        return
    wait = timedelta(minutes=WAITS[message.attempts - 1])
    _ours(message).update(state=State.QUEUED, due_at=at + wait, error=refusal.reason[:500])


def _ours(message: Outgoing) -> Any:
    return Outgoing.objects.filter(pk=message.pk, state=message.state, attempts=message.attempts)


@transaction.atomic
def _sent(message: Outgoing, at: datetime, provider_id: str) -> None:
    values = {"state": State.SENT, "sent_at": at, "error": "", "provider_id": provider_id}
    if _ours(message).update(**values):
        Line.objects.filter(pk=message.line_id).exclude(error="").update(error="")
        fact = ChatSent(chat=message.pk, line=message.line_id, purpose=message.purpose)
        record(fact, by=message.by, at=at)


@transaction.atomic
def _fail(message: Outgoing, at: datetime, reason: str) -> None:
    if _ours(message).update(state=State.FAILED, error=reason[:500]):
        fact = ChatFailed(chat=message.pk, line=message.line_id, purpose=message.purpose, reason=reason[:500])
        record(fact, by=message.by, at=at)


@transaction.atomic
def _perhaps(message: Outgoing, at: datetime, reason: str) -> None:
    if _ours(message).update(state=State.UNCERTAIN, error=reason[:500]):
        message.state = State.UNCERTAIN
        fact = ChatUncertain(chat=message.pk, line=message.line_id, purpose=message.purpose)
        record(fact, by=message.by, at=at)
