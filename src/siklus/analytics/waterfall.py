"""What became of the open pipeline between two moments, for deals expected to close in a period, to the cent.

start + new + transferred in + pulled in + increased − decreased − slipped − transferred out − won − lost + reopened = end.
Every change of every deal counts where it happened, so that two spans add up to the span of both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

import ibis
import ibis.expr.types as ir

from siklus.analytics.kpis import Where, _literal
from siklus.analytics.schemas import INTERVALS, RowError, check
from siklus.analytics.stage_times import _held, lasts

SIGNS = {
    "new": 1,
    "transferred_in": 1,
    "pulled_in": 1,
    "increased": 1,
    "decreased": -1,
    "slipped": -1,
    "transferred_out": -1,
    "won": -1,
    "lost": -1,
    "reopened": 1,
}
STEPS = tuple(SIGNS)
NEEDED = ("deal_id", "valid_from", "valid_to", "status", "amount", "expected_close_date")


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps from `start` to `end`.

    Attributes
    ----------
    start, end : value of the open deals expected to close in the period, at the two moments
    values : what each of STEPS came to, never negative; its sign stands in SIGNS
    counts : how many deals made each step, and `start` and `end`
    moves : gives the table deal_id, at, step, amount behind the figures; runs nothing by itself
    ids : the same for the deals behind one step, `start` or `end`
    """

    start: Decimal
    end: Decimal
    values: Mapping[str, Decimal]
    counts: Mapping[str, int]
    moves: Callable[[], ir.Table] = field(repr=False, compare=False)
    ids: Callable[[str], ir.Table] = field(repr=False, compare=False)

    @property
    def change(self) -> Decimal:
        """What all steps come to; it is `end` − `start`."""
        return sum((SIGNS[step] * value for step, value in self.values.items()), Decimal(0))


def waterfall(
    intervals: ir.Table, *, begin: datetime, end: datetime, period: tuple[date, date], where: Where = None
) -> Waterfall:
    """Take the change of the open pipeline apart.

    Parameters
    ----------
    intervals : INTERVALS. With a column `qualified_at` a deal counts from then on, and becomes *new* there; without it
        every deal counts from its first interval.
    begin, end : what happened after `begin` until `end`, `end` itself included
    period : first day inside and first day outside, of the expected close
    where : whose pipeline; a deal for which it stops to hold is transferred out. Values of the time decide.

    Returns
    -------
    Waterfall
        When several things change at once, the way out or in is told by the first of: closed or reopened, transferred,
        date. A date that moves out of the period has *slipped*, one that moves into it is *pulled in*, from whichever
        side. An amount that changes at the same moment changes inside: a deal of 100 that is won at 80 is a decrease
        of 20 and a win of 80. Lost holds every end without a win. A deal without an amount counts 0, and a value that
        held for no time does not count.

    Raises
    ------
    SchemaError, RowError
        For a missing column, and for a deal whose intervals leave a gap or overlap.
    ValueError
        For an `end` before `begin`.

    Examples
    --------
    >>> from siklus.analytics import examples
    >>> found = waterfall(
    ...     examples.intervals(), begin=datetime(2026, 4, 1), end=datetime(2026, 6, 1),
    ...     period=(date(2026, 4, 1), date(2026, 7, 1)))
    >>> found.start + found.change == found.end
    True
    """
    if end < begin:
        raise ValueError(f"the end {end} lies before the begin {begin}")
    check(intervals, ibis.schema({name: INTERVALS[name] for name in NEEDED}))
    states = _states(intervals, end, period, where)

    def moves() -> ir.Table:
        return _moves(states.filter(states.valid_from > _literal(begin)))

    torn = _torn(states, end)
    told = ibis.union(
        moves().drop("at"),
        _standing(states, begin, "start"),
        _standing(states, end, "end"),
        torn.select("deal_id", step=ibis.literal("torn"), amount=ibis.literal(0).cast("decimal(38, 3)")),
        distinct=False,
    )
    grouped = told.group_by("step").aggregate(value=told.amount.sum(), deals=told.deal_id.nunique())
    rows = {row["step"]: row for row in grouped.to_pyarrow().to_pylist()}
    if "torn" in rows:
        _refuse(torn)
    values = {step: rows[step]["value"] if step in rows else Decimal(0) for step in ("start", "end", *STEPS)}
    counts = {step: rows[step]["deals"] if step in rows else 0 for step in ("start", "end", *STEPS)}
    return Waterfall(
        values.pop("start"), values.pop("end"), values, counts, moves,
        lambda step: told.filter(told.step == step).select("deal_id").distinct(),
    )  # fmt: skip


