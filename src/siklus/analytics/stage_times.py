"""How long deals stay in each stage and how they leave it, the open ones counted as still there.

A stay begins when an open deal enters a stage and ends when it leaves it, in whatever direction, or closes. Figures from
ended stays alone stand beside, to show their bias: what goes on for long has not ended yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from siklus.analytics.kpis import DAY, Where, Window, _literal, _moments
from siklus.analytics.risks import CompetingRisks, aalen_johansen
from siklus.analytics.schemas import CLOSED, DEALS, INTERVALS, RowError, check
from siklus.analytics.stats import Survival, kaplan_meier, quantile

MOVES = ("advanced", "moved_back")
LEAVING = (*MOVES, *CLOSED)  # how a stay may end
NEEDED = ("deal_id", "valid_from", "stage_rank", "status")


@dataclass(frozen=True, slots=True)
class StageTime:
    """The stays in one stage; times in days.

    Attributes
    ----------
    stage : its rank
    entered, open : stays that began in the window, and those that go on
    left : how many ended by moving on (`advanced`), by moving back, or by each way of closing
    curve : share of the stays that go on, by their length (Kaplan–Meier)
    ends : how the deals end, by the time since they entered this stage (Aalen–Johansen)
    closed_median, closed_p90 : of the ended stays alone
    """

    stage: int
    entered: int
    open: int
    left: Mapping[str, int]
    curve: Survival
    ends: CompetingRisks
    closed_median: float | None
    closed_p90: float | None

    @property
    def advanced(self) -> int:
        """Moved on to a later stage, or won."""
        return self.left["advanced"] + self.left["won"]

    @property
    def lost(self) -> int:
        """Closed in this stage without a win."""
        return self.entered - self.open - self.advanced - self.left["moved_back"]

    @property
    def median(self) -> float | None:
        return self.curve.quantile()

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        return self.curve.quantile_interval()

    @property
    def p90(self) -> float | None:
        return self.curve.quantile(0.9)


def stays(intervals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> ir.Table:
    """One row per stay that began in the window.

    Parameters
    ----------
    intervals : INTERVALS; read are deal_id, valid_from, stage_rank and status
    as_of : what came later is not seen
    window : of the moment a stay began
    where : holds for a stay when it holds for the interval it began with: attribution at the time

    Returns
    -------
    Table
        deal_id, stage, visit (0 for the first stay of the deal in the stage), entered_at, left_at (null while it goes
        on), how (see LEAVING; null while it goes on), next_stage (where it went or was won; else null), ended_at and
        ended (moment and status with which the deal is closed at `as_of`; null while it is open), and where the
        intervals have one the amount it came in with.
    """
    check(intervals, ibis.schema({name: INTERVALS[name] for name in NEEDED}))
    table = intervals.mutate(counts=_held(intervals, where))
    table = table.filter(table.valid_from <= _literal(as_of))
    table = table.mutate(lasts=lasts(table))
    # two values of the same moment: what held for no time first, the stages in their order, an end after them
    order = [table.valid_from, table.lasts, table.status != "open", table.stage_rank]
    lane = ibis.window(group_by=table.deal_id, order_by=order)
    table = table.mutate(was_rank=table.stage_rank.lag().over(lane), was_status=table.status.lag().over(lane))
    is_open, was_open = table.status == "open", ibis.coalesce(table.was_status == "open", False)
    moved = ibis.coalesce(table.was_rank != table.stage_rank, True)
    turns = table.mutate(begins=is_open & (moved | ~was_open), place=(~is_open).ifelse(1, 0))
    turns = turns.filter(turns.begins | ((turns.status != "open") & (was_open | turns.was_status.isnull())))
    lane = ibis.window(
        group_by=turns.deal_id,
        order_by=[turns[name] for name in ("valid_from", "lasts", "place", "stage_rank")],
    )
    whole = ibis.window(group_by=turns.deal_id, order_by=lane.orderings, preceding=None, following=None)
    turns = turns.mutate(
        left_at=turns.valid_from.lead().over(lane),
        next_status=turns.status.lead().over(lane),
        next_rank=turns.stage_rank.lead().over(lane),
        last_status=turns.status.last().over(whole),
        last_at=turns.valid_from.last().over(whole),
    )
    begun = turns.filter(turns.begins)
    visit = ibis.row_number().over(
        ibis.window(group_by=[begun.deal_id, begun.stage_rank], order_by=begun.valid_from)
    )
    begun = begun.mutate(visit=visit)
    begun = begun.filter(begun.counts & _moments(as_of, window).hold(begun.valid_from))
    is_closed = begun.last_status != "open"
    goes_on = begun.next_status.isin(("open", "won"))
    return begun.select(
        "deal_id",
        *(["amount"] if "amount" in begun.columns else []),
        stage=begun.stage_rank,
        visit=begun.visit,
        entered_at=begun.valid_from,
        left_at=begun.left_at,
        how=ibis.cases(
            (begun.next_status.isnull(), ibis.null("string")),
            (begun.next_status != "open", begun.next_status),
            (begun.next_rank > begun.stage_rank, "advanced"),
            else_="moved_back",
        ),
        next_stage=goes_on.ifelse(begun.next_rank, ibis.null("int64")),
        ended_at=is_closed.ifelse(begun.last_at, ibis.null("timestamp")),
        ended=is_closed.ifelse(begun.last_status, ibis.null("string")),
    )


def stage_times(
    intervals: ir.Table,
    *,
    as_of: datetime,
    window: Window = None,
    where: Where = None,
    every_visit: bool = False,
    level: float = 0.95,
) -> list[StageTime]:
    """How long deals stay in each stage that was entered in the window, in the order of the stages.

    Parameters
    ----------
    intervals, as_of, window, where : as of `stays`
    every_visit : count a deal that comes back to a stage again; by default its first stay alone
    level : of the bands

    Raises
    ------
    SchemaError, RowError
        For a missing column, and for a stage entered without a rank.

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> for stage in stage_times(examples.intervals(), as_of=examples.NOW):
    ...     print(stage.stage, stage.entered, stage.open, f"{stage.median:.1f}", f"{stage.closed_median:.1f}")
    1 400 11 6.1 6.0
    2 271 12 8.0 7.1
    3 175 15 11.9 10.3
    4 99 13 12.9 11.6
    5 57 4 11.0 9.0
    """
    found = stays(intervals, as_of=as_of, window=window, where=where)
    if not every_visit:
        found = found.filter(found.visit == 0)
    now, entered = _seconds(_literal(as_of)), _seconds(found.entered_at)
    counted = found.select(
        "stage",
        "deal_id",
        "how",
        "ended",
        stay=ibis.coalesce(_seconds(found.left_at), now) - entered,
        life=ibis.coalesce(_seconds(found.ended_at), now) - entered,
    )
    by_stay = counted.group_by(["stage", "how", "stay"]).aggregate(
        n=counted.count(), one=counted.deal_id.min()
    )
    by_life = counted.group_by(["stage", "ended", "life"]).aggregate(n=counted.count())
    stages = _by_stage(by_stay.to_pyarrow().to_pylist())
    lives = _by_stage(by_life.to_pyarrow().to_pylist())
    return [_stage_time(stage, rows, lives[stage], level) for stage, rows in sorted(stages.items())]


def _held(table: ir.Table, where: Where) -> ir.BooleanValue:
    """Whether a condition holds for a row; unknown is no."""
    if where is None:
        return ibis.literal(True)
    return ibis.coalesce(where(table) if callable(where) else where, False)


def lasts(intervals: ir.Table) -> ir.BooleanValue:
    """Whether an interval held at any moment at all: two changes at once leave one between them that did not."""
    if "valid_to" not in intervals.columns:
        return ibis.literal(True)
    return ibis.coalesce(intervals.valid_to > intervals.valid_from, True)


def _seconds(moment: ir.TimestampValue) -> ir.FloatingValue:
    """Seconds since 1970 with their fraction."""
    return moment.epoch_seconds().cast("float64")


def _by_stage(rows: Sequence[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    stages: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["stage"] is None:
            raise RowError("stage_rank", row.get("one"), "an open deal stands in a stage that has a rank")
        stages.setdefault(row["stage"], []).append(row)
    return stages


def _stage_time(
    stage: int, rows: Sequence[Mapping[str, Any]], lives: Sequence[Mapping[str, Any]], level: float
) -> StageTime:
    left = {how: sum(row["n"] for row in rows if row["how"] == how) for how in LEAVING}
    entered = sum(row["n"] for row in rows)
    curve = kaplan_meier(
        [
            (0, entered, 0, 0),
            *((row["stay"] / DAY, 0, *((row["n"], 0) if row["how"] else (0, row["n"]))) for row in rows),
        ],
        level,
    )
    ended = [row["stay"] / DAY for row in rows if row["how"] for _ in range(row["n"])]
    ends = aalen_johansen(
        ((row["life"] / DAY, row["ended"], row["n"]) for row in lives), causes=CLOSED, level=level
    )
    return StageTime(
        stage, entered, entered - sum(left.values()), left, curve, ends, quantile(ended, 0.5), quantile(ended, 0.9)
    )  # fmt: skip


def time_to_outcome(
    deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None, level: float = 0.95
) -> CompetingRisks:
    """By how many days after its qualification a deal is won, lost, undecided or disqualified (Aalen–Johansen).

    Parameters
    ----------
    deals : DEALS; those never qualified do not count, open ones are censored at `as_of`
    window : of the qualification
    """
    check(deals, DEALS)
    table = deals if where is None else deals.filter(where)
    moments = _moments(as_of, window)
    table = table.filter(moments.hold(table.qualified_at) & (table.qualified_at <= _literal(as_of)))
    closed = (table.status != "open") & (table.closed_at <= _literal(as_of))
    end = closed.ifelse(table.closed_at, _literal(as_of))
    seen = table.select(
        cause=closed.ifelse(table.status, ibis.null("string")),
        age=ibis.greatest(_seconds(end) - _seconds(table.qualified_at), 0),
    )
    rows = seen.group_by(["cause", "age"]).aggregate(n=seen.count()).to_pyarrow().to_pylist()
    return aalen_johansen(
        ((row["age"] / DAY, row["cause"], row["n"]) for row in rows), causes=CLOSED, level=level
    )
