"""What will be won: as people say it (roll-up), and as history says it (weighted), with a backtest beside a naive rule.

The weighted forecast asks history its own question: of the deals that stood open in a stage on some day, how many had been
won so many days later? And what did deals bring in that time that were not there yet on that day? Both are counted on a day
of every week in the past, so nothing needs to be assumed of how long stages last.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from siklus.analytics.kpis import Where, _plain
from siklus.analytics.schemas import DEALS, INTERVALS, RowError, check
from siklus.analytics.stage_times import _held, lasts

CATEGORIES = ("closed", "commit", "best_case", "pipeline")  # each cumulative figure holds those before it
OMITTED = "omitted"
NEEDED = ("deal_id", "valid_from", "stage_rank", "status", "amount")
ENOUGH = 20  # deals, below which a stage says nothing of its chance
WEEK, YEAR = timedelta(days=7), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class RollUp:
    """The value of a period by category: each alone, and with the surer ones; how many deals, and (`ids`) which."""

    single: Mapping[str, Decimal]
    cumulative: Mapping[str, Decimal]
    counts: Mapping[str, int]
    ids: Callable[[str], ir.Table] = field(repr=False, compare=False)


def roll_up(deals: ir.Table, *, period: tuple[date, date], where: Where = None) -> RollUp:
    """Add up the open deals expected in a period by the category that a person gave them, and what was won in it.

    Parameters
    ----------
    deals : DEALS with a column `category`: commit, best_case, pipeline, or omitted, which counts nowhere. A won deal is
        *closed*, whatever it says.
    period : first day inside and first day outside, of the expected close; for won deals of the win (UTC)

    Raises
    ------
    SchemaError, RowError
        For a missing column, and for an open deal of another category.
    """
    check(deals, ibis.schema({**{name: DEALS[name] for name in DEALS.names}, "category": "string"}))
    table = deals if where is None else deals.filter(where)
    first, until = (ibis.literal(day) for day in period)
    closed, due = table.closed_at.date(), table.expected_close_date
    is_won = (table.status == "won") & (closed >= first) & (closed < until)
    is_due = (table.status == "open") & (due >= first) & (due < until)
    said = ibis.ifelse(table.category.isin((*CATEGORIES[1:], OMITTED)), table.category, "")
    told = table.mutate(kind=ibis.cases((is_won, "closed"), (is_due, said), else_=OMITTED))
    grouped = told.group_by("kind").aggregate(value=told.amount.sum(), n=told.count(), one=told.deal_id.min())
    rows = {row["kind"]: row for row in grouped.to_pyarrow().to_pylist()}
    if "" in rows:
        known = ", ".join((*CATEGORIES[1:], OMITTED))
        raise RowError("category", rows[""]["one"], f"the category of an open deal is one of {known}")
    single = {kind: rows[kind]["value"] or Decimal(0) if kind in rows else Decimal(0) for kind in CATEGORIES}
    counts = {kind: rows[kind]["n"] if kind in rows else 0 for kind in CATEGORIES}
    cumulative = {
        kind: sum((single[one] for one in CATEGORIES[: place + 1]), Decimal(0))
        for place, kind in enumerate(CATEGORIES)
    }
    return RollUp(single, cumulative, counts, lambda kind: told.filter(told.kind == kind).select("deal_id"))


class _State(NamedTuple):
    rank: int | None
    status: str
    amount: Decimal
    is_mine: bool


class _Life(NamedTuple):
    """The states of one deal and since when each held."""

    moments: list[datetime]
    states: list[_State]

    def at(self, moment: datetime) -> _State | None:
        place = bisect_right(self.moments, moment)
        return self.states[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Chance:
    """Of the days on which deals stood in a stage, those after which they were won in time; and of how many deals."""

    hits: int
    watched: int
    deals: int

    @property
    def value(self) -> float:
        return self.hits / self.watched


@dataclass(frozen=True, slots=True)
class Weighted:
    """What is expected to be won within the horizon.

    Attributes
    ----------
    value : from_open + from_new
    from_open : of the open deals, each amount × the chance of its stage
    from_new : of deals that are not there yet, as much as came of such in the past
    n : open deals counted; unknown : those in stages without a chance, which count nothing
    """

    value: float
    from_open: float
    from_new: float
    n: int
    unknown: int


class StageChances:
    """The chance of each stage to be won within a horizon, fitted on one's own history.

    Parameters
    ----------
    horizon : within which a deal is won
    over : how far back history is asked
    enough : deals, below which a stage has no chance of its own

    Attributes
    ----------
    chances_ : by stage rank, those with enough deals
    new_value_ : mean value won within the horizon by deals that were not open at its begin
    days_ : how many days of the past were asked; 0 when history is shorter than the horizon

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> fitted = StageChances(horizon=timedelta(days=30)).fit(examples.intervals(), as_of=examples.NOW)
    >>> for stage, chance in fitted.chances_.items():
    ...     print(stage, chance.deals, f"{chance.value:.3f}")
    1 259 0.002
    2 175 0.029
    3 120 0.087
    4 76 0.216
    5 36 0.567
    """

    def __init__(self, *, horizon: timedelta, over: timedelta = YEAR, enough: int = ENOUGH) -> None:
        if horizon <= timedelta(0):
            raise ValueError(f"a horizon lies ahead: {horizon}")
        self.horizon, self.over, self.enough = horizon, over, enough
        self.chances_: dict[int, Chance] = {}
        self.new_value_ = 0.0
        self.days_ = 0

    def fit(self, intervals: ir.Table, *, as_of: datetime, where: Where = None) -> "StageChances":
        """Count on INTERVALS what was there by `as_of`; `where` holds by the values of each day."""
        return self._fit(_lives(intervals, where), _plain(as_of))

    def forecast(self, intervals: ir.Table, *, as_of: datetime, where: Where = None) -> Weighted:
        """What the deals open at `as_of`, and those to come, should bring within the horizon."""
        return self._forecast(_lives(intervals, where), _plain(as_of))

    def _fit(self, lives: Mapping[int, _Life], as_of: datetime) -> "StageChances":
        begun = min((life.moments[0] for life in lives.values()), default=as_of)
        day, days = as_of - self.horizon, []
        while day >= max(begun, as_of - self.over):
            days.append(day)
            day -= WEEK
        hits: dict[int, int] = {}
        watched: dict[int, int] = {}
        deals: dict[int, set[int]] = {}
        new = Decimal(0)
        for number, life in lives.items():
            for day in days:
                then, later = life.at(day), life.at(day + self.horizon)
                if later is None:
                    continue
                if then is not None and then.status == "open" and then.rank is not None:
                    if then.is_mine:
                        watched[then.rank] = watched.get(then.rank, 0) + 1
                        hits[then.rank] = hits.get(then.rank, 0) + (later.status == "won")
                        deals.setdefault(then.rank, set()).add(number)
                elif later.status == "won" and later.is_mine and (then is None or then.status != "won"):
                    new += later.amount
        self.days_ = len(days)
        self.new_value_ = float(new) / len(days) if days else 0.0
        self.chances_ = {
            rank: Chance(hits[rank], watched[rank], len(deals[rank]))
            for rank in sorted(watched)
            if len(deals[rank]) >= self.enough
        }
        return self

    def _forecast(self, lives: Mapping[int, _Life], as_of: datetime) -> Weighted:
        from_open, n, unknown = 0.0, 0, 0
        for life in lives.values():
            now = life.at(as_of)
            if now is None or now.status != "open" or not now.is_mine:
                continue
            chance = None if now.rank is None else self.chances_.get(now.rank)
            n += 1
            unknown += chance is None
            from_open += float(now.amount) * chance.value if chance else 0.0
        return Weighted(from_open + self.new_value_, from_open, self.new_value_, n, unknown)


@dataclass(frozen=True, slots=True)
class Tried:
    """One moment of the past: what would have been said then, what the naive rule says, and what came."""

    at: datetime
    forecast: float
    naive: float
    actual: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts made at moments of the past from what was there by then, beside a naive rule: as much as last time.

    `wape` is the sum of the misses ÷ the sum of what came, `bias` the same with their signs (above 0 too hopeful);
    None when nothing came.
    """

    rows: Sequence[Tried]
    wape: float | None
    naive_wape: float | None
    bias: float | None
    naive_bias: float | None

    @property
    def is_better(self) -> bool:
        """It misses by less than the naive rule; where it does not, it is better to stay silent."""
        return self.wape is not None and self.naive_wape is not None and self.wape < self.naive_wape


