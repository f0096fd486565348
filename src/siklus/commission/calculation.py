"""Calculating a period: what is earned, from nothing, beside what the ledger holds; the difference becomes new lines."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from siklus.commission.credits import Credit, Rates
from siklus.commission.earnings import Earned, Standing, earn
from siklus.commission.inputs import Event, PersonRow, Rate
from siklus.commission.ledger import EARNED_KINDS, ZERO, Line, total
from siklus.commission.numbers import text
from siklus.commission.payout import Statement, pay_out
from siklus.commission.periods import Period, period_named
from siklus.commission.plan import Plan
from siklus.commission.problems import CommissionError
from siklus.commission.settlement import Book, order_of, settle_events
from siklus.commission.staff import Staff


@dataclass(frozen=True)
class Result:
    """What a calculation found: the new `lines`, and for reading the standings, credits and statements.

    `not_recalculated` are earlier periods that another version of the plan posted; they stay as they are.
    """

    plan: Plan
    period: Period
    lines: list[Line]
    standings: list[Standing]
    credits: list[tuple[str, Credit]]
    statements: list[Statement]
    not_recalculated: list[str]

    def as_json(self) -> dict[str, Any]:
        """The result for JSON: numbers as texts."""
        return {
            "plan": self.plan.id,
            "version": self.plan.version,
            "currency": self.plan.currency,
            "period": self.period.name,
            "lines": [line.as_json() for line in self.lines],
            "standings": [
                {
                    "person": one.person, "component": one.component, "window": one.window,
                    "credited": text(one.credited, 4),
                    "quota": None if one.quota is None else text(one.quota, 4),
                    "attainment": None if one.attainment is None else text(one.attainment),
                }
                for one in self.standings
            ],
            "credits": [
                {
                    "component": component, "event": one.event.id, "person": one.person, "role": one.role,
                    "share": text(one.share), "credit": text(one.amount, 4), "of": one.by,
                    "exchange_rate": None if one.rate is None else text(one.rate), "rate_source": one.source,
                }
                for component, one in self.credits
            ],
            "statements": [
                {
                    "person": one.person, "earned": f"{one.earned:f}", "payout": f"{one.payout:f}",
                    "withheld": f"{one.withheld:f}", "held": f"{one.held:f}", "owed": f"{one.owed:f}",
                    "carried": f"{one.carried:f}", "hash": one.hash,
                }
                for one in self.statements
            ],
            "not_recalculated": self.not_recalculated,
        }  # fmt: skip


def calculate(
    *,
    plan: Plan,
    events: Iterable[Event],
    period: str,
    people: Iterable[PersonRow] = (),
    rates: Iterable[Rate] = (),
    ledger: Iterable[Line] = (),
    since: str = "",
) -> Result:
    """The lines that a period adds to the ledger. A pure function: the same arguments give the same lines.

    Earlier periods that this version of the plan posted are calculated again with today's inputs, and what differs
    comes as a correction in this period; with `since` only those from that one on, for who knows that nothing before
    it changed. Raises CommissionError when an input does not fit, or the ledger is ahead.
    """
    asked = period_named(period)
    if asked.length != plan.length:
        raise CommissionError(
            f"The plan pays by {plan.length}, and {period} is a {asked.length}; name a {plan.length}."
        )
    if (plan.first and asked.until <= plan.first) or (plan.until and asked.first >= plan.until):
        raise CommissionError(f"The plan does not hold in {period}; see its “from” and “until”.")
    posted = [line for line in ledger if line.plan == plan.id]
    _once_each(posted)
    earlier, others = _earlier(plan, asked, posted)
    in_order = sorted(events, key=lambda one: (one.day, one.id))
    staff, exchange = Staff(people), Rates(rates, plan.currency)
    book = Book(plan, asked, posted)
    for name in earlier:
        if since and order_of(name) < order_of(since):
            continue
        found = earn(plan, in_order, staff, exchange, period_named(name))
        book.new += _differences(book, found.lines, name)
    earned = earn(plan, in_order, staff, exchange, asked)
    book.new += _differences(book, earned.lines, asked.name)
    settle_events(book, in_order)
    statements = pay_out(book, _people(book, earned, staff), staff)
    return Result(plan, asked, book.new, earned.standings, earned.credits, statements, others)


def _once_each(posted: list[Line]) -> None:
    """Raises CommissionError when the ledger holds a result twice: it would be taken back as paid too much."""
    seen = set()
    for line in posted:
        if line.kind in ("earning", "clawback", "adjustment"):
            if (line.period, line.key) in seen:
                raise CommissionError(
                    f"The ledger holds {line.period} twice (“{line.key}”); give each result once."
                )
            seen.add((line.period, line.key))


def _earlier(plan: Plan, period: Period, posted: list[Line]) -> tuple[list[str], list[str]]:
    """The earlier periods of the ledger that this version posted, and those that another did."""
    versions: dict[str, set[str]] = {}
    for line in posted:
        versions.setdefault(line.period, set()).add(line.version)
    for name, found in versions.items():
        if order_of(name)[0] > period.first:
            raise CommissionError(
                f"The ledger holds {name} already; periods are calculated in order, so {period.name} is closed."
            )
        if name == period.name and found != {plan.version}:
            raise CommissionError(
                f"The ledger holds {name} by another version of the plan; what is posted stays, calculate a later period."
            )
    before = sorted((name for name in versions if name != period.name), key=order_of)
    same = [name for name in before if versions[name] == {plan.version}]
    return same, [name for name in before if name not in same]


def _differences(book: Book, fresh: list[Line], for_period: str) -> list[Line]:
    """What the fresh lines of a period have more or less than the posted ones, key by key."""
    there: dict[str, list[Line]] = {}
    for line in book.posted:
        if line.for_period == for_period and line.kind in EARNED_KINDS:
            there.setdefault(line.key, []).append(line)
    found = []
    for line in fresh:
        old = there.pop(line.key, [])
        found += _difference(book, line, old, for_period)
    for old in there.values():  # its event is gone, or its person
        gone = replace(
            old[0], earned=ZERO, payable=ZERO, blocked=ZERO, inputs={}, pieces=(), reason="no longer earned"
        )
        found += _difference(book, gone, old, for_period)
    return found


def _difference(book: Book, line: Line, old: list[Line], for_period: str) -> list[Line]:
    parts: dict[str, Decimal] = {
        name: getattr(line, name) - total(old, name) for name in ("earned", "payable", "blocked")
    }
    if not any(parts.values()) and (old or not line.reason):
        return []
    if not old and for_period == book.period.name:
        return [line]
    return [
        replace(
            line, earned=parts["earned"], payable=parts["payable"], blocked=parts["blocked"], kind="correction",
            period=book.period.name, for_period=for_period,
            reason=f"correction for {for_period}" + (f": {line.reason}" if line.reason else ""),
        )
    ]  # fmt: skip


def _people(book: Book, earned: Earned, staff: Staff) -> list[str]:
    there = {line.person for line in book.lines} | {one.person for one in earned.standings}
    there |= {name for name in staff.names() if staff.latest(name, book.period)}
    return sorted(there)
