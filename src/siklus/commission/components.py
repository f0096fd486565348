"""How each type of component makes its lines. A maker gets the work and everybody's standing and returns lines, ungated."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from siklus.commission.credits import Credit
from siklus.commission.earnings import NONE, Standing, Work, pieces_of, table_of
from siklus.commission.expressions import FormulaError
from siklus.commission.ledger import ZERO, Line
from siklus.commission.numbers import text
from siklus.commission.problems import CommissionError
from siklus.commission.tables import Piece, Table

Pieces = tuple[dict[str, str], ...]
Standings = Mapping[str, Standing]
NO_QUOTA = "no quota, so no attainment: set one in people"


def rate_lines(work: Work, standings: Standings) -> list[Line]:
    """tiered_rate and override: a line for each credit of the period."""
    if work.component.measure.basis == "transaction":
        return _alone(work, lambda one: work.component.table)
    found = []
    for person, standing in standings.items():
        table = table_of(work, standing)
        mine = work.of(person)
        if table is None:
            if mine:
                found.append(work.line(person, ZERO, formula="rate by attainment", reason=NO_QUOTA))
            continue
        found += _in_turn(work, standing, table, mine)
    return found


def _in_turn(work: Work, standing: Standing, table: Table, mine: list[Credit]) -> list[Line]:
    """Each credit on top of those before it in the window; what it adds to the rounded total is its line."""
    found = []
    reached, base = NONE, NONE
    for one in mine:
        more = _axis(work, one)
        before = work.round(table.pay(reached, base))
        after = work.round(table.pay(reached + more, base + one.amount))
        if work.period.has(one.event.day):
            inputs = _inputs(one) | {"before": text(reached), "earned_before": text(before)}
            if standing.quota is not None:
                inputs |= {"quota": text(standing.quota)}
            pieces = table.pieces(reached, more, base + one.amount)
            formula = (
                "rate reached × all − earned before"
                if table.mode == "retroactive"
                else "Σ rate × part within tier"
            )
            found.append(_for_credit(work, one, after - before, formula, inputs, pieces))
        reached, base = reached + more, base + one.amount
    return found


def _axis(work: Work, one: Credit) -> Fraction:
    """What a credit moves along the tiers: its amount, or its part of the quantity."""
    return one.event.quantity * one.share if work.component.unit == "quantity" else one.amount


def _alone(work: Work, table_for: Callable[[Credit], Table | None]) -> list[Line]:
    """Each event by itself; the parts of a split sum to the rounded whole by largest remainder."""
    found = []
    inside = [one for one in work.credits if work.period.has(one.event.day)]
    for _, group in groupby(inside, key=lambda one: one.event.id):
        shares = list(group)
        tables = [table_for(one) or Table(((NONE, NONE),)) for one in shares]
        axes = [_axis(work, one) for one in shares]
        exact = [table.pay(axis, one.amount) for table, axis, one in zip(tables, axes, shares, strict=True)]
        whole = sum(exact, NONE)
        parts = (
            work.plan.rounding.shares(work.round(whole), exact)
            if whole
            else [work.round(one) for one in exact]
        )
        for one, table, axis, part in zip(shares, tables, axes, parts, strict=True):
            found.append(
                _for_credit(
                    work,
                    one,
                    part,
                    "Σ rate × part within tier",
                    _inputs(one),
                    table.pieces(NONE, axis, one.amount),
                )
            )
    return found


def spiff_lines(work: Work, standings: Standings) -> list[Line]:
    """An amount for each event (its shares sum to it), or a rate on it."""
    component = work.component
    if component.rate is not None:
        table = Table(((NONE, component.rate),))
        return _alone(work, lambda one: table)
    assert component.amount is not None
    found = []
    inside = [one for one in work.credits if work.period.has(one.event.day)]
    for _, group in groupby(inside, key=lambda one: one.event.id):
        shares = list(group)
        sign = -1 if shares[0].event.amount < 0 else 1
        exact = [sign * component.amount * one.share for one in shares]
        parts = (
            work.plan.rounding.shares(work.round(sum(exact, NONE)), exact)
            if any(exact)
            else [ZERO] * len(exact)
        )
        for one, part in zip(shares, parts, strict=True):
            inputs = _inputs(one) | {"per_event": text(component.amount)}
            found.append(_for_credit(work, one, part, "amount per event × share", inputs, []))
    return found


def _for_credit(
    work: Work, one: Credit, earned: Decimal, formula: str, inputs: dict[str, str], pieces: list[Piece]
) -> Line:
    line = work.line(
        one.person, earned, key=f"{one.event.id}|{one.by}|{one.role}", formula=formula, inputs=inputs,
        pieces=pieces_of(pieces), events=(one.event.id,), deal=one.event.deal,
    )  # fmt: skip
    release = work.component.release
    if release is None:
        return line
    if not one.event.deal:
        raise CommissionError(
            f"event “{one.event.id}”: {work.component.id} pays as its deal is paid, but the event names none; fill in deal."
        )
    payable = work.round(Fraction(earned) * release.on_event)
    return replace(line, payable=payable, reason="" if payable == earned else "held until the deal is paid")


def _inputs(one: Credit) -> dict[str, str]:
    found = {
        "amount": text(one.event.amount),
        "share": text(one.share),
        "credit": text(one.amount),
        "role": one.role,
    }
    if one.rate is not None:
        found |= {"currency": one.event.currency, "exchange_rate": text(one.rate), "rate_source": one.source}
    if one.by:
        found |= {"credit_of": one.by}
    return found


def target_lines(work: Work, standings: Standings) -> list[Line]:
    """One line for each person, what the window's attainment adds to that before the period."""
    found = []
    component = work.component
    assert component.table is not None
    for person, standing in standings.items():
        pay = work.target(person)
        if standing.attainment is None:
            if standing.credited:
                found.append(
                    work.line(person, ZERO, formula="target × Σ multiplier × attainment", reason=NO_QUOTA)
                )
            continue
        earlier = [one for one in work.of(person) if one.event.day < work.period.first]
        before = sum((one.amount for one in earlier), NONE) / standing.quota  # type: ignore[operator]
        earned = work.round(pay * component.table.pay(standing.attainment)) - work.round(
            pay * component.table.pay(before)
        )
        inputs = {
            "target": text(pay), "credited": text(standing.credited), "quota": text(standing.quota or NONE),
            "attainment": text(standing.attainment), "attainment_before": text(before),
        }  # fmt: skip
        pieces = pieces_of(component.table.pieces(NONE, standing.attainment), pay)
        found.append(
            _for_person(
                work, person, earned, "target × Σ multiplier × attainment within band", inputs, pieces
            )
        )
    return found


