import doctest
import random
from datetime import date, timedelta
from decimal import Decimal

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siklus.analytics import engine, waterfall
from siklus.analytics.schemas import RowError, SchemaError
from siklus.analytics.tests.tables import day, intervals
from siklus.analytics.waterfall import SIGNS, STEPS

CON = engine.connect(threads=1)
BEGIN, END = day("2026-04-01"), day("2026-07-01")
PERIOD = (date(2026, 4, 1), date(2026, 7, 1))
IN, LATER, EARLIER = date(2026, 5, 15), date(2026, 8, 1), date(2026, 3, 1)


def life(number, *states):
    """Intervals of one deal: each state holds until the next; what a state leaves out is as before."""
    rows = []
    held = {
        "deal_id": number,
        "status": "open",
        "amount": Decimal(100),
        "expected_close_date": IN,
        "owner_id": 1,
    }
    for begin, values in states:
        held = {**held, **values, "valid_from": day(begin)}
        if rows:
            rows[-1]["valid_to"] = held["valid_from"]
        rows.append(dict(held))
    return rows


def fall(*lives, begin=BEGIN, end=END, **options):
    table = engine.from_arrow(CON, "lives", intervals([row for one in lives for row in one]))
    return waterfall.waterfall(table, begin=begin, end=end, period=PERIOD, **options)


def steps(found):
    return {step: value for step, value in found.values.items() if value}


MARCH, MAY = "2026-03-01", "2026-05-01"


@pytest.mark.parametrize(
    ("states", "start", "told", "end"),
    [
        ([(MARCH, {})], 100, {}, 100),
        ([(MAY, {})], 0, {"new": 100}, 100),
        ([(MARCH, {}), (MAY, {"amount": Decimal("130.25")})], 100, {"increased": "30.25"}, "130.25"),
        ([(MARCH, {}), (MAY, {"amount": Decimal(70)})], 100, {"decreased": 30}, 70),
        ([(MARCH, {}), (MAY, {"amount": None})], 100, {"decreased": 100}, 0),
        ([(MARCH, {}), (MAY, {"expected_close_date": LATER})], 100, {"slipped": 100}, 0),
        ([(MARCH, {}), (MAY, {"expected_close_date": None})], 100, {"slipped": 100}, 0),
        ([(MARCH, {"expected_close_date": LATER}), (MAY, {"expected_close_date": IN})], 0, {"pulled_in": 100}, 100),
        ([(MARCH, {"expected_close_date": EARLIER}), (MAY, {"expected_close_date": IN})], 0, {"pulled_in": 100}, 100),
        ([(MARCH, {}), (MAY, {"status": "won"})], 100, {"won": 100}, 0),
        ([(MARCH, {}), (MAY, {"status": "won", "amount": Decimal(80)})], 100, {"decreased": 20, "won": 80}, 0),
        ([(MARCH, {}), (MAY, {"status": "lost"})], 100, {"lost": 100}, 0),
        ([(MARCH, {}), (MAY, {"status": "no_decision"})], 100, {"lost": 100}, 0),
        ([(MARCH, {}), (MAY, {"owner_id": 2})], 100, {"transferred_out": 100}, 0),
        ([(MARCH, {"owner_id": 2}), (MAY, {"owner_id": 1})], 0, {"transferred_in": 100}, 100),
        ([(MARCH, {"status": "lost"}), (MAY, {"status": "open"})], 0, {"reopened": 100}, 100),
        # at once: the way is told by the end, then by who owns it, then by the date; the amount changes inside
        ([(MARCH, {}), (MAY, {"owner_id": 2, "expected_close_date": LATER})], 100, {"transferred_out": 100}, 0),
        ([(MARCH, {"expected_close_date": LATER}), (MAY, {"expected_close_date": IN, "amount": Decimal(150)})],
         0, {"pulled_in": 100, "increased": 50}, 150),
        # out and in again are two steps
        ([(MARCH, {}), (MAY, {"expected_close_date": LATER}), ("2026-06-01", {"expected_close_date": IN})],
         100, {"slipped": 100, "pulled_in": 100}, 100),
        # what happens outside the period is not told
        ([(MARCH, {"expected_close_date": LATER}), (MAY, {"amount": Decimal(900)}), ("2026-06-01", {"status": "won"})],
         0, {}, 0),
    ],
)  # fmt: skip
def test_each_change_of_a_deal_is_its_own_step(states, start, told, end):
    found = fall(life(1, *states), where=lambda table: table.owner_id == 1)
    assert (found.start, found.end) == (Decimal(start), Decimal(end))
    assert steps(found) == {step: Decimal(value) for step, value in told.items()}
    assert found.start + found.change == found.end


def test_the_first_moment_is_outside_and_the_last_inside():
    at_begin = fall(life(1, ("2026-04-01", {})))
    assert (at_begin.start, steps(at_begin)) == (Decimal(100), {})
    at_end = fall(life(1, (MARCH, {}), ("2026-07-01", {"status": "won"})))
    assert (steps(at_end), at_end.end) == ({"won": Decimal(100)}, Decimal(0))


