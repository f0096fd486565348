"""Figures that somebody types: the values of the definitions, of statsmodels, and nothing where nothing was counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, power_proportions_2indep

from siklus.analytics import calculators


def test_retention_is_that_of_the_definition():
    found = calculators.retention(start=100, churned=10, contracted=10, expanded=10)
    assert (found.churn, found.gross, found.net) == (0.1, 0.8, 0.9)


def test_where_nothing_is_to_divide_by_there_is_no_figure():
    assert calculators.acquisition_cost(cost=5, customers=0) is None
    assert calculators.payback_months(cost_each=5, revenue_month=0, margin=0.5) is None
    assert calculators.pipeline_velocity(deals=3, amount=5, win_rate=0.2, cycle_days=0) is None
    assert calculators.share(hits=0, n=0).value is None
    assert calculators.retention(start=0, churned=0).net is None
    assert calculators.return_on_cost(revenue=5, margin=1, cost=0) is None
    assert calculators.change(hits_before=0, n_before=0, hits_after=1, n_after=2).is_noise is None


def test_a_quota_that_is_made_needs_nothing_more():
    need = calculators.quota_need(quota=100, won=120, open_value=0, win_rate=0.2)
    assert (need.left, need.coverage, need.pipeline, need.missing) == (0, None, 0, 0)
    unknown = calculators.quota_need(quota=100, won=20, open_value=160, win_rate=0)
    assert (unknown.left, unknown.coverage, unknown.pipeline, unknown.missing) == (80, 2.0, None, None)


@pytest.mark.parametrize(("rate", "change"), [(0.2, 0.05), (0.05, 0.02), (0.5, -0.1), (0.9, 0.05)])
def test_the_size_is_the_smallest_that_has_the_power(rate: float, change: float):
    size = calculators.sample_size(rate=rate, change=change)
    assert size is not None
    assert power_proportions_2indep(change, rate, size).power == pytest.approx(0.8, abs=0.004)


@pytest.mark.parametrize(("rate", "change"), [(0.2, 0), (0, 0.1), (0.95, 0.05), (0.05, -0.05), (1.0, -0.1)])
def test_a_change_that_cannot_be_has_no_size(rate: float, change: float):
    assert calculators.sample_size(rate=rate, change=change) is None


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_the_interval_of_a_difference_is_that_of_statsmodels(n_before: int, n_after: int, data):
    before, after = data.draw(st.integers(0, n_before)), data.draw(st.integers(0, n_after))
    found = calculators.change(hits_before=before, n_before=n_before, hits_after=after, n_after=n_after)
    told = confint_proportions_2indep(after, n_after, before, n_before, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(told, abs=1e-9)
    assert found.is_noise == bool(told[0] <= 1e-12 and told[1] >= -1e-12)
