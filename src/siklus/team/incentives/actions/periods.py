"""A period from its first posting to its lock. Each step refuses while the one before it is not done."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.commission.ledger import Line, fingerprint
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import moment
from siklus.platform.journal.queries import entries
from siklus.platform.journal.record import record
from siklus.team.incentives.actions.shared import (
    local_day,
    locked_period,
    locked_plan,
    only_operations,
    period_title,
)
from siklus.team.incentives.calculating import calculated, ledger_of, next_name, normal, span_named
from siklus.team.incentives.facts import PayPeriodApproved, PayPeriodLocked, PayPeriodPosted, PayReviewStarted
from siklus.team.incentives.models import (
    Adjustment,
    CaseState,
    CommissionPlan,
    LedgerLine,
    PayPeriod,
    PeriodState,
    Run,
)
from siklus.team.incentives.models.cases import UNDECIDED
from siklus.team.incentives.queries import pay_rule
from siklus.team.incentives.refused import CannotPay
from siklus.team.incentives.snapshot import digest, digest_of, to_json


@transaction.atomic
def post_period(*, plan: CommissionPlan, name: str, by: User | None, at: datetime) -> PayPeriod:
    """Write to the ledger what a period's calculation gives beyond what it holds. Asked again it writes nothing new.

    The first posting of a plan begins with any period; from then on each follows the one before, which must be locked.
    """
    only_operations(by)
    plan = locked_plan(plan)
    span = span_named(name, plan.length)
    last = plan.periods.order_by("first").last()
    if last is not None and last.name != name:
        if span.first < last.first:
            raise CannotPay(
                _("%(name)s is past. What changed in it comes in a later period, labelled.") % {"name": name}
            )
        if name != next_name(last.name):
            raise CannotPay(
                _("Periods come in order: next is %(name)s.") % {"name": next_name(last.name)}, field="period"
            )
        if last.state != PeriodState.LOCKED:
            raise CannotPay(_("Lock %(name)s first; periods close in order.") % {"name": last.name})
    if local_day(at) < span.first:
        raise CannotPay(_("%(name)s has not begun yet.") % {"name": name}, field="period")
    period = last if last is not None and last.name == name else None
    if period is not None and not period.takes_lines:
        raise CannotPay(_("%(name)s is approved or locked, and changes no more.") % {"name": name})
    found = calculated(plan, name)
    lines = [normal(one, found.version.document) for one in found.result.lines]
    if period is None:
        period = PayPeriod.objects.create(plan=plan, name=name, first=span.first, until=span.until)
    elif not lines:
        return period
    kept = to_json(found.inputs)
    run = Run.objects.create(
        period=period, version=found.version, inputs=kept, inputs_digest=digest(kept), result_digest=digest_of(lines),
        since=found.since, by=by, at=at,
    )  # fmt: skip
    facts = _facts_of(lines)
    LedgerLine.objects.bulk_create([_row(one, run, period, facts) for one in lines], batch_size=500)
    fact = PayPeriodPosted(
        pay_period=period.pk, title=period_title(period), lines=len(lines), inputs_digest=run.inputs_digest
    )
    record(fact, by=by, at=at)
    return period


@transaction.atomic
def start_review(*, period: PayPeriod, by: User | None, at: datetime) -> PayPeriod:
    """Show a posted period to its people, who may dispute lines until the window closes."""
    only_operations(by)
    period = locked_period(period)
    if period.state != PeriodState.OPEN:
        raise CannotPay(_("%(name)s was opened for review before.") % {"name": period.name})
    if local_day(at) < period.until:
        raise CannotPay(_("%(name)s is not over yet; review it then.") % {"name": period.name})
    period.state = PeriodState.REVIEW
    period.review_until = at + timedelta(days=pay_rule().review_days)
    period.reviewed_by = by
    period.save()
    fact = PayReviewStarted(
        pay_period=period.pk, title=period_title(period), review_until=period.review_until
    )
    record(fact, by=by, at=at)
    return period


@transaction.atomic
def approve_period(*, period: PayPeriod, by: User | None, at: datetime) -> PayPeriod:
    """Say that a period is right. Refused in its window, with an undecided dispute or adjustment, or when it moved on."""
    only_operations(by)
    period = locked_period(period)
    if period.state != PeriodState.REVIEW or period.review_until is None:
        raise CannotPay(_("Open %(name)s for review first.") % {"name": period.name})
    if at < period.review_until:
        text = _("People may dispute their lines until %(moment)s; approve it then.")
        raise CannotPay(text % {"moment": moment(period.review_until)})
    waiting = period.disputes.filter(state__in=UNDECIDED).count()
    if waiting:
        raise CannotPay(_("Settle its disputes first; %(count)s are undecided.") % {"count": waiting})
    asked = Adjustment.objects.filter(plan=period.plan, state=CaseState.ASKED, day__lt=period.until).count()
    if asked:
        raise CannotPay(_("Decide on its adjustments first; %(count)s are waiting.") % {"count": asked})
    if calculated(period.plan, period.name).result.lines:
        raise CannotPay(_("Something changed since it was posted. Look at the difference and post it first."))
    period.state = PeriodState.APPROVED
    period.approved_by, period.approved_at = by, at
    period.save()
    record(PayPeriodApproved(pay_period=period.pk, title=period_title(period)), by=by, at=at)
    return period


@transaction.atomic
def lock_period(*, period: PayPeriod, by: User | None, at: datetime) -> PayPeriod:
    """Close an approved period for good, with a hash over its lines. Earlier periods of the plan come first."""
    only_operations(by)
    period = locked_period(period)
    if period.state == PeriodState.LOCKED:
        raise CannotPay(_("%(name)s is locked.") % {"name": period.name})
    if period.state != PeriodState.APPROVED:
        raise CannotPay(_("Approve %(name)s first.") % {"name": period.name})
    before = period.plan.periods.filter(first__lt=period.first).exclude(state=PeriodState.LOCKED).first()
    if before is not None:
        raise CannotPay(_("Lock %(name)s first; periods close in order.") % {"name": before.name})
    period.state = PeriodState.LOCKED
    period.digest = digest_now(period)
    period.locked_by, period.locked_at = by, at
    period.save()
    fact = PayPeriodLocked(pay_period=period.pk, title=period_title(period), digest=period.digest)
    record(fact, by=by, at=at)
    return period


def digest_now(period: PayPeriod) -> str:
    """The hash over a period's lines as they stand; of a locked one it is the one that was kept."""
    return fingerprint(one for one in ledger_of(period.plan) if one.period == period.name)


def _facts_of(lines: list[Line]) -> dict[int, int]:
    """Deal → the last entry that says it was won: where a line comes from."""
    deals = {int(one.deal) for one in lines if one.deal}
    rows = entries(name="deal.won").filter(about_kind="deal", about_id__in=deals)
    return dict(rows.values_list("about_id", "id"))


def _row(line: Line, run: Run, period: PayPeriod, facts: dict[int, int]) -> LedgerLine:
    deal = int(line.deal) if line.deal else None
    return LedgerLine(
        run=run, period=period, version=run.version, for_period=line.for_period, user_id=int(line.person),
        component=line.component, kind=line.kind, earned=line.earned, payable=line.payable, blocked=line.blocked,
        key=line.key, formula=line.formula, inputs=dict(line.inputs), pieces=[dict(one) for one in line.pieces],
        events=list(line.events), deal_id=deal, entry=facts.get(deal or 0), reason=line.reason,
    )  # fmt: skip