def _states(intervals: ir.Table, end: datetime, period: tuple[date, date], where: Where) -> ir.Table:
    """Every state a deal came into, beside the one before: whether it counts, why it may not, and its amount."""
    table = intervals.mutate(
        mine=_held(intervals, where),
        valid_from=intervals.valid_from.cast("timestamp"),
        valid_to=intervals.valid_to.cast("timestamp"),
    )
    table = table.filter(lasts(table))
    if "qualified_at" not in intervals.columns:
        table = table.mutate(is_deal=True)
    else:  # an interval in which the deal was qualified becomes two
        qualified = table.qualified_at.cast("timestamp")
        parts = (qualified > table.valid_from) & (table.valid_to.isnull() | (qualified < table.valid_to))
        lead = table.mutate(valid_to=ibis.ifelse(parts, qualified, table.valid_to))
        deal = table.filter(parts).mutate(valid_from=qualified)
        table = ibis.union(lead, deal, distinct=False)
        table = table.mutate(is_deal=ibis.coalesce(table.qualified_at <= table.valid_from, False))
    table = table.filter(table.valid_from <= _literal(end))
    first, until = (ibis.literal(day) for day in period)
    day = table.expected_close_date
    table = table.select(
        "deal_id",
        "valid_from",
        "valid_to",
        "status",
        "mine",
        "is_deal",
        is_open=table.status == "open",
        is_due=ibis.coalesce((day >= first) & (day < until), False),
        amount=table.amount.fill_null(Decimal(0)),
    )
    table = table.mutate(inside=table.is_open & table.mine & table.is_deal & table.is_due)
    lane = ibis.window(group_by=table.deal_id, order_by=table.valid_from)
    was = {
        f"was_{name}": table[name].lag().over(lane)
        for name in ("inside", "is_open", "mine", "is_deal", "amount")
    }
    return table.mutate(**was, next_from=table.valid_from.lead().over(lane))


def _moves(states: ir.Table) -> ir.Table:
    """Each way in or out, and each change of the amount inside; two changes at once are two rows."""
    is_new = ~ibis.coalesce(states.was_is_deal, False)
    was_inside = ibis.coalesce(states.was_inside, False)
    crossing = states.mutate(
        step=ibis.cases(
            (states.inside & is_new, "new"),
            (states.inside & ~states.was_is_open, "reopened"),
            (states.inside & ~states.was_mine, "transferred_in"),
            (states.inside, "pulled_in"),
            (states.status == "won", "won"),
            (~states.is_open, "lost"),
            (~states.mine, "transferred_out"),
            else_="slipped",
        ),
        # in with the amount it had, out with the one it has: the change lies inside
        moved=ibis.ifelse(states.inside & ~is_new, states.was_amount, states.amount),
    ).filter(states.inside != was_inside)
    difference = states.amount - states.was_amount
    changing = states.mutate(
        step=ibis.ifelse(difference > 0, "increased", "decreased"), moved=difference.abs()
    ).filter((was_inside | (states.inside & ~is_new)) & (difference != 0))
    return ibis.union(_told(crossing), _told(changing), distinct=False)


def _told(part: ir.Table) -> ir.Table:
    return part.select("deal_id", "step", at=part.valid_from, amount=part.moved.cast("decimal(38, 3)"))


def _standing(states: ir.Table, moment: datetime, step: str) -> ir.Table:
    at = _literal(moment)
    held = states.filter(
        states.inside & (states.valid_from <= at) & (states.next_from.isnull() | (states.next_from > at))
    )
    return held.select("deal_id", step=ibis.literal(step), amount=held.amount.cast("decimal(38, 3)"))


def _torn(states: ir.Table, end: datetime) -> ir.Table:
    """The states after which something is missing or told twice: what nobody wrote down would be missing in the sum."""
    over = states.valid_to.notnull() & (states.valid_to <= _literal(end))
    differs = states.valid_to.notnull() & (states.valid_to != states.next_from)
    return states.filter(ibis.ifelse(states.next_from.isnull(), over, differs))


def _refuse(torn: ir.Table) -> NoReturn:
    row = torn.order_by(["deal_id", "valid_from"]).limit(1).to_pyarrow().to_pylist()[0]
    following = row["next_from"] or "nothing"
    raise RowError(
        "valid_to",
        row["deal_id"],
        f"an interval ends at {row['valid_to']}, and the next begins at {following}",
    )
