"""Where the pipeline loses value, where it waits, and where its time goes: stages by what they cost, not by their length.

A stage that always takes thirty days is no bottleneck; one in which a third of the value dies is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from siklus.analytics.kpis import DAY, Where, Window, _plain
from siklus.analytics.risks import aalen_johansen
from siklus.analytics.schemas import INTERVALS, check
from siklus.analytics.stage_times import NEEDED, stays
from siklus.analytics.stats import kaplan_meier, quantile

PACE = 0.8  # of the deals that were won, so many left the stage within its pace
ENOUGH = 5  # won deals, below which a stage has no pace


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What one stage costs.

    Attributes
    ----------
    entered, valued, mean_value : deals that came in, those of them with a value, and its mean as they came in
    share_lost, low, high : chance that a deal ends in this stage without a win, open ones watched until now
    value_lost : entered × mean value × share lost
    pace : days within which four of five won deals left the stage; None with fewer than ENOUGH of them
    share_late : beyond one of five, the share of deals that stay longer than that
    value_late : entered × mean value × share late
    share_of_time : of all the days that deals spent in any stage
    behind : the deals that entered, and those that ended there without a win, by id
    """

    stage: int
    entered: int
    valued: int
    mean_value: Decimal | None
    share_lost: float
    low: float
    high: float
    value_lost: float | None
    pace: float | None
    share_late: float | None
    value_late: float | None
    share_of_time: float | None
    behind: Mapping[str, Sequence[int]] = field(repr=False, compare=False, default_factory=dict)


def bottlenecks(
    intervals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None
) -> list[Bottleneck]:
    """The stages by the value they are expected to lose, the greatest first; without values by how many deals they lose.

    Parameters
    ----------
    intervals, as_of, window, where : as of `stage_times.stays`; a deal counts in a stage with its first stay

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> for one in bottlenecks(examples.intervals(), as_of=examples.NOW):
    ...     print(one.stage, one.entered, f"{one.share_lost:.2f} {one.value_lost:,.0f} {one.share_of_time:.2f}")
    1 400 0.30 2,449,873 0.30
    2 271 0.32 1,817,751 0.27
    3 175 0.38 1,317,807 0.23
    4 99 0.32 639,787 0.14
    5 57 0.39 408,978 0.05
    """
    check(intervals, ibis.schema({name: INTERVALS[name] for name in (*NEEDED, "amount")}))
    found = stays(intervals, as_of=as_of, window=window, where=where)
    now = _plain(as_of)
    stages: dict[int, list[tuple[float, Mapping[str, Any]]]] = {}
    for row in found.filter(found.visit == 0).to_pyarrow().to_pylist():
        days = ((row["left_at"] or now) - row["entered_at"]).total_seconds() / DAY
        stages.setdefault(row["stage"], []).append((days, row))
    whole = sum(days for rows in stages.values() for days, _row in rows)
    made = [_bottleneck(stage, rows, whole) for stage, rows in sorted(stages.items())]
    return sorted(made, key=lambda one: (-(one.value_lost or 0.0), -one.entered * one.share_lost))


def _bottleneck(stage: int, rows: list[tuple[float, Mapping[str, Any]]], whole: float) -> Bottleneck:
    leaving = aalen_johansen(((days, _cause(row["how"]), 1) for days, row in rows), causes=("onward", "lost"))
    lost = leaving.causes["lost"]
    share_lost, (low, high) = lost.share_at(leaving.last), lost.interval_at(leaving.last)
    amounts = [row["amount"] for _days, row in rows if row["amount"] is not None]
    mean = sum(amounts) / len(amounts) if amounts else None
    entered_value = None if mean is None else len(rows) * float(mean)
    won = [days for days, row in rows if row["ended"] == "won" and row["how"] is not None]
    pace = quantile(won, PACE) if len(won) >= ENOUGH else None
    late = None
    if pace is not None:
        curve = kaplan_meier(
            [
                (0, len(rows), 0, 0),
                *((days, 0, int(row["how"] is not None), int(row["how"] is None)) for days, row in rows),
            ]
        )
        late = max(0.0, curve.share_at(pace) - (1 - PACE))
    return Bottleneck(
        stage,
        len(rows),
        len(amounts),
        mean,
        share_lost,
        low,
        high,
        None if entered_value is None else entered_value * share_lost,
        pace,
        late,
        None if entered_value is None or late is None else entered_value * late,
        sum(days for days, _row in rows) / whole if whole else None,
        {
            "entered": [row["deal_id"] for _days, row in rows],
            "lost": [row["deal_id"] for _days, row in rows if _cause(row["how"]) == "lost"],
        },
    )


def _cause(how: str | None) -> str | None:
    if how is None:
        return None
    return "onward" if how in ("advanced", "moved_back", "won") else "lost"
