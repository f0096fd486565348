"""How good stated chances were: the Brier score, beside the score of always saying the base rate, and steps of chance."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from siklus.analytics.rates import Rate

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
ENOUGH = 20  # decided cases below which a score says nothing yet


@dataclass(frozen=True, slots=True)
class Step:
    """The cases whose stated chance lay in one step: what was said on average, and what happened."""

    low: float
    high: float
    said: float
    happened: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """Stated chances against what happened.

    Attributes
    ----------
    n : decided cases
    said, happened : mean of the stated chances, and the share that happened with its interval
    brier : mean squared distance between chance and outcome (0 is perfect); None without cases
    naive : the same for always saying the share that happened
    steps : by stated chance, those without cases left out
    """

    n: int
    said: float | None
    happened: Rate
    brier: float | None
    naive: float | None
    steps: Sequence[Step]

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def skill(self) -> float | None:
        """1 − Brier ÷ naive: above 0 it is better than the base rate. None when nothing can be told."""
        if self.brier is None or not self.naive:
            return None
        return 1 - self.brier / self.naive

    @property
    def lean(self) -> float | None:
        """Said minus happened: above 0 too hopeful."""
        if self.said is None or self.happened.value is None:
            return None
        return self.said - self.happened.value


def calibration(cases: Iterable[tuple[float, bool]], *, edges: Sequence[float] = EDGES) -> Calibration:
    """Judge (chance from 0 to 1, whether it happened) pairs. Raises ValueError for a chance outside."""
    known = list(cases)
    if any(not 0 <= chance <= 1 for chance, _happened in known):
        raise ValueError("a chance lies between 0 and 1")
    n, hits = len(known), sum(happened for _chance, happened in known)
    happened = Rate(hits, n)
    brier = sum((chance - hit) ** 2 for chance, hit in known) / n if n else None
    naive = happened.value * (1 - happened.value) if happened.value is not None else None
    steps = []
    for low, high in itertools.pairwise(edges):
        inside = [one for one in known if low <= one[0] < high or (one[0] == high == edges[-1])]
        if inside:
            mean = sum(chance for chance, _hit in inside) / len(inside)
            steps.append(Step(low, high, mean, Rate(sum(hit for _chance, hit in inside), len(inside))))
    said = sum(chance for chance, _hit in known) / n if n else None
    return Calibration(n, said, happened, brier, naive, steps)
