"""A small made-up company for trying the figures out: ten months of deals, the same at every call.

>>> intervals().count().execute() > 1000
True
"""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from siklus.analytics import engine
from siklus.analytics.schemas import DEALS, INTERVALS

NOW = datetime(2026, 7, 1)  # noqa: DTZ001 - the tables hold plain moments in UTC
RANKS = (1, 2, 3, 4, 5)
DEALS_MADE = 400
# of each stage: chance to move on, to be lost there, and mean days; the rest ends without a decision
STAGES = {
    1: (0.72, 0.20, 9),
    2: (0.70, 0.20, 12),
    3: (0.62, 0.25, 16),
    4: (0.66, 0.22, 20),
    5: (0.60, 0.30, 11),
}
OWNERS = (1, 2, 3, 4)


@lru_cache(maxsize=1)
def _made() -> tuple[pa.Table, pa.Table]:
    chance = random.Random(20)  # noqa: S311 - to be the same at every call
    spans: list[dict[str, Any]] = []
    deals: list[dict[str, Any]] = []
    for number in range(1, DEALS_MADE + 1):
        life = _life(chance, number)
        spans += life
        last = life[-1]
        is_open = last["status"] == "open"
        begun, created = life[1] if len(life) > 1 else None, life[0]["valid_from"]
        deals.append(
            {
                **{name: last.get(name) for name in DEALS.names},
                "stage_kind": "demo" if is_open else last["status"],
                "source": chance.choice(["website", "event", "referral"]),
                "created_at": created,
                "qualified_at": begun["valid_from"] if begun and begun["stage_rank"] > 1 else None,
                "closed_at": None if is_open else last["valid_from"],
            }
        )
    return (
        pa.Table.from_pylist(spans, schema=INTERVALS.to_pyarrow()),
        pa.Table.from_pylist(deals, schema=DEALS.to_pyarrow()),
    )


def _life(chance: random.Random, number: int) -> list[dict[str, Any]]:
    """The intervals of one deal up to NOW: stage by stage, with a second date and amount now and then."""
    at = NOW - timedelta(hours=1 + chance.randrange(300 * 24))
    owner = chance.choice(OWNERS)
    state: dict[str, Any] = {
        "deal_id": number,
        "pipeline_id": 1,
        "stage_id": 1,
        "stage_rank": 1,
        "status": "open",
        "owner_id": owner,
        "team_id": 1 + owner % 2,
        "amount": Decimal(chance.randrange(10, 400) * 100),
        "probability": 10,
        "expected_close_date": (at + timedelta(days=chance.randrange(40, 110))).date(),
    }
    life = [state | {"valid_from": at}]
    while state["status"] == "open":
        onward, lost, days = STAGES[state["stage_rank"]]
        at += timedelta(hours=1 + int(chance.expovariate(1 / (24 * days))))
        if at > NOW:
            break
        draw = chance.random()
        if draw < onward and state["stage_rank"] < RANKS[-1]:
            rank = state["stage_rank"] + 1
            state |= {"stage_rank": rank, "stage_id": rank, "probability": 20 * (rank - 1)}
            if chance.random() < 0.3:
                state |= {"amount": state["amount"] + chance.randrange(-5, 12) * 50}
            if chance.random() < 0.4:
                state |= {"expected_close_date": state["expected_close_date"] + timedelta(days=28)}
        elif draw < onward:
            state |= {"status": "won", "probability": 100}
        else:
            state |= {"status": "lost" if draw < onward + lost else "no_decision", "probability": 0}
        life[-1]["valid_to"] = at
        life.append(state | {"valid_from": at})
        state = dict(life[-1])
    return life


def intervals() -> ir.Table:
    """INTERVALS of the made-up deals."""
    return engine.from_arrow(_connection(), "example_intervals", _made()[0])


def deals() -> ir.Table:
    """DEALS as they stand at NOW."""
    return engine.from_arrow(_connection(), "example_deals", _made()[1])


@lru_cache(maxsize=1)
def _connection() -> Any:
    return engine.connect(threads=1)
