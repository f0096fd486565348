"""What becomes payable later and what is taken back: releases, clawbacks, adjustments, caps that carry.

Each step looks at the lines there are and posts the difference to what ought to be, so that asking again posts nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from siklus.commission.inputs import Event
from siklus.commission.ledger import ZERO, Line, total
from siklus.commission.numbers import text
from siklus.commission.periods import Period, period_named, whole_months
from siklus.commission.plan import Clawback, Component, Plan
from siklus.commission.problems import CommissionError

ONE = Fraction(1)


class Book:
    """The ledger with the lines of this calculation on top; `new` are those."""

    def __init__(self, plan: Plan, period: Period, posted: Iterable[Line]) -> None:
        self.plan, self.period = plan, period
        self.posted = list(posted)
        self.new: list[Line] = []

    @property
    def lines(self) -> list[Line]:
        return [*self.posted, *self.new]

    def some(self, *kinds: str, person: str | None = None, component: str | None = None) -> list[Line]:
        """The lines of these kinds (of any, if none is named), of a person, of a component."""
        return [
            line
            for line in self.lines
            if (not kinds or line.kind in kinds)
            and person in (None, line.person)
            and component in (None, line.component)
        ]

    def now(self, lines: Iterable[Line]) -> list[Line]:
        return [line for line in lines if line.period == self.period.name]

    def before(self, lines: Iterable[Line]) -> list[Line]:
        return [line for line in lines if line.period != self.period.name]

    def post(
        self, person: str, component: str, kind: str, payable: Decimal, key: str = "", **more: object
    ) -> None:
        made = Line(
            period=self.period.name, for_period=self.period.name, person=person, component=component, kind=kind,
            earned=ZERO, payable=payable, plan=self.plan.id, version=self.plan.version,
            key="|".join((kind, component, person, key)),
        )  # fmt: skip
        self.new.append(replace(made, **more))  # type: ignore[arg-type]

    def settle(self, person: str, component: str, kind: str, target: Decimal, **more: Any) -> None:
        """Posts what this period's lines of a kind lack to `target`."""
        there = total(self.now(self.some(kind, person=person, component=component)))
        if target != there:
            self.post(person, component, kind, target - there, **more)


def settle_events(book: Book, events: list[Event]) -> None:
    """Clawbacks before releases, so that a cancelled deal releases nothing more; then adjustments and carried caps."""
    seen = [one for one in events if one.day < book.period.until]
    for component in book.plan.components:
        if component.clawback:
            for event in seen:
                if event.kind == "cancellation":
                    _claw_back(book, component, component.clawback, event, seen)
        if component.release:
            for deal in sorted({line.deal for line in book.some(component=component.id) if line.deal}):
                _release(book, component, deal, seen)
        if component.cap and component.cap.withheld == "carry":
            _pay_withheld(book, component, book.plan.rounding.line(component.cap.amount))
    _adjust(book, seen)


def _of_deal(book: Book, component: Component, deal: str) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in book.some(component=component.id):
        if line.deal == deal:
            found.setdefault(line.person, []).append(line)
    return dict(sorted(found.items()))


def _release(book: Book, component: Component, deal: str, events: list[Event]) -> None:
    """payable = earned × released share − already payable, one line for each payment not posted yet."""
    assert component.release
    sold = [one for one in events if one.deal == deal and one.kind in component.measure.kinds]
    payments = [one for one in events if one.deal == deal and one.kind == "payment"]
    for one in payments:
        if sold and one.currency != sold[0].currency:
            raise CommissionError(
                f"event “{one.id}”: pays in {one.currency} for a deal in {sold[0].currency}; write it in that."
            )
    value = sum((one.amount for one in sold), Fraction(0))
    for person, lines in _of_deal(book, component, deal).items():
        if any(line.kind == "clawback" for line in lines):
            continue
        earned = Fraction(total(lines, "earned"))
        released, paid, share = total(lines), Fraction(0), component.release.on_event
        for one in payments:
            paid += one.amount
            share = component.release.on_event + component.release.by_payment * (
                min(max(paid / value, Fraction(0)), ONE) if value > 0 else Fraction(0)
            )
            target = book.plan.rounding.line(earned * share)
            if (
                any(line.kind == "release" and line.events == (one.id,) for line in lines)
                or target == released
            ):
                continue
            inputs = {"earned": text(earned), "share": text(share), "payable_before": text(released)}
            book.post(
                person, component.id, "release", target - released, key=one.id, deal=deal, events=(one.id,), inputs=inputs,
                formula="earned × released share − payable before",
            )  # fmt: skip
            released = target
        target = book.plan.rounding.line(earned * share)
        if target != released:
            book.post(
                person, component.id, "release", target - released, key=f"{deal}|correction", deal=deal,
                formula="earned × released share − payable before",
                inputs={"earned": text(earned), "share": text(share), "payable_before": text(released)},
                reason="what was earned or paid changed since",
            )  # fmt: skip


