"""The algebra of history holds for any life."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.records.deals import spans

START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 40).map(lambda days: START + timedelta(days=days))
values = st.fixed_dictionaries(
    {}, optional={key: st.sampled_from("abc") for key in ("stage", "owner", "amount")}
)
changes = st.lists(st.tuples(moments, values.filter(bool)), max_size=12)
FIRST = {"stage": "a", "owner": "a", "amount": "a"}


def lived(story):
    life = spans.begin(START, FIRST)
    for at, new in story:
        life = spans.change(life, at, new)
    return life


@given(changes)
def test_spans_tile_the_life_whatever_happens(story):
    assert spans.problems(lived(story)) == []


@given(changes, moments, values.filter(bool))
def test_a_change_holds_at_its_moment(story, at, new):
    seen = spans.value_at(spans.change(lived(story), at, new), at)
    assert {key: seen[key] for key in new} == new


@given(changes, moments, values.filter(bool), moments)
def test_a_change_never_touches_what_was_before_it(story, at, new, earlier):
    before, after = lived(story), spans.change(lived(story), at, new)
    if earlier < at:
        assert spans.value_at(before, earlier) == spans.value_at(after, earlier)


@given(changes, moments, values.filter(bool), moments)
def test_a_change_of_some_values_leaves_the_others_alone(story, at, new, moment):
    before, after = (
        spans.value_at(lived(story), moment),
        spans.value_at(spans.change(lived(story), at, new), moment),
    )
    for key in FIRST.keys() - new.keys():
        assert before[key] == after[key]


@given(changes.map(lambda story: sorted(story, key=lambda one: one[0])))
def test_told_in_order_the_last_change_wins_now(story):
    expected = dict(FIRST)
    for _at, new in story:
        expected |= new
    assert dict(lived(story)[-1].values) == expected


def test_nothing_happens_before_the_beginning():
    with pytest.raises(spans.BeforeTheBeginning):
        spans.change(spans.begin(START, FIRST), START - timedelta(days=1), {"stage": "b"})
