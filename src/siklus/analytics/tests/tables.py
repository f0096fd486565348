"""Tables for the tests of the figures: small ones by hand, and the public files where they are at hand."""

import csv
import gzip
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from siklus.analytics.schemas import ACTIVITIES, DEALS, INTERVALS

SHARED = Path(os.environ.get("SIKLUS_SHARED") or Path(__file__).resolve().parents[4].parent / "shared")


def shared(name: str) -> Path:
    """A public file, or skip."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"the public file {name} is not here")
    return path


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def table(schema: ibis.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as an Arrow table; what a row leaves out is null."""
    fields = []
    for field in schema.to_pyarrow():
        kind = pa.timestamp("us", "UTC") if pa.types.is_timestamp(field.type) else field.type
        fields.append(pa.field(field.name, kind))
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def deal(number: int, status: str, created: str, closed: str | None = None, **values: Any) -> dict[str, Any]:
    made = {
        "deal_id": number,
        "status": status,
        "created_at": day(created),
        "qualified_at": day(created),
        "closed_at": day(closed) if closed else None,
        "amount": Decimal(100),
        "probability": 50,
        "owner_id": 1,
    }
    made.update(values)
    return made


def deals(rows: list[dict[str, Any]]) -> pa.Table:
    return table(DEALS, rows)


def intervals(rows: list[dict[str, Any]]) -> pa.Table:
    return table(INTERVALS, rows)


def activities(rows: list[dict[str, Any]]) -> pa.Table:
    return table(ACTIVITIES, rows)


def maven() -> pa.Table:
    """The public pipeline file as it was seen on 2017-09-30."""
    statuses = {"Won": "won", "Lost": "lost", "Engaging": "open"}
    rows = []
    with shared("crm_pipeline/sales_pipeline_asof_2017-09-30.csv").open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            rows.append(
                deal(
                    number,
                    statuses[row["deal_stage"]],
                    row["engage_date"],
                    row["close_date"] or None,
                    amount=Decimal(row["close_value"]) if row["close_value"] else None,
                    source=row["product"],
                    expected_close_date=date(2017, 12, 31),
                )
            )
    return deals(rows)


LOAN_STAGES = ("SUBMITTED", "PARTLYSUBMITTED", "PREACCEPTED", "ACCEPTED", "FINALIZED", "APPROVED")


def loans() -> pa.Table:
    """The public stage log of loan applications: a case enters a stage at its first event there."""
    ranks = {f"A_{name}": rank for rank, name in enumerate(LOAN_STAGES, 1)}
    statuses = {
        **dict.fromkeys(ranks, "open"),
        "A_APPROVED": "won",
        "A_DECLINED": "lost",
        "A_CANCELLED": "lost",
    }
    rows, seen = [], set()
    with gzip.open(shared("stage_log/bpi2012_asof_2011-12-31.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            case = row["case_id"], row["activity"]
            if row["activity"] in statuses and case not in seen:
                seen.add(case)
                rows.append(
                    {
                        "deal_id": int(row["case_id"]),
                        "valid_from": datetime.fromisoformat(row["timestamp"]),
                        "stage_rank": ranks.get(row["activity"]),
                        "status": statuses[row["activity"]],
                    }
                )
    return intervals(rows)
