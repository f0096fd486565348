"""A filter: read from the address, applied to records, written back into addresses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from siklus.desk.filters.clauses import Clause, WrongFilter, clause, join_values, split_values
from siklus.desk.filters.columns import RECORDS, Column, columns_of
from siklus.desk.filters.lookups import Lookups
from siklus.platform.accounts.models import User
from siklus.records.companies.queries import companies_for
from siklus.records.contacts.queries import contacts_for
from siklus.records.deals.models import Status
from siklus.records.deals.queries import deals_for

SHAPES = ("sort", "group", "cols", "layout", "view")
PLACES = ("after", "before", "column", "into", "field")
SAFE = ",:;!.~-_"
CLOSED = frozenset(Status.values) - {"open"}


@dataclass
class Filter:
    """Which records, in which order, grouped how, with which columns."""

    kind: str
    names: Lookups
    columns: dict[str, Column]
    clauses: list[Clause] = field(default_factory=list)
    any_of: list[list[Clause]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    sort: str = ""
    group: Column | None = None
    shown: list[Column] = field(default_factory=list)
    cols: str = ""
    layout: str = "list"
    view: str = ""

    @property
    def record(self) -> str:
        return RECORDS[self.kind]

    @property
    def is_deals(self) -> bool:
        return self.record == "deal"

    def has(self, key: str) -> Clause | None:
        return next((one for one in self.clauses if one.column.key == key), None)

    def base(self) -> QuerySet[Any]:
        """All records of this list that the viewer may see."""
        if self.record == "company":
            return companies_for(self.names.viewer)
        if self.record == "contact":
            return contacts_for(self.names.viewer)
        deals = deals_for(self.names.viewer)
        reached = self.has("reached")
        if self.kind == "deals" and reached is not None and not reached.is_not:
            return (
                deals  # how far deals came begins when they were leads: those still are belong to the count
            )
        return deals.filter(qualified_at__isnull=self.kind == "leads")

    @cached_property
    def q(self) -> Q:
        """All clauses as one condition. Leads and deals are the open ones unless a status is asked for."""
        total = Q()
        if self.is_deals:
            status = self.has("status")
            if status is None:
                total &= Q(status="open")
            elif not status.is_not and CLOSED.issuperset(status.values):
                total &= Q(closed_at__isnull=False)  # always so; it names the index of what is closed
        for one in self.clauses:
            total &= one.q
        for alternatives in self.any_of:
            either = Q()
            for one in alternatives:
                either |= one.q
            total &= either
        return total

    def rows(self) -> QuerySet[Any]:
        return self._rows.all()

    @cached_property
    def _rows(self) -> QuerySet[Any]:
        return self.base().filter(self.q)

    def pairs(self) -> list[tuple[str, str]]:
        """The filter as parameters, in a fixed order: the same filter has one address."""
        found = [
            (one.column.key, ("!" if one.is_not else "") + join_values(one.values)) for one in self.clauses
        ]
        found += [("any", join_values([_inner(one) for one in group], ";")) for group in self.any_of]
        shape = {
            "sort": self.sort if self.sort != default_sort(self.kind) else "",
            "group": self.group.key if self.group else "",
            "cols": self.cols,
            "layout": self.layout if self.layout != "list" else "",
            "view": self.view,
        }
        return found + [(key, value) for key, value in shape.items() if value]

    def query(self, **changes: str | None) -> str:
        """The query string with some parameters changed; None removes one. Dots are written as `__`."""
        wanted = {key.replace("__", "."): value for key, value in changes.items()}
        pairs = [(key, value) for key, value in self.pairs() if key not in wanted]
        pairs += [(key, value) for key, value in wanted.items() if value]
        return "&".join([_parameter(key, value) for key, value in pairs])

    def without(self, gone: Clause) -> str:
        """The query string without one clause; without a status, leads and deals are the open ones."""
        return self.query(**{gone.column.key.replace(".", "__"): None})

    def without_group(self, gone: list[Clause]) -> str:
        kept = [
            join_values([_inner(one) for one in group], ";") for group in self.any_of if group is not gone
        ]
        query = self.query(any=None)
        return "&".join([query, *(f"any={quote(one, safe=SAFE)}" for one in kept)]).strip("&")

    def narrowed(self) -> str:
        """The conditions alone, for counting and exporting."""
        return self.query(sort=None, group=None, cols=None, layout=None, view=None)


@lru_cache(maxsize=4096)
def _parameter(key: str, value: str) -> str:
    return f"{quote(key, safe='.')}={quote(str(value), safe=SAFE)}"


def _inner(one: Clause) -> str:
    return f"{one.column.key}:{'!' if one.is_not else ''}{join_values(one.values)}"


def default_sort(kind: str) -> str:
    return "name" if kind in {"companies", "contacts"} else "-id"


def read_filter(
    kind: str, query: QueryDict, viewer: User, now: datetime, names: Lookups | None = None
) -> Filter:
    """Read the address of a list. What cannot be read is left out and told in `problems`."""
    names = names or Lookups(viewer, now)
    columns = columns_of(kind, names)
    made = Filter(kind=kind, names=names, columns=columns)
    for key, values in _joined(query).items():
        if key == "any":
            _read_any(made, values)
            continue
        column = columns.get(key)
        if column is None or not column.is_filter:
            made.problems.append(_("There is no filter “%(name)s” here.") % {"name": key[:60]})
            continue
        if one := _attempt(made, column, [part for value in values for part in split_values(value)]):
            made.clauses.append(one)
    _read_shape(made, query)
    return made


def _attempt(made: Filter, column: Column, values: list[str]) -> Clause | None:
    try:
        return clause(column, values, made.kind, made.names)
    except WrongFilter as problem:
        made.problems.append(str(problem))
    return None


def _joined(query: QueryDict) -> dict[str, list[str]]:
    """Parameters by key; what a form sends in parts (`amount.from`, `owner.not`) is put together."""
    found: dict[str, list[str]] = {}
    last = {key: str(query[key]).strip() for key in query}
    for key, values in query.lists():
        if key in SHAPES or key in PLACES or key.endswith((".from", ".to", ".not")):
            continue
        if any(value.strip() for value in values):
            found[key] = [value for value in values if value.strip()]
    for key in query:
        name, dot, part = key.rpartition(".")
        if dot and part == "to" and last[key] and not last.get(f"{name}.from"):
            found.setdefault(name, []).append(join_values([f"..{last[key]}"]))
        if dot and part == "from" and last[key]:
            span = f"{last[key]}..{last.get(f'{name}.to', '')}"
            found.setdefault(name, []).append(join_values([span]))
    for key in query:
        name, dot, part = key.rpartition(".")
        if dot and part == "not" and query[key] and name in found and not found[name][0].startswith("!"):
            found[name][0] = "!" + found[name][0]
    return found


def comes_from_form(query: QueryDict) -> bool:
    """Was this address written by a form, so that a shorter one says the same?"""
    return any(key.endswith((".from", ".to", ".not")) for key in query) or any(
        len(values) > 1 for key, values in query.lists() if key != "any"
    )


def _read_any(made: Filter, values: Iterable[str]) -> None:
    for value in values:
        group = []
        for part in split_values(value, ";"):
            key, _colon, inside = part.partition(":")
            column = made.columns.get(key.strip())
            if column is None:
                made.problems.append(_("There is no filter “%(name)s” here.") % {"name": key[:60]})
            elif one := _attempt(made, column, split_values(inside)):
                group.append(one)
        if group:
            made.any_of.append(group)


def _read_shape(made: Filter, query: QueryDict) -> None:
    sort = query.get("sort", "") or default_sort(made.kind)
    column = made.columns.get(sort.removeprefix("-"))
    if sort.removeprefix("-") != "id" and (column is None or not column.sort):
        made.problems.append(_("This list cannot be sorted by “%(name)s”.") % {"name": sort[:60]})
        sort = default_sort(made.kind)
    made.sort = sort
    if wanted := query.get("group", ""):
        column = made.columns.get(wanted)
        if column is None or not column.group:
            made.problems.append(_("This list cannot be grouped by “%(name)s”.") % {"name": wanted[:60]})
        else:
            made.group = column
    chosen = [made.columns[key] for key in split_values(query.get("cols", "")) if key in made.columns]
    chosen = [one for one in chosen if one.is_shown and one.key != "name"]
    made.shown = [made.columns["name"], *chosen]
    if chosen:
        made.cols = join_values([one.key for one in chosen])
    else:
        made.shown = [one for one in made.columns.values() if one.is_default]
        closed = made.has("status")
        if made.is_deals and closed and closed.values != ("open",):
            made.shown += [made.columns["status"], made.columns["closed"]]
    made.layout = "board" if query.get("layout") == "board" and made.is_deals else "list"
    made.view = query.get("view", "")[:20]
