import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.analytics.stats import kaplan_meier, mean_interval, quantile, student_quantile, wilson


def test_wilsons_interval_has_its_textbook_values():
    assert wilson(5, 10) == pytest.approx((0.2365931, 0.7634069), abs=1e-6)
    assert wilson(3042, 4726) == pytest.approx((0.6299077, 0.6572055), abs=1e-6)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-6)
    assert wilson(10, 10) == pytest.approx((0.7224672, 1.0), abs=1e-6)
    assert wilson(0, 0) is None


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_share_and_stays_within_zero_and_one(hits_and_n):
    hits, n = hits_and_n
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


def test_quantiles_lie_linearly_between_neighbours():
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile([4, 1, 3, 2], 0.8) == pytest.approx(3.4)
    assert quantile([7], 0.9) == 7
    assert quantile([], 0.5) is None


@pytest.mark.parametrize(
    ("freedom", "value"),
    [(1, 12.7062047), (2, 4.3026527), (10, 2.2281389), (30, 2.0422725), (3041, 1.9607444)],
)
def test_students_quantiles_have_their_textbook_values(freedom, value):
    assert student_quantile(0.975, freedom) == pytest.approx(value, abs=1e-6)


def test_the_interval_of_a_mean_needs_two_values():
    assert mean_interval(10, 2, 4) == pytest.approx((6.8175537, 13.1824463), abs=1e-6)
    assert mean_interval(10, None, 1) is None


def test_the_kaplan_meier_curve_of_the_leukaemia_trial_has_its_published_values():
    # Freireich et al. 1963, 6-MP arm: remission times in weeks, + is censored
    events = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier([(0, 21, 0, 0), *((t, 0, 1, 0) for t in events), *((t, 0, 0, 1) for t in censored)])
    assert list(curve.times) == [6, 7, 10, 13, 16, 22, 23]
    assert list(curve.at_risk) == [21, 17, 15, 12, 11, 7, 6]
    assert [round(share, 4) for share in curve.shares] == [
        0.8571,
        0.8067,
        0.7529,
        0.6902,
        0.6275,
        0.5378,
        0.4482,
    ]
    assert curve.quantile() == 23
    assert curve.quantile(0.9) is None
    assert (round(curve.lows[0], 3), round(curve.highs[0], 3)) == (0.620, 0.952)
    assert curve.quantile_interval() == (13, None)
    assert (curve.share_at(5), round(curve.share_at(8), 4)) == (1.0, 0.8067)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=60))
def test_without_censoring_the_curve_is_the_share_still_to_come(times):
    curve = kaplan_meier([(0, len(times), 0, 0), *((t, 0, 1, 0) for t in times)])
    for time, share in zip(curve.times, curve.shares, strict=True):
        assert math.isclose(share, sum(t > time for t in times) / len(times), abs_tol=1e-9)


def test_who_comes_late_under_watch_counts_only_from_then():
    curve = kaplan_meier([(0, 2, 0, 0), (5, 2, 0, 0), (3, 0, 1, 0), (8, 0, 1, 0), (9, 0, 0, 2)])
    assert list(curve.at_risk) == [2, 3]
    assert curve.shares == pytest.approx([1 / 2, 1 / 3])
