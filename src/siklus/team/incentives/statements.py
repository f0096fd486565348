"""A person's statement of a period: posted lines, or what would be posted now; on screen, as CSV, as PDF."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from siklus.commission.ledger import Line
from siklus.commission.payout import Statement
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Deal
from siklus.team.incentives.calculating import Calculated, calculated, ledger_of, statement_from
from siklus.team.incentives.models import CommissionPlan, Dispute, LedgerLine, PayPeriod, PlanVersion
from siklus.team.incentives.words import kind_name, line_in_words

CSV_COLUMNS = (
    "period", "for_period", "person", "component", "kind", "deal", "deal_name", "earned", "payable", "blocked",
    "currency", "plan", "version", "formula", "inputs", "reason",
)  # fmt: skip
PAYROLL_COLUMNS = (
    "period",
    "email",
    "name",
    "plan",
    "currency",
    "gross",
    "earned",
    "held",
    "owed",
    "carried",
    "hash",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A line for people. `row` is its row of the ledger; None: not posted yet."""

    line: Line
    row: LedgerLine | None
    title: str
    words: str
    deal: Deal | None
    dispute: Dispute | None


@dataclass(frozen=True)
class Sheet:
    """A person's period. `is_live`: nothing or not all of it is posted; `period` is None before the first posting."""

    user: User
    plan: CommissionPlan
    name: str
    first: date
    until: date
    version: PlanVersion
    period: PayPeriod | None
    figures: Statement
    told: list[Told]
    is_live: bool

    @property
    def currency(self) -> str:
        return self.version.document.currency


def sheet_of(user: User, plan: CommissionPlan, name: str, found: Calculated | None = None) -> Sheet:
    """The sheet of a period: of the ledger where it is approved or locked, else as it would be posted now."""
    period = plan.periods.filter(name=name).first()
    rows = list(
        LedgerLine.objects.filter(user=user, period__plan=plan, period__name=name)
        .select_related("version", "period")
        .order_by("id")
    )
    if period is not None and not period.takes_lines:
        run = period.runs.select_related("version").last()
        assert run is not None
        figures = statement_from(period, user.pk, ledger_of(plan))
        return _sheet(user, plan, name, run.version, period, figures, rows, [])
    found = found or calculated(plan, name)
    figures = found.statement(user.pk) or _nothing(user)
    new = [one for one in found.result.lines if one.person == str(user.pk)]
    return _sheet(user, plan, name, found.version, period, figures, rows, new)


def _nothing(user: User) -> Statement:
    from siklus.commission.ledger import ZERO

    return Statement(str(user.pk), ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, "")


def _sheet(
    user: User, plan: CommissionPlan, name: str, version: PlanVersion, period: PayPeriod | None, figures: Statement,
    rows: list[LedgerLine], new: list[Line],
) -> Sheet:  # fmt: skip
    from siklus.commission.periods import period_named

    span = period_named(name)
    document = version.document
    numbers = {row.deal_id for row in rows} | {int(one.deal) for one in new if one.deal}
    deals = Deal.objects.in_bulk([one for one in numbers if one])
    disputes = {one.line_id: one for one in Dispute.objects.filter(line__in=rows).order_by("id")}
    pairs: list[tuple[Line, LedgerLine | None]] = [
        (row.as_line(plan.key, document.rounding.minor_units), row) for row in rows
    ]
    pairs += [(one, None) for one in new]
    names = dict(User.objects.values_list("pk", "name"))
    told = [
        Told(
            line, row, _title(line, deals), line_in_words(line.kind, _named(line, names), line.pieces, document.currency),
            deals.get(int(line.deal or 0)), disputes.get(row.pk) if row else None,
        )
        for line, row in pairs
    ]  # fmt: skip
    return Sheet(
        user, plan, name, span.first, span.until, version, period, figures, told, bool(new) or period is None
    )


def _named(line: Line, names: dict[int, str]) -> dict[str, str]:
    """The inputs with names instead of numbers of people, and without what the pieces tell already."""
    found = dict(line.inputs)
    if "credit_of" in found:
        found["credit_of"] = names.get(int(found["credit_of"]), found["credit_of"])
    return found


def _title(line: Line, deals: dict[int, Any]) -> str:
    deal = deals.get(int(line.deal or 0))
    return deal.name if deal else line.component or kind_name(line.kind)


def version_number(sheet: Sheet, told: Told) -> int:
    return told.row.version.number if told.row else sheet.version.number


def sheet_csv(sheet: Sheet) -> str:
    """The lines of a sheet, with a fixed head."""
    return _csv(
        CSV_COLUMNS,
        (
            (
                one.line.period, one.line.for_period, sheet.user.email, one.line.component, one.line.kind, one.line.deal,
                one.deal.name if one.deal else "", f"{one.line.earned:f}", f"{one.line.payable:f}",
                f"{one.line.blocked:f}", sheet.currency, sheet.plan.key, version_number(sheet, one), one.line.formula,
                "; ".join(f"{name}={value}" for name, value in sorted(one.line.inputs.items())), one.line.reason,
            )
            for one in sheet.told
        ),
    )  # fmt: skip


def payroll_rows(period: PayPeriod) -> list[tuple[User, Statement]]:
    """Everybody's statement of a period, from the ledger, by name."""
    lines = ledger_of(period.plan)
    people = {row.user_id: row.user for row in period.lines.select_related("user")}
    return [
        (user, statement_from(period, user.pk, lines))
        for user in sorted(people.values(), key=lambda one: (one.name, one.pk))
    ]


def payroll_csv(period: PayPeriod) -> str:
    """What payroll pays, gross, one row a person; the head never changes."""
    run = period.runs.select_related("version").last()
    assert run is not None
    currency = run.version.document.currency
    return _csv(
        PAYROLL_COLUMNS,
        (
            (
                period.name, user.email, user.name, period.plan.key, currency, f"{one.payout:f}", f"{one.earned:f}",
                f"{one.held:f}", f"{one.owed:f}", f"{one.carried:f}", one.hash,
            )
            for user, one in payroll_rows(period)
        ),
    )  # fmt: skip


def _csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is written as a text; amounts stay numbers."""
    text = str(value)
    if text[:1] in "=+@\t\r" or (text[:1] == "-" and not text[1:2].isdigit()):
        return "'" + text
    return value


def state_word(sheet: Sheet) -> str:
    """Where a sheet stands, in a word."""
    if sheet.period is None:
        return _("Running")
    return str(sheet.period.get_state_display())
