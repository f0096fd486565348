import doctest
from decimal import Decimal

import pytest

from siklus.analytics import compare, engine, kpis, velocity
from siklus.analytics.tests.tables import day, deal, deals

NOW = day("2026-06-30")
CON = engine.connect(threads=1)


def load(rows):
    return engine.from_arrow(CON, "deals", deals(rows))


def ended(first, won, lost, closed):
    return [
        deal(first + place, "won" if place < won else "lost", "2026-01-01", closed)
        for place in range(won + lost)
    ]


MAY = (day("2026-05-01"), day("2026-05-31"))


def test_a_window_is_held_against_the_one_of_equal_length_before():
    table = load(
        [*ended(0, 56, 14, "2026-05-10"), *ended(100, 48, 32, "2026-04-10"), *ended(200, 9, 0, "2026-03-31")]
    )
    found = compare.compare(kpis.win_rate, table, as_of=NOW, window=MAY)
    assert [str(edge.date()) for one in found.windows for edge in one] == [
        "2026-05-01", "2026-05-31", "2026-04-01", "2026-05-01",
    ]  # fmt: skip
    assert (found.now.value, found.before.value) == (0.8, 0.6)
    assert found.difference == pytest.approx(0.2)
    # Newcombe 1998, method 10, his first example: 56 of 70 and 48 of 80
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert found.is_within_noise is False


def test_a_difference_of_few_deals_is_within_noise():
    table = load([*ended(0, 3, 2, "2026-05-10"), *ended(100, 2, 3, "2026-04-10")])
    found = compare.compare(kpis.win_rate, table, as_of=NOW, window=MAY)
    assert found.difference == pytest.approx(0.2)
    assert found.is_within_noise is True


def test_of_a_window_that_goes_on_only_what_has_passed_is_compared():
    table = load(
        [*ended(0, 2, 0, "2026-05-05"), *ended(100, 3, 0, "2026-04-05"), *ended(200, 5, 0, "2026-04-20")]
    )
    found = compare.compare(kpis.won_value, table, as_of=day("2026-05-11"), window=MAY)
    assert (found.now.value, found.before.value, found.difference) == (
        Decimal(200),
        Decimal(300),
        Decimal(-100),
    )
    assert found.is_within_noise is None  # a sum has no interval


def test_nothing_to_compare_is_no_difference():
    found = compare.compare(kpis.win_rate, load(ended(0, 3, 2, "2026-05-10")), as_of=NOW, window=MAY)
    assert (found.difference, found.low, found.is_within_noise) == (None, None, None)
    with pytest.raises(ValueError, match="needs a window"):
        compare.compare(kpis.win_rate, load([]), as_of=NOW, window=None)
    with pytest.raises(ValueError, match="begins at 2026-05-01 00:00:00, after 2026-04-01"):
        compare.compare(kpis.win_rate, load([]), as_of=day("2026-04-01"), window=MAY)


def test_velocity_is_the_four_levers_multiplied_beside_what_came():
    rows = [
        deal(1, "won", "2026-05-01", "2026-05-11", amount=Decimal(300)),
        deal(2, "won", "2026-01-01", "2026-01-31", amount=Decimal(500)),
        deal(3, "lost", "2026-01-01", "2026-02-01"),
        deal(4, "no_decision", "2026-01-01", "2026-02-01"),
        deal(5, "open", "2026-06-01"), deal(6, "open", "2026-06-01"), deal(7, "open", "2026-06-01", owner_id=2),
        deal(8, "open", "2026-06-01", qualified_at=None),  # a lead
        deal(9, "won", "2024-01-01", "2024-06-01", amount=Decimal(99_999)),  # longer ago than a year
    ]  # fmt: skip
    found = velocity.velocity(load(rows), as_of=NOW)
    assert (found.open_deals, found.mean_value, found.win_rate, found.cycle_days) == (3, 400, 0.5, 20)
    assert found.value == 3 * 400 * 0.5 / 20
    assert found.throughput == pytest.approx(300 / 90)
    assert velocity.velocity(load(rows), as_of=NOW, where=lambda t: t.owner_id == 2).value is None


def test_without_a_win_there_is_no_velocity():
    found = velocity.velocity(load([deal(1, "open", "2026-06-01")]), as_of=NOW)
    assert (found.value, found.open_deals, found.throughput) == (None, 1, 0.0)


@pytest.mark.parametrize("module", [compare, velocity])
def test_the_examples_run(module):
    assert doctest.testmod(module).failed == 0
