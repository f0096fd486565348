"""The score of a qualification. It knows no database and no Django."""

from collections.abc import Iterable
from dataclasses import dataclass

FULL = 2  # the verdict that means: met


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion as the score sees it: its weight, and `verdict` 0, 1 or 2, None while nobody knows."""

    weight: int
    verdict: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """`percent` of the weight that is met, halves for partly, what is not known for nothing; rounded down."""

    percent: int
    answered: int
    of: int


def score(judged: Iterable[Judged]) -> Score:
    """The share of the weight that is met. Without criteria it is 0 of 0."""
    rows = list(judged)
    weight = sum(row.weight for row in rows) * FULL
    met = sum(row.weight * (row.verdict or 0) for row in rows)
    answered = sum(row.verdict is not None for row in rows)
    return Score(met * 100 // weight if weight else 0, answered, len(rows))
