"""Intervals, quantiles and survival, small and without dependencies."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist


def wilson(hits: int, n: int, level: float = 0.95) -> tuple[float, float] | None:
    """Wilson's interval of a share; None when n is 0."""
    if n == 0:
        return None
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, spread = hits / n, z * z / n
    middle = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return (0.0 if hits == 0 else low), (1.0 if hits == n else high)


def newcombe(before: tuple[float, float, float], after: tuple[float, float, float]) -> tuple[float, float]:
    """Newcombe's interval of the difference of two figures, each with its own interval: (value, low, high) of both."""
    (was, was_low, was_high), (value, low, high) = before, after
    difference = value - was
    return (
        difference - math.hypot(value - low, was_high - was),
        difference + math.hypot(high - value, was - was_low),
    )


def quantile(values: Iterable[float], p: float) -> float | None:
    """Quantile of type 7 (linear between neighbours, as DuckDB's quantile_cont); None without values."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = (len(ordered) - 1) * p
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def mean_interval(
    mean: float | None, deviation: float | None, n: int, level: float = 0.95
) -> tuple[float, float] | None:
    """Student's interval of a mean, from the sample's standard deviation; None below two values."""
    if n < 2 or mean is None or deviation is None:
        return None
    half = student_quantile(0.5 + level / 2, n - 1) * deviation / math.sqrt(n)
    return mean - half, mean + half


@lru_cache(maxsize=4096)
def student_quantile(p: float, freedom: int) -> float:
    """Quantile of Student's distribution for p of at least one half, to ten digits."""
    low, high = 0.0, 1.0
    while _student_cdf(high, freedom) < p:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_cdf(middle, freedom) < p else (low, middle)
    return (low + high) / 2


def _student_cdf(t: float, freedom: int) -> float:
    return 1 - _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny = 1e-300
    c, d = 1.0, 1 / max(tiny, 1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d or tiny), 1 + even / c or tiny
        fraction *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d or tiny), 1 + odd / c or tiny
        fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * fraction / a


@dataclass(frozen=True, slots=True)
class Survival:
    """A Kaplan–Meier curve: at each time of an event, the share still to come and its pointwise band."""

    times: Sequence[float]
    shares: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]
    at_risk: Sequence[int]

    def quantile(self, p: float = 0.5) -> float | None:
        """First time by which a share p has happened; None when the curve does not get that far."""
        return _first_at_or_below(self.times, self.shares, 1 - p)

    def quantile_interval(self, p: float = 0.5) -> tuple[float | None, float | None]:
        """Times at which the band's lower and upper edge get to that share (None: not reached)."""
        return _first_at_or_below(self.times, self.lows, 1 - p), _first_at_or_below(
            self.times, self.highs, 1 - p
        )

    def share_at(self, time: float) -> float:
        """Share still to come after `time`."""
        place = bisect_right(self.times, time)
        return self.shares[place - 1] if place else 1.0


def _first_at_or_below(times: Sequence[float], shares: Sequence[float], level: float) -> float | None:
    return next((time for time, share in zip(times, shares, strict=True) if share <= level + 1e-12), None)


def kaplan_meier(rows: Iterable[tuple[float, int, int, int]], level: float = 0.95) -> Survival:
    """Kaplan–Meier estimate with Greenwood's band on the log(-log) scale.

    Parameters
    ----------
    rows : (time, entered, happened, left): how many came under watch at this age (0 for most), how many had
        the event at it and how many went out of watch without it. In any order; equal times are added up.
    level : of the pointwise band

    Notes
    -----
    Who comes under watch at an age counts as at risk from just after it; who leaves at the age of an event
    still counts at that event.
    """
    sums: dict[float, list[int]] = {}
    for time, entered, happened, left in rows:
        cell = sums.setdefault(time, [0, 0, 0])
        cell[0] += entered
        cell[1] += happened
        cell[2] += left
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, greenwood, at_risk = 1.0, 0.0, 0
    times, shares, lows, highs, risks = [], [], [], [], []
    for time in sorted(sums):
        entered, happened, left = sums[time]
        if time == 0:
            at_risk, entered = at_risk + entered, 0
        if happened and at_risk:
            share *= 1 - happened / at_risk
            if at_risk > happened:
                greenwood += happened / (at_risk * (at_risk - happened))
            low, high = log_log_band(share, math.sqrt(greenwood), z)
            times.append(time)
            shares.append(share)
            lows.append(low)
            highs.append(high)
            risks.append(at_risk)
        at_risk += entered - happened - left
    return Survival(times, shares, lows, highs, risks)


def log_log_band(share: float, relative_error: float, z: float) -> tuple[float, float]:
    """Band of a share on the log(-log) scale, from its standard error divided by the share."""
    if share <= 0 or share >= 1:
        return share, share
    log = math.log(share)
    half = z * relative_error / abs(log)
    return math.exp(log * math.exp(half)), math.exp(log * math.exp(-half))
