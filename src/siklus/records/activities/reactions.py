"""Who leaves takes the address of their calendar along."""

from typing import Any

from siklus.platform.accounts.models import User
from siklus.platform.journal.reactions import react
from siklus.records.activities.feed import close_feed
from siklus.records.activities.models import CalendarFeed


@react("user.deactivated", key="activities.feed")
def close_the_feed(entry: Any) -> None:
    """Before this is told, the address answers nobody already: only active people's do."""
    feed = CalendarFeed.objects.select_related("user").filter(user=entry.about_id).first()
    if feed is not None and feed.made_at <= entry.happened_at:
        close_feed(user=feed.user, by=User.objects.filter(pk=entry.by_id).first(), at=entry.happened_at)