def backtest(
    intervals: ir.Table,
    *,
    horizon: timedelta,
    moments: Sequence[datetime],
    as_of: datetime,
    where: Where = None,
    over: timedelta = YEAR,
    enough: int = ENOUGH,
) -> Backtest:
    """Fit and forecast at each moment as if it were now, and hold it against what was won in the horizon after it.

    Parameters
    ----------
    intervals : INTERVALS, by when things were true; what was entered later than it happened helps the past a little
    moments : each with a whole horizon before `as_of`
    horizon, over, enough : as of StageChances

    Raises
    ------
    ValueError
        For a moment whose horizon is not over at `as_of`.

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> found = backtest(examples.intervals(), horizon=timedelta(days=30), as_of=examples.NOW,
    ...                  moments=[datetime(2026, 4, 1), datetime(2026, 5, 1), datetime(2026, 6, 1)])
    >>> print(f"{found.wape:.2f} {found.naive_wape:.2f} {found.bias:+.2f} {found.is_better}")
    0.44 0.74 +0.32 True
    """
    lives, rows = _lives(intervals, where), []
    for moment in sorted(_plain(one) for one in moments):
        if moment + horizon > _plain(as_of):
            raise ValueError(f"the horizon after {moment} is not over yet")
        fitted = StageChances(horizon=horizon, over=over, enough=enough)._fit(lives, moment)
        said = fitted._forecast(lives, moment).value
        rows.append(
            Tried(moment, said, _won(lives, moment - horizon, moment), _won(lives, moment, moment + horizon))
        )
    came = sum(row.actual for row in rows)

    def share(misses: Sequence[float]) -> float | None:
        return sum(misses) / came if came else None

    return Backtest(
        rows,
        share([abs(row.forecast - row.actual) for row in rows]),
        share([abs(row.naive - row.actual) for row in rows]),
        share([row.forecast - row.actual for row in rows]),
        share([row.naive - row.actual for row in rows]),
    )


def _won(lives: Mapping[int, _Life], begin: datetime, end: datetime) -> float:
    """Value of the deals that were not won at `begin` and are at `end`."""
    total = Decimal(0)
    for life in lives.values():
        before, after = life.at(begin), life.at(end)
        if after is not None and after.status == "won" and after.is_mine:
            total += after.amount if before is None or before.status != "won" else 0
    return float(total)


def _lives(intervals: ir.Table, where: Where) -> dict[int, _Life]:
    check(intervals, ibis.schema({name: INTERVALS[name] for name in NEEDED}))
    table = intervals.mutate(mine=_held(intervals, where))
    columns = (
        table.order_by([table.deal_id, table.valid_from, lasts(table)]).select(*NEEDED, "mine").to_pyarrow()
    )
    lives: dict[int, _Life] = {}
    for number, since, rank, status, amount, mine in zip(
        *(column.to_pylist() for column in columns.columns), strict=True
    ):
        life = lives.setdefault(number, _Life([], []))
        life.moments.append(since)
        life.states.append(_State(rank, status, amount or Decimal(0), mine))
    return lives
