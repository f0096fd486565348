"""The tables of `siklus.analytics` for one question, from the mirror: seen at a moment and known at a moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import ibis.expr.types as ir
import pyarrow as pa

from siklus.analytics import engine, history
from siklus.insight.mirror.read import Mirror
from siklus.records.deals.history import merged_away, qualified_as_known

Where: TypeAlias = Callable[[ir.Table], ir.BooleanValue] | None


def deals_at(
    mirror: Mirror, moment: datetime, *, where: Where = None, known_at: datetime | None = None
) -> ir.Table:
    """Every deal as it was at a moment: the table DEALS, narrowed by its values of that time."""
    known = _known(mirror, known_at)
    found = history.deals_as_of(mirror.history, mirror.stages(moment), at=moment, known_at=known_at, **known)
    return mirror.made("deals", found if where is None else found.filter(where(found)))


def intervals_until(
    mirror: Mirror, moment: datetime, *, where: Where = None, known_at: datetime | None = None
) -> ir.Table:
    """The history of every deal up to a moment: the table INTERVALS."""
    known = _known(mirror, known_at)
    found = history.intervals_until(
        mirror.history, mirror.stages(moment), at=moment, known_at=known_at, **known
    )
    return found if where is None else found.filter(where(found))


def activities(mirror: Mirror, *, where: Where = None) -> ir.Table:
    """What was done: the table ACTIVITIES."""
    found = mirror.activities
    return found if where is None else found.filter(where(found))


def _known(mirror: Mirror, known_at: datetime | None) -> dict[str, ir.Table]:
    """What the tables of the past are told of merges and qualifications as they were known at a moment."""
    if known_at is None:
        return {}
    told = qualified_as_known(known_at)
    return {
        "qualified": _table(
            mirror, "qualified", deal_id=(list(told), "int64"), qualified_at=(list(told.values()), "moment")
        ),
        "merged": _table(mirror, "merged", deal_id=(list(_merged(known_at)), "int64")),
    }


def _merged(known_at: datetime) -> list[int]:
    return [row[0] for row in merged_away(known_at).values_list()]


def _table(mirror: Mirror, name: str, **columns: tuple[list[Any], str]) -> ir.Table:
    types = {"int64": pa.int64(), "moment": pa.timestamp("us", "UTC")}
    made = {key: pa.array(values, types[kind]) for key, (values, kind) in columns.items()}
    return engine.from_arrow(mirror.con, name, pa.table(made))
