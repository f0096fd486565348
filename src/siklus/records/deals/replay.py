"""From the journal back to the history: what the facts of a deal, in the order we learned them, add up to."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from siklus.records.deals import spans
from siklus.records.deals.spans import Span

DECIMALS = {"amount", "amount_base"}
DATES = {"expected_close_date"}


def replay(deal_id: int, facts: Iterable[tuple[str, datetime, dict[str, Any]]]) -> list[Span]:
    """The life told by (name, happened_at, details) of a deal's entries in the order of recording.

    A merge that was taken back later changed nothing.
    """
    life: list[Span] = []
    facts = list(facts)
    undone = {details["merge"] for name, _at, details in facts if name == "deal.unmerged"}
    for name, happened_at, details in facts:
        if name == "deal.merged" and details["merge"] in undone:
            continue
        values = {key: _typed(key, value) for key, value in details.get("set", {}).items()}
        if name == "deal.created":
            life = spans.begin(happened_at, values)
        elif values:
            life = spans.change(life, happened_at, values)
    return life


def _typed(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key in DECIMALS:
        number = Decimal(value)
        return number
    if key in DATES:
        return date.fromisoformat(value)
    return value
