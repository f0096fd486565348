"""Messages on their way. Sending has a thread and connections of its own, and an endpoint has one message in flight:
who is slow or fails holds up nobody but itself."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from siklus.platform.accounts.tell import tell
from siklus.platform.journal.record import record
from siklus.platform.mail.sealing import CannotUnseal, unseal
from siklus.platform.web.outgoing import Answer, NotSent, post
from siklus.platform.webhooks.facts import WebhookDisabled
from siklus.platform.webhooks.models import Attempt, Endpoint, EndpointState, Message, MessageState
from siklus.platform.webhooks.payload import body_of
from siklus.platform.webhooks.schedule import PATIENCE, wait_after
from siklus.platform.webhooks.signing import headers

logger = logging.getLogger(__name__)
AT_ONCE = 8
SECONDS = 10.0
LEASE = timedelta(minutes=2)
GONE = 410


@dataclass(frozen=True)
class Result:
    at: datetime
    took_ms: int
    answer: Answer | None
    error: str

    @property
    def arrived(self) -> bool:
        return self.answer is not None and 200 <= self.answer.status < 300


@dataclass(frozen=True)
class Letter:
    """What goes over the wire, ready before anything is sent: the threads that send know no database."""

    url: str
    body: bytes
    headers: dict[str, str]


class Sender:
    """A round of the worker that goes on beside the others."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._flying: dict[int, tuple[int, Future[Result]]] = {}

    def __call__(self) -> int:
        """Note what came back, send what is due; how many of both."""
        landed = [(key, one) for key, one in self._flying.items() if one[1].done()]
        for key, (message_id, future) in landed:
            del self._flying[key]
            note(message_id, future.result())
        claimed = claim(timezone.now(), busy=set(self._flying), most=AT_ONCE - len(self._flying))
        for message in claimed:
            letter = letter_of(message, timezone.now())
            if isinstance(letter, str):
                note(message.pk, Result(timezone.now(), 0, None, letter))
            else:
                self._flying[message.endpoint_id] = message.pk, self._pool.submit(send, letter)
        return len(landed) + len(claimed)

    def drain(self) -> None:
        """Send all that is due now, then return."""
        while self() or self._flying:
            wait([future for _id, future in self._flying.values()])


def claim(at: datetime, *, busy: set[int], most: int) -> list[Message]:
    """The oldest due message of each endpoint that is not busy, so that no other worker takes it until the lease ends."""
    if most <= 0:
        return []
    due = Message.objects.filter(
        state=MessageState.WAITING,
        due_at__lte=at,
        endpoint__state=EndpointState.ACTIVE,
        endpoint__removed_at=None,
    ).exclude(endpoint_id__in=busy)
    firsts = due.order_by().values("endpoint_id").annotate(first=Min("due_at")).order_by("first")[:most]
    found = []
    for one in firsts:
        message = due.filter(endpoint_id=one["endpoint_id"]).order_by("due_at", "id").first()
        if message is None:
            continue
        mine = Message.objects.filter(pk=message.pk, state=MessageState.WAITING, due_at=message.due_at)
        if mine.update(due_at=at + LEASE):
            found.append(message)
    return found


def letter_of(message: Message, at: datetime) -> Letter | str:
    """The signed message, or why it cannot be signed."""
    endpoint = message.endpoint
    try:
        valid = [unseal(endpoint.sealed_secret)]
        if endpoint.old_secret_until is not None and at < endpoint.old_secret_until:
            valid.append(unseal(endpoint.sealed_old_secret))
    except CannotUnseal:
        return _("The secret was sealed under another key of this installation. Make a new one.")
    body = body_of(message)
    return Letter(endpoint.url, body, headers(valid, message.key, int(at.timestamp()), body))


def send(letter: Letter) -> Result:
    """Hand one message over. Never raises."""
    at, began = timezone.now(), time.monotonic()
    answer, error = None, ""
    try:
        answer = post(
            letter.url,
            letter.body,
            letter.headers,
            seconds=SECONDS,
            private_too=settings.WEBHOOK_PRIVATE_HOSTS,
        )
    except NotSent as refusal:
        error = str(refusal)
    except Exception as wrong:
        logger.exception("sending a webhook failed")
        error = type(wrong).__name__
    return Result(at, round((time.monotonic() - began) * 1000), answer, error)


@transaction.atomic
def note(message_id: int, result: Result) -> None:
    """Log an attempt; decide when to try again, and whether the endpoint has failed for too long."""
    found = Message.objects.select_related("endpoint").filter(pk=message_id).first()
    if found is None:
        return
    message, answer, now = found, result.answer, timezone.now()
    Attempt.objects.create(
        message=message, at=result.at, took_ms=result.took_ms, status=answer.status if answer else None,
        excerpt=answer.excerpt if answer else "", error=result.error[:300],
    )  # fmt: skip
    message.attempts += 1
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=message.endpoint_id)
    if result.arrived:
        message.state = MessageState.DELIVERED
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
            endpoint.save(update_fields=["failing_since"])
    else:
        pause = wait_after(message.attempts)
        message.state = MessageState.WAITING if pause else MessageState.FAILED
        message.due_at = now + (pause or timedelta())
        if endpoint.failing_since is None:
            endpoint.failing_since = now
            endpoint.save(update_fields=["failing_since"])
        if answer is not None and answer.status == GONE:
            message.state = MessageState.FAILED
            disable(endpoint, gettext_noop("it answered that it is gone (410)"), now)
        elif now - endpoint.failing_since >= PATIENCE:
            disable(endpoint, gettext_noop("nothing arrived for five days"), now)
    message.save(update_fields=["state", "attempts", "due_at"])


def disable(endpoint: Endpoint, reason: str, at: datetime) -> None:
    """Send it nothing more until somebody switches it on, and tell its owner."""
    if endpoint.state != EndpointState.ACTIVE:
        return
    endpoint.state, endpoint.reason = EndpointState.DISABLED, reason
    endpoint.save(update_fields=["state", "reason"])
    record(WebhookDisabled(webhook=endpoint.pk, title=endpoint.name, reason=reason), by=None, at=at)
    if endpoint.owner is not None:
        with override(endpoint.owner.language):
            tell(
                endpoint.owner,
                _("The webhook %(name)s is disabled") % {"name": endpoint.name},
                _("Messages to %(name)s are not sent any more: %(why)s. Look at its log under Settings, Webhooks, "
                  "mend it, and switch it on again.") % {"name": endpoint.name, "why": _(reason)},
            )  # fmt: skip
