"""What the verbs of this room share."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied

from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.team.incentives.models import CommissionPlan, PayPeriod


def only_operations(by: User | None) -> None:
    """Doors check too; whatever calls, nobody else changes plans and periods."""
    if by is not None and not by.can_run_operations:
        raise PermissionDenied


def locked_plan(plan: CommissionPlan) -> CommissionPlan:
    """The plan as it is now, held for this transaction: verbs on one plan take turns."""
    return CommissionPlan.objects.select_for_update().get(pk=plan.pk)


def locked_period(period: PayPeriod) -> PayPeriod:
    """The period as it is now, its plan held for this transaction."""
    locked_plan(period.plan)
    return PayPeriod.objects.select_related("plan").get(pk=period.pk)


def local_day(at: datetime) -> date:
    return at.astimezone(current().time_zone).date()


def period_title(period: PayPeriod) -> str:
    return f"{period.plan.title} {period.name}"
