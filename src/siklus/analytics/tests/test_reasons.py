"""Why deals ended without a win, on a few deals of which everything is known."""

from datetime import datetime
from decimal import Decimal

import ibis
import pyarrow as pa

from siklus.analytics import engine
from siklus.analytics.reasons import lost_reasons
from siklus.analytics.schemas import DEALS
from siklus.analytics.tests.tables import day

CON = engine.connect(threads=1)
SCHEMA = ibis.schema({**{name: DEALS[name] for name in DEALS.names}, "lost_reason_id": "int64"})


def deal(number: int, status: str, reason: int | None, amount: int | None, **values):
    return {
        "deal_id": number, "status": status, "lost_reason_id": reason, "qualified_at": day("2026-03-01"),
        "closed_at": day("2026-04-10"), "amount": None if amount is None else Decimal(amount), **values,
    }  # fmt: skip


def test_reasons_stand_by_how_often_they_were_given_with_their_value_and_the_deals_behind_them():
    rows = [
        deal(1, "lost", 7, 100),
        deal(2, "lost", 7, None),
        deal(3, "no_decision", None, 30),
        deal(4, "won", None, 900),
        deal(5, "lost", 7, 5, qualified_at=None),
        deal(6, "lost", 7, 5, closed_at=day("2026-05-02")),
        deal(7, "disqualified", 9, 5),
    ]
    table = engine.from_arrow(CON, "deals", pa.Table.from_pylist(rows, schema=SCHEMA.to_pyarrow()))
    window = (datetime(2026, 4, 1), datetime(2026, 5, 1))
    found = lost_reasons(table, as_of=datetime(2026, 6, 1), window=window)
    told = [
        (one.reason_id, one.status, one.rate.hits, one.rate.n, one.value, one.without_value) for one in found
    ]
    assert told == [(7, "lost", 2, 3, Decimal(100), 1), (None, "no_decision", 1, 3, Decimal(30), 0)]
    behind = [sorted(one.ids().deal_id.to_pyarrow().to_pylist()) for one in found]
    assert behind == [[1, 2], [3]]
