import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.analytics.lookalike import contrasts, odds_interval


def rows(attribute, *parts):
    return [{attribute: value} for value, count in parts for _ in range(count)]


def test_the_odds_ratio_has_woolfs_interval():
    low, high = odds_interval(20, 30, 10, 40)
    middle = math.log(20.5 * 30.5 / (10.5 * 10.5))
    half = 1.959963984540054 * math.sqrt(1 / 20.5 + 1 / 10.5 + 1 / 10.5 + 1 / 30.5)
    assert (low, high) == pytest.approx((math.exp(middle - half), math.exp(middle + half)))


def test_the_interval_grows_with_the_values_that_were_looked_at():
    one, many = odds_interval(20, 30, 10, 40), odds_interval(20, 30, 10, 40, looked_at=20)
    assert many[0] < one[0] < one[1] < many[1]


def test_what_the_best_have_more_often_comes_first_and_spellings_meet():
    best = rows("industry", ("Retail", 18), ("RETAIL ", 2), ("Bank", 5), ("", 3))
    rest = rows("industry", ("Retail", 10), ("Bank", 60), (None, 9))
    first, second = contrasts(best, rest, {"industry": "category"})
    assert (first.values, first.best_hits, first.best_n, first.rest_hits, first.rest_n) == (
        ("Retail",),
        20,
        25,
        10,
        70,
    )
    assert first.lift == pytest.approx(0.8 / (10 / 70))
    assert first.is_clear and first.is_enough
    assert second.values == ("Bank",) and second.is_enough and not second.is_clear


def test_two_of_two_are_not_enough_however_large_the_lift():
    best = rows("city", ("Bandung", 2), ("Jakarta", 20))
    rest = rows("city", ("Jakarta", 400))
    found = {one.values[0]: one for one in contrasts(best, rest, {"city": "category"})}
    assert found["Bandung"].lift is None
    assert not found["Bandung"].is_enough
    assert [one.values[0] for one in contrasts(best, rest, {"city": "category"})][-1] == "Bandung"


def test_a_number_gives_its_best_range_between_quartiles():
    best = rows("employees", *((value, 2) for value in range(100, 120)))
    rest = rows(
        "employees", *((value, 1) for value in range(1, 100)), *((value, 1) for value in range(200, 300))
    )
    (found,) = contrasts(best, rest, {"employees": "number"})
    assert found.operator == "between"
    low, high = map(int, found.values)
    assert low <= 110 <= high
    assert found.best_hits == sum(2 for value in range(100, 120) if low <= value <= high)
    assert found.is_clear


def test_lists_and_yes_no_are_counted_by_their_values():
    best = [{"tools": ["A", "B"], "vip": True}] * 12
    rest = [{"tools": ["B"], "vip": False}] * 12
    found = {
        (one.attribute, one.values[0]): one
        for one in contrasts(best, rest, {"tools": "category", "vip": "category"})
    }
    assert found["tools", "A"].rest_hits == 0 and found["tools", "A"].is_clear
    assert not found["tools", "B"].is_clear
    assert found["vip", "yes"].best_hits == 12


def test_nothing_known_gives_nothing():
    assert contrasts([], [], {"city": "category", "employees": "number"}) == []
    assert contrasts([{"city": ""}], [{"city": "X"}], {"city": "category"}) == []


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_interval_turns_with_its_sides(a, x, b, y):
    low, high = odds_interval(a, a + x, b, b + y)
    back = odds_interval(b, b + y, a, a + x)
    assert back == pytest.approx((1 / high, 1 / low))
    assert low < high
