"""What a quota comes to for any span of days: prorated by calendar days, ramped by months since somebody began.

Pure: rows in, an exact amount out. Nothing is rounded before the end, so that two halves of a month add up to the month.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """`amount` for each whole `per` (month, quarter, year), from `from_date` until before `until_date` (None: for good).

    `ramp` holds per cents for the first months since `ramp_from`; after them the quota counts in full.
    """

    amount: Decimal
    per: str
    from_date: date
    until_date: date | None = None
    ramp: Sequence[int] = ()
    ramp_from: date | None = None


def quota_between(rows: Iterable[QuotaRow], first: date, until: date) -> Fraction:
    """The quota of the days from `first` until before `until`, exactly. Days that no row covers count nothing.

    A whole period counts its amount, a part of it the share of its calendar days. Raises ValueError for `until` < `first`.
    """
    if until < first:
        raise ValueError(f"until {until} lies before first {first}")
    total = Fraction(0)
    for row in rows:
        day = max(first, row.from_date)
        end = until if row.until_date is None else min(until, row.until_date)
        while day < end:
            begin, over = period_of(day, row.per)
            stop, percent = _ramp_at(row, day)
            edge = min(end, over, stop)
            share = Fraction((edge - day).days, (over - begin).days)
            total += Fraction(row.amount) * share * percent / 100
            day = edge
    return total


def period_of(day: date, per: str) -> tuple[date, date]:
    """The month, quarter or year around a day: its first day and the first day after it.

    >>> period_of(date(2026, 2, 14), "quarter")
    (datetime.date(2026, 1, 1), datetime.date(2026, 4, 1))
    """
    months = MONTHS[per]
    begin = date(day.year, (day.month - 1) // months * months + 1, 1)
    return begin, months_after(begin, months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), month + 2 if month < 11 else 1, 1)
    return date(year, month + 1, min(day.day, (following - DAY).day))


def _ramp_at(row: QuotaRow, day: date) -> tuple[date, int]:
    """Until when the percentage of a day holds, and what it is."""
    if not row.ramp:
        return date.max, 100
    began = row.ramp_from or row.from_date
    for number, percent in enumerate(row.ramp, 1):
        stop = months_after(began, number)
        if day < stop:
            return stop, percent
    return date.max, 100


def rounded(value: Fraction, digits: int) -> Decimal:
    """To so many decimals, half to even.

    >>> rounded(Fraction(2, 3), 2)
    Decimal('0.67')
    """
    scaled = value * 10**digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    double = 2 * rest
    if double > scaled.denominator or (double == scaled.denominator and whole % 2):
        whole += 1
    return Decimal(f"{whole}E-{digits}")  # exact, however many digits it has


def split(amount: Decimal, shares: Sequence[Decimal], *, digits: int) -> list[Decimal]:
    """An amount over shares in per cent that come to 100, to the last unit: who lost most by rounding gets the rest.

    Raises ValueError when the shares do not come to 100 or one is negative.

    >>> split(Decimal(100), [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")], digits=0)
    [Decimal('34'), Decimal('33'), Decimal('33')]
    """
    if sum(shares) != 100 or any(share < 0 for share in shares):
        raise ValueError("shares are not negative and come to 100 per cent")
    unit = Decimal(1).scaleb(-digits)
    exact = [Fraction(amount) * Fraction(share) / 100 for share in shares]
    floors = [Decimal(int(one * 10**digits // 1)).scaleb(-digits) for one in exact]
    rest = int((amount.quantize(unit) - sum(floors)) / unit)
    order = sorted(range(len(shares)), key=lambda place: (-(exact[place] - Fraction(floors[place])), place))
    for place in order[:rest]:
        floors[place] += unit
    return floors
