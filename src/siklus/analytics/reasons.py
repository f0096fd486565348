"""Why deals ended without a win: the reasons that people gave, by how often and by how much value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from siklus.analytics.kpis import Where, Window, _literal, _moments
from siklus.analytics.rates import Rate
from siklus.analytics.schemas import DEALS, check

WITHOUT_WIN = ("lost", "no_decision")


@dataclass(frozen=True, slots=True)
class Reason:
    """What was said of deals that ended alike.

    Attributes
    ----------
    reason_id : None where nobody gave one
    status : lost or no_decision
    rate : of all deals that ended in the window without a win
    value, without_value : of their amounts, and how many have none
    ids : gives the deals behind it; runs nothing by itself
    """

    reason_id: int | None
    status: str
    rate: Rate
    value: Decimal
    without_value: int
    ids: Callable[[], ir.Table] = field(repr=False, compare=False)


def lost_reasons(
    deals: ir.Table, *, as_of: datetime, window: Window = None, where: Where = None
) -> list[Reason]:
    """The reasons of the qualified deals that ended without a win, the commonest first.

    Parameters
    ----------
    deals : DEALS with a column `lost_reason_id`
    window : of the end
    """
    check(deals, ibis.schema({**{name: DEALS[name] for name in DEALS.names}, "lost_reason_id": "int64"}))
    table = deals if where is None else deals.filter(where)
    ended = table.filter(
        table.status.isin(WITHOUT_WIN)
        & table.qualified_at.notnull()
        & (table.closed_at <= _literal(as_of))
        & _moments(as_of, window).hold(table.closed_at)
    )
    grouped = ended.group_by(["lost_reason_id", "status"]).aggregate(
        n=ended.count(), value=ended.amount.sum(), valued=ended.amount.count()
    )
    rows = grouped.to_pyarrow().to_pylist()
    whole = sum(row["n"] for row in rows)

    def behind(reason: int | None, status: str) -> Callable[[], ir.Table]:
        said = ended.lost_reason_id.isnull() if reason is None else ended.lost_reason_id == reason
        return lambda: ended.filter(said & (ended.status == status)).select("deal_id")

    found = [
        Reason(
            row["lost_reason_id"], row["status"], Rate(row["n"], whole), row["value"] or Decimal(0),
            row["n"] - row["valued"], behind(row["lost_reason_id"], row["status"]),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.rate.hits, one.status, one.reason_id or 0))
