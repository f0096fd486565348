import csv
import doctest
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from siklus.analytics import cohorts, engine
from siklus.analytics.cohorts import RevenueRetention
from siklus.analytics.rates import Rate
from siklus.analytics.schemas import ORDERS, SchemaError
from siklus.analytics.tests.tables import day, deal, deals, maven, shared, table

CON = engine.connect(threads=1)
MONTH = timedelta(days=30)


def leads(rows, as_of, **options):
    made = engine.from_arrow(CON, "leads", deals(rows))
    window = (day("2026-01-01"), day("2026-07-01"))
    return cohorts.lead_cohorts(made, as_of=day(as_of), window=window, horizon=MONTH, **options)


LEADS = [
    deal(1, "won", "2026-01-01", "2026-01-31"),  # on the thirtieth day
    deal(2, "won", "2026-01-01", "2026-02-01"),  # a day too late
    deal(3, "lost", "2026-01-10", "2026-01-12"),
    deal(4, "open", "2026-01-20", qualified_at=None),
    deal(5, "won", "2026-03-01", "2026-03-11", owner_id=2),
    deal(6, "lost", "2026-03-01", "2026-03-21"),
    deal(7, "open", "2026-03-25"),
    deal(8, "open", "2026-03-02"),
]


def test_a_cohort_counts_what_was_won_within_the_horizon():
    first, second, third = leads(LEADS, "2026-04-05")[:3]
    assert (first.month, first.rate, first.is_maturing, first.estimate) == (
        "2026-01",
        Rate(1, 4),
        False,
        0.25,
    )
    assert (first.low, first.high) == Rate(1, 4).interval
    assert (second.month, second.rate, second.estimate, second.low) == ("2026-02", Rate(0, 0), None, None)
    assert third.rate == Rate(1, 4)


def test_a_cohort_that_matures_is_estimated_with_the_open_ones_watched_until_now():
    third = leads(LEADS, "2026-04-05")[2]
    assert third.is_maturing
    assert third.estimate == pytest.approx(1 / 4)  # four were watched when one was won after ten days
    later = leads(LEADS, "2026-03-30")[2]  # nobody has had thirty days yet
    assert (later.rate, later.is_maturing, later.estimate) == (Rate(1, 4), True, None)


def test_one_who_just_came_does_not_lower_the_estimate():
    young = [*LEADS, *(deal(number, "open", "2026-03-29") for number in range(20, 30))]
    third = leads(young, "2026-04-05")[2]
    assert third.rate == Rate(1, 14)
    assert third.estimate == pytest.approx(
        1 / 4
    )  # the ten were watched for seven days, and the win came at ten


def test_a_condition_narrows_and_months_that_have_not_come_are_not_told():
    found = leads(LEADS, "2026-04-05", where=lambda one: one.owner_id == 2)
    assert [(one.month, one.rate) for one in found] == [
        ("2026-01", Rate(0, 0)), ("2026-02", Rate(0, 0)), ("2026-03", Rate(1, 1)), ("2026-04", Rate(0, 0)),
    ]  # fmt: skip


def test_the_first_quarter_of_the_public_pipeline_is_mature_and_adds_up():
    made = engine.from_arrow(CON, "public", maven())
    found = cohorts.lead_cohorts(
        made,
        as_of=day("2017-09-30"),
        window=(day("2017-01-01"), day("2017-04-01")),
        horizon=timedelta(days=150),
    )
    assert sum(one.rate.n for one in found) == 1619
    assert not any(one.is_maturing for one in found)
    assert sum(one.rate.hits for one in found) / 1619 == pytest.approx(0.5547, abs=5e-5)


def orders(rows):
    return engine.from_arrow(
        CON, "orders", table(ORDERS, [{"customer_id": who, "ordered_at": at} for who, at in rows])
    )


def test_customers_are_kept_in_each_month_in_which_they_order():
    made = orders(
        (who, day(at))
        for who, at in [
            (1, "2026-01-05"), (1, "2026-01-20"), (1, "2026-03-01"), (2, "2026-01-31"), (2, "2026-02-01"),
            (3, "2026-03-31"), (4, "2026-05-02"),
        ]
    )  # fmt: skip
    found = cohorts.retention(made, as_of=day("2026-04-15"))
    assert [(one.month, one.customers, list(one.kept)) for one in found] == [
        ("2026-01", 2, [Rate(1, 2), Rate(1, 2)]),  # April is not over
        ("2026-03", 1, []),
    ]
    assert cohorts.retention(made, as_of=day("2025-01-01")) == []
    with pytest.raises(SchemaError, match="column 'ordered_at' is missing"):
        cohorts.retention(made.drop("ordered_at"), as_of=day("2026-04-15"))


def test_the_public_orders_are_counted_as_by_hand():
    rows = []
    with shared("purchases/CDNOW_sample.txt").open() as file:
        for line in csv.reader(file, delimiter=" ", skipinitialspace=True):
            rows.append((int(line[1]), datetime.strptime(line[2], "%Y%m%d")))
    found = cohorts.retention(orders(rows), as_of=datetime(1998, 7, 1))
    months = defaultdict(set)
    for who, at in rows:
        months[who].add(f"{at:%Y-%m}")
    first = {who: min(told) for who, told in months.items()}
    assert [one.month for one in found] == ["1997-01", "1997-02", "1997-03"]
    assert sum(one.customers for one in found) == len(first) == 2357
    january = [who for who, month in first.items() if month == "1997-01"]
    expected = [f"1997-{month:02}" for month in range(2, 13)] + [f"1998-{month:02}" for month in range(1, 7)]
    assert [one.hits for one in found[0].kept] == [
        sum(month in months[who] for who in january) for month in expected
    ]


def test_nothing_at_the_start_can_be_kept():
    nothing = RevenueRetention(Decimal(0), Decimal(0), Decimal(0), Decimal(5))
    assert (nothing.gross, nothing.net) == (None, None)


def test_the_examples_run():
    assert doctest.testmod(cohorts).failed == 0
