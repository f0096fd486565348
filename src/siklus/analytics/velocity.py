"""How much value a day the pipeline should bring, from its four levers, beside what it did bring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import ibis.expr.types as ir

from siklus.analytics import kpis
from siklus.analytics.kpis import Where

TRAILING = timedelta(days=365)  # the levers are measured over
MEASURED = timedelta(days=90)  # what came is measured over


@dataclass(frozen=True, slots=True)
class Velocity:
    """Value a day.

    Attributes
    ----------
    value : open deals × mean value × win rate ÷ cycle; None when one of the four is not known
    open_deals, mean_value, win_rate, cycle_days : qualified open deals now; and of the trailing year the mean value of
        the deals won, the share won, and the median days from qualified to won
    throughput : value won in the last ninety days ÷ 90
    ids : by the name of each lever, gives the deals behind it; runs nothing by itself
    """

    value: float | None
    open_deals: int
    mean_value: Decimal | None
    win_rate: float | None
    cycle_days: float | None
    throughput: float
    ids: Mapping[str, Callable[[], ir.Table]] = field(repr=False, compare=False, default_factory=dict)


def velocity(deals: ir.Table, *, as_of: datetime, where: Where = None) -> Velocity:
    """The pipeline velocity of a segment.

    Parameters
    ----------
    deals : DEALS as they stood at `as_of`
    where : the segment; all four levers are of the same

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> found = velocity(examples.deals(), as_of=examples.NOW)
    >>> print(found.open_deals, f"{found.win_rate:.3f} {found.cycle_days:.1f} {found.value:,.0f} {found.throughput:,.0f}")
    44 0.141 43.1 2,573 2,404
    """
    year = kpis.all_kpis(deals, as_of=as_of, window=(as_of - TRAILING, as_of), where=where)
    won = kpis.won_value(deals, as_of=as_of, window=(as_of - MEASURED, as_of), where=where)
    count, mean = year["open_pipeline"].parts["count"], year["average_deal_size"].value
    rate, cycle = year["win_rate"].value, year["sales_cycle"].value
    value = None
    if mean is not None and rate is not None and cycle:
        value = count * float(mean) * rate / cycle
    ids = {
        "open_deals": year["open_pipeline"].ids, "mean_value": year["average_deal_size"].ids,
        "win_rate": year["win_rate"].ids, "cycle_days": year["sales_cycle"].ids, "throughput": won.ids,
    }  # fmt: skip
    return Velocity(value, count, mean, rate, cycle, float(won.value) / MEASURED.days, ids)
