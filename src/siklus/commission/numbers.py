"""Exact numbers: fractions inside, rounded once per printed line, and parts that add up to their whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
WIDE = Context(prec=60)
WHOLE_UNITS = frozenset({"IDR", "JPY", "KRW", "VND"})  # paid in whole units, whatever the currency table says


@dataclass(frozen=True, slots=True)
class Rounding:
    """How printed lines are rounded: `half_up` or `half_even`, to `minor_units` decimals."""

    mode: str = "half_up"
    minor_units: int = 2

    def line(self, value: Fraction) -> Decimal:
        """The value of a printed line."""
        scaled = value * 10**self.minor_units
        below = scaled.numerator // scaled.denominator
        rest = scaled - below
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (self._ties_up(below)))
        return Decimal(below + up).scaleb(-self.minor_units, WIDE)

    def _ties_up(self, below: int) -> bool:
        if self.mode == "half_even":
            return below % 2 == 1
        return below >= 0  # half_up rounds away from zero: -2.5 becomes -3

    def shares(self, total: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
        """`total` handed out by weight; the parts sum to it. The rest after rounding down goes to the largest remainders.

        Equal remainders: to the first. Raises ValueError when the weights sum to nothing.
        """
        whole = sum(weights, Fraction(0))
        if not whole:
            raise ValueError("the weights sum to nothing")
        units = int(total.scaleb(self.minor_units, WIDE))
        exact = [Fraction(units) * weight / whole for weight in weights]
        parts = [one.numerator // one.denominator for one in exact]
        order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
        for place in order[: units - sum(parts)]:
            parts[place] += 1
        return [Decimal(part).scaleb(-self.minor_units, WIDE) for part in parts]


def text(value: Fraction | Decimal, places: int = 8) -> str:
    """A number to read: exact when it ends within `places` decimals, otherwise rounded half up to them.

    >>> text(Fraction(14, 15))
    '0.93333333'
    """
    rounded = Rounding(minor_units=places).line(Fraction(value))
    plain = f"{rounded:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def scheduled(total: Decimal, count: int, rounding: Rounding) -> list[Decimal]:
    """`total` in `count` equal instalments by cumulative difference; they sum to it exactly."""
    reached = [rounding.line(Fraction(total) * step / count) for step in range(count + 1)]
    return [later - earlier for earlier, later in pairwise(reached)]
