"""Whatever a document or a file holds, it is either read or refused in words; nothing breaks."""

import json
from copy import deepcopy

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siklus.commission.calculation import calculate
from siklus.commission.contract_costs import read_costs
from siklus.commission.inputs import read_events, read_people, read_rates
from siklus.commission.ledger import read_ledger
from siklus.commission.periods import period_named
from siklus.commission.plan_reader import read_plan
from siklus.commission.problems import CommissionError
from siklus.commission.tests.test_plan_reader import WHOLE

EVENTS = """id,date,person,amount,kind,deal,product_family,discount,cost,quantity,term_months,note
a,2027-01-05,ani,1000,deal,D,core,0.1,10,1,12,
b,2027-01-06,ani,-200,refund,E,core,0,0,1,,
c,2027-02-07,ani,,cancellation,D,,,,,,
d,2027-02-08,ani,40,adjustment,,,,,,,so
"""
PEOPLE = "person,training_done,quota,manager\nmaya,yes,,\nani,yes,500,maya\n"
WORDS = [
    "0",
    "-1",
    "1e30",
    "NaN",
    "Infinity",
    "amount",
    "2027-02-30",
    "marginal",
    {"a": 1},
    [["0", "1"]],
    [[]],
]
LISTS = st.lists(st.integers(), max_size=3)
odd = st.one_of(
    st.none(), st.booleans(), st.text(max_size=8), st.integers(), st.floats(), LISTS, st.sampled_from(WORDS)
)


def places(value, at=()):
    """All places of a document, as paths."""
    yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*at, key))


DOCUMENT = yaml.load(WHOLE, Loader=yaml.BaseLoader)
DOCUMENT["components"] += [
    {
        "id": "o",
        "type": "override",
        "pattern": "collective",
        "tiers": {"mode": "retroactive", "rows": [["0", "0.1"]]},
    },
    {"id": "t", "type": "target_incentive", "target": "100", "bands": [["0", "1"]]},
    {
        "id": "c",
        "type": "scorecard",
        "target": "9",
        "bands": [["0", "1"]],
        "goals": [{"id": "g", "weight": "100", "goal": "5"}],
    },
    {"id": "b", "type": "bonus", "thresholds": [["1", "10"]], "stacking": "sum"},
    {"id": "s", "type": "spiff", "amount": "3", "release": {"on_event": "0.5", "by_payment": "0.5"}},
    {"id": "p", "type": "pool", "rate": "0.1", "allocation": {"qualify": "attainment > 0.1"}},
]
PLACES = [one for one in places(DOCUMENT) if one]


@given(st.lists(st.tuples(st.sampled_from(PLACES), odd), min_size=0, max_size=2))
@settings(max_examples=150, deadline=None)
def test_any_plan_is_calculated_or_refused(changes):
    document = deepcopy(DOCUMENT)
    for path, value in changes:
        try:
            inside = document
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
        except (KeyError, IndexError, TypeError):  # the change before took the place away
            continue
    try:
        two_months(document)
    except CommissionError as wrong:
        assert wrong.problems


def two_months(document):
    plan = read_plan(json.dumps(document))
    events, people = read_events(EVENTS, plan), read_people(PEOPLE, plan)
    first = calculate(plan=plan, events=events, people=people, period="2027-01")
    ledger = read_ledger(json.dumps(first.as_json()))
    assert ledger == first.lines
    second = calculate(plan=plan, events=events, people=people, period="2027-02", ledger=ledger)
    assert all(one.payout >= 0 for one in [*first.statements, *second.statements])
    return [*first.lines, *second.lines]


def test_the_document_that_is_changed_here_uses_every_kind_of_line():
    kinds = {line.kind for line in two_months(DOCUMENT)}
    assert kinds == {"earning", "clawback", "adjustment", "draw_advance", "carried"}, kinds


@given(st.text(max_size=60) | st.lists(st.text(max_size=9), max_size=12).map("\n".join))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused(text):
    plan = read_plan("plan: x\ncurrency: USD\ncomponents: [{id: a, type: spiff, amount: 1}]")
    heads = (
        "id,date,amount,person,splits\n",
        "person,from,quota\n",
        "date,from,to,rate\n",
        "id,date,amount,incremental,term_months\n",
    )
    for read, head in zip((read_events, read_people, read_rates, read_costs), heads, strict=True):
        for source in (text, head + text):
            try:
                read(source, plan) if read in (read_events, read_people) else read(source)
            except CommissionError as wrong:
                assert wrong.problems
    for read in (read_plan, read_ledger, period_named):
        with pytest.raises(CommissionError):
            read(text)
