"""Costs of obtaining a contract (ASC 340-40, IFRS 15.91–94): what becomes an asset, and how it is spread over the months.

Only incremental costs are capitalised: those there would not be without the contract. An asset is spread evenly over its
term; where a commission on renewals is not commensurate with it, over the expected renewals too. The months are rounded
by cumulative difference, so that they sum to the asset.

Columns: id, date, amount, incremental, term_months; expected_renewal_months, commensurate (yes, unless said).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from siklus.commission.inputs import csv_rows
from siklus.commission.ledger import ZERO
from siklus.commission.numbers import Rounding, scheduled
from siklus.commission.periods import around, months_after
from siklus.commission.problems import CommissionError


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost on a day. `months` is the benefit period of an incremental one, its first month that of the day."""

    id: str
    day: date
    amount: Fraction
    is_incremental: bool
    months: int


@dataclass(frozen=True, slots=True)
class Spread:
    """What the costs come to: `schedule` has (period, amortised, carrying value at its end) for each month or year."""

    capitalised: Decimal
    expensed: Decimal
    schedule: list[tuple[str, Decimal, Decimal]]

    def as_json(self) -> dict[str, Any]:
        names = ("period", "amortised", "carrying")
        rows = [
            dict(zip(names, (name, f"{part:f}", f"{left:f}"), strict=True))
            for name, part, left in self.schedule
        ]
        return {"capitalised": f"{self.capitalised:f}", "expensed": f"{self.expensed:f}", "schedule": rows}


def read_costs(source: str, name: str = "costs") -> list[Cost]:
    """The costs of a CSV text. Raises CommissionError."""
    problems: list[str] = []
    found = []
    for row in csv_rows(source, name, ("id", "date", "amount", "incremental", "term_months"), {}, problems):
        amount = row.number("amount")
        if amount < 0:
            row.wrong("amount", "must not be negative")
        incremental, commensurate = row.yes_no("incremental"), row.yes_no("commensurate", default=True)
        term = row.whole("term_months", most=1200)
        renewals = 0 if commensurate else row.whole("expected_renewal_months", most=1200)
        if incremental and not term:
            row.wrong("term_months", "is missing; an incremental cost is spread over its term")
        day = row.day("date", needed=True) or date.min
        found.append(Cost(row.text("id", needed=True), day, amount, incremental, term + renewals))
    if problems:
        raise CommissionError(problems)
    return found


def spread(costs: Iterable[Cost], rounding: Rounding, per: str = "month", expense_within: int = 0) -> Spread:
    """The assets of the costs, month by month or year by year. Assets of at most `expense_within` months are expensed
    (the standards allow it up to 12)."""
    capitalised, expensed = ZERO, ZERO
    parts: dict[str, Decimal] = {}
    first: dict[str, date] = {}
    added: dict[str, Decimal] = {}
    for cost in costs:
        amount = rounding.line(cost.amount)
        if not cost.is_incremental or cost.months <= expense_within:
            expensed += amount
            continue
        capitalised += amount
        begun = around(cost.day, per).name
        added[begun] = added.get(begun, ZERO) + amount
        for step, part in enumerate(scheduled(amount, cost.months, rounding)):
            period = around(months_after(cost.day, step), per)
            parts[period.name] = parts.get(period.name, ZERO) + part
            first[period.name] = period.first
    schedule, carrying = [], ZERO
    for name in sorted(parts, key=lambda name: first[name]):
        carrying += added.get(name, ZERO) - parts[name]
        schedule.append((name, parts[name], carrying))
    return Spread(capitalised, expensed, schedule)
