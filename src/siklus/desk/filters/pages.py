"""Pages of a list by cursor: the rows after, or before, a row. Page one thousand costs what page one does."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, DateTimeField, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from siklus.desk.filters.columns import own_value
from siklus.desk.filters.near import near_groups, within
from siklus.desk.filters.read import Filter

SIZE = 50
WALKED = frozenset({"id", "amount_base", "name"})  # an index gives these orders


@dataclass(frozen=True, slots=True)
class Key:
    """One level of the order; `path` names a column of the query."""

    path: str
    down: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[dict[str, Any]]
    after: str
    before: str


class BadCursor(ValueError):
    """A cursor that this list did not give out."""


def ordered(made: Filter, rows: QuerySet[Any]) -> tuple[QuerySet[Any], list[Key]]:
    """The order of a list: its groups, its sort, and the id, which makes every place unique."""
    keys: list[Key] = []
    if made.group:
        rows, paths = _group_paths(made, rows)
        keys += [Key(path, False, True) for path in paths]
    down = made.sort.startswith("-")
    name = made.sort.removeprefix("-")
    if name != "id":
        column = made.columns[name]
        path = column.sort
        down = not down if column.kind == "days" else down  # most days: entered first
        if column.own:
            rows = rows.alias(sort_own=own_value(column.own.key, column.kind == "number"))
            rows, path = rows.annotate(sort_own=F("sort_own")), "sort_own"
        keys.append(Key(path, down, column.nullable))
    keys.append(Key("id", down, False))
    return rows, keys


def _group_paths(made: Filter, rows: QuerySet[Any]) -> tuple[QuerySet[Any], list[str]]:
    assert made.group is not None
    expression = group_expression(made)
    if expression is not None:
        return rows.annotate(group_key=expression), ["group_key"]
    return rows, list(made.group.order or (made.group.group,))


def group_expression(made: Filter) -> Any:
    """What the groups are computed from when no column holds it: a month, or an own field."""
    assert made.group is not None
    how, colon, path = made.group.group.partition(":")
    if not colon:
        return None
    if how == "own":
        return own_value(path, False)
    field: Any = DateField() if made.group.kind == "date" else DateTimeField()
    return Month(path, output_field=field)


class Month(TruncMonth):
    """The first of the month. On SQLite Django asks Python for every row; where clocks never change we need not."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        text, params = compiler.compile(self.lhs)
        if not isinstance(self.output_field, DateTimeField):
            return f"STRFTIME('%%Y-%%m-01', {text})", params
        minutes = _offset(self.get_tzname() or "UTC")
        if minutes is None:
            return self.as_sql(compiler, connection, **extra)
        return f"STRFTIME('%%Y-%%m-01 00:00:00', {text}, '{minutes:+d} minutes')", params


@lru_cache(maxsize=64)
def _offset(zone: str) -> int | None:
    """Minutes ahead of UTC, for zones that had no other offset since 1990 and know of no other to come."""
    try:
        found = ZoneInfo(zone)
    except (ValueError, OSError):
        return None
    months = (datetime(year, month, 1, tzinfo=UTC) for year in range(1990, 2050) for month in (1, 4, 7, 10))
    offsets = {found.utcoffset(one) for one in months}
    only = offsets.pop()
    return None if offsets or only is None else int(only.total_seconds()) // 60


def page(
    made: Filter,
    values: list[str],
    *,
    after: str = "",
    before: str = "",
    size: int = SIZE,
    rows: QuerySet[Any] | None = None,
    counts: Mapping[Any, int] | None = None,
) -> Page:
    """One page of rows. Raises BadCursor. `counts`, the rows of every group, spare it a look at the groups beyond."""
    rows, keys = ordered(made, made.rows() if rows is None else rows)
    wanted = list(dict.fromkeys(["id", *values, *(key.path for key in keys)]))
    backwards = bool(before) and not after
    cursor = _unpack(after or before, len(keys)) if after or before else None
    walked, apart = keys, keys[0].path not in WALKED
    if counts is not None:
        place = len(keys) - (2 if made.sort.removeprefix("-") != "id" else 1)
        here = cursor[place - 1] if cursor else None
        near = []
        if cursor is None or here is not None:
            near = near_groups(made, counts, here, backwards=backwards, need=size + 1)
        if near:
            rows = rows.filter(within(made, near))
            if len(near) == 1 and cursor is None:  # one group: nothing to order it by
                walked, apart = keys[place:], True
    found = _walk(rows, walked, wanted, cursor, backwards, size + 1, apart=apart)
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    first = cursor_of(found[0], keys) if found and (more if backwards else cursor is not None) else ""
    last = cursor_of(found[-1], keys) if found and (cursor is not None if backwards else more) else ""
    return Page(found, after=last, before=first)


