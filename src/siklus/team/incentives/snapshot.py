"""The inputs of a posting as JSON and back: what was calculated once can be calculated again, to the same bytes."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from siklus.commission.inputs import Event, PersonRow, Rate, Split
from siklus.commission.ledger import Line
from siklus.team.incentives.sources import Inputs


def to_json(inputs: Inputs) -> dict[str, Any]:
    """Fractions as `n/d`, days as text, in the order in which the engine reads them."""
    return {
        "events": [
            {
                "id": one.id, "day": one.day.isoformat(), "kind": one.kind, "amount": str(one.amount),
                "quantity": str(one.quantity), "currency": one.currency, "deal": one.deal,
                "splits": [[each.person, str(each.share), each.role] for each in one.splits],
                "values": {name: _plain(value) for name, value in sorted(one.values.items())},
                "term_months": one.term_months, "note": one.note,
            }
            for one in inputs.events
        ],
        "people": [
            {
                "person": one.person, "first": _day(one.first), "until": _day(one.until), "manager": one.manager,
                "quota": None if one.quota is None else str(one.quota), "quota_per": one.quota_per,
                "started_on": _day(one.started_on),
                "values": {name: _plain(value) for name, value in sorted(one.values.items())},
            }
            for one in inputs.people
        ],
        "rates": [[one.day.isoformat(), one.base, one.quote, str(one.rate), one.source] for one in inputs.rates],
    }  # fmt: skip


def from_json(kept: dict[str, Any]) -> Inputs:
    """The inputs as they were."""
    return Inputs(
        events=[
            Event(
                one["id"], date.fromisoformat(one["day"]), one["kind"], Fraction(one["amount"]),
                Fraction(one["quantity"]), one["currency"], one["deal"],
                tuple(Split(person, Fraction(share), role) for person, share, role in one["splits"]),
                {name: _value(value) for name, value in one["values"].items()}, one["term_months"], one["note"],
            )
            for one in kept["events"]
        ],
        people=[
            PersonRow(
                one["person"], _date(one["first"]), _date(one["until"]), one["manager"], "",
                None if one["quota"] is None else Fraction(one["quota"]), one["quota_per"], _date(one["started_on"]),
                {name: _value(value) for name, value in one["values"].items()},
            )
            for one in kept["people"]
        ],
        rates=rates_of(kept),
    )  # fmt: skip


def rates_of(kept: dict[str, Any]) -> list[Rate]:
    """The exchange rates of a snapshot."""
    return [
        Rate(date.fromisoformat(day), base, quote, Fraction(rate), source)
        for day, base, quote, rate, source in kept["rates"]
    ]


def digest(what: Any) -> str:
    """A hash over JSON, the same for the same content."""
    text = json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(lines: Iterable[Line]) -> str:
    """A hash over lines in the order they were made."""
    return digest([one.as_json() for one in lines])


def _plain(value: Any) -> Any:
    return {"number": f"{value:f}"} if isinstance(value, Decimal) else value


def _value(value: Any) -> Any:
    return Decimal(value["number"]) if isinstance(value, dict) else value


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
