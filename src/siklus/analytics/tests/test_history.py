"""From HISTORY to the tables of the figures, and through them to figures that need more than one of its columns."""

from datetime import date
from decimal import Decimal

import pytest

from siklus.analytics import engine, history
from siklus.analytics.forecast import roll_up
from siklus.analytics.schemas import DEALS, HISTORY, INTERVALS, STAGES
from siklus.analytics.stage_times import stage_times
from siklus.analytics.tests.tables import day, table
from siklus.analytics.waterfall import waterfall

CON = engine.connect(threads=1)
NOW = day("2026-05-01")
QUARTER = (date(2026, 4, 1), date(2026, 7, 1))


def span(number, begin, end, **values):
    return {
        "deal_id": number, "interval_id": number, "valid_from": day(begin), "valid_to": day(end) if end else None,
        "recorded_at": day(begin), "status": "open", "stage_id": 11, "amount": Decimal(100), "category": "pipeline",
        "expected_close_date": date(2026, 6, 1), "created_at": day("2026-03-01"), **values,
    }  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    qualified = {"qualified_at": day("2026-04-10")}
    rows = [
        span(1, "2026-03-01", "2026-04-20", **qualified),  # qualified within an interval
        span(1, "2026-04-20", "2026-05-20", stage_id=12, amount=Decimal(130), category="commit", **qualified),
        span(1, "2026-05-20", None, stage_id=12, amount=Decimal(999), category="commit", **qualified),
        span(2, "2026-03-01", None),  # a lead
    ]
    stages = [{"stage_id": 11, "stage_rank": 1, "stage_kind": "demo"}, {"stage_id": 12, "stage_rank": 2}]
    return (
        engine.from_arrow(CON, "history", table(HISTORY, rows)),
        engine.from_arrow(CON, "stages", table(STAGES, stages)),
    )


def test_deals_of_a_moment_have_the_category_of_that_moment(tables):
    found = history.deals_as_of(*tables, at=NOW)
    assert found.columns == (*DEALS.names, "category", "lost_reason_id", "kind", "owner_now")
    assert roll_up(found, period=QUARTER).single["commit"] == 130


def test_intervals_tell_since_when_a_deal_is_qualified(tables):
    found = history.intervals_until(*tables, at=NOW)
    assert found.columns == (*INTERVALS.names, "created_at", "qualified_at", "source", "kind", "owner_now")
    steps = waterfall(found, begin=day("2026-04-01"), end=NOW, period=QUARTER)
    assert (steps.start, steps.values["new"], steps.values["increased"], steps.end) == (0, 100, 30, 130)
    assert [(one.stage, one.entered, one.open) for one in stage_times(found, as_of=NOW)] == [
        (1, 2, 1),
        (2, 1, 1),
    ]
