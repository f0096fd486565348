"""What the demo company asks of its people: a quota a month since January, more since July, and one who was new."""

from datetime import date, datetime
from decimal import Decimal

from siklus.cycle.prospecting.actions import watch_coverage
from siklus.platform.accounts.models import Team, User
from siklus.records.quotas.actions import set_quota

A_MONTH = Decimal(50_000_000)
SINCE_JULY = Decimal(60_000_000)


def targets_at_work(until: datetime) -> None:
    by = User.objects.filter(role="operations").first()
    sellers = User.objects.filter(role="rep", is_active=True).order_by("pk")
    for number, one in enumerate(sellers):
        ramp = (25, 50, 75) if number == len(sellers) - 1 else ()
        set_quota(user=one, amount=A_MONTH, from_date=date(until.year, 1, 1), ramp=ramp, by=by, at=until)
        set_quota(user=one, amount=SINCE_JULY, from_date=date(until.year, 7, 1), by=by, at=until)
    root = Team.objects.filter(parent=None).order_by("pk").first()
    if root is not None:
        total = SINCE_JULY * len(sellers) * 3
        set_quota(team=root, amount=total, per="quarter", from_date=date(until.year, 7, 1), by=by, at=until)
    watch_coverage(at=until)
