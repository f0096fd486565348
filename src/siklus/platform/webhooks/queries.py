"""The door to webhooks: for operations and administrators, who see every record anyway."""

from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from siklus.platform.accounts.models import User
from siklus.platform.journal.reactions import EVERY
from siklus.platform.webhooks.models import Attempt, Endpoint, EndpointState, Message

WEEK = timedelta(days=7)


def endpoints_for(viewer: User) -> QuerySet[Endpoint]:
    rows = Endpoint.objects.filter(removed_at=None).select_related("owner")
    return rows if viewer.can_run_operations else rows.none()


def endpoint_for(viewer: User, endpoint_id: int) -> Endpoint:
    """Raises Endpoint.DoesNotExist for strangers too."""
    return endpoints_for(viewer).get(pk=endpoint_id)


def with_health(rows: QuerySet[Endpoint], now: datetime) -> QuerySet[Endpoint]:
    """Each with its last seven days: sent, waiting, given up, and when something arrived last."""
    recent = Q(messages__created_at__gte=now - WEEK)
    return rows.annotate(
        sent=Count("messages", filter=recent & Q(messages__state="delivered")),
        waiting=Count("messages", filter=Q(messages__state="waiting")),
        given_up=Count("messages", filter=recent & Q(messages__state="failed")),
        last_at=Max("messages__created_at"),
    )


def messages_of(endpoint: Endpoint) -> QuerySet[Message]:
    """The newest first, with their attempts."""
    return endpoint.messages.order_by("-id").prefetch_related("tries")


def message_for(viewer: User, message_id: int) -> Message:
    """Raises Message.DoesNotExist."""
    rows = Message.objects.filter(endpoint__in=endpoints_for(viewer))
    return rows.select_related("endpoint").get(pk=message_id)


def last_attempt(message: Message) -> Attempt | None:
    return next(iter(message.tries.all()), None)


def wanted_facts() -> frozenset[str]:
    """The facts that some active endpoint wants."""
    rows = Endpoint.objects.filter(state=EndpointState.ACTIVE, removed_at=None)
    found: set[str] = set()
    for facts in rows.values_list("facts", flat=True):
        found.update(facts or [EVERY])
    return frozenset(found)
