"""Telling reactions of entries: claimed one at a time, retried separately, swept after a crash."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from siklus.platform.journal.models import Delivery, DeliveryState
from siklus.platform.journal.reactions import reaction

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
ATTEMPTS = 8


def claim(at: datetime) -> Delivery | None:
    """Take the oldest due delivery, so that no other worker takes it until the lease ends."""
    with transaction.atomic():
        due = Delivery.objects.filter(
            state__in=[DeliveryState.PENDING, DeliveryState.RUNNING], due_at__lte=at
        ).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        delivery = due.first()
        if delivery is None:
            return None
        delivery.state = DeliveryState.RUNNING
        delivery.attempts = F("attempts") + 1
        delivery.due_at = at + LEASE
        delivery.save(update_fields=["state", "attempts", "due_at"])
        delivery.refresh_from_db()
        return delivery


def deliver(delivery: Delivery, at: datetime) -> bool:
    """Tell the reaction. A failure is kept with its text and tried again later, each time after a longer wait."""
    told = reaction(delivery.reaction)
    try:
        if told is None:
            raise LookupError(f"no reaction {delivery.reaction} is declared any more")
        with transaction.atomic():
            told(delivery.entry)
            delivery.state, delivery.error = DeliveryState.DONE, ""
            delivery.save(update_fields=["state", "error"])
    except Exception as error:
        logger.warning("delivery %s of %s failed", delivery.pk, delivery.reaction, exc_info=True)
        last = delivery.attempts >= ATTEMPTS
        delivery.state = DeliveryState.FAILED if last else DeliveryState.PENDING
        delivery.error = f"{type(error).__name__}: {error}"[:2000]
        delivery.due_at = at + timedelta(seconds=2**delivery.attempts)
        delivery.save(update_fields=["state", "error", "due_at"])
        return False
    return True


def deliver_due(at: datetime, *, limit: int = 100) -> int:
    """Deliver what is due, oldest first; returns how many were told."""
    told = 0
    for _ in range(limit):
        delivery = claim(at)
        if delivery is None:
            break
        deliver(delivery, at)
        told += 1
    return told
