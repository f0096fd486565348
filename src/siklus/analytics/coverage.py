"""Does the stream of new pipeline suffice for the quota ahead, and is the pipeline that is there enough for the rest?

*Coverage* is open pipeline ÷ (quota − won). *Stream* compares the value newly qualified in the last four weeks with what
the quota needs: what is qualified today is won a sales cycle from now, so it is held against the quota of four weeks
then, divided by the share of value that is won.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ENOUGH_HERE = 20  # so many closed deals before somebody's own win rate is taken instead of the company's
ENOUGH = 5
THIN, DRY = 1.0, 0.75  # of what is needed


class Flow(StrEnum):
    """How the stream stands."""

    UNKNOWN = "unknown"  # no quota, or too few closed deals to know what is needed
    ENOUGH = "enough"
    THIN = "thin"
    DRY = "dry"


@dataclass(frozen=True, slots=True)
class Closed:
    """Deals that ended: how many, their value, and the value of those that were won."""

    n: int = 0
    value: Decimal = Decimal(0)
    won: Decimal = Decimal(0)

    def __add__(self, other: "Closed") -> "Closed":
        return Closed(self.n + other.n, self.value + other.value, self.won + other.won)

    @property
    def share_won(self) -> float | None:
        return float(self.won / self.value) if self.value else None


@dataclass(frozen=True, slots=True)
class Stream:
    """`quota` of four weeks one cycle ahead, `came` in the last four weeks, `share_won` with its `n` and whose it is."""

    quota: Decimal
    came: Decimal
    share_won: float | None
    n: int
    is_own: bool

    @property
    def needed(self) -> Decimal | None:
        """The value to qualify in four weeks; None when nobody can know."""
        if not self.quota or not self.share_won or self.n < ENOUGH:
            return None
        return self.quota / Decimal(self.share_won)

    @property
    def ratio(self) -> float | None:
        return float(self.came / self.needed) if self.needed else None

    @property
    def flow(self) -> Flow:
        ratio = self.ratio
        if ratio is None:
            return Flow.UNKNOWN
        return Flow.ENOUGH if ratio >= THIN else Flow.THIN if ratio >= DRY else Flow.DRY


def stream(*, quota: Decimal, came: Decimal, own: Closed, company: Closed) -> Stream:
    """With the own share of value won where enough deals closed, else with that of the company."""
    is_own = own.n >= ENOUGH_HERE and bool(own.share_won)
    by = own if is_own else company
    return Stream(quota, came, by.share_won, by.n, is_own)


def coverage(*, open_value: Decimal, quota: Decimal, won: Decimal) -> float | None:
    """Open pipeline ÷ (quota − won). None without a quota, or when it is reached.

    >>> coverage(open_value=Decimal(300), quota=Decimal(150), won=Decimal(50))
    3.0
    """
    left = quota - won
    return float(open_value / left) if left > 0 else None
