"""What each component earns for each person in one period, from nothing: no ledger, no clock.

Lines over a period or a cumulative window are rounded by cumulative difference, so that a period's total does not depend on
the order of its deals and a full refund takes back exactly what was earned. Events that stand alone are rounded alone; the
parts of a split event sum to its rounded whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from siklus.commission.credits import Credit, Rates, credits_of, person_values, rolled_up
from siklus.commission.expressions import FormulaError
from siklus.commission.inputs import Event, decimal_of
from siklus.commission.ledger import ZERO, Line, total
from siklus.commission.numbers import text
from siklus.commission.periods import Period, around
from siklus.commission.plan import Component, Measure, Plan
from siklus.commission.problems import CommissionError
from siklus.commission.staff import Staff
from siklus.commission.tables import Piece, Table

NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in a component's window: `attainment` is None without a quota, or with one of 0."""

    person: str
    component: str
    window: str
    credited: Fraction
    quota: Fraction | None

    @property
    def attainment(self) -> Fraction | None:
        return self.credited / self.quota if self.quota else None


@dataclass(frozen=True)
class Earned:
    """The lines, standings and credits of one period."""

    lines: list[Line]
    standings: list[Standing]
    credits: list[tuple[str, Credit]]


class Work:
    """What calculating one component in one period needs to know."""

    def __init__(
        self,
        plan: Plan,
        component: Component,
        events: list[Event],
        staff: Staff,
        rates: Rates,
        period: Period,
    ) -> None:
        self.plan, self.component, self.staff, self.rates, self.period = plan, component, staff, rates, period
        self.events = [one for one in events if _counts(plan, component, one)]
        self.round = plan.rounding.line
        self.window = window_of(component.measure, period)
        self.standings: list[Standing] = []
        self.credits = self.credits_for(component.measure)
        self._of: dict[str, list[Credit]] = {}
        for one in self.credits:
            self._of.setdefault(one.person, []).append(one)

    def of(self, person: str) -> list[Credit]:
        """A person's credits in the window, in the events' order."""
        return self._of.get(person, [])

    def credits_for(self, measure: Measure) -> list[Credit]:
        """The credits of a measure in its window up to the end of the period; of managers for an override."""
        window = window_of(measure, self.period)
        inside = [one for one in self.events if window.first <= one.day < self.period.until]
        found = credits_of(measure, inside, self.staff, self.rates)
        if self.component.type == "override":
            return rolled_up(found, self.staff, self.component.depth)
        return found

    def people(self) -> list[str]:
        """Everybody whom the component may concern: whom the period's people file has, and who has a credit."""
        credited = set(self._of)
        if self.component.type == "override":
            return sorted(credited)
        return sorted(
            credited | {name for name in self.staff.names() if self.staff.latest(name, self.period)}
        )

    def standing(self, person: str) -> Standing:
        credited = sum((one.amount for one in self.of(person)), NONE)
        if self.component.type == "override" and self.component.pattern == "collective":
            asked = [
                self.staff.quota(one, self.window, self.component.quota)
                for one in self.staff.reports(person, self.period, self.component.depth)
            ]
            quotas = [one for one in asked if one is not None]
            quota = sum(quotas, NONE) if quotas else None
        else:
            quota = self.staff.quota(person, self.window, self.component.quota)
        found = Standing(person, self.component.id, self.window.name, credited, quota)
        self.standings.append(found)
        return found

    def values(self, standing: Standing) -> dict[str, object]:
        """What gates and `qualify` may ask of a person; figures that there are not count as 0."""
        row = self.staff.latest(standing.person, self.period)
        if row is None:
            raise CommissionError(
                f"people: “{standing.person}” has no row for {self.period.name}; add one, or end their credits earlier."
            )
        figures = {"attainment": standing.attainment, "credited": standing.credited, "quota": standing.quota}
        return {**person_values(row), **{name: decimal_of(one or NONE) for name, one in figures.items()}}

    def number(self, source: Fraction | str, person: str) -> Fraction:
        """A number of the plan, or of the person's column."""
        if isinstance(source, Fraction):
            return source
        row = self.staff.latest(person, self.period)
        return Fraction(row.values[source]) if row and row.values else NONE

    def target(self, person: str) -> Fraction:
        """The component's target for a person, by the days they are there where the plan says so."""
        found = self.number(self.component.target, person)
        return found * self.staff.presence(person, self.window) if self.component.prorate_target else found

    def line(
        self, person: str, earned: Decimal, *, kind: str = "earning", key: str = "", **more: object
    ) -> Line:
        component = self.component
        made = Line(
            period=self.period.name, for_period=self.period.name, person=person, component=component.id, kind=kind,
            earned=earned, payable=earned, plan=self.plan.id, version=self.plan.version,
            key="|".join((kind, component.id, person, key)),
        )  # fmt: skip
        return replace(made, **more)  # type: ignore[arg-type]


