"""The figures. Each is one named, versioned function; what it means stands in `definitions`.

Every function takes its table and, by keyword, `as_of` (the moment at which the table was seen), `window`
(from, to: moments, the first inside and the second outside; None for all time) and `where` (an Ibis
condition, or a function from the table to one). A share of nothing is None.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, TypeAlias

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from siklus.analytics.definitions import DEFINITIONS
from siklus.analytics.stats import Survival, kaplan_meier, mean_interval, wilson

Window: TypeAlias = tuple[datetime, datetime] | None
Where: TypeAlias = ir.BooleanValue | Callable[[ir.Table], ir.BooleanValue] | None

DAY = 86_400
SECOND = 1_000  # milliseconds
SURVIVAL_STEP = 3_600  # seconds: the Kaplan–Meier curve is drawn to the hour


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure with everything needed to judge it.

    Attributes
    ----------
    value : the figure in `unit`; None when there is nothing to make it from
    numerator, denominator : what was divided, where something was
    n : number of deals (or activities) behind it
    low, high : 95 % interval, where one makes sense
    parts : further figures by name
    ids : gives the Ibis table of the ids behind the figure; runs nothing by itself
    """

    name: str
    version: int
    value: Any
    unit: str
    numerator: Any
    denominator: Any
    n: int
    low: float | None
    high: float | None
    parts: Mapping[str, Any]
    ids: Callable[[], ir.Table] = field(repr=False, compare=False)


