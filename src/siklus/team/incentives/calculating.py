"""A period of a plan by the engine: over the ledger as it stands, with the rates as posted, from the first change on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from siklus.commission.calculation import Result, calculate
from siklus.commission.inputs import Rate
from siklus.commission.ledger import Line
from siklus.commission.payout import Statement, statement_of
from siklus.commission.periods import Period, around, period_named
from siklus.commission.plan import Plan
from siklus.commission.settlement import Book
from siklus.records.deals.models import Deal
from siklus.team.incentives.models import CommissionPlan, LedgerLine, PayPeriod, PlanVersion, Run
from siklus.team.incentives.refused import CannotPay, engine_refusals
from siklus.team.incentives.snapshot import digest, from_json, rates_of, to_json
from siklus.team.incentives.sources import Inputs, inputs_of


@dataclass(frozen=True)
class Calculated:
    """What a calculation read and found. `since` is the first earlier period that it calculated again, if any."""

    version: PlanVersion
    inputs: Inputs
    ledger: list[Line]
    result: Result
    since: str

    def statement(self, person: int) -> Statement | None:
        return next((one for one in self.result.statements if one.person == str(person)), None)

    def lines_of(self, person: int) -> list[Line]:
        """A person's lines of the period: what is posted, and what would be."""
        there = [*self.ledger, *self.result.lines]
        return [one for one in there if one.period == self.result.period.name and one.person == str(person)]


def version_for(plan: CommissionPlan, first: date) -> PlanVersion:
    """The version that holds for a period beginning on a day. Raises CannotPay."""
    found = plan.versions.filter(from_date__lte=first).order_by("-number").first()
    if found is None:
        text = _(
            "No version of %(title)s holds on %(day)s. Write one that begins then, or choose a later period."
        )
        raise CannotPay(text % {"title": plan.title, "day": first.isoformat()}, field="period")
    found.plan = plan
    return found


def ledger_of(plan: CommissionPlan, before: Run | None = None) -> list[Line]:
    """All lines of a plan, as the engine reads them; with `before` those that an earlier posting wrote."""
    rows = LedgerLine.objects.filter(period__plan=plan).select_related("period", "version").order_by("id")
    if before is not None:
        rows = rows.filter(run_id__lt=before.pk)
    units: dict[int, int] = {}
    found = []
    for row in rows:
        if row.version_id not in units:
            units[row.version_id] = row.version.document.rounding.minor_units
        found.append(row.as_line(plan.key, units[row.version_id]))
    return found


def calculated(
    plan: CommissionPlan,
    name: str,
    *,
    supposed: Iterable[tuple[Deal, date]] = (),
    base: Calculated | None = None,
) -> Calculated:
    """What a period pays by what is known now. Writes nothing. Raises CannotPay and NoRate.

    base: the same period without what is supposed, whose ledger and beginning are taken over
    """
    span = span_named(name, plan.length)
    version = base.version if base else version_for(plan, span.first)
    document = version.document
    runs = _last_runs(plan)
    frozen = frozen_rates(runs.values())
    with engine_refusals():
        if base is not None:
            needed = period_named(base.since or name)
        else:
            needed = _changed_since(plan, document, version, span, runs, frozen)
        inputs = inputs_of(
            plan, document, since=around(needed.first, "year").first, until=span.until, frozen=frozen,
            supposed=supposed,
        )  # fmt: skip
        ledger = base.ledger if base else ledger_of(plan)
        result = calculate(
            plan=document, events=inputs.events, people=inputs.people, rates=inputs.rates, period=name,
            ledger=ledger, since=needed.name,
        )  # fmt: skip
    return Calculated(version, inputs, ledger, result, needed.name if needed != span else "")


def replayed(run: Run) -> list[Line]:
    """The lines of a posting, calculated again from what it was given."""
    inputs = from_json(run.inputs)
    result = calculate(
        plan=run.version.document, events=inputs.events, people=inputs.people, rates=inputs.rates,
        period=run.period.name, ledger=ledger_of(run.period.plan, before=run), since=run.since or run.period.name,
    )  # fmt: skip
    return [normal(one, run.version.document) for one in result.lines]


def statement_from(period: PayPeriod, person: int, lines: Iterable[Line]) -> Statement:
    """A person's statement of a period from the ledger alone: `lines` of the plan, to the end of the period."""
    last = period.runs.select_related("version").last()
    version = last.version if last else version_for(period.plan, period.first)
    inside = [one for one in lines if period_named(one.period).first <= period.first]
    return statement_of(Book(version.document, period.span, inside), str(person))


def normal(line: Line, plan: Plan) -> Line:
    """Amounts written to the plan's smallest unit, as the ledger gives them back."""
    unit = Decimal(1).scaleb(-plan.rounding.minor_units)
    return replace(
        line, earned=line.earned.quantize(unit), payable=line.payable.quantize(unit), blocked=line.blocked.quantize(unit)
    )  # fmt: skip


def span_named(name: str, length: str) -> Period:
    """The days of a period's name, if it is as long as the plan pays by. Raises CannotPay."""
    with engine_refusals("period"):
        span = period_named(name)
    if span.length != length:
        text = _("The plan pays by %(length)s; write a period such as %(example)s.")
        raise CannotPay(text % {"length": length, "example": around(span.first, length).name}, field="period")
    return span


def next_name(name: str) -> str:
    """The period after one."""
    span = period_named(name)
    return around(span.until, span.length).name


def frozen_rates(runs: Iterable[Run]) -> list[Rate]:
    """The exchange rates that postings used; the first use of a day's rate holds."""
    found: dict[tuple[str, str, date], Rate] = {}
    for run in sorted(runs, key=lambda one: one.pk):
        for one in rates_of(run.inputs):
            found.setdefault((one.base, one.quote, one.day), one)
    return list(found.values())


def _last_runs(plan: CommissionPlan) -> dict[str, Run]:
    rows = Run.objects.filter(period__plan=plan).select_related("period", "version").order_by("id")
    return {run.period.name: run for run in rows}


def _changed_since(
    plan: CommissionPlan, document: Plan, version: PlanVersion, span: Period, runs: dict[str, Run], frozen: list[Rate]
) -> Period:  # fmt: skip
    """The first posted period of this version whose inputs are not what they were; `span` itself when none changed.

    A period's own days decide, and a change of one moves all after it, so everything from there on is calculated again.
    """
    posted = sorted(
        (run for name, run in runs.items() if run.version_id == version.pk and period_named(name).first < span.first),
        key=lambda run: run.period.first,
    )  # fmt: skip
    if not posted:
        return span
    first = posted[0].period.first
    now = inputs_of(plan, document, since=around(first, "year").first, until=span.first, frozen=frozen)
    for run in posted:
        period = run.period.span
        if digest(own(now, period)) != digest(own(from_json(run.inputs), period)):
            return period
    return span


def own(inputs: Inputs, period: Period) -> dict[str, object]:
    """What of the inputs lies in a period's days, as JSON."""
    rows = [
        replace(one, first=max(one.first or period.first, period.first), until=min(one.until or period.until, period.until))
        for one in inputs.people
        if (one.first or period.first) < period.until and (one.until or period.until) > period.first
    ]  # fmt: skip
    events = [one for one in inputs.events if period.has(one.day) and one.kind != "adjustment"]
    days = {(one.currency, one.day) for one in events}
    return to_json(Inputs(events, rows, [one for one in inputs.rates if (one.base, one.day) in days]))
