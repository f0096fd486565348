"""The reckonings of the sales floor for figures that somebody types: no tables, no data of one's own needed.

Amounts come as `Decimal` or `float` of one currency, shares as numbers from 0 to 1. What cannot be reckoned, because it
would divide by nothing, is None and never 0. The same definitions as of the reports: see `definitions`.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from siklus.analytics.stats import newcombe, wilson

LEVEL = 0.95


def acquisition_cost(*, cost: float, customers: int) -> float | None:
    """What one new customer cost: sales and marketing cost ÷ new customers (CAC).

    >>> acquisition_cost(cost=120_000_000, customers=8)
    15000000.0
    """
    return cost / customers if customers else None


def payback_months(*, cost_each: float, revenue_month: float, margin: float) -> float | None:
    """Months until a customer has brought back what they cost: CAC ÷ (revenue a month × gross margin).

    >>> payback_months(cost_each=15_000_000, revenue_month=2_500_000, margin=0.6)
    10.0
    """
    earned = revenue_month * margin
    return cost_each / earned if earned > 0 else None


def pipeline_velocity(*, deals: int, amount: float, win_rate: float, cycle_days: float) -> float | None:
    """What a pipeline brings a day: deals × amount × win rate ÷ days of the cycle.

    >>> pipeline_velocity(deals=40, amount=50_000_000, win_rate=0.25, cycle_days=50)
    10000000.0
    """
    return deals * amount * win_rate / cycle_days if cycle_days > 0 else None


@dataclass(frozen=True, slots=True)
class Share:
    """A share with Wilson's interval at 95 %; all None where nothing was counted."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None


def share(*, hits: int, n: int) -> Share:
    """Of n the part that hit.

    >>> found = share(hits=12, n=60)
    >>> print(f"{found.value:.2f} ({found.low:.3f} to {found.high:.3f})")
    0.20 (0.118 to 0.318)
    """
    band = wilson(hits, n)
    return Share(hits, n, hits / n if n else None, *(band or (None, None)))


@dataclass(frozen=True, slots=True)
class Need:
    """What a quota still asks for: the value to win, the pipeline that wins as much, and what there is of it."""

    left: float
    coverage: float | None  # open pipeline ÷ left
    needed_coverage: float | None  # 1 ÷ the share of the value that is won
    pipeline: float | None  # needed in all
    missing: float | None  # of the pipeline; 0 when there is enough


def quota_need(*, quota: float, won: float, open_value: float, win_rate: float) -> Need:
    """What is needed to make a quota, and how much of it is there.

    >>> need = quota_need(quota=1_000, won=400, open_value=1_500, win_rate=0.25)
    >>> need.left, need.coverage, need.needed_coverage, need.pipeline, need.missing
    (600, 2.5, 4.0, 2400.0, 900.0)
    """
    left = max(0, quota - won)
    pipeline = left / win_rate if win_rate > 0 else None
    return Need(
        left, open_value / left if left else None, 1 / win_rate if win_rate > 0 else None, pipeline,
        max(0.0, pipeline - open_value) if pipeline is not None else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Retained:
    """Churn and retention of a period, as shares of its start."""

    churn: float | None
    gross: float | None  # GRR, never above 1
    net: float | None  # NRR, with expansion and without new business


def retention(*, start: float, churned: float, contracted: float = 0, expanded: float = 0) -> Retained:
    """Of the recurring revenue (or of the customers) at the start: what left, what stayed, and what stayed or grew.

    >>> found = retention(start=100, churned=10, contracted=10, expanded=10)
    >>> found.churn, found.gross, found.net
    (0.1, 0.8, 0.9)
    """
    if start <= 0:
        return Retained(None, None, None)
    stayed = start - churned - contracted
    return Retained(churned / start, stayed / start, (stayed + expanded) / start)


def return_on_cost(*, revenue: float, margin: float, cost: float) -> float | None:
    """What came back for each unit of cost, beyond itself: (revenue × margin - cost) ÷ cost (ROI).

    >>> return_on_cost(revenue=90_000_000, margin=0.5, cost=30_000_000)
    0.5
    """
    return (revenue * margin - cost) / cost if cost > 0 else None


def sample_size(*, rate: float, change: float, power: float = 0.8, level: float = LEVEL) -> int | None:
    """How many of each kind are needed to see a change of a rate: `rate` and `change` from 0 to 1, in points.

    For a two-sided test of two shares, by the normal approximation with the pooled share (Fleiss, without correction).
    None when the changed rate would be no rate, or when nothing changes.

    >>> sample_size(rate=0.2, change=0.05)
    1094
    """
    other = rate + change
    if change == 0 or not 0 < rate < 1 or not 0 < other < 1:
        return None
    normal = NormalDist()
    a, b = normal.inv_cdf(0.5 + level / 2), normal.inv_cdf(power)
    middle = (rate + other) / 2
    spread = a * math.sqrt(2 * middle * (1 - middle)) + b * math.sqrt(rate * (1 - rate) + other * (1 - other))
    return math.ceil((spread / change) ** 2)


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two shares in points (0.05 is five of a hundred), with Newcombe's interval at 95 %."""

    before: Share
    after: Share
    difference: float | None
    low: float | None
    high: float | None

    @property
    def is_noise(self) -> bool | None:
        """Could it be chance? None when one side counted nothing."""
        return None if self.low is None or self.high is None else self.low <= 0 <= self.high


def change(*, hits_before: int, n_before: int, hits_after: int, n_after: int) -> Change:
    """Two shares beside each other: is the later one really another?

    >>> found = change(hits_before=20, n_before=100, hits_after=27, n_after=100)
    >>> print(f"{found.difference:+.2f} ({found.low:+.3f} to {found.high:+.3f})", found.is_noise)
    +0.07 (-0.048 to +0.185) True
    """
    before, after = share(hits=hits_before, n=n_before), share(hits=hits_after, n=n_after)
    if before.value is None or after.value is None:
        return Change(before, after, None, None, None)
    assert (
        before.low is not None
        and before.high is not None
        and after.low is not None
        and after.high is not None
    )
    low, high = newcombe((before.value, before.low, before.high), (after.value, after.low, after.high))
    return Change(before, after, after.value - before.value, low, high)