def scorecard_lines(work: Work, standings: Standings) -> list[Line]:
    """Target × bands over the weighted score, which is not rounded on the way."""
    component = work.component
    assert component.table is not None
    found = []
    actuals = {goal.id: work.credits_for(goal.measure) for goal in component.goals}
    for person in sorted(set(standings) | {one.person for each in actuals.values() for one in each}):
        score, inputs, missing = NONE, {}, ""
        for goal in component.goals:
            actual = sum((one.amount for one in actuals[goal.id] if one.person == person), NONE)
            aim = work.number(goal.goal, person)
            if not aim:
                missing = f"goal {goal.id} is 0 or not set, so there is no score"
                break
            score += goal.weight * actual / aim
            inputs[f"{goal.id}.score"] = text(actual / aim)
        if missing:
            found.append(work.line(person, ZERO, formula="target × curve(Σ weight × score)", reason=missing))
            continue
        pay = work.target(person)
        inputs |= {"target": text(pay), "score": text(score)}
        pieces = pieces_of(component.table.pieces(NONE, score), pay)
        earned = work.round(pay * component.table.pay(score))
        found.append(_for_person(work, person, earned, "target × curve(Σ weight × score)", inputs, pieces))
    return found


def bonus_lines(work: Work, standings: Standings) -> list[Line]:
    """The amount of the highest threshold reached, or of all reached; of a year's amount the part of the period."""
    component = work.component
    assert component.table is not None
    part = Fraction(work.period.months, 12) if component.amount_per == "year" else Fraction(1)
    found = []
    for person, standing in standings.items():
        value = standing.attainment if component.unit == "attainment" else standing.credited
        if value is None:
            if standing.credited:
                found.append(work.line(person, ZERO, formula="bonus at threshold", reason=NO_QUOTA))
            continue
        reached = component.table.reached(value)
        amounts = [amount * part for _, amount in reached]
        earned = work.round(
            (sum(amounts, NONE) if component.stacking == "sum" else amounts[-1]) if amounts else NONE
        )
        inputs = {component.unit: text(value), "reached": ", ".join(text(begin) for begin, _ in reached)}
        found.append(
            _for_person(work, person, earned, f"bonus at threshold, {component.stacking}", inputs, ())
        )
    return found


def pool_lines(work: Work, standings: Standings) -> list[Line]:
    """An amount, or a rate on everybody's revenue credits, handed out among those who qualify; the parts sum to it."""
    component = work.component
    allocation = component.allocation
    revenue = sum((one.amount for one in work.credits if one.role == "revenue"), NONE)
    pool = work.round(
        component.amount if component.amount is not None else (component.rate or NONE) * revenue
    )
    people, weights = [], []
    for person, standing in standings.items():
        try:
            qualifies = allocation.qualify is None or allocation.qualify.value(work.values(standing))
        except FormulaError as wrong:
            raise CommissionError(f"{component.id}, qualify: the formula {wrong}.") from None
        weight = Fraction(1) if allocation.by == "equal" else work.number(allocation.by, person)
        if weight < 0:
            raise CommissionError(
                f"people: {allocation.by} of “{person}” is below 0; a share of a pool cannot be."
            )
        if qualifies and weight:
            people.append(person)
            weights.append(weight)
    if not people:
        return []
    whole = sum(weights, NONE)
    return [
        _for_person(
            work, person, part, "pool × weight ÷ Σ weights",
            {"pool": text(pool), "weight": text(weight), "weights": text(whole), "revenue": text(revenue)}, (),
        )
        for person, weight, part in zip(people, weights, work.plan.rounding.shares(pool, weights), strict=True)
    ]  # fmt: skip


def _for_person(
    work: Work, person: str, earned: Decimal, formula: str, inputs: dict[str, str], pieces: Pieces
) -> Line:
    events = tuple(one.event.id for one in work.of(person) if work.period.has(one.event.day))
    return work.line(person, earned, formula=formula, inputs=inputs, pieces=pieces, events=events)


MAKERS: dict[str, Callable[[Work, Standings], list[Line]]] = {
    "tiered_rate": rate_lines,
    "override": rate_lines,
    "spiff": spiff_lines,
    "target_incentive": target_lines,
    "scorecard": scorecard_lines,
    "bonus": bonus_lines,
    "pool": pool_lines,
}
