"""From one stage to the next: of the deals that came in, how many went on, how fast, and by which way.

The funnel of `kpis.stage_funnel` follows one group of deals through all stages; here each stage has its own: those that
first entered it in the window.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

import ibis.expr.types as ir

from siklus.analytics.kpis import DAY, Where, Window, _literal
from siklus.analytics.rates import Rate
from siklus.analytics.stage_times import stays
from siklus.analytics.stats import quantile


class Path(StrEnum):
    """What counts as having gone on from one stage to the next."""

    RANK = "rank"  # ever came to the next stage or beyond, by whatever way
    STRICT = "strict"  # left the stage straight into the next one


@dataclass(frozen=True, slots=True)
class Conversion:
    """Deals that first entered `stage` in the window, and how many of them went on to `next_stage`.

    Attributes
    ----------
    rate : went on ÷ entered, distinct deals, lost ones included; with Wilson's interval
    open : neither went on nor closed yet; while there are any, the rate may still grow
    skipped : came beyond the next stage without ever standing in it
    moved_back : left the stage backwards after their first stay in it
    median_days : of those that went on, from entering the stage to the first moment in the next or beyond
    behind : the deals that entered, went_on, are open, skipped and moved_back, by id
    """

    stage: int
    next_stage: int
    rate: Rate
    open: int
    skipped: int
    moved_back: int
    median_days: float | None
    behind: Mapping[str, Sequence[int]] = field(repr=False, compare=False, default_factory=dict)


def stage_conversions(
    intervals: ir.Table,
    *,
    as_of: datetime,
    window: Window = None,
    where: Where = None,
    ranks: Sequence[int] | None = None,
    path: Path = Path.RANK,
) -> list[Conversion]:
    """The conversion of each stage to the one after it.

    Parameters
    ----------
    intervals, as_of, where : as of `stage_times.stays`
    window : of the moment at which a deal first entered the stage
    ranks : the stages to show; those that occur if None. The last one has nothing after it.
    path : see Path

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> for one in stage_conversions(examples.intervals(), as_of=examples.NOW, ranks=[1, 3, 5]):
    ...     print(one.stage, one.next_stage, one.rate.hits, one.rate.n, one.open)
    1 3 175 400 23
    3 5 57 175 28
    """
    found = stays(intervals, as_of=as_of, window=window, where=where)
    firsts = found.filter(found.visit == 0).to_pyarrow().to_pylist()
    reached = _reached(intervals, as_of)
    if ranks is None:
        ranks = list({rank for ways in reached.values() for rank in ways})
    pairs = dict(pairwise(sorted(ranks)))
    rows: dict[int, list[Mapping[str, Any]]] = {stage: [] for stage in pairs}
    for row in firsts:
        if row["stage"] in rows:
            rows[row["stage"]].append(row)
    return [_conversion(stage, pairs[stage], rows[stage], reached, path) for stage in pairs]


def _reached(intervals: ir.Table, as_of: datetime) -> dict[int, dict[int, datetime]]:
    """When each deal first stood in each rank; where it was lost does not count."""
    live = intervals.filter(
        intervals.valid_from <= _literal(as_of),
        intervals.status.isin(("open", "won")),
        intervals.stage_rank.notnull(),
    )
    first = live.group_by(["deal_id", "stage_rank"]).aggregate(at=live.valid_from.min())
    found: dict[int, dict[int, datetime]] = {}
    for row in first.to_pyarrow().to_pylist():
        found.setdefault(row["deal_id"], {})[row["stage_rank"]] = row["at"]
    return found


def _conversion(
    stage: int,
    beyond: int,
    rows: Sequence[Mapping[str, Any]],
    reached: Mapping[int, Mapping[int, datetime]],
    path: Path,
) -> Conversion:
    days = []
    behind: dict[str, list[int]] = {
        name: [] for name in ("entered", "went_on", "open", "skipped", "moved_back")
    }
    for row in rows:
        deal = row["deal_id"]
        ways = reached[deal]
        came = row["next_stage"] == beyond if path is Path.STRICT else max(ways) >= beyond
        behind["entered"].append(deal)
        if row["how"] == "moved_back":
            behind["moved_back"].append(deal)
        if not came:
            if row["ended"] is None:
                behind["open"].append(deal)
            continue
        behind["went_on"].append(deal)
        if beyond not in ways:
            behind["skipped"].append(deal)
        after = [at for rank, at in ways.items() if rank >= beyond and at >= row["entered_at"]]
        if after:
            days.append((min(after) - row["entered_at"]).total_seconds() / DAY)
    return Conversion(
        stage, beyond, Rate(len(behind["went_on"]), len(rows)), len(behind["open"]), len(behind["skipped"]),
        len(behind["moved_back"]), quantile(days, 0.5), behind,
    )  # fmt: skip
