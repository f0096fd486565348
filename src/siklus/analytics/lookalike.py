"""What the best have that the rest do not: shares, lift, and how sure the difference is.

An association in the past, counted: nothing here says that a value causes success.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

from siklus.analytics.stats import quantile

ENOUGH_HITS = 5  # best ones that have the value
ENOUGH_KNOWN = 10  # on either side, those whose value is known
MOST_VALUES = 40  # of one attribute that are looked at: the commonest
Value = str | bool | float | int | Decimal | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """One value or range: how many of the best and of the rest have it, of those where it is known.

    `values` is one text, or the two ends of a range, closed on both sides. `odds` is the interval of the odds ratio at
    95 %, widened for as many values as were looked at in the attribute (Bonferroni).
    """

    attribute: str
    operator: str
    values: tuple[str, ...]
    best_hits: int
    best_n: int
    rest_hits: int
    rest_n: int
    odds: tuple[float, float]

    @property
    def best_share(self) -> float:
        return self.best_hits / self.best_n if self.best_n else 0.0

    @property
    def rest_share(self) -> float:
        return self.rest_hits / self.rest_n if self.rest_n else 0.0

    @property
    def lift(self) -> float | None:
        """Share among the best over the share among the rest; None when none of the rest has it."""
        return self.best_share / self.rest_share if self.rest_hits else None

    @property
    def is_enough(self) -> bool:
        return self.best_hits >= ENOUGH_HITS and min(self.best_n, self.rest_n) >= ENOUGH_KNOWN

    @property
    def is_clear(self) -> bool:
        """Is the difference larger than chance makes?"""
        return self.is_enough and self.odds[0] > 1


def odds_interval(
    a: int, n: int, b: int, m: int, *, looked_at: int = 1, level: float = 0.95
) -> tuple[float, float]:
    """Interval of the odds ratio of a of n against b of m (Woolf's, with one half added to each cell)."""
    cells = a + 0.5, n - a + 0.5, b + 0.5, m - b + 0.5
    middle = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = NormalDist().inv_cdf(1 - (1 - level) / (2 * max(1, looked_at))) * math.sqrt(
        sum(1 / one for one in cells)
    )
    return math.exp(middle - half), math.exp(middle + half)


def contrasts(
    best: Sequence[Mapping[str, Value]], rest: Sequence[Mapping[str, Value]], kinds: Mapping[str, str]
) -> list[Contrast]:
    """Compare the best with the rest, attribute by attribute; the best evidence first.

    Parameters
    ----------
    best, rest : one mapping of values for each company; missing, None and "" are unknown
    kinds : attribute → "number" or "category"; a category's value may be a list of several

    Returns
    -------
    Of a category every value that one of the best has, of a number its best range between quartiles of all. Those with
    too few cases stand last, whatever they promise.
    """
    found: list[Contrast] = []
    for attribute, kind in kinds.items():
        ours = [one[attribute] for one in best if _known(one.get(attribute))]
        theirs = [one[attribute] for one in rest if _known(one.get(attribute))]
        if not ours:
            continue
        if kind == "number":
            found += _ranges(attribute, [float(v) for v in ours], [float(v) for v in theirs])  # type: ignore[arg-type]
        else:
            found += _values(attribute, ours, theirs)
    return sorted(found, key=lambda one: (not one.is_enough, -one.odds[0], one.attribute, one.values))


def _known(value: Value) -> bool:
    return value is not None and value != "" and value != []


def _words(value: Value) -> Iterator[str]:
    """The values of a cell as they are counted, each once: a list has several, yes and no are words."""
    if isinstance(value, bool):
        yield "yes" if value else "no"
    elif isinstance(value, list | tuple):
        yield from dict.fromkeys(str(one) for one in value)
    else:
        yield " ".join(str(value).split())


def _values(attribute: str, ours: Sequence[Value], theirs: Sequence[Value]) -> Iterator[Contrast]:
    spelled: dict[str, Counter[str]] = {}
    counts = Counter[str](), Counter[str]()
    for count, values in zip(counts, (ours, theirs), strict=True):
        for value in values:
            for word in _words(value):
                count[word.casefold()] += 1
                spelled.setdefault(word.casefold(), Counter())[word] += 1
    looked_at = counts[0].most_common(MOST_VALUES)
    for key, hits in looked_at:
        word = spelled[key].most_common(1)[0][0]
        yield _contrast(
            attribute, "one_of", (word,), hits, len(ours), counts[1][key], len(theirs), len(looked_at)
        )


def _ranges(attribute: str, ours: list[float], theirs: list[float]) -> Iterator[Contrast]:
    everybody = sorted(ours + theirs)
    edges = [everybody[0], *(quantile(everybody, p) or 0.0 for p in (0.25, 0.5, 0.75)), everybody[-1]]
    runs = [
        (edges[low], edges[high]) for low in range(4) for high in range(low + 1, 5) if (low, high) != (0, 4)
    ]
    runs = sorted(
        {(math.ceil(low), math.floor(high)) for low, high in runs if math.ceil(low) < math.floor(high)}
    )
    rows = []
    for low, high in runs:
        hits = [sum(low <= value <= high for value in values) for values in (ours, theirs)]
        ends = tuple(format(one, "d") for one in (low, high))
        rows.append(
            _contrast(attribute, "between", ends, hits[0], len(ours), hits[1], len(theirs), len(runs))
        )
    if rows:
        yield max(rows, key=lambda one: (one.is_enough, one.odds[0], one.best_hits))


def _contrast(
    attribute: str, operator: str, values: tuple[str, ...], a: int, n: int, b: int, m: int, looked_at: int
) -> Contrast:
    return Contrast(attribute, operator, values, a, n, b, m, odds_interval(a, n, b, m, looked_at=looked_at))
