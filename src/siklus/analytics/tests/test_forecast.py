import doctest
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from siklus.analytics import engine, forecast
from siklus.analytics.forecast import Chance, StageChances
from siklus.analytics.schemas import RowError, SchemaError
from siklus.analytics.tests.tables import day, deal, deals, intervals

CON = engine.connect(threads=1)
NOW = day("2026-06-30")
QUARTER = (date(2026, 4, 1), date(2026, 7, 1))
IN, LATER = date(2026, 6, 1), date(2026, 7, 1)
MONTH = timedelta(days=28)


def categorised(*rows):
    made = deals([deal(number, *values, **more) for number, (values, more, _category) in enumerate(rows, 1)])
    made = made.append_column("category", pa.array([row[2] for row in rows], pa.string()))
    return engine.from_arrow(CON, "categorised", made)


def due(category, amount, when=IN, status=("open", "2026-01-01"), **more):
    return status, {"expected_close_date": when, "amount": amount, **more}, category


WON = ("won", "2026-01-01", "2026-05-10")
TOLD = (
    due("commit", Decimal(10)), due("best_case", Decimal(20), owner_id=2), due("pipeline", Decimal("40.50")),
    due("omitted", Decimal(999)), due("commit", Decimal(999), LATER), due("commit", None),
    due("pipeline", Decimal(5), status=WON),  # won: closed, whatever it says
    due("commit", Decimal(999), status=("won", "2026-01-01", "2026-03-31")),
    due("commit", Decimal(999), status=("lost", "2026-01-01", "2026-05-10")),
)  # fmt: skip


def test_each_category_stands_alone_and_with_the_surer_ones():
    found = forecast.roll_up(categorised(*TOLD), period=QUARTER)
    assert found.single == {"closed": 5, "commit": 10, "best_case": 20, "pipeline": Decimal("40.50")}
    assert found.cumulative == {"closed": 5, "commit": 15, "best_case": 35, "pipeline": Decimal("75.50")}
    assert found.counts == {"closed": 1, "commit": 2, "best_case": 1, "pipeline": 1}
    mine = forecast.roll_up(categorised(*TOLD), period=QUARTER, where=lambda one: one.owner_id == 2)
    assert mine.cumulative == {"closed": 0, "commit": 0, "best_case": 20, "pipeline": 20}


@pytest.mark.parametrize("category", ["hope", "closed", None])
def test_an_open_deal_of_no_category_is_refused_by_name(category):
    with pytest.raises(
        RowError, match="column 'category', row 2: the category of an open deal is one of commit"
    ):
        forecast.roll_up(categorised(due("commit", Decimal(1)), due(category, Decimal(1))), period=QUARTER)
    with pytest.raises(SchemaError, match="column 'category' is missing"):
        forecast.roll_up(categorised(due("commit", Decimal(1))).drop("category"), period=QUARTER)


def lives(*told):
    """Each deal as (what, moment, amount): an int is a stage it comes into, a word how it ends there."""
    rows = []
    for number, states in enumerate(told, 1):
        rank = None
        for what, at, amount in states:
            rank = what if isinstance(what, int) else rank
            status = "open" if isinstance(what, int) else what
            rows.append(
                {
                    "deal_id": number, "valid_from": at, "stage_rank": rank, "status": status,
                    "amount": None if amount is None else Decimal(amount), "owner_id": 1 + number % 2,
                }
            )  # fmt: skip
    return engine.from_arrow(CON, "told", intervals(rows))


def ago(days):
    return NOW - timedelta(days=days)


# with a horizon of 28 days and a history of 36, the days asked are those 28 and 35 days ago
FEW = (
    [(1, ago(36), 100), ("won", ago(5), 100)],  # on both days open; in time only for the later one
    [(1, ago(30), 100)],
    [
        (1, ago(36), 100),
        (2, ago(33), 100),
        ("won", ago(8), 70),
    ],  # on the later day in the second stage; in time for both
    [(1, ago(20), 100), ("won", ago(5), 500)],  # not there on either day; won in time of the later one
    [(9, ago(1), 1000)],  # a stage nobody was in before
    [(1, ago(2), None)],
)


