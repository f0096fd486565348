import doctest
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration import survfunc

from siklus.analytics import risks
from siklus.analytics.risks import aalen_johansen
from siklus.analytics.stats import kaplan_meier

CAUSES = ("won", "lost", "no_decision")
ROWS = st.lists(st.tuples(st.integers(1, 30), st.sampled_from((None, *CAUSES))), min_size=1, max_size=80)


def found(rows):
    return aalen_johansen(((time, cause, 1) for time, cause in rows), causes=CAUSES)


def test_a_small_case_by_hand():
    # 4 watched: won at 1, one open at 2, lost at 3, won at 4
    risks_ = found([(1, "won"), (2, None), (3, "lost"), (4, "won")])
    won, lost = risks_.causes["won"], risks_.causes["lost"]
    assert (won.times, won.shares) == ([1, 4], [0.25, 0.625])
    assert (lost.times, lost.shares) == ([3], [0.375])
    assert (won.share_at(0.5), won.share_at(3.9), won.share_at(99)) == (0.0, 0.25, 0.625)
    assert (risks_.n, risks_.censored, risks_.last) == (4, 1, 4)
    assert risks_.counts == {"won": 2, "lost": 1, "no_decision": 0}
    assert (risks_.open_at(0), risks_.open_at(3), risks_.open_at(4)) == (1.0, 0.375, 0.0)


def test_nobody_watched_promises_nothing():
    nothing = found([])
    assert (nothing.n, nothing.causes["won"].share_at(10), nothing.open_at(10)) == (0, 0.0, 1.0)
    assert nothing.causes["won"].interval_at(10) == (0.0, 0.0)


def test_a_cause_that_nobody_named_and_a_negative_time_are_refused():
    with pytest.raises(ValueError, match="'stolen' is not among the causes won, lost, no_decision"):
        found([(1, "stolen")])
    with pytest.raises(ValueError, match="not negative: -1"):
        found([(-1, "won")])


@given(ROWS)
def test_the_causes_and_those_still_open_make_up_everybody(rows):
    risks_ = found(rows)
    every = kaplan_meier(
        [
            (0, len(rows), 0, 0),
            *((time, 0, int(cause is not None), int(cause is None)) for time, cause in rows),
        ]
    )
    for time in range(32):
        assert math.isclose(risks_.open_at(time), every.share_at(time), abs_tol=1e-9)
    for one in risks_.causes.values():
        assert list(one.shares) == sorted(one.shares)
        assert all(
            0 <= low <= share <= high <= 1 + 1e-12
            for low, share, high in zip(one.lows, one.shares, one.highs, strict=True)
        )


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_shares_and_errors_are_those_of_statsmodels(rows):
    numbers = {None: 0, **{cause: place for place, cause in enumerate(CAUSES, 1)}}
    highest = max(numbers[cause] for _time, cause in rows)
    if not highest:
        return
    oracle = survfunc.CumIncidenceRight(
        [time for time, _cause in rows], [numbers[cause] for _time, cause in rows]
    )
    risks_ = found(rows)
    for place, cause in enumerate(CAUSES[:highest]):
        theirs = dict(
            zip(oracle.times, zip(oracle.cinc[place], oracle.cinc_se[place], strict=True), strict=True)
        )
        mine = risks_.causes[cause]
        for time, share, error in zip(mine.times, mine.shares, mine.errors, strict=True):
            assert share == pytest.approx(theirs[time][0], abs=1e-9)
            if not math.isnan(theirs[time][1]):  # theirs does not know the error where nobody is left
                assert error == pytest.approx(theirs[time][1], abs=1e-6)


def test_the_band_is_that_of_lifelines():
    # noted once from AalenJohansenFitter of lifelines 0.30.3, which cannot stand beside pandas 3
    times = [
        (2, "won"),
        (3, "lost"),
        (5, "won"),
        (7, None),
        (8, "lost"),
        (11, "won"),
        (13, None),
        (17, "won"),
    ]
    won = found(times).causes["won"]
    assert won.shares[:3] == [0.125, 0.25, 0.40625]
    assert won.lows[:3] == pytest.approx([0.006593325, 0.037066882, 0.089652252], abs=1e-8)
    assert won.highs[:3] == pytest.approx([0.422705833, 0.558084191, 0.714313273], abs=1e-8)


def test_the_examples_run():
    assert doctest.testmod(risks).failed == 0
