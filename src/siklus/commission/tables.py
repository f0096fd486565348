"""Tiers. A table has rows from a lower bound, without gaps: half-open `[from, next from)`, the last one without end."""

from dataclasses import dataclass
from fractions import Fraction

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one tier paid: `amount` of the axis in it, at `rate`."""

    begin: Fraction
    end: Fraction | None
    rate: Fraction
    amount: Fraction
    pay: Fraction


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` of (from, rate) with the first from 0; for `interpolated` a row's rate is the amount of the whole tier.

    mode      marginal: each tier's rate on the part within it; retroactive: the rate of the tier reached on everything;
              interpolated: each tier's amount by the share of it that is covered, `top` ending the last one
    boundary  upper: a value equal to a bound is in the tier above it; lower: in the one below (only retroactive feels it)
    """

    rows: tuple[tuple[Fraction, Fraction], ...]
    mode: str = "marginal"
    boundary: str = "upper"
    top: Fraction | None = None

    def pay(self, total: Fraction, base: Fraction | None = None) -> Fraction:
        """What `total` has earned altogether. Retroactive rates go on `base` (an amount, where tiers count deals)."""
        return sum((piece.pay for piece in self.pieces(ZERO, total, base)), ZERO)

    def pieces(self, start: Fraction, more: Fraction, base: Fraction | None = None) -> list[Piece]:
        """The pieces of `more` on top of `start`. Negative `more` (a refund) gives the same pieces with the sign turned.

        For a retroactive table: one piece, everything at the rate reached; what was earned before is not subtracted.
        """
        if self.mode == "retroactive":
            total = start + more
            begin, end, rate = self._reached(total)
            basis = total if base is None else base
            return [Piece(begin, end, rate, basis, rate * basis)]
        low, high, sign = (start, start + more, 1) if more >= 0 else (start + more, start, -1)
        found = []
        for begin, end, rate in self._tiers():
            bottom = None if begin == 0 else begin  # below zero counts in the first tier
            part = _overlap(low, high, bottom, end)
            if part:
                each = rate / (end - begin) if self.mode == "interpolated" and end is not None else rate
                found.append(Piece(begin, end, rate, sign * part, sign * part * each))
        return found

    def reached(self, total: Fraction) -> list[tuple[Fraction, Fraction]]:
        """The rows whose bound is reached, lowest first."""
        if self.boundary == "upper":
            return [row for row in self.rows if total >= row[0]]
        return [row for row in self.rows if total > row[0]]

    def scaled(self, factor: Fraction) -> "Table":
        """The same tiers with their bounds times `factor`: of attainment times quota, amounts."""
        rows = tuple((begin * factor, rate) for begin, rate in self.rows)
        return Table(rows, self.mode, self.boundary, None if self.top is None else self.top * factor)

    def _tiers(self) -> list[tuple[Fraction, Fraction | None, Fraction]]:
        ends = [begin for begin, _ in self.rows[1:]] + [self.top]
        return [(begin, end, rate) for (begin, rate), end in zip(self.rows, ends, strict=True)]

    def _reached(self, total: Fraction) -> tuple[Fraction, Fraction | None, Fraction]:
        place = max(len(self.reached(total)) - 1, 0)
        return self._tiers()[place]


def _overlap(low: Fraction, high: Fraction, begin: Fraction | None, end: Fraction | None) -> Fraction:
    bottom = low if begin is None else max(low, begin)
    top = high if end is None else min(high, end)
    return max(top - bottom, ZERO)