def win_rate(deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> Kpi:
    """Won ÷ (won + lost + no decision), Wilson's interval; parts: narrow (without no decision), by_value."""
    return _one("win_rate", deals, as_of, window, where)


def average_deal_size(deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> Kpi:
    """Mean value of won deals with Student's interval; parts: median."""
    return _one("average_deal_size", deals, as_of, window, where)


def sales_cycle(deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> Kpi:
    """Median days from qualified to won; parts: mean, p80, Kaplan–Meier median to close with its band.

    In a window, a deal qualified before it is under watch only from the age it had when the window began.
    """
    return _one("sales_cycle", deals, as_of, window, where)


def open_pipeline(deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> Kpi:
    """Value of the open qualified deals, whatever the window; parts: count, without_value, leads."""
    return _one("open_pipeline", deals, as_of, window, where)


def weighted_pipeline(deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> Kpi:
    """Value × probability of the open qualified deals, whatever the window."""
    return _one("weighted_pipeline", deals, as_of, window, where)


def won_value(deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> Kpi:
    """Value of the deals won in the window; parts: count."""
    return _one("won_value", deals, as_of, window, where)


def deal_counts(deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None) -> Kpi:
    """Deals created in the window; parts: what was decided in it, by status, and open and leads now."""
    return _one("deal_counts", deals, as_of, window, where)


def all_kpis(
    deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None
) -> dict[str, Kpi]:
    """Every figure above by name, from two queries."""
    return _several(tuple(_FIGURES), deals, as_of, window, where)


def won_by_month(
    deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None, zone: tzinfo = UTC
) -> Kpi:
    """Value won; parts: months of `zone` without gaps, each {month: "2026-01", value, count}; `behind`, the ids of each."""
    seen = _seen(_where(deals, where), _moments(as_of, window))
    won = seen.filter(seen.is_won)
    if window is None:
        edge = _row(won.aggregate(first=won.closed_at.min(), last=won.closed_at.max()))
        begin, end = edge["first"], edge["last"]
    else:
        begin, end = _plain(window[0]), min(_plain(window[1]) - timedelta.resolution, _plain(as_of))
    months = _months(begin, end, zone) if begin is not None and begin <= end else []
    values: dict[int, tuple[Any, int]] = dict.fromkeys(range(len(months)), (None, 0))
    if months:
        starts = [start for start, _ in months[1:]]
        place = sum(
            ((won.closed_at >= ibis.literal(start)).cast("int64") for start in starts), ibis.literal(0)
        )
        grouped = won.group_by(place=place).aggregate(value=won.amount.sum(), count=won.count())
        values |= {row["place"]: (row["value"], row["count"]) for row in grouped.to_pyarrow().to_pylist()}
    ends = [start for start, _ in months[1:]]

    def behind(n: int) -> Callable[[], ir.Table]:
        def ids() -> ir.Table:
            mine = won.filter(won.closed_at >= ibis.literal(months[n][0]))
            return (mine.filter(mine.closed_at < ibis.literal(ends[n])) if n < len(ends) else mine).select(
                "deal_id"
            )

        return ids

    parts: list[dict[str, Any]] = [
        {"month": name, "value": values[n][0] or 0, "count": values[n][1]}
        for n, (_, name) in enumerate(months)
    ]
    total: Any = sum((part["value"] for part in parts), 0)
    n = sum(part["count"] for part in parts)
    return _kpi(
        "won_by_month", total, n=n, ids=lambda: won.select("deal_id"),
        parts={"months": parts, "behind": [behind(place) for place in range(len(months))]},
    )  # fmt: skip


def stage_funnel(
    intervals: ir.Table,
    *,
    as_of: datetime,
    window: Window = None,
    where: Where = None,
    ranks: Sequence[int] | None = None,
) -> Kpi:
    """How many deals that first entered in the window ever reached each rank by `as_of`.

    Parameters
    ----------
    intervals : INTERVALS; the ranks of lost, undecided and disqualified intervals do not count
    ranks : the ranks to show, in order; those that occur if None. A deal enters with its first interval at
        the first of them or beyond.

    Returns
    -------
    Kpi
        value: reached the last rank ÷ entered; parts: ranks, each {rank, reached, open, of_entered,
        of_previous}, where `open` counts the deals that are open and have come no further;
        ids beside the highest rank that each deal reached
    """
    table = _where(intervals, where)
    table = table.filter(table.valid_from <= _literal(as_of))
    is_live = table.status.isin(("open", "won"))
    if ranks is not None:
        is_live &= table.stage_rank >= min(ranks)
    reached = table.group_by("deal_id").aggregate(
        entered_at=table.valid_from.min(where=is_live),
        highest=table.stage_rank.max(where=is_live),
        last_status=table.status.argmax(table.valid_from),
    )
    cohort = reached.filter(_moments(as_of, window).hold(reached.entered_at))
    counted = cohort.group_by("highest").aggregate(
        deals=cohort.count(), open=(cohort.last_status == "open").sum()
    )
    rows = {row["highest"]: row for row in counted.to_pyarrow().to_pylist()}
    shown = sorted(ranks if ranks is not None else rows)
    parts: list[dict[str, Any]] = []
    entered = sum(row["deals"] for row in rows.values())
    for place, rank in enumerate(shown):
        beyond = shown[place + 1] if place + 1 < len(shown) else None
        count = sum(row["deals"] for highest, row in rows.items() if highest >= rank)
        still_open = sum(
            row["open"]
            for highest, row in rows.items()
            if highest >= rank and (beyond is None or highest < beyond)
        )
        previous = parts[-1]["reached"] if parts else entered
        parts.append(
            {
                "rank": rank,
                "reached": count,
                "open": still_open,
                "of_entered": _ratio(count, entered),
                "of_previous": _ratio(count, previous),
            }
        )
    last = parts[-1]["reached"] if parts else 0
    return _kpi(
        "stage_funnel",
        _ratio(last, entered),
        numerator=last,
        denominator=entered,
        n=entered,
        interval=wilson(last, entered),
        parts={"ranks": parts},
        ids=lambda: cohort.select("deal_id", "highest"),
    )


def activities_by_owner(
    activities: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None
) -> Kpi:
    """Activities done in the window; parts: owners, {owner_id: {kind: count}}; its ids are activity ids."""
    table = _where(activities, where)
    done = table.filter((table.done_at <= _literal(as_of)) & _moments(as_of, window).hold(table.done_at))
    rows = done.group_by(["owner_id", "kind"]).aggregate(count=done.count()).order_by(["owner_id", "kind"])
    owners: dict[Any, dict[str, int]] = {}
    for row in rows.to_pyarrow().to_pylist():
        owners.setdefault(row["owner_id"], {})[row["kind"]] = row["count"]
    total = sum(sum(kinds.values()) for kinds in owners.values())
    return _kpi(
        "activities_by_owner",
        total,
        n=total,
        parts={"owners": owners},
        ids=lambda: done.select("activity_id"),
    )


# The measures: each stands here once, for the single figure and for the set.


@dataclass(frozen=True, slots=True)
class _Moments:
    """The moment seen from and the window, in milliseconds since 1970 (UTC)."""

    as_of: int
    begin: int | None = None
    end: int | None = None

    def hold(self, moment: ir.TimestampValue) -> ir.BooleanValue:
        if self.begin is None or self.end is None:
            return moment.notnull()
        begin, end = (ibis.literal(edge, "int64").as_timestamp("ms") for edge in (self.begin, self.end))
        return (moment >= begin) & (moment < end)


# In a statement that is compiled once and run for any moments, these numbers stand for the moments.
_MARKS = _Moments(91_700_000_000_001, 91_700_000_000_003, 91_700_000_000_007)


def _seen(table: ir.Table, moments: _Moments) -> ir.Table:
    """The deals with the marks that the measures count by."""
    closed = moments.hold(table.closed_at)
    return table.select(
        "deal_id",
        "created_at",
        "qualified_at",
        "closed_at",
        "status",
        "amount",
        "probability",
        is_open=table.status == "open",
        is_won=closed & (table.status == "won"),
        is_closed=closed & (table.status != "open"),
        is_qualified=table.qualified_at.notnull(),
        is_created=moments.hold(table.created_at),
        is_newly_qualified=moments.hold(table.qualified_at),
        cycle=(table.closed_at.epoch_seconds() - table.qualified_at.epoch_seconds()) / DAY,
    )


_MEASURES: dict[str, Callable[[ir.Table], ir.Value]] = {
    "won": lambda t: t.is_won.sum(),
    "won_qualified": lambda t: t.count(where=t.is_won & t.is_qualified),
    "lost_qualified": lambda t: t.count(where=t.is_closed & t.is_qualified & (t.status == "lost")),
    "undecided_qualified": lambda t: t.count(
        where=t.is_closed & t.is_qualified & (t.status == "no_decision")
    ),
    "won_qualified_value": lambda t: t.amount.sum(where=t.is_won & t.is_qualified),
    "decided_qualified_value": lambda t: t.amount.sum(
        where=t.is_closed & t.is_qualified & t.status.isin(("won", "lost", "no_decision"))
    ),
    "lost": lambda t: t.count(where=t.is_closed & (t.status == "lost")),
    "no_decision": lambda t: t.count(where=t.is_closed & (t.status == "no_decision")),
    "disqualified": lambda t: t.count(where=t.is_closed & (t.status == "disqualified")),
    "won_value": lambda t: t.amount.sum(where=t.is_won),
    "won_valued": lambda t: t.amount.count(where=t.is_won),
    "won_median": lambda t: t.amount.cast("float64").median(where=t.is_won),
    "won_deviation": lambda t: t.amount.cast("float64").std(where=t.is_won),
    "cycle_count": lambda t: t.cycle.count(where=t.is_won),
    "cycle_mean": lambda t: t.cycle.mean(where=t.is_won),
    "cycle_median": lambda t: t.cycle.median(where=t.is_won),
    "cycle_p80": lambda t: t.cycle.quantile(0.8, where=t.is_won),
    "open": lambda t: t.count(where=t.is_open & t.is_qualified),
    "leads": lambda t: t.count(where=t.is_open & ~t.is_qualified),
    "open_value": lambda t: t.amount.sum(where=t.is_open & t.is_qualified),
    "open_valued": lambda t: t.amount.count(where=t.is_open & t.is_qualified),
    "open_weighted": lambda t: (t.amount * t.probability).sum(where=t.is_open & t.is_qualified),
    "created": lambda t: t.is_created.sum(),
    "qualified": lambda t: t.is_newly_qualified.sum(),
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """How a figure is made: its measures, its marks for the ids, and its sums."""

    measures: tuple[str, ...]
    behind: Callable[[ir.Table], ir.BooleanValue]
    make: Callable[[Mapping[str, Any], Survival | None], dict[str, Any]]
    needs_survival: bool = False


def _make_win_rate(m: Mapping[str, Any], _: Survival | None) -> dict[str, Any]:
    won, lost, undecided = m["won_qualified"], m["lost_qualified"], m["undecided_qualified"]
    n = won + lost + undecided
    narrow = wilson(won, won + lost)
    return {
        "value": _ratio(won, n),
        "numerator": won,
        "denominator": n,
        "n": n,
        "interval": wilson(won, n),
        "parts": {
            "won": won,
            "lost": lost,
            "no_decision": undecided,
            "narrow": _ratio(won, won + lost),
            "narrow_low": narrow and narrow[0],
            "narrow_high": narrow and narrow[1],
            "by_value": _ratio(m["won_qualified_value"] or 0, m["decided_qualified_value"] or 0),
            "won_value": m["won_qualified_value"] or 0,
            "closed_value": m["decided_qualified_value"] or 0,
        },
    }


def _make_average(m: Mapping[str, Any], _: Survival | None) -> dict[str, Any]:
    n, total = m["won_valued"], m["won_value"]
    mean = total / n if n else None
    return {
        "value": mean,
        "numerator": total or 0,
        "denominator": n,
        "n": n,
        "interval": mean_interval(None if mean is None else float(mean), m["won_deviation"], n),
        "parts": {"median": m["won_median"], "without_value": (m["won"] or 0) - n},
    }


def _make_cycle(m: Mapping[str, Any], survival: Survival | None) -> dict[str, Any]:
    low, high = survival.quantile_interval() if survival else (None, None)
    return {
        "value": m["cycle_median"],
        "n": m["cycle_count"],
        "parts": {
            "mean": m["cycle_mean"],
            "p80": m["cycle_p80"],
            "to_close_median": survival and survival.quantile(),
            "to_close_low": low,
            "to_close_high": high,
        },
    }


def _make_open(m: Mapping[str, Any], _: Survival | None) -> dict[str, Any]:
    parts = {"count": m["open"], "without_value": m["open"] - m["open_valued"], "leads": m["leads"]}
    return {"value": m["open_value"] or 0, "n": m["open"], "parts": parts}


def _make_weighted(m: Mapping[str, Any], _: Survival | None) -> dict[str, Any]:
    value = (m["open_weighted"] or 0) / 100
    return {"value": value, "n": m["open"], "parts": {"unweighted": m["open_value"] or 0}}


def _make_won(m: Mapping[str, Any], _: Survival | None) -> dict[str, Any]:
    return {"value": m["won_value"] or 0, "n": m["won"] or 0, "parts": {"count": m["won"] or 0}}


def _make_counts(m: Mapping[str, Any], _: Survival | None) -> dict[str, Any]:
    names = ("created", "qualified", "won", "lost", "no_decision", "disqualified", "open", "leads")
    return {
        "value": m["created"] or 0,
        "n": m["created"] or 0,
        "parts": {name: m[name] or 0 for name in names},
    }


_FIGURES = {
    "win_rate": _Figure(
        (
            "won_qualified",
            "lost_qualified",
            "undecided_qualified",
            "won_qualified_value",
            "decided_qualified_value",
        ),
        lambda t: t.is_closed & t.is_qualified & (t.status != "disqualified"),
        _make_win_rate,
    ),
    "average_deal_size": _Figure(
        ("won", "won_valued", "won_value", "won_median", "won_deviation"),
        lambda t: t.is_won & t.amount.notnull(),
        _make_average,
    ),
    "sales_cycle": _Figure(
        ("cycle_count", "cycle_mean", "cycle_median", "cycle_p80"),
        lambda t: t.is_won & t.is_qualified,
        _make_cycle,
        needs_survival=True,
    ),
    "open_pipeline": _Figure(
        ("open", "open_value", "open_valued", "leads"), lambda t: t.is_open & t.is_qualified, _make_open
    ),
    "weighted_pipeline": _Figure(
        ("open", "open_value", "open_weighted"), lambda t: t.is_open & t.is_qualified, _make_weighted
    ),
    "won_value": _Figure(("won", "won_value"), lambda t: t.is_won, _make_won),
    "deal_counts": _Figure(
        ("created", "qualified", "won", "lost", "no_decision", "disqualified", "open", "leads"),
        lambda t: t.is_created,
        _make_counts,
    ),
}


def _one(name: str, deals: ir.Table, as_of: datetime, window: Window, where: Where) -> Kpi:
    return _several((name,), deals, as_of, window, where)[name]


def _several(
    names: tuple[str, ...], deals: ir.Table, as_of: datetime, window: Window, where: Where
) -> dict[str, Kpi]:
    table, moments = _where(deals, where), _moments(as_of, window)
    columns, rows = _run(_measured, names, table, moments)
    measures = dict(zip(columns, rows[0], strict=True))
    has_survival = any(_FIGURES[name].needs_survival for name in names)
    survival = _time_to_close(table, moments) if has_survival else None
    return {
        name: _kpi(name, ids=_ids(name, table, moments), **_FIGURES[name].make(measures, survival))
        for name in names
    }


def _measured(names: tuple[str, ...], table: ir.Table, moments: _Moments) -> ir.Table:
    seen = _seen(table, moments)
    wanted = dict.fromkeys(measure for name in names for measure in _FIGURES[name].measures)
    return seen.aggregate(**{measure: _MEASURES[measure](seen) for measure in wanted})


def _ids(name: str, table: ir.Table, moments: _Moments) -> Callable[[], ir.Table]:
    def ids() -> ir.Table:
        seen = _seen(table, moments)
        return seen.filter(_FIGURES[name].behind(seen)).select("deal_id")

    return ids


def _time_to_close(table: ir.Table, moments: _Moments) -> Survival:
    """Kaplan–Meier curve of days from qualified to closed; open deals are censored at the window's end."""
    _, rows = _run(_ages, (), table, moments)
    entries: dict[int, int] = {}
    exits: dict[int, list[int]] = {}
    for entered, age, count, happened in rows:
        entries[entered] = entries.get(entered, 0) + count
        cell = exits.setdefault(age, [0, 0])
        cell[0] += happened
        cell[1] += count - happened
    scale = SURVIVAL_STEP / DAY
    return kaplan_meier(
        [
            *((age * scale, count, 0, 0) for age, count in entries.items()),
            *((age * scale, 0, happened, left) for age, (happened, left) in exits.items()),
        ]
    )


def _ages(_: tuple[str, ...], table: ir.Table, moments: _Moments) -> ir.Table:
    """How many deals came under watch at which age (in steps), went at which age, and closed then."""
    last = ibis.literal(moments.as_of, "int64")
    if moments.end is not None:
        last = ibis.least(last, ibis.literal(moments.end, "int64"))
    last = last // SECOND
    qualified, closed = table.qualified_at.epoch_seconds(), table.closed_at.epoch_seconds()
    watched = table.filter(table.qualified_at.notnull() & (qualified <= last)).select(
        qualified=qualified,
        left=ibis.least(ibis.coalesce(closed, last), last),
        happened=(table.status != "open") & (closed <= last),
    )
    entered: ir.IntegerValue = ibis.literal(0)
    if moments.begin is not None:
        begin = ibis.literal(moments.begin, "int64") // SECOND
        watched = watched.filter(watched.left >= begin)
        entered = ibis.greatest(begin - watched.qualified, 0) // SURVIVAL_STEP
    ages = watched.select(
        "happened", entered=entered, age=(watched.left - watched.qualified) // SURVIVAL_STEP
    )
    return ages.group_by(["entered", "age"]).aggregate(count=ages.count(), happened=ages.happened.sum())


_Question: TypeAlias = Callable[[tuple[str, ...], ir.Table, _Moments], ir.Table]


def _run(
    question: _Question, names: tuple[str, ...], table: ir.Table, moments: _Moments
) -> tuple[tuple[str, ...], list[tuple]]:
    """Columns and rows of a question's answer. On DuckDB its statement is compiled once for all moments."""
    backend = table.get_backend()
    if backend.name != "duckdb" or table.op().find(ops.InMemoryTable):
        answer = question(names, table, moments).to_pyarrow()
        return tuple(answer.column_names), list(zip(*(c.to_pylist() for c in answer.columns), strict=True))
    columns, statement = _compiled(question, names, table.unbind().op(), moments.begin is not None)
    for mark, moment in zip(astuple(_MARKS), astuple(moments), strict=True):
        statement = statement.replace(str(mark), str(moment))
    return columns, backend.con.cursor().execute(statement).fetchall()


@lru_cache(maxsize=256)
def _compiled(
    question: _Question, names: tuple[str, ...], table: ops.Relation, has_window: bool
) -> tuple[tuple[str, ...], str]:
    moments = _MARKS if has_window else _Moments(_MARKS.as_of)
    answer = question(names, table.to_expr(), moments)
    return tuple(answer.columns), str(ibis.to_sql(answer, dialect="duckdb"))


def _kpi(
    name: str,
    value: Any,
    *,
    n: int,
    ids: Callable[[], ir.Table],
    parts: Mapping[str, Any],
    numerator: Any = None,
    denominator: Any = None,
    interval: tuple[float, float] | None = None,
) -> Kpi:
    known = DEFINITIONS[name]
    low, high = interval or (None, None)
    return Kpi(name, known.version, value, known.unit, numerator, denominator, n, low, high, parts, ids)


def _ratio(numerator: Any, denominator: Any) -> float | None:
    return float(numerator / denominator) if denominator else None


def _where(table: ir.Table, where: Where) -> ir.Table:
    return table if where is None else table.filter(where)


def _literal(moment: datetime) -> ir.TimestampScalar:
    return ibis.literal(_plain(moment))


def _plain(moment: datetime) -> datetime:
    """The moment in UTC without a zone, as the tables hold it."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _moments(as_of: datetime, window: Window) -> _Moments:
    edges = (as_of,) if window is None else (as_of, *window)
    start = datetime(1970, 1, 1)  # noqa: DTZ001
    return _Moments(*((_plain(edge) - start) // timedelta(milliseconds=1) for edge in edges))


def _row(table: ir.Table) -> dict[str, Any]:
    return table.to_pyarrow().to_pylist()[0]


def _months(begin: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, str]]:
    """Start (plain UTC) and name of every month of `zone` that touches begin … end."""
    local, last = (m.replace(tzinfo=UTC).astimezone(zone) for m in (begin, end))
    year, month = local.year, local.month
    months = []
    while (start := _plain(datetime(year, month, 1, tzinfo=zone))) <= _plain(last):
        months.append((start, f"{year}-{month:02}"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months
