"""People as they were on a day: which row holds, who reports to whom, and a person's quota for a window of days."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from siklus.commission.inputs import PersonRow
from siklus.commission.periods import Period, around, month_number, months_after
from siklus.commission.plan import Quota
from siklus.commission.problems import CommissionError

DAY = timedelta(days=1)


class Staff:
    """The people of a calculation; without rows (`given` False) everybody is known and nobody has a quota or a manager."""

    def __init__(self, rows: Iterable[PersonRow]) -> None:
        self._rows: dict[str, list[PersonRow]] = {}
        for row in sorted(rows, key=lambda row: row.first or date.min):
            self._rows.setdefault(row.person, []).append(row)
        self.given = bool(self._rows)

    def names(self) -> list[str]:
        return sorted(self._rows)

    def on(self, person: str, day: date) -> PersonRow:
        """The row of a person on a day. Raises CommissionError when there is none."""
        for row in self._rows.get(person, []):
            if (row.first or date.min) <= day < (row.until or date.max):
                return row
        if self.given:
            raise CommissionError(
                f"people: “{person}” has no row for {day}; add one, or credit somebody else."
            )
        return PersonRow(person)

    def latest(self, person: str, window: Period) -> PersonRow | None:
        """The last row of a person that touches a window."""
        touching = [row for row in self._rows.get(person, []) if _touches(row, window)]
        if not self.given:
            return PersonRow(person)
        return touching[-1] if touching else None

    def above(self, person: str, day: date, depth: str) -> Iterator[str]:
        """The managers of a person on a day: the direct one, or all up the line. Raises CommissionError for a circle."""
        seen = {person}
        while self.given and (manager := self.on(person, day).manager):
            if manager in seen:
                raise CommissionError(
                    f"people: on {day} “{manager}” reports to themselves, by others; break the circle."
                )
            seen.add(manager)
            yield manager
            if depth == "direct":
                return
            person = manager

    def reports(self, manager: str, window: Period, depth: str) -> list[str]:
        """Who reports to a manager at the end of a window."""
        found = []
        for person in self.names():
            row = self.latest(person, window)
            if row:
                day = min(row.until or date.max, window.until) - DAY
                if manager in self.above(person, day, depth):
                    found.append(person)
        return found

    def presence(self, person: str, window: Period) -> Fraction:
        """Which share of a window's days a person is there; all of it where no people are given."""
        if not self.given:
            return Fraction(1)
        days = sum(_days(row, window) for row in self._rows.get(person, []))
        return Fraction(days, (window.until - window.first).days)

    def quota(self, person: str, window: Period, how: Quota) -> Fraction | None:
        """A person's quota for a window, exactly; None when no row has one.

        Each calendar month counts the quota of the rows in force, its season and its ramp. `days` counts the days that a
        row covers; `months` a month in which a row covers at least half of the days; `none` the whole window.
        """
        rows = [row for row in self._rows.get(person, []) if row.quota is not None and _touches(row, window)]
        if not rows:
            return None
        total, month = Fraction(0), window.first
        while month < window.until:
            span = Period(month, months_after(month, 1), "")
            for row, days in _parts(rows, span, how.proration):
                total += _month(row, span, how) * Fraction(days, (span.until - span.first).days)
            month = span.until
        return total


def _parts(rows: list[PersonRow], span: Period, proration: str) -> Iterator[tuple[PersonRow, int]]:
    length = (span.until - span.first).days
    covered = [(row, _days(row, span)) for row in rows]
    if proration == "days":
        yield from covered
        return
    there = [(row, days) for row, days in covered if days]
    if proration == "none" and not there:
        before = [row for row in rows if row.until and row.until <= span.first]
        yield (before or rows)[-1 if before else 0], length
    elif there and (proration == "none" or sum(days for _, days in there) * 2 >= length):
        yield there[-1][0], length


def _month(row: PersonRow, span: Period, how: Quota) -> Fraction:
    """What a row asks for in a whole calendar month: the month's share of the quarter or year, or of its season."""
    assert row.quota is not None
    unit, amount = around(span.first, row.quota_per), row.quota
    if how.season:
        part = around(span.first, "quarter" if len(how.season) == 4 else "month")
        place = (part.first.month - 1) * len(how.season) // 12
        if row.quota_per != "year":
            raise CommissionError(
                f"people: the quota of “{row.person}” is per {row.quota_per}, but the plan's season needs a year's."
            )
        unit, amount = part, amount * how.season[place]
    if how.proration == "days":
        amount *= Fraction((span.until - span.first).days, (unit.until - unit.first).days)
    else:
        amount /= unit.months
    if how.ramp and row.started_on:
        step = month_number(span.first) - month_number(row.started_on)
        if 0 <= step < len(how.ramp):
            amount *= how.ramp[step]
    return amount


def _days(row: PersonRow, span: Period) -> int:
    first, until = max(row.first or date.min, span.first), min(row.until or date.max, span.until)
    return max((until - first).days, 0)


def _touches(row: PersonRow, window: Period) -> bool:
    return _days(row, window) > 0
