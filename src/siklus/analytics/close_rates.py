"""The close rate by anything that a deal has, month by month, and where it stands beside a band.

The close rate is the win rate of `kpis`: won ÷ (won + lost + no decision), of qualified deals that ended in the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

import ibis
import ibis.expr.types as ir

from siklus.analytics.kpis import Window, _months, _plain
from siklus.analytics.rates import Rate, ranked

DECIDED = ("won", "lost", "no_decision")
BAND = (0.15, 0.30)  # what most teams that sell to companies come to


class Standing(StrEnum):
    """Where a rate stands beside a band, as far as its interval says."""

    NOT_ENOUGH = "not_enough"
    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    LOW = "low"  # below, but its interval reaches into the band
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    rate: Rate


def decided(deals: ir.Table, *, as_of: datetime, window: Window = None) -> ir.Table:
    """The qualified deals that were won, lost or not decided by a moment, in a window of their end."""
    rows = deals.filter(
        deals.qualified_at.notnull(), deals.status.isin(DECIDED), deals.closed_at <= ibis.literal(_plain(as_of))
    )  # fmt: skip
    if window is not None:
        begin, end = (ibis.literal(_plain(edge)) for edge in window)
        rows = rows.filter(rows.closed_at >= begin, rows.closed_at < end)
    return rows


def close_rate(deals: ir.Table, *, as_of: datetime, window: Window = None) -> Rate:
    rows = decided(deals, as_of=as_of, window=window)
    found = (
        rows.aggregate(n=rows.count(), won=rows.count(where=rows.status == "won")).to_pyarrow().to_pylist()
    )
    return Rate(found[0]["won"], found[0]["n"])


def close_rates(
    deals: ir.Table, *, by: str, as_of: datetime, window: Window = None
) -> list[tuple[Any, Rate]]:
    """The rate of every value of a column, the surest best first; those with too few deals last."""
    rows = decided(deals, as_of=as_of, window=window)
    grouped = rows.group_by(key=rows[by]).aggregate(
        n=rows.count(), won=rows.count(where=rows.status == "won")
    )
    found = grouped.order_by("key").to_pyarrow().to_pylist()
    return ranked([(row["key"], Rate(row["won"], row["n"])) for row in found])


def rates_of_reached(
    deals: ir.Table, *, ranks: Sequence[int], as_of: datetime, window: Window = None
) -> list[tuple[int, Rate]]:
    """The rate of the deals that came at least to each rank: a column `reached` says how far each came."""
    rows = decided(deals, as_of=as_of, window=window)
    grouped = rows.group_by(key=rows.reached).aggregate(
        n=rows.count(), won=rows.count(where=rows.status == "won")
    )
    found = grouped.to_pyarrow().to_pylist()
    return [
        (
            rank,
            Rate(
                sum(row["won"] for row in found if row["key"] >= rank),
                sum(row["n"] for row in found if row["key"] >= rank),
            ),
        )
        for rank in ranks
    ]


def close_rate_by_month(
    deals: ir.Table, *, as_of: datetime, window: tuple[datetime, datetime], zone: tzinfo = UTC
) -> list[Month]:
    """The rate of the deals that ended in each month of the window, without gaps."""
    begin, end = _plain(window[0]), min(_plain(window[1]) - timedelta.resolution, _plain(as_of))
    months = _months(begin, end, zone) if begin <= end else []
    rows = decided(deals, as_of=as_of, window=window)
    starts = [start for start, _name in months[1:]]
    place: Any = sum(((rows.closed_at >= ibis.literal(at)).cast("int64") for at in starts), ibis.literal(0))
    grouped = rows.group_by(place=place).aggregate(n=rows.count(), won=rows.count(where=rows.status == "won"))
    found = {row["place"]: Rate(row["won"], row["n"]) for row in grouped.to_pyarrow().to_pylist()}
    return [Month(name, found.get(number, Rate(0, 0))) for number, (_start, name) in enumerate(months)]


def standing(rate: Rate, band: tuple[float, float] = BAND) -> Standing:
    """Beside the band: surely below or above it, inside, or only on a side of it."""
    if not rate.is_enough or rate.value is None or rate.interval is None:
        return Standing.NOT_ENOUGH
    low, high = band
    if low <= rate.value <= high:
        return Standing.WITHIN
    if rate.value < low:
        return Standing.BELOW if rate.interval[1] < low else Standing.LOW
    return Standing.ABOVE if rate.interval[0] > high else Standing.HIGH
