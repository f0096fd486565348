"""A plan of Nusa Digital for tests: 5 % up to a quota of 100 million a month, 8 % above; Rani and Budi are on it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.world import START, World

from siklus.platform.accounts.models import User
from siklus.records.deals.actions import win_deal
from siklus.records.deals.models import Deal
from siklus.records.quotas.actions import set_quota
from siklus.team.incentives.actions import (
    add_plan,
    approve_period,
    lock_period,
    post_period,
    put_on_plan,
    start_review,
)
from siklus.team.incentives.models import CommissionPlan, PayPeriod

TEXT = """\
plan: ae-2026
currency: IDR
period: month
components:
  - id: new-business
    type: tiered_rate
    tiers: {unit: attainment, mode: marginal, rows: [["0", "0.05"], ["1", "0.08"]]}
    clawback: {method: full, window_days: 365}
"""
MARCH = date(2026, 3, 1)


def noon(month: int, number: int) -> datetime:
    """Noon in Jakarta of a day of 2026."""
    return datetime(2026, month, number, 5, tzinfo=UTC)


def a_plan(world: World, text: str = TEXT, people: tuple[User, ...] | None = None) -> CommissionPlan:
    plan = add_plan(title="Account executives", text=text, from_date=MARCH, by=world.agus, at=START)
    for one in people if people is not None else (world.rani, world.budi):
        set_quota(user=one, amount=Decimal(100_000_000), from_date=MARCH, by=world.agus, at=START)
        put_on_plan(plan=plan, user=one, from_date=MARCH, by=world.agus, at=START)
    return plan


def won(world: World, amount: int, at: datetime, owner: User | None = None, **values: Any) -> Deal:
    owner = owner or world.rani
    deal = world.deal(owner=owner, amount=Decimal(amount), at=START, by=owner, **values)
    return win_deal(deal=deal, by=owner, at=at)


def posted(
    world: World, plan: CommissionPlan, name: str = "2026-03", at: datetime | None = None
) -> PayPeriod:
    return post_period(plan=plan, name=name, by=world.agus, at=at or noon(4, 2))


def locked(
    world: World, plan: CommissionPlan, name: str = "2026-03", at: datetime | None = None
) -> PayPeriod:
    """Posted, reviewed, approved and locked."""
    at = at or noon(4, 2)
    period = posted(world, plan, name, at)
    period = start_review(period=period, by=world.agus, at=at)
    assert period.review_until is not None
    period = approve_period(period=period, by=world.agus, at=period.review_until)
    return lock_period(period=period, by=world.agus, at=period.approved_at or at)