def test_the_chance_of_a_stage_is_counted_on_the_days_of_the_past():
    fitted = StageChances(horizon=MONTH, enough=1).fit(lives(*FEW), as_of=NOW)
    assert fitted.days_ == 2
    assert fitted.chances_ == {1: Chance(hits=2, watched=4, deals=3), 2: Chance(hits=1, watched=1, deals=1)}
    assert fitted.new_value_ == 250
    assert list(StageChances(horizon=MONTH, enough=2).fit(lives(*FEW), as_of=NOW).chances_) == [1]


def test_each_open_deal_counts_by_the_chance_of_its_stage_and_new_ones_as_in_the_past():
    table = lives(*FEW)
    found = StageChances(horizon=MONTH, enough=1).fit(table, as_of=NOW).forecast(table, as_of=NOW)
    assert (found.from_open, found.from_new, found.value) == (100 * 2 / 4, 250, 300)
    assert (found.n, found.unknown) == (3, 1)


def test_a_condition_holds_by_the_values_of_the_day():
    def mine(table):
        return table.owner_id == 2

    fitted = StageChances(horizon=MONTH, enough=1).fit(lives(*FEW), as_of=NOW, where=mine)
    assert fitted.chances_[1] == Chance(hits=2, watched=3, deals=2)
    assert (fitted.new_value_, fitted.forecast(lives(*FEW), as_of=NOW, where=mine).n) == (0, 1)


def test_what_came_after_the_moment_teaches_nothing():
    early = StageChances(horizon=MONTH, enough=1).fit(lives(*FEW), as_of=ago(6))
    assert (early.days_, early.chances_) == (1, {1: Chance(hits=1, watched=2, deals=2)})
    short = StageChances(horizon=timedelta(days=90), enough=1).fit(lives(*FEW), as_of=NOW)
    assert (short.days_, short.chances_, short.new_value_) == (0, {}, 0.0)
    with pytest.raises(ValueError, match="a horizon lies ahead"):
        StageChances(horizon=timedelta(0))


def test_of_two_changes_at_once_the_one_that_lasted_is_the_state_of_the_day():
    at = ago(36)
    rows = [
        {"deal_id": 1, "valid_from": at, "stage_rank": 2, "status": "open"},
        {"deal_id": 1, "valid_from": at, "valid_to": at, "stage_rank": 1, "status": "open"},
    ]
    table = engine.from_arrow(CON, "told", intervals(rows))
    assert list(StageChances(horizon=MONTH, enough=1).fit(table, as_of=NOW).chances_) == [2]


def month_after_month(*numbers):
    """So many deals stand ready when each period of 28 days begins and are won at its end; the last has just ended."""
    told = []
    for place, number in enumerate(reversed(numbers), 1):
        begin = ago(28 * place)
        told += [[(2, begin - timedelta(days=1), 100), ("won", begin + timedelta(days=27), 100)]] * number
    return lives(*told)


def test_the_backtest_holds_what_would_have_been_said_against_what_came_and_the_naive_rule():
    table = month_after_month(1, 5, 1, 5, 1, 5)
    found = forecast.backtest(table, horizon=MONTH, moments=[ago(28), ago(56)], as_of=NOW, enough=1)
    assert [(row.forecast, row.naive, row.actual) for row in found.rows] == [(100, 500, 100), (500, 100, 500)]
    assert (found.wape, found.bias, found.is_better) == (0, 0, True)
    assert (found.naive_wape, found.naive_bias) == (pytest.approx(800 / 600), 0)


def test_where_each_month_is_like_the_last_the_naive_rule_is_not_beaten():
    table = month_after_month(3, 3, 3, 3, 3, 3)
    found = forecast.backtest(table, horizon=MONTH, moments=[ago(28), ago(56)], as_of=NOW, enough=1)
    assert (found.naive_wape, found.is_better) == (0, False)


def test_a_moment_whose_horizon_is_not_over_is_refused_and_nothing_won_tells_nothing():
    with pytest.raises(ValueError, match="is not over yet"):
        forecast.backtest(lives(*FEW), horizon=MONTH, moments=[ago(27)], as_of=NOW)
    nothing = forecast.backtest(lives([(1, ago(90), 100)]), horizon=MONTH, moments=[ago(28)], as_of=NOW)
    assert (nothing.wape, nothing.naive_wape, nothing.is_better) == (None, None, False)


def test_the_examples_run():
    assert doctest.testmod(forecast).failed == 0
