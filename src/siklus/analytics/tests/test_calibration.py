"""Stated chances against what happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.analytics.calibration import calibration


def test_the_brier_score_stands_beside_that_of_the_base_rate():
    found = calibration([(0.9, True), (0.8, True), (0.3, False), (0.6, False)])
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.09 + 0.36) / 4)
    assert (found.naive, found.happened.hits, found.n) == (0.25, 2, 4)
    assert found.skill == pytest.approx(0.5)
    assert found.lean == pytest.approx(0.15)
    assert not found.is_enough


def test_steps_hold_their_lower_edge_and_the_last_one_both():
    found = calibration([(0.0, False), (0.2, True), (0.39, False), (1.0, True)])
    assert [(one.low, one.happened.hits, one.happened.n) for one in found.steps] == [
        (0.0, 0, 1), (0.2, 1, 2), (0.8, 1, 1),
    ]  # fmt: skip


def test_without_cases_nothing_is_said():
    found = calibration([])
    assert (found.n, found.brier, found.naive, found.skill, found.said, found.steps) == (
        0,
        None,
        None,
        None,
        None,
        [],
    )


def test_a_chance_outside_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibration([(60, True)])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_every_case_stands_in_one_step_and_the_score_in_its_bounds(cases):
    found = calibration(cases)
    assert sum(one.happened.n for one in found.steps) == len(cases)
    assert sum(one.happened.hits for one in found.steps) == found.happened.hits
    assert 0 <= found.brier <= 1
    assert 0 <= found.naive <= 0.25
