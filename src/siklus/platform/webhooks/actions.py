"""What can happen to a webhook."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.facts import all_facts
from siklus.platform.journal.record import record
from siklus.platform.mail.sealing import seal
from siklus.platform.web.outgoing import NotSent, refuse_private_literal, target_of
from siklus.platform.webhooks.facts import (
    WebhookAdded,
    WebhookChanged,
    WebhookRemoved,
    WebhookReplayed,
    WebhookSecretRotated,
    WebhookSwitched,
)
from siklus.platform.webhooks.models import Endpoint, EndpointState, Message, MessageState
from siklus.platform.webhooks.payload import TEST
from siklus.platform.webhooks.signing import new_secret

OVERLAP = timedelta(hours=24)
EDITABLE = ("url", "description", "facts", "owner")


class WebhookRefused(ValueError):
    """It cannot be so. The text is for people; `field` says where the remedy is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


@transaction.atomic
def add_endpoint(
    *, url: str, by: User | None, at: datetime, description: str = "", facts: list[str] | None = None,
    owner: User | None = None,
) -> tuple[Endpoint, str]:  # fmt: skip
    """Make an endpoint. The answer has its secret, which is shown this once."""
    secret = new_secret()
    endpoint = Endpoint(
        url=url, description=description, facts=facts or [], owner=owner or by, sealed_secret=seal(secret), created_at=at,
        updated_at=at,
    )  # fmt: skip
    _check(endpoint)
    endpoint.save()
    record(WebhookAdded(webhook=endpoint.pk, title=endpoint.name), by=by, at=at)
    return endpoint, secret


@transaction.atomic
def edit_endpoint(*, endpoint: Endpoint, by: User | None, at: datetime, **values: Any) -> Endpoint:
    """Change where messages go and which."""
    endpoint = _locked(endpoint)
    changed = []
    for name, value in values.items():
        if name not in EDITABLE:
            raise WebhookRefused(_("“%(field)s” cannot be changed here.") % {"field": name}, field=name)
        if getattr(endpoint, name) != value:
            setattr(endpoint, name, value)
            changed.append(name)
    _check(endpoint)
    if changed:
        _save(endpoint, at)
        fact = WebhookChanged(webhook=endpoint.pk, title=endpoint.name, fields=tuple(changed))
        record(fact, by=by, at=at)
    return endpoint


@transaction.atomic
def switch_endpoint(*, endpoint: Endpoint, on: bool, by: User | None, at: datetime) -> Endpoint:
    """Switch it on or off. What waits goes out when it is on again; what happens meanwhile is not kept for it."""
    endpoint = _locked(endpoint)
    state = EndpointState.ACTIVE if on else EndpointState.OFF
    if endpoint.state == state:
        return endpoint
    endpoint.state, endpoint.reason, endpoint.failing_since = state, "", None
    _save(endpoint, at)
    record(WebhookSwitched(webhook=endpoint.pk, title=endpoint.name, state=str(state)), by=by, at=at)
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, by: User | None, at: datetime) -> tuple[Endpoint, str]:
    """A new secret, shown this once. For a day messages are signed by the old one too."""
    endpoint, secret = _locked(endpoint), new_secret()
    endpoint.sealed_old_secret, endpoint.old_secret_until = endpoint.sealed_secret, at + OVERLAP
    endpoint.sealed_secret = seal(secret)
    _save(endpoint, at)
    record(WebhookSecretRotated(webhook=endpoint.pk, title=endpoint.name), by=by, at=at)
    return endpoint, secret


@transaction.atomic
def remove_endpoint(*, endpoint: Endpoint, by: User | None, at: datetime) -> None:
    """Send nothing more. The log stays in the database, the secrets go."""
    endpoint = _locked(endpoint)
    endpoint.state, endpoint.removed_at = EndpointState.OFF, at
    endpoint.sealed_secret = endpoint.sealed_old_secret = ""
    _save(endpoint, at)
    endpoint.messages.filter(state=MessageState.WAITING).update(state=MessageState.FAILED)
    record(WebhookRemoved(webhook=endpoint.pk, title=endpoint.name), by=by, at=at)


def new_key() -> str:
    return "msg_" + get_random_string(27)


def send_test(*, endpoint: Endpoint, at: datetime) -> Message:
    """A message that says nothing, to see whether it arrives."""
    return Message.objects.create(
        endpoint=endpoint, key=new_key(), type=TEST, timestamp=at, due_at=at, created_at=at
    )


def send_entry(*, endpoint: Endpoint, entry: Any, at: datetime) -> Message:
    """One entry for one endpoint: told twice, it is one message."""
    values = {
        "key": new_key(),
        "type": entry.name,
        "timestamp": entry.happened_at,
        "due_at": at,
        "created_at": at,
    }
    return Message.objects.get_or_create(endpoint=endpoint, entry_id=entry.pk, defaults=values)[0]


@transaction.atomic
def replay(*, message: Message, by: User | None, at: datetime) -> Message:
    """Send one message again, under its own id, whatever became of it."""
    if not message.endpoint.is_active:
        raise WebhookRefused(_("Switch the webhook on first."))
    _again(message.endpoint, [message.pk], by, at)
    message.refresh_from_db()
    return message


@transaction.atomic
def replay_since(
    *, endpoint: Endpoint, since: datetime, by: User | None, at: datetime, failed_only: bool = False
) -> int:
    """Send what was written since a moment again: all of it, or what never arrived. How many messages that is."""
    if not endpoint.is_active:
        raise WebhookRefused(_("Switch the webhook on first."))
    rows = endpoint.messages.filter(created_at__gte=since)
    if failed_only:
        rows = rows.exclude(state=MessageState.DELIVERED)
    return _again(endpoint, list(rows.values_list("pk", flat=True)), by, at)


def _again(endpoint: Endpoint, ids: list[int], by: User | None, at: datetime) -> int:
    if ids:
        for start in range(0, len(ids), 500):
            rows = Message.objects.filter(pk__in=ids[start : start + 500])
            rows.update(state=MessageState.WAITING, attempts=0, due_at=at)
        fact = WebhookReplayed(webhook=endpoint.pk, title=endpoint.name, messages=len(ids))
        record(fact, by=by, at=at)
    return len(ids)


def _locked(endpoint: Endpoint) -> Endpoint:
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    if endpoint.removed_at is not None:
        raise WebhookRefused(_("This webhook is not in use any more."))
    return endpoint


def _save(endpoint: Endpoint, at: datetime) -> None:
    endpoint.version += 1
    endpoint.updated_at = at
    endpoint.save()


def _check(endpoint: Endpoint) -> None:
    endpoint.url = endpoint.url.strip()
    try:
        refuse_private_literal(target_of(endpoint.url), private_too=settings.WEBHOOK_PRIVATE_HOSTS)
    except NotSent as refusal:
        raise WebhookRefused(str(refusal), field="url") from refusal
    endpoint.description = " ".join(endpoint.description.split())[:120]
    known = all_facts()
    for name in endpoint.facts:
        if name not in known:
            raise WebhookRefused(_("There is no fact “%(name)s”.") % {"name": str(name)[:60]}, field="facts")
    endpoint.facts = sorted(set(endpoint.facts))
