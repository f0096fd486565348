"""Shares of small samples: the share, how sure it is, and which of several was the better one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from siklus.analytics.stats import wilson

ENOUGH = 5  # below so many cases a share says nothing yet
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`, with Wilson's interval."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.n)

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


def ranked(rows: Iterable[tuple[T, Rate]]) -> list[tuple[T, Rate]]:
    """The best first, by the lower end of the interval: two of two do not beat eighty of a hundred.

    Those with too few cases stand behind the others, the more often used first; equal ones stay in their order.
    """

    def place(row: tuple[T, Rate]) -> tuple[bool, float]:
        rate = row[1]
        low = rate.interval[0] if rate.interval else 0.0
        return not rate.is_enough, -low if rate.is_enough else -rate.n

    return sorted(rows, key=place)
