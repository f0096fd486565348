"""The doors to mailboxes and to what is in them."""

from django.db.models import Count, Q, QuerySet

from siklus.platform.accounts.models import User
from siklus.platform.mail.models import Mailbox, Outgoing


def mailboxes_for(viewer: User) -> QuerySet[Mailbox]:
    """Those that somebody may write from: their own and the shared ones."""
    return Mailbox.objects.filter(retired_at=None).filter(Q(owner=viewer) | Q(owner=None))


def mailbox_for(viewer: User, mailbox_id: int) -> Mailbox:
    """One mailbox to write from. Raises Mailbox.DoesNotExist for strangers too."""
    return mailboxes_for(viewer).get(pk=mailbox_id)


def kept_mailboxes() -> QuerySet[Mailbox]:
    """All that are in use, for those who run them."""
    waiting = Count("outgoing", filter=Q(outgoing__state="queued"), distinct=True)
    stuck = Count("outgoing", filter=Q(outgoing__state__in=["failed", "uncertain"]), distinct=True)
    return (
        Mailbox.objects.filter(retired_at=None)
        .select_related("owner").prefetch_related("folders")
        .annotate(waiting=waiting, stuck=stuck)
    )  # fmt: skip


def kept_mailbox_for(viewer: User, mailbox_id: int) -> Mailbox:
    """One mailbox to set up: for operations, and for its owner."""
    rows = Mailbox.objects.filter(retired_at=None)
    if not viewer.can_run_operations:
        rows = rows.filter(owner=viewer)
    return rows.get(pk=mailbox_id)


def own_addresses() -> set[str]:
    """Every address that is ours."""
    return set(Mailbox.objects.values_list("address", flat=True))


def outgoing_by_message_ids(ids: list[str]) -> list[Outgoing]:
    return list(Outgoing.objects.filter(Q(message_id__in=ids) | Q(provider_id__in=ids))) if ids else []
