"""What is wrong with a plan is told all at once, with its place and remedy; what the engine cannot do is refused."""

import pytest

from siklus.commission.plan_reader import read_plan
from siklus.commission.problems import CommissionError

WHOLE = """
plan: ae-2027
currency: IDR
period: month
boundary: upper
fields: {product_family: text, discount: number, cost: number}
person_fields: {training_done: yes_no}
components:
  - id: new-arr
    type: tiered_rate
    measure: {field: amount - cost, basis: cumulative_quarter}
    when: 'product_family == "core" and discount <= 0.30'
    credit_weight: 'kind == "renewal" ? 0.5 : 1'
    quota: {proration: days, ramp: ["0", "0.25", "0.5", "0.75", "1"]}
    tiers: {unit: attainment, mode: marginal, rows: [["0", "0.05"], [1, 0.08], ["1.5", "0.10"]]}
    gates: [{id: training, rule: training_done, effect: hold}]
    cap: {amount: "150000000", withheld: lapse}
    clawback: {window_days: 365, method: proportional}
payment: {draw: {type: recoverable, amount: "5000000", until: 2027-03-31}, max_recovery_pct: 50}
"""


def problems(source):
    with pytest.raises(CommissionError) as caught:
        read_plan(source)
    return caught.value.problems


def component(text):
    return problems(f"plan: x\ncurrency: USD\ncomponents:\n - {{id: a, {text}}}")


def test_a_plan_is_read_with_numbers_as_they_are_written():
    plan = read_plan(WHOLE)
    [one] = plan.components
    assert [(str(begin), str(rate)) for begin, rate in one.table.rows] == [
        ("0", "1/20"),
        ("1", "2/25"),
        ("3/2", "1/10"),
    ]
    assert plan.rounding.minor_units == 0  # rupiah are paid whole


def test_any_change_of_a_plan_is_a_new_version_and_its_layout_is_none():
    plan = read_plan(WHOLE)
    assert read_plan(WHOLE.replace("boundary: upper\n", "") + "boundary: upper\n").version == plan.version
    assert read_plan(WHOLE.replace('"0.05"', '"0.06"')).version != plan.version


def test_every_problem_is_told_with_its_place():
    found = problems(
        "plan: x\ncurrency: idr\nperiod: week\ncomponents:\n"
        " - {id: a, type: tiered_rate, tiers: {mode: marginal, rows: [[0, 1], [0, 2]]}, colour: red}\n"
        " - {id: a, type: spiff}\n - {id: b, type: bonus, thresholds: [[1, ten]], stacking: highest}\n"
    )
    assert [one.split(": ")[1] for one in found] == [
        "currency", "period", "components[0].tiers.rows[1]", "components[0].colour", "components[1]", "components[1].id",
        "components[2].thresholds[0]", "components[2].thresholds",
    ]  # fmt: skip
    assert found[1] == "plan: period: “week” is not there; choose month, quarter, year."


@pytest.mark.parametrize(("formula", "why"), [
    ("amoun > 1", "knows no “amoun”; there is amount, currency, deal, kind, person, quantity, team"),
    ("amount > 'a'", "data type mismatch"), ("amount", "must give yes or no"), ("$now == 1",
     "may not use “$now”"),
    ("kind =~ '(a+)+$'", "may not use “=~”"), ("kind !~ 'a'", "may not use “!~”"), ("[x for x in [1]] == [1]",
     "may not use “for”"),
    ("9 ** 9 > 1", "may not use “**”"), ("kind.__class__ == 'a'", "may not use “.”"), ("amount >",
     "syntax error"),
    ("amount > 1 or " * 40 + "true", "is longer than 500 characters"),
])  # fmt: skip
def test_a_formula_that_may_not_be_is_refused_when_the_plan_is_read(formula, why):
    [found] = component(f'type: spiff, amount: "1", when: "{formula}"')
    assert found.startswith("plan: components[0].when: the formula") and why in found


@pytest.mark.parametrize(("text", "why"), [
    ("type: tiered_rate, rate: 1, measure: {basis: transaction}, cap: {amount: 1}, release: {}",
     "cannot stand beside a cap"),
    ("type: spiff, amount: 1, release: {}, gates: [{id: g, rule: attainment > 1, effect: hold}]",
     "beside a gate that holds"),
    ("type: override, tiers: {mode: marginal, rows: [[0, 1]]}", "belong to the pattern “collective”"),
    ("type: override, rate: 1, pattern: collective, measure: {basis: transaction}", "has no team to add up"),
    ("type: pool, amount: 1, measure: {basis: cumulative_year}", "“cumulative_year” is not there"),
    ("type: tiered_rate, tiers: {mode: marginal, unit: quantity, rows: [[0, 1]]}",
     "works in mode retroactive"),
    ("type: tiered_rate, tiers: {mode: interpolated, rows: [[0, 1]]}", "ends the last tier"),
    ("type: tiered_rate, tiers: {mode: marginal, rows: [[5, 1]]}", "must begin at 0"),
    ("type: tiered_rate, rate: 1, quota: {season: [20, 20, 20, 20]}", "sum to 100"),
    ("type: pool, amount: 1, release: {}", "is not known here"),
])  # fmt: skip
def test_what_cannot_be_calculated_is_refused(text, why):
    assert any(why in one for one in component(text)), component(text)


@pytest.mark.parametrize(("source", "why"), [
    ("a: &x 1\nb: *x", "plan, line 2: cannot be read: aliases are not read."),
    ("plan: x\nplan: y", "plan, line 2: cannot be read: “plan” is said twice."),
    ("? [1]\n: 2", "plan, line 1: cannot be read: a key must be one word."),
    ('{"plan": }', "plan, line 1: cannot be read: Expecting value."),
    ("a: \x00", "plan, line 1: cannot be read: special characters are not allowed."),
    ("a: !!python/object/apply:os.getcwd []",
     "plan, line 1: cannot be read: could not determine a constructor for the tag"
     " 'tag:yaml.org,2002:python/object/apply:os.getcwd'."),
])  # fmt: skip
def test_a_document_that_is_none_is_told_with_its_line(source, why):
    assert problems(source) == [why]


def test_other_kinds_of_values_are_refused():
    for tag in ("binary aGk=", "set {a}", "omap [a: 1]"):
        assert "could not determine a constructor" in problems(f"plan: !!{tag}")[0]
