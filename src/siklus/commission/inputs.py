"""Events, people and exchange rates from CSV. A problem names the file, the row as a spreadsheet counts it, and the column.

events  id, date; person, or splits as “ani 60; budi 40; citra 20 overlay”; amount (negative for a refund), quantity (1),
        kind (deal), currency (the plan's), deal (links a deal with its payments and cancellation), term_months, note
        kinds with a meaning of their own: payment and cancellation of a deal; adjustment, paid to the person as it is
people  person; from and until (a row for each time something changed), manager, team, quota, quota_per, started_on
rates   date, from, to, rate, source: 1 unit of `from` is `rate` units of `to`, from the date on
Columns of the names that the plan declares are read as it says (number, text, yes_no); all others are left alone.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from siklus.commission.document import exact
from siklus.commission.numbers import WIDE, text
from siklus.commission.periods import MONTHS
from siklus.commission.plan import Plan
from siklus.commission.problems import CommissionError

YES_NO = {
    "yes": True,
    "true": True,
    "1": True,
    "ya": True,
    "no": False,
    "false": False,
    "0": False,
    "tidak": False,
    "": False,
}
ROLES = ("revenue", "overlay")


@dataclass(frozen=True, slots=True)
class Split:
    """One person's share of an event; revenue shares sum to 1, overlay shares come on top."""

    person: str
    share: Fraction
    role: str = "revenue"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and never changes. `amount` is in `currency`; `values` are the names for formulas."""

    id: str
    day: date
    kind: str
    amount: Fraction
    quantity: Fraction
    currency: str
    deal: str
    splits: tuple[Split, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    term_months: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as they were from `first` until before `until` (None: open)."""

    person: str
    first: date | None = None
    until: date | None = None
    manager: str = ""
    team: str = ""
    quota: Fraction | None = None
    quota_per: str = "month"
    started_on: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    day: date
    base: str
    quote: str
    rate: Fraction
    source: str = ""


class CsvRow:
    """One row of a file. What cannot be read is told to `problems` and counts as nothing."""

    def __init__(self, cells: Mapping[str, str], place: str, problems: list[str]) -> None:
        self.cells, self.place, self.problems = cells, place, problems

    def wrong(self, column: str, why: str) -> None:
        self.problems.append(f"{self.place}, column {column}: {why}.")

    def text(self, column: str, needed: bool = False) -> str:
        found = self.cells.get(column, "")
        if needed and not found:
            self.wrong(column, "is empty")
        return found

    def number(self, column: str, default: Fraction | None = None) -> Fraction:
        found = self.cells.get(column, "")
        if not found and default is not None:
            return default
        number = exact(found)
        if number is None:
            self.wrong(
                column,
                f"“{found}” is no number; write it with a point and without separators, as 2500000 or 99.90",
            )
        return number or Fraction(0)

    def day(self, column: str, needed: bool = False) -> date | None:
        found = self.text(column, needed)
        try:
            day = date.fromisoformat(found) if found else None
        except ValueError:
            day = date.min
        if day and not 1900 <= day.year <= 2999:
            self.wrong(column, f"“{found}” is no day; write it as 2027-01-31")
            return None
        return day

    def whole(self, column: str, most: int) -> int:
        found = self.number(column, Fraction(0))
        if found.denominator != 1 or not 0 <= found <= most:
            self.wrong(column, f"must be a whole number from 0 to {most}")
            return 0
        return int(found)

    def yes_no(self, column: str, default: bool = False) -> bool:
        cell = self.cells.get(column, "").lower()
        if cell not in YES_NO:
            self.wrong(column, f"“{cell}” is neither yes nor no")
        return YES_NO.get(cell, False) if cell else default

    def declared(self, names: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, kind in names.items():
            cell = self.cells.get(name, "")
            if kind == "number":
                found[name] = decimal_of(self.number(name, Fraction(0)))
            elif kind == "yes_no":
                found[name] = self.yes_no(name)
            else:
                found[name] = cell
        return found


def decimal_of(value: Fraction) -> Decimal:
    """A number for formulas, which calculate in decimals of 40 digits."""
    return WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))


def read_events(source: str, plan: Plan, name: str = "events") -> list[Event]:
    """The events of a CSV text, in the order (day, id). Raises CommissionError."""
    problems: list[str] = []
    found: dict[str, Event] = {}
    for row in csv_rows(source, name, ("id", "date"), plan.fields, problems):
        event_id, day = row.text("id", needed=True), row.day("date", needed=True)
        kind = row.text("kind") or "deal"
        if event_id in found:
            row.wrong("id", f"“{event_id}” is there twice; each event counts once and needs its own")
        amount = row.number("amount", Fraction(0) if kind == "cancellation" else None)
        quantity = row.number("quantity", Fraction(1))
        currency, deal = row.text("currency") or plan.currency, row.text("deal")
        if kind in ("payment", "cancellation") and not deal:
            row.wrong("deal", f"is empty; a {kind} belongs to a deal")
        term = row.whole("term_months", most=1200)
        values = row.declared(plan.fields) | {
            "amount": decimal_of(amount), "quantity": decimal_of(quantity), "kind": kind, "currency": currency,
            "deal": deal,
        }  # fmt: skip
        splits = () if kind in ("payment", "cancellation") else _splits(row)
        found[event_id] = Event(
            event_id, day or date.min, kind, amount, quantity, currency, deal, splits, values,
            term or None, row.text("note"),
        )  # fmt: skip
    if problems:
        raise CommissionError(problems)
    return sorted(found.values(), key=lambda event: (event.day, event.id))


