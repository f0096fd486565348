"""The answer of a query as Arrow columns. Reports read hundreds of thousands of rows, and making a Python object of every
value is most of what they cost; here the database's own values go into Arrow as they are."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

MOMENT = pa.timestamp("us", "UTC")
THOUSANDTH = pa.scalar(Decimal("0.001"), pa.decimal128(4, 3))


def columns_of(rows: QuerySet[Any], wanted: Sequence[tuple[str, pa.DataType]]) -> list[Any]:
    """One Arrow array per (path, type). A decimal type reads a column of amounts, which are whole thousandths."""
    names = []
    for place, (path, kind) in enumerate(wanted):
        if connection.vendor == "sqlite" and pa.types.is_temporal(kind):
            rows = rows.annotate(**{f"text{place}": Cast(path, TextField())})  # else each is parsed in Python
            names.append(f"text{place}")
        else:
            names.append(path)
    sql, params = rows.values_list(*names).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    columns = list(zip(*found, strict=True)) if found else [()] * len(wanted)
    return [_array(values, kind) for values, (_path, kind) in zip(columns, wanted, strict=True)]


def _array(values: Sequence[Any], kind: pa.DataType) -> Any:
    if pa.types.is_decimal(kind):
        whole = pa.array(values, pa.int64()).cast(pa.decimal128(19, 0))
        return pc.multiply(whole, THOUSANDTH).cast(kind)
    if connection.vendor == "sqlite" and pa.types.is_timestamp(kind):
        return pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(kind)
    if connection.vendor == "sqlite" and pa.types.is_date(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def looked_up(keys: Any, known: dict[int, Any], default: Any, kind: pa.DataType) -> Any:
    """For each key its value: a join with a small table."""
    distinct = keys.unique()
    values = pa.array([known.get(key, default) for key in distinct.to_pylist()], kind)
    return values.take(pc.index_in(keys, distinct))
