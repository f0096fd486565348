"""Months, quarters and years, written `2027-01`, `2027-Q1`, `2027`; days from `first` until before `until`."""

import re
from dataclasses import dataclass
from datetime import date

from siklus.commission.problems import CommissionError

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` until before `until`; `name` as it is written."""

    first: date
    until: date
    name: str

    def has(self, day: date) -> bool:
        return self.first <= day < self.until

    @property
    def months(self) -> int:
        return month_number(self.until) - month_number(self.first)

    @property
    def length(self) -> str:
        return {1: "month", 3: "quarter", 12: "year"}[self.months]


def period_named(name: str) -> Period:
    """Reads `2027-01`, `2027-Q1` or `2027`. Raises CommissionError for anything else."""
    found = re.fullmatch(r"((?:19|2\d)\d{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", name)
    if not found:
        raise CommissionError(
            f"“{name}” is no period: write a month as 2027-01, a quarter as 2027-Q1 or a year as 2027."
        )
    year, quarter, month = found.groups()
    if month:
        begin, months = date(int(year), int(month), 1), 1
    elif quarter:
        begin, months = date(int(year), int(quarter) * 3 - 2, 1), 3
    else:
        begin, months = date(int(year), 1, 1), 12
    return Period(begin, months_after(begin, months), name)


def around(day: date, length: str) -> Period:
    """The month, quarter or year around a day."""
    months = MONTHS[length]
    begin = date(day.year, (day.month - 1) // months * months + 1, 1)
    name = {1: f"{begin:%Y-%m}", 3: f"{begin.year}-Q{(begin.month + 2) // 3}", 12: f"{begin.year}"}[months]
    return Period(begin, months_after(begin, months), name)


def months_after(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = month_number(day) + months
    return date(number // 12, number % 12 + 1, 1)


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def whole_months(first: date, until: date) -> int:
    """How many whole months lie between two days."""
    return month_number(until) - month_number(first) - (until.day < first.day)
