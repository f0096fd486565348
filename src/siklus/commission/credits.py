"""Credits: what an event counts for each person, in the plan's currency, with the exchange rate and its source kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from siklus.commission.expressions import Formula, FormulaError
from siklus.commission.inputs import Event, PersonRow, Rate
from siklus.commission.plan import Measure
from siklus.commission.problems import CommissionError
from siklus.commission.staff import Staff


@dataclass(frozen=True, slots=True)
class Credit:
    """`amount` is what the measure counts of the event for `person`."""

    event: Event
    person: str
    share: Fraction
    role: str
    amount: Fraction
    rate: Fraction | None = None
    source: str = ""
    by: str = ""  # whose credit it was, where it rolled up to a manager


class Rates:
    """Exchange rates by day. `of` gives the one in force: the last on or before the day."""

    def __init__(self, rates: Iterable[Rate], currency: str) -> None:
        self.currency = currency
        self._rates = sorted(rates, key=lambda one: one.day)

    def of(self, event: Event) -> tuple[Fraction | None, str]:
        """The rate of an event into the plan's currency and its source; (None, "") within it. Raises CommissionError."""
        if event.currency == self.currency:
            return None, ""
        found = None
        for one in self._rates:
            if (one.base, one.quote) == (event.currency, self.currency) and one.day <= event.day:
                found = one
        if found is None:
            raise CommissionError(
                f"rates: there is none from {event.currency} to {self.currency} on or before {event.day}, which event"
                f" “{event.id}” needs; add a row."
            )
        return found.rate, f"{found.source or 'rates'}, {found.day}"


def credits_of(measure: Measure, events: Iterable[Event], staff: Staff, rates: Rates) -> list[Credit]:
    """The direct credits of the events that a measure counts, in the events' order. Raises CommissionError."""
    found = []
    for event in events:
        if event.kind not in measure.kinds:
            continue
        for split in event.splits:
            row = staff.on(split.person, event.day)
            if measure.when and not asked(measure.when, event, row):
                continue
            amount, rate, source = _measured(measure, event, row, rates)
            weight = Fraction(asked(measure.weight, event, row)) if measure.weight else Fraction(1)
            found.append(
                Credit(
                    event, split.person, split.share, split.role, amount * split.share * weight, rate, source
                )
            )
    return found


def rolled_up(credits: Iterable[Credit], staff: Staff, depth: str) -> list[Credit]:
    """The credits of managers: of each direct credit one for who was above the person on the event's day."""
    return [
        Credit(one.event, manager, one.share, one.role, one.amount, one.rate, one.source, one.person)
        for one in credits
        for manager in staff.above(one.person, one.event.day, depth)
    ]


def _measured(
    measure: Measure, event: Event, row: PersonRow, rates: Rates
) -> tuple[Fraction, Fraction | None, str]:
    if measure.field == "quantity":
        return event.quantity, None, ""
    rate, source = rates.of(event)
    amount = (
        Fraction(asked(measure.field, event, row)) if isinstance(measure.field, Formula) else event.amount
    )
    return amount * (rate or 1), rate, source


def asked(formula: Formula, event: Event, row: PersonRow) -> Any:
    """A formula's answer for an event and a person. Raises CommissionError naming both."""
    try:
        return formula.value({**event.values, **person_values(row)})
    except FormulaError as wrong:
        raise CommissionError(f"event “{event.id}”: the formula “{formula.source}” {wrong}.") from None


def person_values(row: PersonRow) -> dict[str, object]:
    return {**row.values, "person": row.person, "team": row.team}
