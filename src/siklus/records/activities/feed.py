"""The secret address of a person's own calendar: opened, renewed, closed, and asked by calendar programs."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from siklus.platform.accounts.actions import digest_of
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.activities.facts import CalendarFeedClosed, CalendarFeedOpened
from siklus.records.activities.models import Activity, ActivityKind, CalendarFeed

READS_AN_HOUR = 60  # programs ask every few minutes at most; several devices share one address
BEHIND, AHEAD = timedelta(days=31), timedelta(days=400)
MOST = 2_000


class TooOften(Exception):
    """This address was asked too often; `until` says when it answers again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@transaction.atomic
def open_feed(*, user: User, by: User | None, at: datetime) -> tuple[CalendarFeed, str]:
    """Make an address: (row, key). The key is not kept; a second call renews it, and the old one leads nowhere."""
    key = secrets.token_urlsafe(32)
    values = {"digest": digest_of(key), "made_at": at, "read_at": None, "hour_at": None, "reads": 0}
    feed, _made = CalendarFeed.objects.update_or_create(user=user, defaults=values)
    record(CalendarFeedOpened(user=user.pk), by=by, at=at)
    return feed, key


@transaction.atomic
def close_feed(*, user: User, by: User | None, at: datetime) -> None:
    """The address leads nowhere from now on."""
    if CalendarFeed.objects.filter(user=user).delete()[0]:
        record(CalendarFeedClosed(user=user.pk), by=by, at=at)


def feed_of(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user).first()


def feed_behind(key: str, at: datetime) -> CalendarFeed | None:
    """The feed with this key, counted as asked; None for unknown keys and people who left. Raises TooOften."""
    row = CalendarFeed.objects.select_related("user").filter(digest=digest_of(key), user__is_active=True)
    feed = row.first()
    if feed is None:
        return None
    hour = timedelta(hours=1)
    if feed.hour_at is None or feed.hour_at <= at - hour:
        CalendarFeed.objects.filter(pk=feed.pk).update(hour_at=at, reads=1, read_at=at)
        return feed
    fresh = CalendarFeed.objects.filter(pk=feed.pk, reads__lt=READS_AN_HOUR)
    if not fresh.update(reads=F("reads") + 1, read_at=at):
        raise TooOften(feed.hour_at + hour)
    return feed


def in_calendar(owner: User, *, at: datetime) -> QuerySet[Activity]:
    """What stands in somebody's own calendar: what they have planned, and the calls and meetings that were held."""
    held = Q(done_at__isnull=False, kind__in=[ActivityKind.MEETING, ActivityKind.CALL])
    rows = Activity.objects.filter(
        Q(done_at=None) | held, owner=owner, cancelled_at=None, due_at__gte=at - BEHIND, due_at__lt=at + AHEAD
    )
    return rows.select_related("deal", "company", "contact").order_by("due_at", "id")[:MOST]