def test_a_lead_is_new_when_it_is_qualified():
    rows = life(1, (MARCH, {}), ("2026-06-01", {"amount": Decimal(150)}))
    table = engine.from_arrow(CON, "lead", intervals(rows))
    late = table.mutate(qualified_at=table.valid_from.min().over() + ibis.interval(days=60))
    found = waterfall.waterfall(late, begin=BEGIN, end=END, period=PERIOD)
    assert (found.start, steps(found), found.end) == (0, {"new": 100, "increased": 50}, 150)
    never = table.mutate(qualified_at=ibis.null("timestamp"))
    found = waterfall.waterfall(never, begin=BEGIN, end=END, period=PERIOD)
    assert (found.start, steps(found), found.end) == (0, {}, 0)


def test_deals_are_counted_and_the_moves_behind_the_figures_can_be_had():
    found = fall(
        life(1, (MARCH, {})),
        life(
            2, (MAY, {}), ("2026-05-03", {"amount": Decimal(110)}), ("2026-05-04", {"amount": Decimal(120)})
        ),
        life(3, (MAY, {"amount": None})),
    )
    assert {step: count for step, count in found.counts.items() if count} == {
        "start": 1, "end": 3, "new": 2, "increased": 1,
    }  # fmt: skip
    rows = found.moves().order_by(["deal_id", "at"]).to_pyarrow().to_pylist()
    assert [(row["deal_id"], row["step"], row["amount"]) for row in rows] == [
        (2, "new", 100), (2, "increased", 10), (2, "increased", 10), (3, "new", 0),
    ]  # fmt: skip


def test_a_gap_a_missing_column_and_moments_in_the_wrong_order_are_refused():
    torn = life(4, (MARCH, {}), (MAY, {}))
    torn[0]["valid_to"] = day("2026-04-20")
    with pytest.raises(RowError, match="column 'valid_to', row 4: an interval ends at 2026-04-20 00:00:00"):
        fall(torn)
    gone = life(5, (MARCH, {}))
    gone[0]["valid_to"] = day(MAY)
    with pytest.raises(RowError, match=r"row 5: .* the next begins at nothing"):
        fall(gone)
    with pytest.raises(ValueError, match="lies before the begin"):
        fall(life(1, (MAY, {})), begin=END, end=BEGIN)
    with pytest.raises(SchemaError, match="column 'amount' is missing"):
        waterfall.waterfall(
            engine.from_arrow(CON, "bare", intervals(torn)).drop("amount"),
            begin=BEGIN,
            end=END,
            period=PERIOD,
        )


def random_lives(seed):
    chance = random.Random(seed)
    lives = []
    for number in range(30):
        at = date(2026, 1, 1) + timedelta(days=chance.randrange(150))
        states = []
        for _ in range(chance.randrange(1, 8)):
            values = {
                "status": chance.choice(["open", "open", "open", "won", "lost", "no_decision"]),
                "amount": chance.choice([None, Decimal(chance.randrange(0, 100_000)) / 1000]),
                "expected_close_date": chance.choice([IN, IN, LATER, EARLIER, None]),
                "owner_id": chance.choice([1, 1, 2, None]),
            }
            kept = chance.sample(sorted(values), chance.randrange(1, 5))
            states.append((at.isoformat(), {name: values[name] for name in kept}))
            at += timedelta(days=chance.choice([0, 1, 7, 20, 39]))
        lives.append(life(number, *states))
    return lives


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.tuples(*[st.integers(0, 250)] * 3))
def test_any_history_closes_to_the_cent_and_splits_at_any_moment(seed, days):
    lives = random_lives(seed)
    table = engine.from_arrow(CON, "random_lives", intervals([row for one in lives for row in one]))
    first, middle, last = (day("2026-01-01") + timedelta(days=days) for days in sorted(days))

    def between(begin, end):
        return waterfall.waterfall(
            table, begin=begin, end=end, period=PERIOD, where=lambda table: table.owner_id == 1
        )

    def standing(moment):  # counted by hand
        return sum(
            (row["amount"] or Decimal(0))
            for one in lives
            for row in one
            if row["valid_from"] <= moment and not (row.get("valid_to") and row["valid_to"] <= moment)
            and row["status"] == "open" and row["owner_id"] == 1 and row["expected_close_date"] == IN
        )  # fmt: skip

    whole, early, late = between(first, last), between(first, middle), between(middle, last)
    assert (whole.start, whole.end) == (standing(first), standing(last))
    assert whole.start + whole.change == whole.end
    assert early.end == late.start
    assert {step: early.values[step] + late.values[step] for step in STEPS} == whole.values
    assert all(value >= 0 for value in whole.values.values())
    assert set(SIGNS) == set(whole.values)


def test_the_examples_run():
    assert doctest.testmod(waterfall).failed == 0
