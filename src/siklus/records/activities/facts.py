from datetime import datetime

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("activity.planned", about="activity")
class ActivityPlanned(Fact):
    sentence = _("planned: %(subject)s")
    fallback = _("planned an activity")
    icon = "clock"
    personal = ("subject",)
    activity: int
    kind: str
    subject: str
    due_at: datetime | None


@declare("activity.done", about="activity")
class ActivityDone(Fact):
    sentence = _("%(subject)s")
    fallback = _("finished an activity")
    icon = "activity"
    personal = ("subject", "body", "outcome")
    activity: int
    kind: str
    subject: str
    body: str
    outcome: str
    owner: int | None


@declare("activity.edited", about="activity")
class ActivityEdited(Fact):
    sentence = _("changed an activity")
    icon = "edit"
    personal = ("changes",)
    activity: int
    changes: tuple[Change, ...]


@declare("activity.cancelled", about="activity")
class ActivityCancelled(Fact):
    sentence = _("dropped: %(subject)s")
    fallback = _("dropped an activity")
    icon = "x"
    personal = ("subject",)
    activity: int
    subject: str


@declare("calendar_feed.opened", about="user")
class CalendarFeedOpened(Fact):
    """A new secret address; one from before leads nowhere any more."""

    sentence = _("opened the address of the own calendar")
    icon = "calendar"
    user: int


@declare("calendar_feed.closed", about="user")
class CalendarFeedClosed(Fact):
    sentence = _("closed the address of the own calendar")
    icon = "lock"
    user: int
