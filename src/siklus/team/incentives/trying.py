"""Trying a plan without keeping anything: on typed amounts, and on last year's deals beside the version that holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from siklus.commission.calculation import Result, calculate
from siklus.commission.inputs import Event, PersonRow, Split, decimal_of
from siklus.commission.ledger import Line, total
from siklus.commission.periods import Period, around, months_after
from siklus.commission.plan import Plan
from siklus.platform.accounts.models import User
from siklus.team.incentives.models import CommissionPlan
from siklus.team.incentives.refused import engine_refusals
from siklus.team.incentives.sources import inputs_of

YOU = "1"


@dataclass(frozen=True, slots=True)
class Gain:
    """What a person earned by the version that holds and would have earned by the other, over the same deals."""

    user: User
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


def tried(document: Plan, amounts: Sequence[Decimal], quota: Decimal | None, today: date) -> Result:
    """What a plan pays one person for these deals, won on days that follow one another in today's period."""
    span = around(document.first if document.first and document.first > today else today, document.length)
    days = (span.until - span.first).days
    events = [
        _example(document, place, amount, span.first + timedelta(days=min(place, days - 1)))
        for place, amount in enumerate(amounts)
    ]
    columns: dict[str, Any] = {
        name: True if kind == "yes_no" else Decimal(0) if kind == "number" else ""
        for name, kind in document.person_fields.items()
    }
    row = PersonRow(
        YOU, None, None, "", "", None if quota is None else Fraction(quota), document.length, None, columns
    )
    with engine_refusals("text"):
        return calculate(plan=document, events=events, people=[row], period=span.name)


def _example(document: Plan, place: int, amount: Decimal, day: date) -> Event:
    values: dict[str, Any] = {
        name: True if kind == "yes_no" else Decimal(0) if kind == "number" else ""
        for name, kind in document.fields.items()
    }
    values |= {
        "amount": decimal_of(Fraction(amount)), "quantity": Decimal(1), "kind": "deal", "currency": document.currency,
        "deal": str(place + 1),
    }  # fmt: skip
    return Event(
        f"deal-{place + 1}", day, "deal", Fraction(amount), Fraction(1), document.currency, str(place + 1),
        (Split(YOU, Fraction(1)),), values,
    )  # fmt: skip


def dry_run(plan: CommissionPlan, before: Plan, after: Plan, today: date) -> list[Gain]:
    """Who would have gained and lost by another version over the twelve months before this one's period, biggest first."""
    last = around(today, plan.length)
    first = around(months_after(last.first, -12), plan.length).first
    spans = _spans(first, last.first, plan.length)
    sums = []
    for document in (before, after):
        ledger: list[Line] = []
        with engine_refusals("text"):
            inputs = inputs_of(plan, document, since=around(first, "year").first, until=last.first)
            for span in spans:
                if (document.first and span.until <= document.first) or (
                    document.until and span.first >= document.until
                ):
                    continue
                ledger += calculate(
                    plan=document, events=inputs.events, people=inputs.people, rates=inputs.rates, period=span.name,
                    ledger=ledger, since=span.name,
                ).lines  # fmt: skip
        sums.append(ledger)
    people = {one.user_id: one.user for one in plan.assignments.select_related("user")}
    found = []
    for user in people.values():
        old, new = (total((x for x in one if x.person == str(user.pk)), "earned") for one in sums)
        if old or new:
            found.append(Gain(user, old, new))
    return sorted(found, key=lambda one: (-abs(one.difference), one.user.name))


def _spans(first: date, until: date, length: str) -> list[Period]:
    found = []
    while first < until:
        span = around(first, length)
        found.append(span)
        first = span.until
    return found
