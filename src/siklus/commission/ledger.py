"""Ledger lines: signed, never changed. The ledger is the list of all lines; every balance is a sum over it.

kind  earning, floor, cap, plan_cap       what components earn in a period, from nothing
      correction                          the same for an earlier period whose inputs changed since
      release, clawback, adjustment       payments came in, a deal was cancelled, somebody decided
      cap_release                         withheld by a cap that carries, paid later
      carried                             what the recovery limit moves on: above 0 put off, below 0 taken back
      draw_advance, draw_recovery, guarantee
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from siklus.commission.problems import CommissionError

EARNED_KINDS = frozenset({"earning", "floor", "cap", "plan_cap", "correction"})
ZERO = Decimal(0)


@dataclass(frozen=True)
class Line:
    """One line: posted in `period`, for `for_period`, moving what is `earned` and what is `payable`, in plan currency.

    `blocked` is what a gate kept from being earned. `formula`, `inputs` and `pieces` explain the figure; `events` are the
    ids it comes from. `key` is the same whenever the same thing is calculated, which is how doubles are seen.
    """

    period: str
    for_period: str
    person: str
    component: str
    kind: str
    earned: Decimal
    payable: Decimal
    plan: str
    version: str
    key: str
    blocked: Decimal = ZERO
    formula: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[Mapping[str, str], ...] = ()
    events: tuple[str, ...] = ()
    deal: str = ""
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The line for JSON: money as texts."""
        found = asdict(self)
        for name in ("earned", "payable", "blocked"):
            found[name] = f"{found[name]:f}"
        return found


def read_ledger(source: str, name: str = "ledger") -> list[Line]:
    """The lines of an earlier result. Raises CommissionError."""
    try:
        found = json.loads(source)["lines"]
        return [_line(one) for one in found]
    except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError) as wrong:
        raise CommissionError(
            f"{name}: is no result of an earlier calculation ({wrong}); give the file as it was written."
        ) from None


def _line(one: Mapping[str, Any]) -> Line:
    known = {column.name for column in fields(Line)}
    values = {key: value for key, value in one.items() if key in known}
    for key in ("earned", "payable", "blocked"):
        values[key] = Decimal(values[key])
        if not values[key].is_finite():
            raise ValueError(f"{key} of {values['key']}")
    for key in ("pieces", "events"):
        values[key] = tuple(values[key])
    return Line(**values)


def fingerprint(lines: Iterable[Line]) -> str:
    """A hash over what lines say, in the order of their keys: a statement's, to see that it never changes."""
    said = sorted(json.dumps(line.as_json(), sort_keys=True) for line in lines)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def total(lines: Iterable[Line], what: str = "payable") -> Decimal:
    return sum((getattr(line, what) for line in lines), ZERO)
