"""A figure beside the same figure one window earlier, and whether the difference is more than noise."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import ibis.expr.types as ir

from siklus.analytics.kpis import Kpi, Where, Window, _plain


@dataclass(frozen=True, slots=True)
class Comparison:
    """`now` and `before`, two windows of equal length.

    Attributes
    ----------
    windows : the window counted now and the one before, plain moments in UTC
    difference : now − before; None when one of them is not known
    low, high : 95 % interval of the difference; None for a figure without an interval of its own
    """

    now: Kpi
    before: Kpi
    windows: tuple[tuple[datetime, datetime], tuple[datetime, datetime]]
    difference: Any
    low: float | None
    high: float | None

    @property
    def is_within_noise(self) -> bool | None:
        """The interval holds zero: chance alone may have made the difference. None when that cannot be told."""
        return Difference(self.difference, self.low, self.high).is_within_noise


def compare(
    figure: Callable[..., Kpi], table: ir.Table, *, as_of: datetime, window: Window, where: Where = None
) -> Comparison:
    """Work a figure out for a window and for the one of equal length right before it.

    Parameters
    ----------
    figure : a function of `kpis`
    table, as_of, where : as the figure takes them
    window : when it reaches beyond `as_of`, only so much of the earlier one counts as has passed of this one: the
        first ten days of a month are held against the first days of the window before, not against all of it

    Returns
    -------
    Comparison
        The interval is made from those of both figures (square and add, Newcombe), so it needs no further assumption.

    Raises
    ------
    ValueError
        Without a window, or for one that had not begun at `as_of`.

    Examples
    --------
    >>> from siklus.analytics import examples, kpis
    >>> quarter = (datetime(2026, 4, 1), datetime(2026, 7, 1))
    >>> found = compare(kpis.win_rate, examples.deals(), as_of=examples.NOW, window=quarter)
    >>> print(f"{found.difference:+.3f}, from {found.low:+.3f} to {found.high:+.3f}: {found.is_within_noise}")
    +0.068, from -0.049 to +0.199: True
    """
    if window is None:
        raise ValueError("a comparison needs a window")
    begin, until, seen = (_plain(moment) for moment in (*window, as_of))
    if begin >= seen:
        raise ValueError(f"the window begins at {begin}, after {seen}")
    length, passed = until - begin, min(until, seen) - begin
    windows = (begin, begin + passed), (begin - length, begin - length + passed)
    now, before = (
        figure(table, as_of=min(seen, one[1]), window=one, where=where) for one in windows
    )  # fmt: skip
    change = difference_of((now.value, now.low, now.high), (before.value, before.low, before.high))
    return Comparison(now, before, windows, change.value, change.low, change.high)


@dataclass(frozen=True, slots=True)
class Difference:
    """Now − before, with its 95 % interval where both values have one."""

    value: Any
    low: float | None
    high: float | None

    @property
    def is_within_noise(self) -> bool | None:
        """The interval holds zero. None when that cannot be told."""
        if self.low is None or self.high is None:
            return None
        return self.low <= 0 <= self.high


Bounded: TypeAlias = tuple[Any, float | None, float | None]


def difference_of(now: Bounded, before: Bounded) -> Difference:
    """The difference of two values, each with the ends of its own interval (None without one).

    >>> difference_of((0.5, 0.4, 0.6), (0.3, 0.2, 0.4)).is_within_noise
    False
    """
    (value, now_low, now_high), (was, was_low, was_high) = now, before
    if value is None or was is None:
        return Difference(None, None, None)
    if now_low is None or now_high is None or was_low is None or was_high is None:
        return Difference(value - was, None, None)
    plain, plain_was = float(value), float(was)
    difference = plain - plain_was
    return Difference(
        value - was,
        difference - math.hypot(plain - now_low, was_high - plain_was),
        difference + math.hypot(now_high - plain, plain_was - was_low),
    )
