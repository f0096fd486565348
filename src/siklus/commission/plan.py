"""What a commission plan may say, as types. `plan_reader.read_plan` makes one from a document and checks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from siklus.commission.expressions import Formula
from siklus.commission.numbers import Rounding
from siklus.commission.tables import Table

EVENT_NAMES = {"amount": "number", "quantity": "number", "kind": "text", "currency": "text", "deal": "text"}
PERSON_NAMES = {"person": "text", "team": "text"}
STANDING_NAMES = {"attainment": "number", "credited": "number", "quota": "number"}
KINDS = ("deal", "refund")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: `field` is amount, quantity or a formula; of which `kinds` of events; over which `basis`.

    basis: transaction (each event alone), period, cumulative_quarter or cumulative_year
    """

    field: str | Formula = "amount"
    basis: str = "period"
    kinds: tuple[str, ...] = KINDS
    when: Formula | None = None
    weight: Formula | None = None

    @property
    def source(self) -> str:
        return self.field.source if isinstance(self.field, Formula) else self.field


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition on the person and how they stand. `hold`: earned, not payable yet; `block`: not earned, told why."""

    id: str
    rule: Formula
    effect: str = "block"


@dataclass(frozen=True, slots=True)
class Quota:
    """How a person's quota becomes that of a window: `proration` none, days or months; `season` shares; `ramp` by month."""

    proration: str = "none"
    season: tuple[Fraction, ...] = ()
    ramp: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    amount: Fraction
    withheld: str = "lapse"


@dataclass(frozen=True, slots=True)
class Release:
    """Which share becomes payable with the event itself, and which with the payments on its deal."""

    on_event: Fraction
    by_payment: Fraction


@dataclass(frozen=True, slots=True)
class Clawback:
    """What a cancellation within `window_days` takes back: full, proportional to the rest of the term, or a `share`."""

    method: str
    share: Fraction = Fraction(1)
    window_days: int | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of a scorecard: `weight` of 1 in all, what is measured, and the goal or the people's column with it."""

    id: str
    weight: Fraction
    measure: Measure
    goal: Fraction | str


@dataclass(frozen=True, slots=True)
class Allocation:
    """How a pool is handed out: equally, or by a number in the column `by`; among those who `qualify`."""

    by: str = "equal"
    qualify: Formula | None = None


@dataclass(frozen=True)
class Component:
    """One typed part of a plan; `type` says which of the fields count.

    tiered_rate       table over the measure; a flat rate is a table of one row
    override          the same on the credits of those who report to the person: per_rep or collective
    target_incentive  target × bands over attainment
    scorecard         target × bands over the weighted score
    bonus             amounts at thresholds, the highest reached or the sum of all
    spiff             an amount for each event, or a rate on it
    pool              an amount or a rate on everybody's measure, handed out
    """

    id: str
    type: str
    measure: Measure = field(default_factory=Measure)
    table: Table | None = None
    unit: str = "amount"
    quota: Quota = field(default_factory=Quota)
    gates: tuple[Gate, ...] = ()
    cap: Cap | None = None
    floor: Fraction | None = None
    release: Release | None = None
    clawback: Clawback | None = None
    target: Fraction | str = Fraction(0)
    prorate_target: bool = False
    amount: Fraction | None = None
    rate: Fraction | None = None
    amount_per: str = ""
    stacking: str = "highest"
    goals: tuple[Goal, ...] = ()
    allocation: Allocation = field(default_factory=Allocation)
    pattern: str = "per_rep"
    depth: str = "direct"
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """An advance for each period. Recoverable ones are owed and taken back, at most `rate` of what exceeds the draw."""

    type: str
    amount: Fraction
    rate: Fraction = Fraction(1)
    recovery_from: date | None = None
    maximum: Fraction | None = None
    until: date | None = None
    prorate: bool = False


@dataclass(frozen=True)
class Plan:
    """A whole plan. `version` is the first half of a hash over the document: any change is a new version."""

    id: str
    version: str
    currency: str
    length: str
    rounding: Rounding
    components: tuple[Component, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    person_fields: Mapping[str, str] = field(default_factory=dict)
    first: date | None = None
    until: date | None = None
    cap: Fraction | None = None
    draw: Draw | None = None
    max_recovery: Fraction = Fraction(1, 2)
