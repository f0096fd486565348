"""Which groups of a grouped list its next page can reach, so that the database sorts those and not all of them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from siklus.desk.filters.read import Filter


def near_groups(
    made: Filter, counts: Mapping[Any, int], here: Any, *, backwards: bool, need: int
) -> list[Any]:
    """The groups, from the one of the cursor on, that hold the next rows; empty when their order is not known.

    `here` is the group of the cursor, None on the first page. How much of it is left is not known, so that it counts
    for nothing. Groups without a value stand last and are not told apart here.
    """
    order = [key for key in _in_order(made, counts) if key in counts]
    if not order or (here is not None and here not in order):
        return []
    if backwards:
        order.reverse()
    chosen, held = [], 0
    for key in order[order.index(here) if here is not None else 0 :]:
        chosen.append(key)
        held += 0 if key == here else counts[key]
        if held >= need:
            return chosen
    return [] if not backwards and None in counts else chosen


def _in_order(made: Filter, counts: Mapping[Any, int]) -> Iterable[Any]:
    assert made.group is not None
    path = made.group.group
    if path.startswith("month:"):
        return sorted(key for key in counts if key is not None)
    known: dict[str, Iterable[Any]] = {"stage_id": made.names.stages, "owner_id": made.names.people}
    return known.get(path, ())


def within(made: Filter, near: list[Any]) -> Q:
    """The condition for rows of these groups; months become one span that an index can walk."""
    assert made.group is not None
    how, colon, path = made.group.group.partition(":")
    if not colon:
        return Q(**{f"{how}__in": near})
    return Q(**{f"{path}__gte": min(near), f"{path}__lt": _next_month(max(near))})


def _next_month(first: Any) -> Any:
    later: date = (first + timedelta(days=32)).replace(day=1)
    return later
