"""What to do now: the few numbers on top, what is due, and the words around them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.money.fields import AmountField
from siklus.records.activities.models import Activity
from siklus.records.activities.queries import activities_for, waiting
from siklus.records.deals.models import Deal, Status
from siklus.records.deals.queries import deals_for


@dataclass(frozen=True)
class Tiles:
    """The few numbers on top."""

    won: Decimal
    won_count: int
    won_before: Decimal
    open_sum: Decimal
    open_count: int
    weighted: Decimal
    due: int
    late: int

    @property
    def delta(self) -> float | None:
        """Against the same days of last month, as a share."""
        return float(self.won / self.won_before - 1) if self.won_before else None


ACTIVITY_FIELDS = (
    "kind", "subject", "due_at", "owner_id", "company__name", "company__phone", "contact__name", "contact__phone",
    "contact__email", *(f"deal__{name}" for name in (
        "name", "amount", "currency", "amount_base", "probability", "status", "stage__name",
    )),
)  # fmt: skip


def own_deals(viewer: User, team: bool) -> QuerySet[Deal]:
    return deals_for(viewer) if team else Deal.objects.filter(owner=viewer, merged_into=None)


def tiles(viewer: User, *, team: bool, now: datetime, due: int, late: int) -> Tiles:
    """Won this month against the same days of last month; the open pipeline, plain and weighted."""
    zone = current().time_zone
    here = now.astimezone(zone)
    first = datetime.combine(here.date().replace(day=1), time(), zone)
    before = datetime.combine((first - timedelta(days=1)).date().replace(day=1), time(), zone)
    until = min(before + (now - first), first)
    mine = own_deals(viewer, team)
    won = mine.filter(status=Status.WON, closed_at__gte=before, closed_at__lte=now).aggregate(
        now=Sum("amount_base", filter=Q(closed_at__gte=first)),
        count=Count("pk", filter=Q(closed_at__gte=first)),
        before=Sum("amount_base", filter=Q(closed_at__lt=until)),
    )
    pipeline = mine.filter(status=Status.OPEN, qualified_at__isnull=False).aggregate(
        count=Count("pk"),
        sum=Sum("amount_base"),
        weighted=Sum(F("amount_base") * F("probability"), output_field=AmountField()),
    )
    return Tiles(
        won=won["now"] or Decimal(0), won_count=won["count"], won_before=won["before"] or Decimal(0),
        open_sum=pipeline["sum"] or Decimal(0), open_count=pipeline["count"],
        weighted=(pipeline["weighted"] or Decimal(0)) / 100, due=due, late=late,
    )  # fmt: skip


MOST_DUE = 100


def due_now(viewer: User, *, team: bool, now: datetime) -> list[Activity]:
    """What is overdue or due before the day is over, the longest overdue first."""
    narrow = (*ACTIVITY_FIELDS, "owner__name") if team else ACTIVITY_FIELDS
    joined = ("deal", "deal__stage", "company", "contact", *(("owner",) if team else ()))
    first = (
        _due(viewer, team, now).order_by("due_at", "id").values("pk")[:MOST_DUE]
    )  # the index alone answers that
    rows = Activity.objects.filter(pk__in=first).select_related(*joined).only(*narrow)
    return sorted(rows, key=lambda one: (one.due_at or now, one.pk))


def count_due(viewer: User, *, team: bool, now: datetime, due: list[Activity]) -> tuple[int, int]:
    """How many are due, and how many of them overdue. Asks only when the list was cut off."""
    if len(due) < MOST_DUE:
        return len(due), sum(1 for one in due if one.due_at and one.due_at < now)
    found = _due(viewer, team, now).aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    return found["all"], found["late"]


def _due(viewer: User, team: bool, now: datetime) -> QuerySet[Activity]:
    night = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time()))
    if not team:
        return waiting(viewer, until=night)
    return activities_for(viewer).filter(done_at=None, cancelled_at=None, due_at__lt=night)


def greeting(now: datetime) -> str:
    """By the hour where the reader is."""
    hour = timezone.localtime(now).hour
    if 4 <= hour < 11:
        return _("Good morning")
    if 11 <= hour < 15:
        return _("Good day")
    if 15 <= hour < 19:
        return _("Good afternoon")
    return _("Good evening")


def long_day(now: datetime) -> str:
    """`Monday, 23 Nov 2026`"""
    return f"{date_format(timezone.localtime(now), 'l')}, {formats.day(now)}"


def late_words(late: int) -> str:
    return ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late}
