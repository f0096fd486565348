"""Competing risks: by when a deal is won, lost or left without a decision, while others are still open.

One minus Kaplan–Meier of each outcome alone would promise more than comes: who is lost can no longer be won.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from siklus.analytics.stats import log_log_band


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share to which one cause has happened by each time, with its pointwise band; it never falls."""

    times: Sequence[float]
    shares: Sequence[float]
    errors: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]

    def share_at(self, time: float) -> float:
        """Share by `time`; beyond the last event it stays as it was there."""
        place = bisect_right(self.times, time)
        return self.shares[place - 1] if place else 0.0

    def interval_at(self, time: float) -> tuple[float, float]:
        place = bisect_right(self.times, time)
        return (self.lows[place - 1], self.highs[place - 1]) if place else (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class CompetingRisks:
    """An Aalen–Johansen estimate.

    Attributes
    ----------
    n, censored : how many were watched, and how many of them nothing had happened to
    last : the longest time that anybody was watched; beyond it nothing is known
    causes : the curve of each cause
    counts : how often each happened
    """

    n: int
    censored: int
    last: float
    causes: Mapping[str, Incidence]
    counts: Mapping[str, int]

    def open_at(self, time: float) -> float:
        """Share to which nothing has happened by `time`."""
        return max(0.0, 1 - sum(one.share_at(time) for one in self.causes.values()))


def aalen_johansen(
    rows: Iterable[tuple[float, str | None, int]], *, causes: Sequence[str], level: float = 0.95
) -> CompetingRisks:
    """Cumulative incidence of each cause with its band on the log(-log) scale.

    Parameters
    ----------
    rows : (time, cause or None where it is still open, how many), in any order; equal times are added up
    causes : every cause there can be
    level : of the pointwise bands

    Returns
    -------
    CompetingRisks
        The variance is that of the delta method (Marubini and Valsecchi), ties as they stand.

    Raises
    ------
    ValueError
        For a cause that is not among `causes`, or a negative time.

    Examples
    --------
    >>> found = aalen_johansen([(1, "won", 1), (2, "lost", 1), (3, None, 1), (4, "won", 1)], causes=("won", "lost"))
    >>> found.causes["won"].share_at(4), found.causes["lost"].share_at(4), found.censored
    (0.75, 0.25, 1)
    """
    sums: dict[float, dict[str | None, int]] = {}
    for time, cause, count in rows:
        if cause is not None and cause not in causes:
            raise ValueError(f"{cause!r} is not among the causes {', '.join(causes)}")
        if time < 0:
            raise ValueError(f"a time is not negative: {time}")
        cell = sums.setdefault(time, {})
        cell[cause] = cell.get(cause, 0) + count
    n = sum(sum(cell.values()) for cell in sums.values())
    z = NormalDist().inv_cdf(0.5 + level / 2)
    curves = {cause: _incidence(sums, n, cause, z) for cause in causes}
    counts = {cause: sum(cell.get(cause, 0) for cell in sums.values()) for cause in causes}
    return CompetingRisks(n, n - sum(counts.values()), max(sums, default=0.0), curves, counts)


def _incidence(sums: Mapping[float, Mapping[str | None, int]], n: int, cause: str, z: float) -> Incidence:
    """One cause's curve. Its variance at t sums over the earlier times; the sums are kept so that t can move on."""
    at_risk, surviving, share = n, 1.0, 0.0
    hazard = hazard_share = hazard_square = own = cross = cross_share = 0.0
    points: list[tuple[float, float, float, float, float]] = []
    for time in sorted(sums):
        cell = sums[time]
        any_cause, here = sum(count for key, count in cell.items() if key is not None), cell.get(cause, 0)
        if any_cause:
            share += surviving * here / at_risk
            if at_risk > any_cause:  # at the last one nobody is left, and the curve does not move any more
                step = any_cause / (at_risk * (at_risk - any_cause))
                hazard, hazard_share, hazard_square = (
                    hazard + step,
                    hazard_share + step * share,
                    hazard_square + step * share * share,
                )
            own += surviving**2 * here * (at_risk - here) / at_risk**3
            weight = surviving * here / at_risk**2
            cross, cross_share = cross + weight, cross_share + weight * share
            surviving *= 1 - any_cause / at_risk
        if here:
            variance = (
                share * share * hazard - 2 * share * hazard_share + hazard_square
                + own - 2 * (share * cross - cross_share)
            )  # fmt: skip
            error = math.sqrt(max(0.0, variance))
            low, high = log_log_band(share, error / share, z)
            points.append((time, share, error, low, high))
        at_risk -= sum(cell.values())
    times, shares, errors, lows, highs = ([point[place] for point in points] for place in range(5))
    return Incidence(times, shares, errors, lows, highs)
