"""The algebra of history: a life as a row of spans that touch, and what a change does to it. No database here.

A life is a list of spans in order: the first opens at creation, each ends where the next begins, the last has no
end. A change at a moment splits the span that covers it. Values changed in the past hold until the moment where
somebody set them anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any


class BeforeTheBeginning(ValueError):
    """A change dated before the life began."""


@dataclass(frozen=True)
class Span:
    """Values that held from `start` until before `end` (None: still). `key` is the stored row, if any."""

    start: datetime
    end: datetime | None
    values: Mapping[str, Any]
    key: int | None = None

    def covers(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)


def begin(at: datetime, values: Mapping[str, Any]) -> list[Span]:
    return [Span(at, None, dict(values))]


def change(life: Sequence[Span], at: datetime, values: Mapping[str, Any]) -> list[Span]:
    """The life after these values were set at this moment, which may lie in the past.

    Spans that stay as they were keep their key; new or altered ones have none. Raises BeforeTheBeginning.
    """
    if at < life[0].start:
        raise BeforeTheBeginning(at)
    last = life[-1]
    if at >= last.start:
        if not _differs(last, values):
            return list(life)
        return [*life[:-1], replace(last, end=at), Span(at, None, {**last.values, **values})]
    position = max(index for index, span in enumerate(life) if span.start <= at)
    covering = life[position]
    if not _differs(covering, values):
        return list(life)
    after = [
        *life[:position],
        Span(covering.start, at, covering.values),
        Span(at, covering.end, {**covering.values, **values}),
    ]
    pending = {key: covering.values[key] for key in values}
    for span in life[position + 1 :]:
        for key in [key for key, old in pending.items() if span.values[key] != old]:
            del pending[key]
        new = {key: values[key] for key in pending if values[key] != span.values[key]}
        after.append(Span(span.start, span.end, {**span.values, **new}) if new else span)
    return after


def value_at(life: Sequence[Span], moment: datetime) -> Mapping[str, Any] | None:
    """The values at a moment; None before the life began."""
    for span in life:
        if span.covers(moment):
            return span.values
    return None


def problems(life: Sequence[Span]) -> list[str]:
    """What is wrong with a life: gaps, overlaps, a missing or second open end."""
    if not life:
        return ["no interval"]
    found = []
    for before, after in pairwise(life):
        if before.end is None:
            found.append(f"an open interval from {before.start} is not the last")
        elif before.end != after.start:
            found.append(f"gap or overlap between {before.end} and {after.start}")
    if life[-1].end is not None:
        found.append("no open interval")
    return found


def _differs(span: Span, values: Mapping[str, Any]) -> bool:
    return any(span.values[key] != value for key, value in values.items())
