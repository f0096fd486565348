"""The one door to activities, and the questions screens ask of them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible_q
from siklus.records.activities.models import Activity


def activities_for(viewer: User) -> QuerySet[Activity]:
    """Activities of the people whose records the viewer may see, and those on deals and companies they may see."""
    mine = visible_q(viewer)
    if mine is None:
        return Activity.objects.all()
    on_deal = visible_q(viewer, owner="deal__owner") or Q()
    on_company = visible_q(viewer, owner="company__owner") or Q()
    return Activity.objects.filter(
        mine | (Q(deal__isnull=False) & on_deal) | (Q(deal=None, company__isnull=False) & on_company)
    )


def activity_for(viewer: User, activity_id: int) -> Activity:
    """One activity. Raises Activity.DoesNotExist for strangers too."""
    return activities_for(viewer).select_related("owner", "deal", "company", "contact").get(pk=activity_id)


def waiting(owner: User, *, until: datetime) -> QuerySet[Activity]:
    """What a person has planned up to a moment, the most overdue first."""
    return (
        Activity.objects.filter(owner=owner, done_at=None, cancelled_at=None, due_at__lte=until)
        .select_related("deal", "deal__stage", "company", "contact")
        .order_by("due_at", "id")
    )


def planned_on(*, deal_id: int | None = None, company_id: int | None = None) -> QuerySet[Activity]:
    """Open activities of a deal or company, the next one first."""
    where = Q(deal_id=deal_id) if deal_id else Q(company_id=company_id)
    return (
        Activity.objects.filter(where, done_at=None, cancelled_at=None)
        .select_related("owner", "contact")
        .order_by("due_at", "id")
    )
