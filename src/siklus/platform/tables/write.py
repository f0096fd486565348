"""Reserve ids and insert rows."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import DateField, DateTimeField, DecimalField, Field, JSONField, Model

from siklus.platform.money.fields import AmountField, thousandths

Adapter = Callable[[Any], Any]


def reserve(model: type[Model], count: int) -> Sequence[int]:
    """So many ids that nobody else gets. Inside a transaction."""
    if not count:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            last = row[0] if row else 0
            if row:
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
            else:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
            return range(last + 1, last + count + 1)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return list(map(itemgetter(0), cursor.fetchall()))


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values in the order of `columns` (attribute names, `id` among them)."""
    names, adapters = _plan(model, tuple(columns), connection.vendor)
    places = [(place, adapt) for place, adapt in enumerate(adapters) if adapt is not None]
    adapted = []
    for row in rows:
        cells = list(row)
        for place, adapt in places:
            if cells[place] is not None:
                cells[place] = adapt(cells[place])
        adapted.append(cells)
    if not adapted:
        return
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in adapted:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", adapted)  # noqa: S608


def insert_objects(model: type[Model], objects: Sequence[Any]) -> None:
    """Insert new model objects and give them their ids. Foreign keys are read as ids."""
    if not objects:
        return
    for pk, one in zip(reserve(model, len(objects)), objects, strict=True):
        one.pk = pk
        one._state.adding = False
        one._state.db = connection.alias
    columns = tuple(field.attname for field in model._meta.concrete_fields)
    take = itemgetter(*columns)
    insert(model, columns, (take(one.__dict__) for one in objects))


@lru_cache(maxsize=64)
def _plan(
    model: type[Model], columns: tuple[str, ...], vendor: str
) -> tuple[list[str], list[Adapter | None]]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [str(fields[name].column) for name in columns], [
        _adapter(fields[name], vendor) for name in columns
    ]


def _adapter(field: Field[Any, Any], vendor: str) -> Adapter | None:
    """What turns a Python value into what the driver stores; None when it can stay as it is."""
    if isinstance(field, AmountField):
        return thousandths_of
    if isinstance(field, JSONField):
        return _json
    if vendor == "sqlite":
        if isinstance(field, DateTimeField):
            return _moment_text
        if isinstance(field, DateField):
            return date.isoformat
        if isinstance(field, DecimalField):
            return str
    return None


def thousandths_of(amount: Decimal | int) -> int:
    return amount * 1000 if isinstance(amount, int) else thousandths(amount)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else "{}" if isinstance(value, dict) else "[]"


def _moment_text(moment: datetime) -> str:
    """As Django writes moments to SQLite: in UTC, without zone."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).replace(tzinfo=None).isoformat(" ")
