"""What holds for any plan and any events, whatever the numbers."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from siklus.commission.calculation import calculate
from siklus.commission.contract_costs import Cost, spread
from siklus.commission.inputs import Event, PersonRow, Rate, Split
from siklus.commission.ledger import total
from siklus.commission.numbers import Rounding
from siklus.commission.plan import Cap, Component, Draw, Measure, Plan
from siklus.commission.tables import Table

JANUARY = date(2027, 1, 1)
amounts = st.integers(-10_000_000, 50_000_000).map(lambda cents: Fraction(cents, 100))
positive = st.integers(1, 50_000_000).map(lambda cents: Fraction(cents, 100))
rates = st.integers(0, 3000).map(lambda points: Fraction(points, 10_000))
modes = st.sampled_from(["marginal", "retroactive"])


@st.composite
def tables(draw, modes=modes):
    steps = draw(st.lists(positive, min_size=0, max_size=3))
    bounds = [Fraction(0), *accumulate(steps)]
    rows = tuple((bound, draw(rates)) for bound in bounds)
    return Table(rows, draw(modes), draw(st.sampled_from(["upper", "lower"])))


def plan_of(*components, **more):
    values = {"id": "ae", "version": "v1", "currency": "USD", "length": "month", "rounding": Rounding()}
    return Plan(**{**values, "components": components, **more})


def rated(table, basis="period", **more):
    return Component("new", "tiered_rate", Measure(basis=basis), table, **more)


def sold(found, month=JANUARY, name="e"):
    return [
        sale(f"{name}{place:03}", month + timedelta(days=place % 28), one) for place, one in enumerate(found)
    ]


def sale(key, day, amount, *splits, currency="USD"):
    shares = splits or (Split("ani", Fraction(1)),)
    return Event(key, day, "deal", amount, Fraction(1), currency, "", shares)


def pay(plan, events, period="2027-01", **more):
    return calculate(plan=plan, events=events, period=period, **more)


@given(tables(st.just("marginal")), positive, positive)
@settings(max_examples=60, deadline=None)
def test_marginal_pay_adds_up_and_equals_what_is_reached_less_what_was_paid(table, first, second):
    on_top = sum((piece.pay for piece in table.pieces(first, second)), Fraction(0))
    assert table.pay(first) + on_top == table.pay(first + second)


@given(tables(), st.lists(amounts, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_deals_does_not_change_the_total(table, found, chance):
    plan = plan_of(rated(table))
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert total(pay(plan, sold(found)).lines, "earned") == total(pay(plan, sold(shuffled)).lines, "earned")


@given(tables(), st.lists(positive, min_size=1, max_size=6), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_a_full_refund_in_the_same_window_leaves_what_the_others_earn(table, found, place):
    plan = plan_of(rated(table, "cumulative_quarter"))
    place %= len(found)
    back = sale("refund", date(2027, 1, 30), -found[place])
    others = sold(found[:place] + found[place + 1 :])
    assert total(pay(plan, [*sold(found), back]).lines, "earned") == total(pay(plan, others).lines, "earned")


@given(tables(), st.lists(positive, max_size=6), positive)
@settings(max_examples=60, deadline=None)
def test_paid_and_withheld_are_what_was_earned(table, found, cap):
    [*_, statement] = pay(plan_of(rated(table, cap=Cap(cap))), sold(found)).statements or [None]
    if statement:
        assert statement.payout + statement.withheld == statement.earned
        assert statement.payout <= Rounding().line(cap)


@given(st.lists(positive, min_size=3, max_size=3), positive)
@settings(max_examples=40, deadline=None)
def test_a_draw_pays_what_was_earned_and_what_is_still_owed(gross, draw):
    plan = plan_of(rated(Table(((Fraction(0), Fraction(1)),))), draw=Draw("recoverable", draw))
    events = [
        one
        for month, amount in enumerate(gross, 1)
        for one in sold([amount], date(2027, month, 1), f"m{month}-")
    ]
    ledger, payouts = [], []
    for month in (1, 2, 3):
        result = pay(plan, events, f"2027-0{month}", ledger=ledger)
        ledger += result.lines
        payouts.append(result.statements[0].payout)
    assert sum(payouts) == Rounding().line(sum(gross)) + result.statements[0].owed
    assert min(payouts) >= 0 <= result.statements[0].owed


@given(amounts, rates, st.lists(st.integers(1, 100), min_size=1, max_size=7), st.sampled_from([0, 2]))
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_split_sum_to_the_rounded_whole(amount, rate, weights, units):
    splits = [Split(f"p{place}", Fraction(one, sum(weights))) for place, one in enumerate(weights)]
    plan = plan_of(rated(Table(((Fraction(0), rate),)), "transaction"), rounding=Rounding(minor_units=units))
    result = pay(plan, [sale("a", JANUARY, amount, *splits)])
    assert total(result.lines, "earned") == Rounding(minor_units=units).line(amount * rate)
    assert sum(one.payout for one in result.statements) == total(result.lines)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_pool_sum_to_it(cents, weights):
    pool = Decimal(cents).scaleb(-2)
    parts = Rounding().shares(pool, [Fraction(one) for one in weights])
    exact = [Fraction(pool) * one / sum(weights) for one in weights]
    assert sum(parts) == pool
    assert all(abs(Fraction(part) - one) < Fraction(1, 100) for part, one in zip(parts, exact, strict=True))


@given(tables(), st.lists(positive, min_size=1, max_size=5), positive, positive)
@settings(max_examples=60, deadline=None)
def test_calculating_again_adds_nothing(table, found, cap, draw):
    plan = plan_of(rated(table, cap=Cap(cap, "carry")), draw=Draw("recoverable", draw))
    events = sold(found) + sold(found[:1], date(2027, 2, 1), "f")
    ledger = list(pay(plan, events).lines)
    first = pay(plan, events, ledger=ledger)
    assert first.lines == []
    assert [one.hash for one in first.statements] == [one.hash for one in pay(plan, events).statements]
    ledger += pay(plan, events, "2027-02", ledger=ledger).lines
    assert pay(plan, events, "2027-02", ledger=ledger).lines == []


@given(st.lists(st.tuples(positive, st.integers(1, 60), st.integers(0, 40)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_spread_sums_to_the_asset_and_never_falls_below_nothing(costs):
    made = [
        Cost(str(place), date(2027 + month // 12, month % 12 + 1, 15), amount, True, months)
        for place, (amount, months, month) in enumerate(costs)
    ]
    found = spread(made, Rounding())
    assert sum(part for _, part, _ in found.schedule) == found.capitalised
    assert min(left for _, _, left in found.schedule) >= 0
    assert found.schedule[-1][2] == 0


@given(tables(), st.lists(positive, min_size=1, max_size=4), rates)
@settings(max_examples=40, deadline=None)
def test_what_is_posted_stays_whatever_changes_later(table, found, other):
    events = [replace(one, currency="EUR") for one in sold(found)]
    people = [PersonRow("ani", manager="maya"), PersonRow("maya")]
    first = pay(
        plan_of(rated(table)), events, people=people, rates=[Rate(JANUARY, "EUR", "USD", Fraction(11, 10))]
    )
    before = list(first.lines)
    later = pay(
        plan_of(rated(Table(((Fraction(0), other),))), version="v2"), events, "2027-02", ledger=first.lines,
        people=[PersonRow("ani")], rates=[Rate(JANUARY, "EUR", "USD", Fraction(2))],
    )  # fmt: skip
    assert first.lines == before
    assert [line for line in later.lines if line.for_period == "2027-01"] == []
    assert later.not_recalculated == (["2027-01"] if first.lines else [])
