"""The answer of a query as Arrow columns. Reports read hundreds of thousands of rows, and making a Python object of every
value is most of what they cost; here the database's own values go into Arrow as they are."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from ibis.formats.pyarrow import PyArrowSchema

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
    try:
        sql, params = rows.values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return [_array((), kind) for _path, kind in wanted]
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


def kinds_of(schema: Any) -> dict[str, pa.DataType]:
    """The Arrow type of each column of a schema; moments stand in UTC."""
    wanted = PyArrowSchema.from_ibis(schema)
    return {field.name: MOMENT if pa.types.is_timestamp(field.type) else field.type for field in wanted}
