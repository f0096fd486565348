from collections import Counter
from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siklus.analytics import engine, kpis
from siklus.analytics.close_rates import (
    Standing,
    close_rate,
    close_rate_by_month,
    close_rates,
    rates_of_reached,
    standing,
)
from siklus.analytics.rates import Rate
from siklus.analytics.tests.tables import day, deal, deals

NOW = day("2026-06-30")
WINDOW = (day("2026-01-01"), day("2026-07-01"))


def loaded(rows, **columns):
    table = deals(rows)
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values))
    return engine.from_arrow(engine.connect(), "deals", table)


@pytest.fixture
def table():
    rows = [
        deal(1, "won", "2026-01-02", "2026-01-20", source="event"),
        deal(2, "lost", "2026-01-02", "2026-02-20", source="event"),
        deal(3, "no_decision", "2026-01-02", "2026-02-21", source="website"),
        deal(4, "won", "2026-01-02", "2026-04-01", source="website", owner_id=2),
        deal(5, "disqualified", "2026-01-02", "2026-02-21", source="website"),
        deal(6, "won", "2026-01-02", "2026-02-21", source="website", qualified_at=None),
        deal(7, "open", "2026-01-02", source="website"),
        deal(8, "won", "2026-01-02", "2026-08-01", source="website"),
    ]
    return loaded(rows, reached=[5, 3, 2, 5, 0, 0, 4, 5])


def test_the_rate_is_the_win_rate_of_the_figures(table):
    rate = close_rate(table, as_of=NOW, window=WINDOW)
    figure = kpis.win_rate(table, as_of=NOW, window=WINDOW)
    assert (rate.hits, rate.n) == (2, 4) == (figure.numerator, figure.denominator)


def test_by_a_column_every_decided_deal_counts_once(table):
    assert dict(close_rates(table, by="source", as_of=NOW, window=WINDOW)) == {
        "event": Rate(1, 2), "website": Rate(1, 2),
    }  # fmt: skip
    assert dict(close_rates(table, by="owner_id", as_of=NOW, window=WINDOW)) == {1: Rate(1, 3), 2: Rate(1, 1)}


def test_of_those_that_came_further_more_are_won(table):
    assert rates_of_reached(table, ranks=[1, 3, 5], as_of=NOW, window=WINDOW) == [
        (1, Rate(2, 4)), (3, Rate(2, 3)), (5, Rate(2, 2)),
    ]  # fmt: skip


def test_months_have_no_gaps_and_add_up(table):
    months = close_rate_by_month(table, as_of=NOW, window=WINDOW)
    assert [(one.name, one.rate.hits, one.rate.n) for one in months] == [
        ("2026-01", 1, 1), ("2026-02", 0, 2), ("2026-03", 0, 0), ("2026-04", 1, 1), ("2026-05", 0, 0), ("2026-06", 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hits", "n", "expected"),
    [
        (0, 4, Standing.NOT_ENOUGH), (0, 0, Standing.NOT_ENOUGH), (2, 10, Standing.WITHIN), (1, 10, Standing.LOW),
        (2, 200, Standing.BELOW), (5, 10, Standing.HIGH), (60, 100, Standing.ABOVE), (15, 100, Standing.WITHIN),
        (30, 100, Standing.WITHIN),
    ],
)  # fmt: skip
def test_a_rate_stands_as_far_beside_the_band_as_its_interval_says(hits, n, expected):
    assert standing(Rate(hits, n)) == expected


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["won", "lost", "no_decision", "disqualified"]),
        st.integers(1, 12),
        st.sampled_from("abc"),
    ),
    max_size=20,
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_groups_and_months_count_what_the_whole_counts(rows):
    made = [
        deal(number, status, "2025-12-01", f"2026-{month:02}-15", source=source)
        for number, (status, month, source) in enumerate(rows)
    ]
    table = loaded(made)
    window, now = (day("2026-01-01"), day("2027-01-01")), datetime.fromisoformat("2027-02-01T00:00:00+00:00")
    whole = close_rate(table, as_of=now, window=window)
    by = close_rates(table, by="source", as_of=now, window=window)
    months = close_rate_by_month(table, as_of=now, window=window)
    wanted = Counter(status for status, *_rest in rows)
    assert whole == Rate(wanted["won"], wanted["won"] + wanted["lost"] + wanted["no_decision"])
    for parts in ([rate for _key, rate in by], [one.rate for one in months]):
        assert (sum(one.hits for one in parts), sum(one.n for one in parts)) == (whole.hits, whole.n)
    assert len(months) == 12