def _splits(row: CsvRow) -> tuple[Split, ...]:
    written, person = row.text("splits"), row.text("person")
    if bool(written) == bool(person):
        row.wrong("person", "either a person or splits must say whose it is, and not both")
        return ()
    if person:
        return (Split(person, Fraction(1)),)
    splits = []
    for part in written.split(";"):
        words = part.split()
        share = exact(words[1].rstrip("%")) if len(words) in (2, 3) else None
        role = words[2] if len(words) == 3 else "revenue"
        if share is None or share < 0 or role not in ROLES:
            row.wrong(
                "splits", f"“{part.strip()}” cannot be read; write as “ani 60; budi 40; citra 20 overlay”"
            )
            return ()
        splits.append(Split(words[0], share / 100, role))
    revenue = sum((one.share for one in splits if one.role == "revenue"), Fraction(0))
    if revenue != 1:
        row.wrong(
            "splits", f"the revenue shares sum to {text(revenue * 100)}, not to 100; change one of them"
        )
    return tuple(splits)


def read_people(source: str, plan: Plan, name: str = "people") -> list[PersonRow]:
    """The people of a CSV text. Raises CommissionError, also for two rows of a person over the same days."""
    problems: list[str] = []
    found: list[tuple[CsvRow, PersonRow]] = []
    for row in csv_rows(source, name, ("person",), plan.person_fields, problems):
        per = row.text("quota_per") or plan.length
        if per not in MONTHS:
            row.wrong("quota_per", f"“{per}” is not there; write month, quarter or year")
            per = "month"
        quota = row.number("quota") if row.text("quota") else None
        if quota is not None and quota < 0:
            row.wrong("quota", "must not be negative")
        if row.text("currency") not in ("", plan.currency):
            row.wrong(
                "currency", f"pay in another currency than the plan's is not there yet; write {plan.currency}"
            )
        made = PersonRow(
            row.text("person", needed=True), row.day("from"), row.day("until"), row.text("manager"), row.text("team"),
            quota, per, row.day("started_on"), row.declared(plan.person_fields),
        )  # fmt: skip
        for _, other in found:
            if other.person == made.person and _meet(other, made):
                row.wrong(
                    "from",
                    f"“{made.person}” has another row over the same days; end one before the other begins",
                )
                break
        found.append((row, made))
    known = {one.person for _, one in found}
    for row, one in found:
        if one.manager and one.manager not in known:
            row.wrong("manager", f"“{one.manager}” has no row; add one")
    if problems:
        raise CommissionError(problems)
    return [one for _, one in found]


def _meet(one: PersonRow, other: PersonRow) -> bool:
    first = max(one.first or date.min, other.first or date.min)
    return first < min(one.until or date.max, other.until or date.max)


def read_rates(source: str, name: str = "rates") -> list[Rate]:
    """The exchange rates of a CSV text. Raises CommissionError."""
    problems: list[str] = []
    found = []
    for row in csv_rows(source, name, ("date", "from", "to", "rate"), {}, problems):
        rate = row.number("rate")
        if rate <= 0:
            row.wrong("rate", "must be above 0")
        day = row.day("date", needed=True) or date.min
        found.append(
            Rate(day, row.text("from", needed=True), row.text("to", needed=True), rate, row.text("source"))
        )
    if problems:
        raise CommissionError(problems)
    return found


def csv_rows(
    source: str, name: str, needed: tuple[str, ...], declared: Mapping[str, str], problems: list[str]
) -> Iterator[CsvRow]:
    source = source.removeprefix("\ufeff")
    head = source.split("\n", 1)[0]
    try:
        lines = list(
            csv.reader(
                io.StringIO(source), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
            )
        )
    except csv.Error as wrong:
        raise CommissionError(f"{name}: is no readable CSV: {wrong}.") from None
    header = [cell.strip() for cell in lines[0]] if lines else []
    missing = [column for column in (*needed, *declared) if column not in header]
    if missing:
        raise CommissionError(
            f"{name}, row 1: the column {', '.join(missing)} is missing; add it to the head of the file."
        )
    for place, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{name}, row {place}"
        if len(cells) > len(header):
            problems.append(
                f"{where}: has {len(cells)} cells under {len(header)} heads; put texts with a separator in quotes."
            )
            continue
        yield CsvRow(dict(zip(header, [cell.strip() for cell in cells], strict=False)), where, problems)
