"""The doors of this room, and who may see whose pay."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from siklus.commission.periods import around
from siklus.platform.accounts.models import Role, User
from siklus.platform.accounts.visibility import owner_ids
from siklus.team.incentives.models import (
    Adjustment,
    Assignment,
    CommissionPlan,
    Dispute,
    LedgerLine,
    PayPeriod,
    PayRule,
)


def pay_rule() -> PayRule:
    """What operations decided for everybody; the defaults until they do."""
    return PayRule.objects.filter(pk=1).first() or PayRule(pk=1)


def payees_of(viewer: User) -> frozenset[int] | None:
    """Whose pay somebody may see; None: everybody's. A manager's people only where operations allowed it."""
    if viewer.can_run_operations:
        return None
    if viewer.role == Role.MANAGER and pay_rule().managers_see_pay:
        beneath = owner_ids(viewer)
        if beneath is None and viewer.team is not None:
            found = User.objects.filter(team__path__startswith=viewer.team.path)
            return frozenset(found.values_list("pk", flat=True)) | {viewer.pk}
        return (beneath or frozenset()) | {viewer.pk}
    return frozenset({viewer.pk})


def of_payees(rows: QuerySet, viewer: User, column: str = "user") -> QuerySet:
    """Narrow rows to those of people whose pay the viewer may see."""
    people = payees_of(viewer)
    return rows if people is None else rows.filter(**{f"{column}_id__in": sorted(people)})


def payee_for(viewer: User, user_id: int) -> User:
    """A person whose pay one may see. Raises User.DoesNotExist for others."""
    people = payees_of(viewer)
    rows = User.objects.all() if people is None else User.objects.filter(pk__in=people)
    return rows.get(pk=user_id)


def plans_for(viewer: User) -> QuerySet[CommissionPlan]:
    """All for operations; for others the plans that they or those whose pay they see are or were on."""
    if viewer.can_run_operations:
        return CommissionPlan.objects.all()
    people = payees_of(viewer) or frozenset()
    return CommissionPlan.objects.filter(assignments__user_id__in=people).distinct()


def plan_for(viewer: User, plan_id: int) -> CommissionPlan:
    """Raises CommissionPlan.DoesNotExist for strangers too."""
    return plans_for(viewer).get(pk=plan_id)


def periods_for(viewer: User) -> QuerySet[PayPeriod]:
    return PayPeriod.objects.filter(plan__in=plans_for(viewer)).select_related("plan")


def period_for(viewer: User, period_id: int) -> PayPeriod:
    """Raises PayPeriod.DoesNotExist for strangers too."""
    return periods_for(viewer).get(pk=period_id)


def lines_for(viewer: User) -> QuerySet[LedgerLine]:
    """Ledger lines of people whose pay one may see."""
    rows = LedgerLine.objects.select_related("user", "period", "period__plan", "version")
    return of_payees(rows, viewer)


def line_for(viewer: User, line_id: int) -> LedgerLine:
    """Raises LedgerLine.DoesNotExist for strangers too."""
    found: LedgerLine = lines_for(viewer).get(pk=line_id)
    return found


def disputes_for(viewer: User) -> QuerySet[Dispute]:
    return of_payees(Dispute.objects.select_related("line", "period", "period__plan", "user"), viewer)


def dispute_for(viewer: User, dispute_id: int) -> Dispute:
    """Raises Dispute.DoesNotExist for strangers too."""
    found: Dispute = disputes_for(viewer).get(pk=dispute_id)
    return found


def adjustments_for(viewer: User) -> QuerySet[Adjustment]:
    return of_payees(Adjustment.objects.select_related("plan", "user", "asked_by", "decided_by"), viewer)


def adjustment_for(viewer: User, adjustment_id: int) -> Adjustment:
    """Raises Adjustment.DoesNotExist for strangers too."""
    found: Adjustment = adjustments_for(viewer).get(pk=adjustment_id)
    return found


def assignment_for(viewer: User, assignment_id: int) -> Assignment:
    """Raises Assignment.DoesNotExist for strangers too."""
    found: Assignment = of_payees(Assignment.objects.select_related("plan", "user"), viewer).get(
        pk=assignment_id
    )
    return found


def assignment_on(user: User, day: date) -> Assignment | None:
    """On which plan somebody is on a day."""
    rows = Assignment.objects.filter(user=user, from_date__lte=day)
    return rows.filter(Q(until_date=None) | Q(until_date__gt=day)).select_related("plan").first()


def running_period(plan: CommissionPlan, day: date) -> str:
    """The name of the period of a plan that a day lies in."""
    return around(day, plan.length).name


def open_period(plan: CommissionPlan) -> PayPeriod | None:
    """The last period of a plan that is not locked."""
    return plan.periods.exclude(state="locked").order_by("first").last()


def totals_of(periods: Iterable[PayPeriod]) -> dict[int, Decimal]:
    """What each period pays out, from the ledger."""
    rows = LedgerLine.objects.filter(period__in=list(periods)).values("period").annotate(sum=Sum("payable"))
    return {row["period"]: row["sum"] for row in rows.order_by("period")}
