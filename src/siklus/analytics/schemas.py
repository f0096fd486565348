"""The tables that the figures are made from.

Moments are plain timestamps in UTC (`engine.from_arrow` makes them so), money stands in one currency.
DEALS holds each deal as it was seen at the moment asked for; INTERVALS holds every value it had and when. Both are made
by `siklus.analytics.history` from HISTORY (every value with both clocks: when it was true and when that was known; from
`kind` on it repeats in each row what the deal has once, as it is now) and STAGES (rank and kind of every stage as defined
at the moment).
"""

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

STATUSES = ("open", "won", "lost", "no_decision", "disqualified")
CLOSED = STATUSES[1:]

DEALS = ibis.schema(
    {
        "deal_id": "int64",
        "pipeline_id": "int64",
        "stage_id": "int64",
        "stage_rank": "int64",
        "stage_kind": "string",
        "owner_id": "int64",
        "team_id": "int64",
        "source": "string",
        "status": "string",
        "created_at": "timestamp",
        "qualified_at": "timestamp",
        "closed_at": "timestamp",
        "expected_close_date": "date",
        "amount": "decimal(18, 3)",
        "probability": "int64",
    }
)

INTERVALS = ibis.schema(
    {
        "deal_id": "int64",
        "valid_from": "timestamp",
        "valid_to": "timestamp",
        "pipeline_id": "int64",
        "stage_id": "int64",
        "stage_rank": "int64",
        "status": "string",
        "owner_id": "int64",
        "team_id": "int64",
        "amount": "decimal(18, 3)",
        "probability": "int64",
        "expected_close_date": "date",
    }
)

HISTORY = ibis.schema(
    {
        "interval_id": "int64",
        "deal_id": "int64",
        "valid_from": "timestamp",
        "valid_to": "timestamp",
        "recorded_at": "timestamp",
        "ended_recorded_at": "timestamp",
        "superseded_at": "timestamp",
        "pipeline_id": "int64",
        "stage_id": "int64",
        "status": "string",
        "amount": "decimal(18, 3)",
        "probability": "int64",
        "expected_close_date": "date",
        "category": "string",
        "owner_id": "int64",
        "team_id": "int64",
        "lost_reason_id": "int64",
        "kind": "string",
        "source": "string",
        "owner_now": "int64",
        "created_at": "timestamp",
        "qualified_at": "timestamp",
        "closed_at": "timestamp",
        "merged_into_id": "int64",
    }
)

STAGES = ibis.schema({"stage_id": "int64", "stage_rank": "int64", "stage_kind": "string"})

ACTIVITIES = ibis.schema(
    {
        "activity_id": "int64",
        "owner_id": "int64",
        "kind": "string",
        "done_at": "timestamp",
        "deal_id": "int64",
    }
)

ORDERS = ibis.schema({"customer_id": "int64", "ordered_at": "timestamp"})


class SchemaError(ValueError):
    """A table lacks a column or holds it in another type.

    Attributes
    ----------
    column, wanted, found : the column, the type it should have, the type it has (None: it is missing)
    """

    def __init__(self, column: str, wanted: str, found: str | None) -> None:
        self.column, self.wanted, self.found = column, wanted, found
        what = "is missing" if found is None else f"is {found}"
        super().__init__(f"column {column!r} {what}, wanted {wanted}")


class RowError(ValueError):
    """A row holds what cannot be counted.

    Attributes
    ----------
    column, row, reason : where, the id of the row (of its deal), and what is wrong there
    """

    def __init__(self, column: str, row: object, reason: str) -> None:
        self.column, self.row, self.reason = column, row, reason
        super().__init__(f"column {column!r}, row {row}: {reason}")


def check(table: ir.Table, schema: ibis.Schema) -> ir.Table:
    """Return the table if it has every column of the schema in a fitting type (any width of integer will do).

    Raises
    ------
    SchemaError
    """
    has = table.schema()
    for column, wanted in schema.items():
        if column not in has:
            raise SchemaError(column, str(wanted), None)
        if not _fits(has[column], wanted):
            raise SchemaError(column, str(wanted), str(has[column]))
    return table


def _fits(found: dt.DataType, wanted: dt.DataType) -> bool:
    if wanted.is_integer():
        return found.is_integer()
    if wanted.is_timestamp():
        return found.is_timestamp() and found.timezone is None
    if wanted.is_decimal():
        return found.is_decimal() and (found.scale or 0) <= (wanted.scale or 0)
    return type(found) is type(wanted)
