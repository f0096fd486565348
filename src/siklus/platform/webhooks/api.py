from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.door import Page, a_user, one, operator, paged, referred
from siklus.platform.webhooks.actions import (
    add_endpoint,
    edit_endpoint,
    remove_endpoint,
    replay,
    replay_since,
    rotate_secret,
    send_test,
    switch_endpoint,
)
from siklus.platform.webhooks.models import Endpoint, Message
from siklus.platform.webhooks.payload import catalogue
from siklus.platform.webhooks.queries import endpoint_for, endpoints_for, message_for, messages_of

router = Router()


class WebhookPatch(Schema):
    url: str | None = Field(None, max_length=2000)
    description: str | None = Field(None, max_length=120)
    facts: list[str] | None = Field(None, max_length=300)
    owner_id: int | None = None
    is_on: bool | None = None


class WebhookIn(Schema):
    url: str = Field(max_length=2000)
    description: str = Field("", max_length=120)
    facts: list[str] = Field([], max_length=300)
    owner_id: int | None = None


class WebhookOut(Schema):
    id: int
    url: str
    description: str
    facts: list[str]
    owner_id: int | None
    state: str
    reason: str
    failing_since: datetime | None
    created_at: datetime


class WebhookMade(WebhookOut):
    secret: str


class AttemptOut(Schema):
    at: datetime
    took_ms: int
    status: int | None
    excerpt: str
    error: str


class MessageOut(Schema):
    id: int
    key: str
    type: str
    entry_id: int | None
    timestamp: datetime
    state: str
    due_at: datetime
    attempts: list[AttemptOut]


class ReplayIn(Schema):
    since: datetime
    failed_only: bool = False


class ReplayOut(Schema):
    messages: int


class MessagePage(Page):
    items: list[MessageOut]


def shown(endpoint: Endpoint) -> dict[str, Any]:
    return {name: getattr(endpoint, name) for name in WebhookOut.model_fields}


def message_shown(message: Message) -> dict[str, Any]:
    tries = [{name: getattr(one, name) for name in AttemptOut.model_fields} for one in message.tries.all()]
    plain = {name: getattr(message, name) for name in MessageOut.model_fields if name != "attempts"}
    return {**plain, "attempts": tries}


@router.get("", response=list[WebhookOut], operation_id="list_webhooks")
def list_webhooks(request: HttpRequest) -> Any:
    return [shown(endpoint) for endpoint in endpoints_for(operator(request))]


@router.post("", response={201: WebhookMade}, operation_id="add_webhook")
def create(request: HttpRequest, payload: WebhookIn) -> Any:
    """The answer has the secret that signs messages. It is told this once."""
    user = operator(request)
    endpoint, secret = add_endpoint(
        url=payload.url, description=payload.description, facts=payload.facts,
        owner=referred(a_user, user, payload.owner_id, "owner_id"), by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, {**shown(endpoint), "secret": secret}


@router.get("/facts", response=dict[str, Any], operation_id="list_webhook_facts")
def list_webhook_facts(request: HttpRequest) -> Any:
    """Every kind of message, with its JSON schema."""
    operator(request)
    return catalogue()


@router.get("/{int:webhook_id}", response=WebhookOut, operation_id="get_webhook")
def get(request: HttpRequest, webhook_id: int) -> Any:
    return shown(one(endpoint_for, operator(request), webhook_id))


@router.patch("/{int:webhook_id}", response=WebhookOut, operation_id="edit_webhook")
def edit(request: HttpRequest, webhook_id: int, payload: WebhookPatch) -> Any:
    user: User = operator(request)
    endpoint = one(endpoint_for, user, webhook_id)
    given = payload.dict(exclude_unset=True)
    values = {key: given[key] for key in ("url", "description", "facts") if given.get(key) is not None}
    if "owner_id" in given:
        values["owner"] = referred(a_user, user, given["owner_id"], "owner_id")
    now = timezone.now()
    endpoint = edit_endpoint(endpoint=endpoint, by=user, at=now, **values)
    if given.get("is_on") is not None:
        endpoint = switch_endpoint(endpoint=endpoint, on=given["is_on"], by=user, at=now)
    return shown(endpoint)


@router.delete("/{int:webhook_id}", response={204: None}, operation_id="remove_webhook")
def remove(request: HttpRequest, webhook_id: int) -> Any:
    user = operator(request)
    remove_endpoint(endpoint=one(endpoint_for, user, webhook_id), by=user, at=timezone.now())
    return 204, None


@router.post("/{int:webhook_id}/secret", response=WebhookMade, operation_id="rotate_webhook_secret")
def rotate(request: HttpRequest, webhook_id: int) -> Any:
    """A new secret, told this once. For a day messages are signed by the old one too."""
    user = operator(request)
    endpoint, secret = rotate_secret(endpoint=one(endpoint_for, user, webhook_id), by=user, at=timezone.now())
    return {**shown(endpoint), "secret": secret}


@router.post("/{int:webhook_id}/test", response={202: MessageOut}, operation_id="test_webhook")
def test(request: HttpRequest, webhook_id: int) -> Any:
    endpoint = one(endpoint_for, operator(request), webhook_id)
    return 202, message_shown(send_test(endpoint=endpoint, at=timezone.now()))


@router.get("/{int:webhook_id}/messages", response=MessagePage, operation_id="list_webhook_messages")
def messages(
    request: HttpRequest, webhook_id: int, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Any:
    """The log, newest first: every message with its attempts."""
    rows = messages_of(one(endpoint_for, operator(request), webhook_id))
    return paged(rows, cursor=cursor, limit=limit, show=message_shown)


@router.post("/{int:webhook_id}/replay", response={202: ReplayOut}, operation_id="replay_webhook")
def replay_all(request: HttpRequest, webhook_id: int, payload: ReplayIn) -> Any:
    """Send everything since a moment again, or what never arrived; ids of messages stay."""
    user = operator(request)
    endpoint = one(endpoint_for, user, webhook_id)
    since = payload.since if payload.since.tzinfo else timezone.make_aware(payload.since)
    count = replay_since(
        endpoint=endpoint, since=since, failed_only=payload.failed_only, by=user, at=timezone.now()
    )
    return 202, {"messages": count}


@router.post(
    "/messages/{int:message_id}/replay", response={202: MessageOut}, operation_id="replay_webhook_message"
)
def replay_one(request: HttpRequest, message_id: int) -> Any:
    user = operator(request)
    return 202, message_shown(replay(message=one(message_for, user, message_id), by=user, at=timezone.now()))
