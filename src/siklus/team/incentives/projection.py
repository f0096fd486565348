"""What somebody would be paid: by now, if deals close, and how far the next tier is. All by the engine, nothing kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from siklus.commission.earnings import Standing
from siklus.commission.ledger import total
from siklus.commission.numbers import text
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Deal, Status
from siklus.team.incentives.calculating import Calculated, calculated
from siklus.team.incentives.models import CommissionPlan, CreditShare
from siklus.team.incentives.queries import assignment_on, running_period

MOST = 12  # open deals whose pay is shown one by one


@dataclass(frozen=True, slots=True)
class Distance:
    """How much more of what a component counts until its next tier, and the rate there."""

    component: str
    window: str
    credited: Decimal
    quota: Decimal | None
    missing: Decimal
    rate: Fraction
    share: Decimal  # of the way to it, from 0 to 1


@dataclass(frozen=True, slots=True)
class Payable:
    """What one open deal would pay a person if it were won now, beside what they have."""

    deal: Deal
    earned: Decimal
    payable: Decimal


def now_for(plan: CommissionPlan, today: date) -> Calculated:
    """The running period of a plan as it stands."""
    return calculated(plan, running_period(plan, today))


def open_deals_of(user: User) -> list[Deal]:
    """Open deals that would count for somebody: their own and those shared with them, the nearest close first."""
    shared = CreditShare.objects.filter(user=user, replaced_at=None).values("deal_id")
    rows = Deal.objects.filter(status=Status.OPEN, merged_into=None, qualified_at__isnull=False, amount__gt=0)
    found = rows.filter(owner=user).exclude(credit_shares__replaced_at=None, credit_shares__isnull=False)
    also = rows.filter(pk__in=shared)
    both = {one.pk: one for one in [*found.select_related("pipeline"), *also.select_related("pipeline")]}
    return sorted(both.values(), key=lambda one: (one.expected_close_date or date.max, one.pk))


def pays(
    plan: CommissionPlan, user: User, deals: Sequence[Deal], today: date, base: Calculated | None = None
) -> tuple[Decimal, Decimal]:
    """What these deals would add for somebody if all were won today: (earned, payable)."""
    base = base or now_for(plan, today)
    then = calculated(plan, base.result.period.name, supposed=[(one, today) for one in deals], base=base)
    person = str(user.pk)
    before = [one for one in base.result.lines if one.person == person]
    after = [one for one in then.result.lines if one.person == person]
    return total(after, "earned") - total(before, "earned"), total(after) - total(before)


def each_pays(
    plan: CommissionPlan, user: User, deals: Sequence[Deal], today: date, base: Calculated
) -> list[Payable]:
    """The same for each deal alone."""
    return [Payable(one, *pays(plan, user, [one], today, base)) for one in deals[:MOST]]


def payees_on(deal: Deal, today: date) -> list[tuple[User, CommissionPlan]]:
    """Who of a deal's owner and sharers is on a plan today."""
    shares = CreditShare.objects.filter(deal=deal, replaced_at=None).select_related("user")
    people = [one.user for one in shares] or ([deal.owner] if deal.owner else [])
    found = [(one, assignment_on(one, today)) for one in people]
    return [(one, assigned.plan) for one, assigned in found if assigned is not None]


def distances(found: Calculated, user: User) -> list[Distance]:
    """To the next tier of each component that has one, by amount or attainment."""
    components = {one.id: one for one in found.version.document.components}
    rows = []
    for standing in found.result.standings:
        component = components[standing.component]
        if (
            standing.person != str(user.pk)
            or component.table is None
            or component.measure.basis == "transaction"
        ):
            continue
        if component.unit == "quantity" or component.type == "scorecard":
            continue
        if (one := _distance(standing, component.table.rows, component.unit, component.type)) is not None:
            rows.append(one)
    return rows


def _distance(
    standing: Standing, rows: Sequence[tuple[Fraction, Fraction]], unit: str, kind: str
) -> Distance | None:
    factor = Fraction(1)
    if unit == "attainment" or kind == "target_incentive":
        if not standing.quota:
            return None
        factor = standing.quota
    for begin, rate in rows:
        bound = begin * factor
        if standing.credited < bound:
            missing = bound - standing.credited
            share = max(standing.credited / bound, Fraction(0))
            quota = None if standing.quota is None else Decimal(text(standing.quota, 2))
            return Distance(
                standing.component, standing.window, Decimal(text(standing.credited, 2)), quota,
                Decimal(text(missing, 2)), rate, Decimal(text(share, 4)),
            )  # fmt: skip
    return None
