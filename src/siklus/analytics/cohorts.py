"""What became of those who came in the same month: leads that were won, customers who buy again, revenue that was kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from siklus.analytics.kpis import DAY, Where, _literal, _months, _plain
from siklus.analytics.rates import Rate
from siklus.analytics.risks import aalen_johansen
from siklus.analytics.schemas import CLOSED, DEALS, ORDERS, check


@dataclass(frozen=True, slots=True)
class LeadCohort:
    """The leads created in one month.

    Attributes
    ----------
    rate : won within the horizon, so far, of those created; with Wilson's interval
    is_maturing : some have not had their whole time yet, and `rate` can only grow
    estimate, low, high : the share that will be won within the horizon: the rate itself once mature; before that by
        Aalen–Johansen with the open ones watched until now, and None while nobody was watched for the whole horizon
    behind : the leads created, and those won within the horizon, by id
    """

    month: str
    rate: Rate
    is_maturing: bool
    estimate: float | None
    low: float | None
    high: float | None
    behind: Mapping[str, Sequence[int]] = field(repr=False, compare=False, default_factory=dict)


def lead_cohorts(
    deals: ir.Table,
    *,
    as_of: datetime,
    window: tuple[datetime, datetime],
    horizon: timedelta,
    where: Where = None,
    zone: tzinfo = UTC,
) -> list[LeadCohort]:
    """Of the leads created in each month of the window, the share won within `horizon` of their creation.

    Parameters
    ----------
    deals : DEALS as they stood at `as_of`; leads and deals alike
    zone : whose months

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> for one in lead_cohorts(examples.deals(), as_of=examples.NOW, window=(datetime(2026, 2, 1), datetime(2026, 6, 1)),
    ...                         horizon=timedelta(days=60)):
    ...     print(one.month, one.rate.hits, one.rate.n, one.is_maturing, one.estimate and round(one.estimate, 3))
    2026-02 2 33 False 0.061
    2026-03 1 39 False 0.026
    2026-04 3 37 False 0.081
    2026-05 1 43 True None
    """
    check(deals, DEALS)
    seen, begin, end = (_plain(moment) for moment in (as_of, *window))
    table = deals if where is None else deals.filter(where)
    end = min(end, seen + timedelta.resolution)
    months = _months(begin, end - timedelta.resolution, zone) if begin < end else []
    created = table.filter((table.created_at >= _literal(begin)) & (table.created_at < _literal(end)))
    rows = created.select("deal_id", "created_at", "status", "closed_at").to_pyarrow().to_pylist()
    edges = [start for start, _name in months[1:]] + [end]
    cohorts = []
    for (start, name), until in zip(months, edges, strict=True):
        mine = [row for row in rows if max(start, begin) <= row["created_at"] < until]
        watched, hits = [], []
        for row in mine:
            is_closed = row["status"] != "open" and row["closed_at"] <= seen
            lasted = (row["closed_at"] if is_closed else seen) - row["created_at"]
            watched.append((lasted, row["status"] if is_closed else None))
            if watched[-1][1] == "won" and lasted <= horizon:
                hits.append(row["deal_id"])
        won = Rate(len(hits), len(watched))
        is_maturing = until + horizon > seen
        estimate, edges_of = won.value, won.interval
        if is_maturing:
            estimate, edges_of = _estimate(watched, horizon, seen - start)
        low, high = edges_of or (None, None)
        behind = {"created": [row["deal_id"] for row in mine], "won": hits}
        cohorts.append(LeadCohort(name, won, is_maturing, estimate, low, high, behind))
    return cohorts


def _estimate(
    watched: Sequence[tuple[timedelta, str | None]], horizon: timedelta, longest: timedelta
) -> tuple[float | None, tuple[float, float] | None]:
    days = horizon.total_seconds() / DAY
    risks = aalen_johansen(
        ((lasted.total_seconds() / DAY, cause, 1) for lasted, cause in watched), causes=CLOSED
    )
    if longest < horizon or (risks.last < days and risks.censored):
        return None, None
    won = risks.causes["won"]
    return won.share_at(days), won.interval_at(days)


@dataclass(frozen=True, slots=True)
class CustomerCohort:
    """The customers whose first order fell in one month; `kept` says for each month after it how many ordered in it.

    A month that is not over yet is not in it.
    """

    month: str
    customers: int
    kept: Sequence[Rate]


def retention(orders: ir.Table, *, as_of: datetime, zone: tzinfo = UTC) -> list[CustomerCohort]:
    """Customers by the month of their first order, and how many of them ordered in each later month.

    Parameters
    ----------
    orders : ORDERS; those after `as_of` are not seen
    """
    check(orders, ORDERS)
    seen = orders.filter(orders.ordered_at <= _literal(as_of))
    edge = seen.aggregate(first=seen.ordered_at.min(), last=seen.ordered_at.max()).to_pyarrow().to_pylist()[0]
    if edge["first"] is None:
        return []
    months = _months(edge["first"], _plain(as_of), zone)
    place = ibis.literal(0)
    for start, _name in months[1:]:
        place = place + (seen.ordered_at >= ibis.literal(start)).cast("int64")
    placed = seen.select("customer_id", place=place)
    first = placed.group_by("customer_id").aggregate(cohort=placed.place.min())
    joined = placed.join(first, "customer_id").select("customer_id", "cohort", "place")
    counted = joined.group_by(["cohort", "place"]).aggregate(n=joined.customer_id.nunique())
    found: Mapping[tuple[int, int], int] = {
        (row["cohort"], row["place"]): row["n"] for row in counted.to_pyarrow().to_pylist()
    }
    over = len(months) - 1  # the last month is the one that `as_of` lies in
    cohorts = []
    for number, (_start, name) in enumerate(months):
        customers = found.get((number, number), 0)
        later = range(number + 1, over)
        if customers:
            kept = [Rate(found.get((number, month), 0), customers) for month in later]
            cohorts.append(CustomerCohort(name, customers, kept))
    return cohorts


@dataclass(frozen=True, slots=True)
class RevenueRetention:
    """Recurring revenue of a period, of the customers there were at its start: new business is no part of it."""

    start: Decimal
    churned: Decimal
    contraction: Decimal
    expansion: Decimal

    @property
    def gross(self) -> float | None:
        """GRR: (start − contraction − churn) ÷ start, at most 1. None when there was nothing to keep.

        >>> kept = RevenueRetention(Decimal(100), churned=Decimal(10), contraction=Decimal(10), expansion=Decimal(10))
        >>> kept.gross, kept.net
        (0.8, 0.9)
        """
        return float((self.start - self.churned - self.contraction) / self.start) if self.start else None

    @property
    def net(self) -> float | None:
        """NRR: expansion added."""
        left = self.start - self.churned - self.contraction + self.expansion
        return float(left / self.start) if self.start else None
