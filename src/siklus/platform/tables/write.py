"""Reserve ids and insert rows."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateField, DateTimeField, DecimalField, Field, JSONField, Model
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

from siklus.platform.money.fields import AmountField, thousandths

Adapter = Callable[[Any], Any]
M = TypeVar("M", bound=Model)


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
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return list(map(itemgetter(0), cursor.fetchall()))


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values in the order of `columns` (attribute names, `id` among them)."""
    names, adapters = _plan(model, tuple(columns), connection.vendor)
    cells: list[Sequence[Any]] = list(zip(*rows, strict=True))
    if not cells:
        return
    for place, adapt in enumerate(adapters):
        if adapt is not None:
            cells[place] = [None if value is None else adapt(value) for value in cells[place]]
    adapted = list(zip(*cells, strict=True))
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


def insert_one(model: type[Model], columns: Sequence[str], row: Sequence[Any]) -> int:
    """Insert one row of values in the order of `columns` (attribute names without `id`); returns its id."""
    statement, adapters = _statement(model, tuple(columns), connection.vendor, 1)
    with connection.cursor() as cursor:
        cursor.execute(statement + ' RETURNING "id"', _adapted(adapters, row))
        return int(cursor.fetchone()[0])


def insert_few(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert a handful of rows in one statement; the database gives the ids."""
    if rows:
        statement, adapters = _statement(model, tuple(columns), connection.vendor, len(rows))
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for row in rows for value in _adapted(adapters, row)])


def insert_object(one: M) -> M:
    """Insert a new object and give it its id; quicker than `save`, which asks more."""
    columns = _columns(type(one))
    inside = one.__dict__
    inside["id"] = insert_one(type(one), columns, [inside[name] for name in columns])
    one._state.adding, one._state.db = False, connection.alias
    return one


def as_read(one: Model) -> dict[str, Any]:
    """The values of an object as they came, to tell later which ones changed."""
    inside = one.__dict__
    return {
        name: dict(value) if isinstance(value := inside[name], dict) else value
        for name in _columns(type(one))
    }


def update_changed(one: Model, before: dict[str, Any]) -> None:
    """Write the values that are no longer as they were read: indexes of the others are left alone."""
    inside = one.__dict__
    update_row(type(one), one.pk, {name: inside[name] for name, old in before.items() if inside[name] != old})


def update_row(model: type[Model], pk: int, values: dict[str, Any]) -> None:
    """Set columns (attribute names) of one row."""
    if not values:
        return
    names, adapters = _plan(model, tuple(values), connection.vendor)
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(name)} = %s" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE id = %s",  # noqa: S608
            [*_adapted(adapters, list(values.values())), pk],
        )


def update_rows(
    model: type[Model], columns: Sequence[str], rows: Sequence[tuple[int, Sequence[Any]]]
) -> None:
    """Set the same columns (attribute names) of many rows, each to its own values: (id, values)."""
    if not rows:
        return
    names, adapters = _plan(model, tuple(columns), connection.vendor)
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(name)} = %s" for name in names)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[*_adapted(adapters, values), pk] for pk, values in rows])


def _adapted(adapters: Sequence[Adapter | None], row: Sequence[Any]) -> list[Any]:
    return [
        value if value is None or adapt is None else adapt(value)
        for adapt, value in zip(adapters, row, strict=True)
    ]


@lru_cache(maxsize=64)
def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields if not field.primary_key)


@lru_cache(maxsize=256)
def _statement(
    model: type[Model], columns: tuple[str, ...], vendor: str, count: int
) -> tuple[str, list[Adapter | None]]:
    names, adapters = _plan(model, columns, vendor)
    quote = connection.ops.quote_name
    row = f"({', '.join(['%s'] * len(names))})"
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(name) for name in names)})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * count)}", adapters  # noqa: S608


def make(model: type[M], /, **values: Any) -> M:
    """A new object as its class makes it, in a quarter of the time; relations are given as objects, or as ids by `…_id`."""
    plain, fresh, relations = _defaults(model)
    made = model.__new__(model)
    inside = made.__dict__
    state = inside["_state"] = ModelState()
    inside.update(plain)
    for name, default in fresh:
        if name not in values:
            inside[name] = default()
    inside.update(values)
    related = state.__dict__["fields_cache"] = {}
    for name, attname in relations:
        if name in values:
            value = related[name] = inside.pop(name)
            inside[attname] = None if value is None else value.pk
    return made


def relate(made: Model, name: str, related: Model | None) -> None:
    """Set a foreign key of an object as its class does, without the descriptor's checks."""
    made.__dict__[f"{name}_id"] = None if related is None else related.pk
    made._state.fields_cache[name] = related


@lru_cache(maxsize=64)
def _defaults(
    model: type[Model],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]], list[tuple[str, str]]]:
    """Values every new object shares, those made anew for each, and the columns of relations by name."""
    fields = model._meta.concrete_fields
    fresh = {
        field.attname: field.default
        for field in fields
        if callable(field.default) and field.default is not NOT_PROVIDED
    }
    plain = {field.attname: field.get_default() for field in fields if field.attname not in fresh}
    relations = [(field.name, field.attname) for field in fields if field.is_relation]
    return plain, list(fresh.items()), relations


def insert_objects(model: type[Model], objects: Sequence[Any]) -> None:
    """Insert new model objects and give them their ids. Foreign keys are read as ids."""
    if not objects:
        return
    alias = connection.alias
    for pk, one in zip(reserve(model, len(objects)), objects, strict=True):
        inside = one.__dict__
        inside["id"] = pk
        state = inside["_state"]
        state.adding = False
        state.db = alias
    columns = tuple(field.attname for field in model._meta.concrete_fields)
    take = itemgetter(*columns)
    insert(model, columns, [take(one.__dict__) for one in objects])


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


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: Any) -> str:
    return _encode(value) if value else "{}" if isinstance(value, dict) else "[]"


@lru_cache(maxsize=4096)
def _moment_text(moment: datetime) -> str:
    """As Django writes moments to SQLite: in UTC, without zone."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).replace(tzinfo=None).isoformat(" ")