def _walk(
    rows: QuerySet[Any],
    keys: list[Key],
    wanted: list[str],
    cursor: list[Any] | None,
    backwards: bool,
    need: int,
    *,
    apart: bool,
) -> list[dict[str, Any]]:
    """Rows in order, known values of the first key before unknown ones; each part is one walk of an index.

    `apart`: the database sorts many rows, so it carries the keys alone, and reads the rest for a page.
    """
    first = keys[0]
    parts: list[bool | None] = [False, True] if first.nullable else [None]
    if backwards:
        parts.reverse()
    order = [_order(key, backwards) for key in keys]
    found: list[dict[str, Any]] = []
    start = None if cursor is None or not first.nullable else cursor[0] is None
    for part in parts:
        if start is not None and parts.index(start) > parts.index(part):
            continue
        some = rows if part is None else rows.filter(**{f"{first.path}__isnull": part})
        if cursor is not None and part == start:
            some = some.filter(_beyond(keys, cursor, backwards))
            if cursor[0] is not None:
                side = "lte" if first.down != backwards else "gte"
                some = some.filter(**{f"{first.path}__{side}": cursor[0]})
        if part is False:  # nothing is unknown here: a plain order, which an index can give
            order[0] = _order(Key(first.path, first.down, False), backwards)
        inside = order[1:] if part else order
        chosen = some.order_by(*inside)[: need - len(found)]
        if apart:
            chosen = rows.filter(pk__in=chosen.values("pk")).order_by(*inside)
        found += chosen.values(*wanted)
        if len(found) >= need:
            break
    return found


def _order(key: Key, backwards: bool) -> Any:
    path = F(key.path)
    if key.down != backwards:
        return (
            path.desc(nulls_first=True)
            if key.nullable and backwards
            else (path.desc(nulls_last=True) if key.nullable else path.desc())
        )
    return (
        path.asc(nulls_first=True)
        if key.nullable and backwards
        else (path.asc(nulls_last=True) if key.nullable else path.asc())
    )


def _beyond(keys: list[Key], cursor: list[Any], backwards: bool) -> Q:
    """Strictly after the cursor in this order; unknown values stand last."""
    total, same = Q(), Q()
    for key, value in zip(keys, cursor, strict=True):
        total |= same & _past(key, value, backwards)
        same &= Q(**{f"{key.path}__isnull": True}) if value is None else Q(**{key.path: value})
    return total


def _past(key: Key, value: Any, backwards: bool) -> Q:
    nothing = Q(pk__in=[])
    if value is None:
        return Q(**{f"{key.path}__isnull": False}) if backwards else nothing
    where = Q(**{f"{key.path}__{'lt' if key.down != backwards else 'gt'}": value})
    return where | Q(**{f"{key.path}__isnull": True}) if key.nullable and not backwards else where


def cursor_of(row: dict[str, Any], keys: list[Key]) -> str:
    text = json.dumps([_out(row[key.path]) for key in keys], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _out(value: Any) -> Any:
    match value:
        case datetime():
            return {"t": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case Decimal():
            return {"n": str(value)}
    return value


def _unpack(text: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != length or not isinstance(values[-1], int):
            raise BadCursor(text)
        return [_in(value) for value in values]
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise BadCursor(text) from error


def _in(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        readers: dict[str, Any] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}
        return readers[kind](text)
    if isinstance(value, list):
        raise ValueError(value)
    return value
