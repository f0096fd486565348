import doctest

import pytest

from siklus.analytics import bottlenecks, conversions, engine
from siklus.analytics.conversions import Path
from siklus.analytics.rates import Rate
from siklus.analytics.schemas import SchemaError
from siklus.analytics.tests.tables import day, intervals, loans

NOW = day("2026-06-30")
CON = engine.connect(threads=1)


def lives(*told):
    """Each deal as (rank or status, month and day) in a row; a status stands in the rank before it."""
    rows = []
    for number, states in enumerate(told, 1):
        rank = None
        for what, at in states:
            status = what if isinstance(what, str) else "open"
            rank = rank if isinstance(what, str) else what
            rows.append(
                {
                    "deal_id": number,
                    "valid_from": day(f"2026-{at}"),
                    "stage_rank": rank,
                    "status": status,
                    "amount": 100,
                }
            )
    return engine.from_arrow(CON, "told", intervals(rows))


TOLD = (
    [(1, "01-01"), (2, "01-11"), (3, "01-21"), ("won", "02-01")],
    [(1, "01-01"), (3, "01-06"), ("lost", "03-01")],  # over the second stage
    [(1, "01-01"), ("lost", "01-03")],
    [(1, "01-01")],
    [(2, "01-01"), (1, "01-05"), (2, "01-25")],  # back and on again
)


def found(**options):
    return {one.stage: one for one in conversions.stage_conversions(lives(*TOLD), as_of=NOW, **options)}


def test_by_rank_a_deal_went_on_when_it_ever_came_so_far():
    first, second = found().values()
    assert (first.stage, first.next_stage, first.rate) == (1, 2, Rate(3, 5))
    assert (first.open, first.skipped, first.moved_back) == (1, 1, 0)
    assert first.median_days == 7.5  # ten and five; the one that came from the second stage was there before
    assert (second.rate, second.open, second.skipped, second.moved_back) == (Rate(1, 2), 1, 0, 1)


def test_on_the_strict_path_it_must_go_straight_into_the_next_stage():
    first, second = found(path=Path.STRICT).values()
    assert (first.rate, first.open, first.skipped) == (Rate(2, 5), 1, 0)
    assert (second.rate, second.open) == (Rate(1, 2), 1)


def test_stages_that_are_not_shown_are_passed_over():
    (only,) = found(ranks=[1, 3]).values()
    assert (only.next_stage, only.rate, only.median_days) == (3, Rate(2, 5), 12.5)


def test_the_window_is_that_of_the_first_entry():
    late = found(window=(day("2026-01-05"), day("2026-02-01")))
    assert (late[1].rate, late[2].rate) == (Rate(1, 1), Rate(1, 1))
    assert found(window=(day("2025-01-05"), day("2025-02-01")))[1].rate == Rate(0, 0)


def test_the_public_stage_log_has_its_known_conversions():
    log = engine.from_arrow(CON, "log", loans())
    early = conversions.stage_conversions(log, as_of=day("2011-11-15"))
    assert [(one.rate.hits, one.rate.n, one.open) for one in early][2::2] == [
        (1519, 2160, 132),
        (465, 1493, 591),
    ]
    late = conversions.stage_conversions(log, as_of=day("2012-01-01"))[4]
    assert (late.rate.hits, late.rate.n, late.open, round(late.rate.value, 3)) == (1130, 2815, 509, 0.401)


def test_a_stage_costs_what_is_lost_in_it_however_long_it_takes():
    quick_and_deadly = [[(1, "01-01"), ("lost", "01-02")] for _ in range(6)]
    slow_and_sure = [[(1, "01-01"), (2, "01-02"), ("won", "05-01")] for _ in range(6)]
    worst, other = bottlenecks.bottlenecks(lives(*quick_and_deadly, *slow_and_sure), as_of=NOW)
    assert (worst.stage, worst.entered, worst.mean_value, worst.share_lost, worst.value_lost) == (
        1,
        12,
        100,
        0.5,
        600,
    )
    assert (other.stage, other.share_lost, other.value_lost) == (2, 0.0, 0.0)
    assert other.share_of_time == pytest.approx(6 * 119 / (12 + 6 * 119))


def test_open_deals_count_as_watched_and_lateness_is_held_against_those_that_were_won():
    won = [[(1, "01-01"), (2, "01-11"), ("won", "02-01")] for _ in range(5)]
    stuck = [[(1, "01-01")] for _ in range(5)]
    first = next(one for one in bottlenecks.bottlenecks(lives(*won, *stuck), as_of=NOW) if one.stage == 1)
    assert (first.share_lost, first.pace) == (0.0, 10)
    assert first.share_late == pytest.approx(0.5 - 0.2)
    assert first.value_late == pytest.approx(1000 * 0.3)
    few = bottlenecks.bottlenecks(lives(*won[:4], *stuck), as_of=NOW)
    assert [one.pace for one in few] == [None, None]


def test_without_values_the_stage_that_loses_most_deals_stands_first():
    log = engine.from_arrow(CON, "log", loans())
    found = bottlenecks.bottlenecks(log, as_of=day("2012-01-01"))
    assert [one.stage for one in found][:2] == [2, 5]
    assert all(one.value_lost is None for one in found)
    with pytest.raises(SchemaError, match="column 'amount' is missing"):
        bottlenecks.bottlenecks(log.drop("amount"), as_of=NOW)


@pytest.mark.parametrize("module", [conversions, bottlenecks])
def test_the_examples_run(module):
    assert doctest.testmod(module).failed == 0