def _claw_back(book: Book, component: Component, how: Clawback, event: Event, events: list[Event]) -> None:
    """Takes back what the policy says, at most what became payable; what did not is cancelled."""
    sold = [one for one in events if one.deal == event.deal and one.kind in component.measure.kinds]
    if not sold or (how.window_days is not None and (event.day - sold[0].day).days > how.window_days):
        return
    share, served = how.share, ""
    if how.method == "proportional":
        share, served = _not_served(sold, event)
    for person, lines in _of_deal(book, component, event.deal).items():
        if any(line.kind == "clawback" for line in lines):
            continue
        earned, paid = total(lines, "earned"), total(lines)
        policy = book.plan.rounding.line(Fraction(earned) * share)
        recover = max(min(policy, paid), ZERO)
        cancelled = max(earned - paid, ZERO)
        if not recover and not cancelled:
            continue
        inputs = {
            "earned": text(earned),
            "paid": text(paid),
            "share": text(share),
            "cancelled": text(cancelled),
        }
        book.post(
            person, component.id, "clawback", -recover, key=event.id, earned=-(recover + cancelled), deal=event.deal,
            events=(event.id,), formula="min(earned × share, paid); the unpaid rest is cancelled",
            inputs=inputs | ({"served": served} if served else {}), reason=event.note or "the deal was cancelled",
        )  # fmt: skip


def _not_served(sold: list[Event], event: Event) -> tuple[Fraction, str]:
    term = sold[0].term_months
    if not term:
        raise CommissionError(
            f"event “{sold[0].id}”: was cancelled by “{event.id}” and the clawback goes by its term; fill in term_months."
        )
    served = min(whole_months(sold[0].day, event.day), term)
    return Fraction(term - served, term), f"{served} of {term} months"


def _pay_withheld(book: Book, component: Component, cap: Decimal) -> None:
    kinds = ("earning", "floor", "cap")
    for person in sorted({line.person for line in book.some("cap", component=component.id)}):
        own = book.some("cap", "cap_release", "correction", person=person, component=component.id)
        held = -total(
            line
            for line in book.before(own)
            if "cap" in (line.kind, line.key.split("|")[0]) or line.kind == "cap_release"
        )
        room = cap - total(book.now(book.some(*kinds, person=person, component=component.id)))
        target = max(min(held, room), ZERO)
        book.settle(
            person, component.id, "cap_release", target, formula="min(withheld so far, cap − paid)",
            inputs={"withheld": text(held), "room": text(room)},
        )  # fmt: skip


def _adjust(book: Book, events: list[Event]) -> None:
    posted = {line.events for line in book.some("adjustment")}
    begin = min([book.period.first, *(order_of(line.period)[0] for line in book.posted)])
    for event in (
        events
    ):  # a late one of a period the ledger holds counts now; one from before the ledger began does not
        if event.kind != "adjustment" or (event.id,) in posted or event.day < begin:
            continue
        if event.currency != book.plan.currency:
            raise CommissionError(
                f"event “{event.id}”: adjusts in {event.currency}; write it in {book.plan.currency}."
            )
        if not event.note:
            raise CommissionError(f"event “{event.id}”: an adjustment needs its reason; fill in note.")
        amounts = [event.amount * split.share for split in event.splits]
        whole = book.plan.rounding.line(sum(amounts, Fraction(0)))
        if not whole:
            continue
        for split, part in zip(event.splits, book.plan.rounding.shares(whole, amounts), strict=True):
            book.post(
                split.person, "", "adjustment", part, key=event.id, earned=part, events=(event.id,), reason=event.note,
                formula="as decided",
            )  # fmt: skip


def order_of(name: str) -> tuple[date, date]:
    """The days of a ledger's period, to compare it by."""
    period = period_named(name)
    return period.first, period.until