def window_of(measure: Measure, period: Period) -> Period:
    """The days that a measure adds up: the period, or the quarter or year around it."""
    if measure.basis.startswith("cumulative_"):
        return around(period.first, measure.basis.removeprefix("cumulative_"))
    return period


def earn(plan: Plan, events: list[Event], staff: Staff, rates: Rates, period: Period) -> Earned:
    """Everything that the plan earns in a period. Raises CommissionError."""
    from siklus.commission.components import MAKERS

    lines: list[Line] = []
    standings: list[Standing] = []
    credits: list[tuple[str, Credit]] = []
    for component in plan.components:
        work = Work(plan, component, events, staff, rates, period)
        standing = {person: work.standing(person) for person in work.people()}
        made = MAKERS[component.type](work, standing)
        made = [_gated(work, standing.get(line.person), line) for line in made]
        lines += made + _bounded(work, standing, made)
        standings += work.standings
        credits += [(component.id, one) for one in work.credits if period.has(one.event.day)]
    return Earned(lines + _plan_cap(plan, period, lines), standings, credits)


def _counts(plan: Plan, component: Component, event: Event) -> bool:
    for first in (plan.first, component.first):
        if first and event.day < first:
            return False
    if plan.until and event.day >= plan.until:
        return False
    return not (component.last and event.day > component.last)


def _gated(work: Work, standing: Standing | None, line: Line) -> Line:
    """The line after the gates: what a gate blocks is kept as blocked, what it holds is earned and not payable."""
    if standing is None or not work.component.gates:
        return line
    values = work.values(standing)
    for gate in work.component.gates:
        try:
            is_open = gate.rule.value(values)
        except FormulaError as wrong:
            raise CommissionError(
                f"{work.component.id}, gate {gate.id}: the formula “{gate.rule.source}” {wrong}."
            ) from None
        if is_open:
            continue
        reason = f"gate {gate.id}: {gate.rule.source}"
        if gate.effect == "block":
            return replace(line, earned=ZERO, payable=ZERO, blocked=line.earned, reason=reason)
        line = replace(line, payable=ZERO, reason=reason)
    return line


def _bounded(work: Work, standing: Mapping[str, Standing], made: list[Line]) -> list[Line]:
    """Lines for the component's floor and cap; what a cap withholds is paid + withheld = earned."""
    found = []
    component = work.component
    for person in standing:
        own = [line for line in made if line.person == person]
        earned, payable = total(own, "earned"), total(own)
        if component.floor is not None:
            floor = work.round(component.floor)
            if earned < floor and not any(line.blocked for line in own):
                inputs = {"earned": text(earned), "floor": text(floor)}
                found.append(
                    work.line(person, floor - earned, kind="floor", formula="floor − earned", inputs=inputs)
                )
                payable += floor - earned
        if component.cap:
            cap = work.round(component.cap.amount)
            if payable > cap:
                inputs = {"earned": text(payable), "cap": text(cap), "withheld": text(payable - cap)}
                found.append(
                    work.line(
                        person, ZERO, kind="cap", payable=cap - payable, formula="paid = min(earned, cap)", inputs=inputs,
                        reason=f"withheld by the cap: {component.cap.withheld}",
                    )
                )  # fmt: skip
    return found


def _plan_cap(plan: Plan, period: Period, lines: Iterable[Line]) -> list[Line]:
    if plan.cap is None:
        return []
    cap = plan.rounding.line(plan.cap)
    payable: dict[str, Decimal] = {}
    for line in lines:
        payable[line.person] = payable.get(line.person, ZERO) + line.payable
    return [
        Line(
            period=period.name, for_period=period.name, person=person, component="", kind="plan_cap", earned=ZERO,
            payable=cap - amount, plan=plan.id, version=plan.version, key=f"plan_cap||{person}|",
            formula="paid = min(earned, cap)", inputs={"payable": text(amount), "cap": text(cap)},
            reason="withheld by the plan's cap: lapse",
        )
        for person, amount in sorted(payable.items())
        if amount > cap
    ]  # fmt: skip


def pieces_of(pieces: Iterable[Piece], factor: Fraction = Fraction(1)) -> tuple[dict[str, str], ...]:
    """The pieces of a table for a line, their pay times `factor`."""
    return tuple(
        {
            "from": text(one.begin), "to": "" if one.end is None else text(one.end), "rate": text(one.rate),
            "amount": text(one.amount), "pay": text(one.pay * factor),
        }
        for one in pieces
    )  # fmt: skip


def table_of(work: Work, standing: Standing) -> Table | None:
    """The component's table in the units of its measure; None where it counts attainment and there is no quota."""
    table = work.component.table
    assert table is not None
    if work.component.unit != "attainment":
        return table
    return table.scaled(standing.quota) if standing.quota else None
