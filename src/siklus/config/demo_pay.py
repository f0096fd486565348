"""How the demo company pays: a plan of tiers, its sellers and their lead on it, and the months of the year, locked."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from siklus.commission.periods import around, months_after
from siklus.platform.accounts.models import Role, User
from siklus.platform.installation.current import current
from siklus.team.incentives.actions import (
    add_plan,
    answer_dispute,
    approve_period,
    ask_adjustment,
    decide_adjustment,
    lock_period,
    post_period,
    put_on_plan,
    raise_dispute,
    set_pay_rule,
    settle_dispute,
    start_review,
)
from siklus.team.incentives.models import CommissionPlan, PayPeriod

PLAN = """\
# Sellers and their leads: 4 % of what they win, 6 % above the quota of the month, 8 % from one and a half of it on.
plan: sales-{year}
currency: IDR
period: month
components:
  - id: deals
    type: tiered_rate
    quota: {{proration: days}}
    tiers:
      unit: attainment
      mode: marginal
      rows: [["0", "0.04"], ["1", "0.06"], ["1.5", "0.08"]]
    clawback: {{method: full, window_days: 90}}
  - id: quota-bonus
    type: bonus
    unit: attainment
    stacking: highest
    thresholds: [["1", "1500000"], ["1.5", "3000000"]]
  - id: team
    type: override
    rate: "0.01"
payment:
  max_recovery_pct: 50
"""


def pay_at_work(until: datetime) -> None:
    """A year of statements. The month before last is locked, the last one in review; this month runs."""
    operations = User.objects.filter(role=Role.OPERATIONS, is_active=True).order_by("pk").first()
    another = User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk").first()
    people = list(User.objects.filter(role__in=[Role.REP, Role.MANAGER], is_active=True).order_by("pk"))
    if operations is None or not people:
        return
    begin = date(until.year, 1, 1)
    set_pay_rule(managers_see_pay=True, review_days=5, answer_days=3, by=operations, at=until)
    plan = add_plan(
        title=f"Sales {until.year}",
        text=PLAN.format(year=until.year),
        from_date=begin,
        by=operations,
        at=until,
    )
    for one in people:
        put_on_plan(plan=plan, user=one, from_date=begin, by=operations, at=until)
    this = around(until.astimezone(current().time_zone).date(), "month")
    month = begin
    while month < this.first:
        following = months_after(month, 1)
        _close(plan, month, following, this.first, operations, another, people)
        month = following


def _close(
    plan: CommissionPlan,
    month: date,
    following: date,
    this: date,
    operations: User,
    another: User | None,
    people: list[User],
) -> None:
    name = around(month, "month").name
    at = datetime.combine(following + timedelta(days=1), time(9), current().time_zone)
    if following == this and another is not None:
        _adjustment(plan, people[0], following, operations, another, at)
    period = post_period(plan=plan, name=name, by=operations, at=at)
    period = start_review(period=period, by=operations, at=at)
    if following == this:
        _dispute(period, operations, at)
        return
    later = at + timedelta(days=6)
    period = approve_period(period=period, by=operations, at=later)
    lock_period(period=period, by=operations, at=later)


def _adjustment(
    plan: CommissionPlan, user: User, following: date, operations: User, another: User, at: datetime
) -> None:
    asked = ask_adjustment(
        plan=plan, user=user, kind="goodwill", amount=Decimal(500_000), day=following - timedelta(days=3),
        reason="Trained two colleagues on the new price list", by=operations, at=at,
    )  # fmt: skip
    decide_adjustment(adjustment=asked, approve=True, by=another, at=at)


def _dispute(period: PayPeriod, operations: User, at: datetime) -> None:
    lines = list(
        period.lines.filter(kind="earning", deal_id__isnull=False).select_related("user").order_by("id")[:2]
    )
    texts = (
        "This deal was won with Bram; I expected the whole of it.",
        "The amount should be with the add-on.",
    )
    for number, (line, text) in enumerate(zip(lines, texts, strict=False)):
        one = raise_dispute(line=line, text=text, by=line.user, at=at + timedelta(hours=2))
        if number == 0:
            one = answer_dispute(
                dispute=one, answer="The whole amount is counted; see the parts of the line.", by=operations,
                at=at + timedelta(hours=20),
            )  # fmt: skip
            settle_dispute(dispute=one, accept=False, by=operations, at=at + timedelta(hours=21))
