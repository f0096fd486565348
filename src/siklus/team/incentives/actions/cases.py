"""Adjustments, which take two people, and disputes of lines, which take an answer in time."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import moment
from siklus.platform.journal.record import record
from siklus.platform.money.rates import places, rounded
from siklus.team.incentives.actions.shared import locked_plan, only_operations
from siklus.team.incentives.facts import (
    PayAdjustmentAsked,
    PayAdjustmentDecided,
    PayDisputeAnswered,
    PayDisputeRaised,
    PayDisputeSettled,
)
from siklus.team.incentives.models import (
    Adjustment,
    AdjustmentKind,
    Assignment,
    CaseState,
    CommissionPlan,
    Dispute,
    DisputeState,
    LedgerLine,
    PayPeriod,
    PeriodState,
)
from siklus.team.incentives.models.cases import UNDECIDED
from siklus.team.incentives.queries import pay_rule
from siklus.team.incentives.refused import CannotPay

LONGEST = 2000


@transaction.atomic
def ask_adjustment(
    *, plan: CommissionPlan, user: User, kind: str, amount: Decimal, day: date, reason: str, by: User, at: datetime,
    dispute: Dispute | None = None,
) -> Adjustment:  # fmt: skip
    """Ask for an amount by hand. Somebody else decides; until then it counts for nothing."""
    only_operations(by)
    plan = locked_plan(plan)
    document = plan.versions.first()
    if kind not in AdjustmentKind.values:
        raise CannotPay(_("Choose what kind of adjustment it is."), field="kind")
    currency = document.document.currency if document else ""
    if not amount or abs(amount) >= Decimal(10) ** 12 or rounded(amount, currency) != amount:
        text = _("Write an amount other than 0, with at most %(count)s decimals.")
        raise CannotPay(text % {"count": places(currency)}, field="amount")
    if not reason.strip() or len(reason) > LONGEST:
        raise CannotPay(_("Say why; the person reads it on the statement."), field="reason")
    if not Assignment.objects.filter(plan=plan, user=user).exists():
        raise CannotPay(
            _("%(name)s was never on %(title)s.") % {"name": user.name, "title": plan.title}, field="user"
        )
    closed = plan.periods.filter(first__lte=day, until__gt=day).first()
    if closed is not None and not closed.takes_lines:
        raise CannotPay(
            _("%(name)s is closed; choose a day of the period that is open.") % {"name": closed.name},
            field="day",
        )
    made = Adjustment.objects.create(
        plan=plan, user=user, kind=kind, amount=amount, day=day, reason=reason.strip(), asked_by=by, asked_at=at,
        dispute=dispute,
    )  # fmt: skip
    record(PayAdjustmentAsked(pay_adjustment=made.pk, kind=kind), by=by, at=at)
    return made


@transaction.atomic
def decide_adjustment(*, adjustment: Adjustment, approve: bool, by: User, at: datetime) -> Adjustment:
    """Approve or refuse what somebody else asked for, and not for oneself. An approved one is paid by the next posting."""
    only_operations(by)
    locked_plan(adjustment.plan)
    one = Adjustment.objects.select_for_update(of=("self",)).select_related("plan").get(pk=adjustment.pk)
    if one.state != CaseState.ASKED:
        raise CannotPay(_("This adjustment was decided on before."))
    if one.asked_by_id == by.pk:
        raise CannotPay(
            _("Who asked for it does not approve it. Somebody else of operations has to look at it.")
        )
    if one.user_id == by.pk:
        raise CannotPay(_("Nobody decides on their own pay."))
    one.state = CaseState.APPROVED if approve else CaseState.REFUSED
    one.decided_by, one.decided_at = by, at
    one.save()
    record(PayAdjustmentDecided(pay_adjustment=one.pk, decision=one.state), by=by, at=at)
    return one


@transaction.atomic
def raise_dispute(*, line: LedgerLine, text: str, by: User, at: datetime) -> Dispute:
    """Say what is wrong with a line of one's own, while its period is in review."""
    if line.user_id != by.pk:
        raise PermissionDenied
    period = PayPeriod.objects.select_for_update(of=("self",)).get(pk=line.period_id)
    if period.state != PeriodState.REVIEW or period.review_until is None or at >= period.review_until:
        text_ = _("%(name)s is not in review. Lines can be disputed while it is.")
        raise CannotPay(text_ % {"name": period.name})
    if not text.strip() or len(text) > LONGEST:
        raise CannotPay(
            _("Say what is wrong, in at most %(count)s characters.") % {"count": LONGEST}, field="text"
        )
    if line.disputes.filter(state__in=UNDECIDED).exists():
        raise CannotPay(_("You dispute this line already; wait for the answer."))
    made = Dispute.objects.create(
        line=line, period=period, user=by, text=text.strip(), raised_at=at,
        due_at=at + timedelta(days=pay_rule().answer_days),
    )  # fmt: skip
    record(PayDisputeRaised(pay_dispute=made.pk, line=line.pk), by=by, at=at)
    return made


@transaction.atomic
def answer_dispute(*, dispute: Dispute, answer: str, by: User, at: datetime) -> Dispute:
    """Tell the person what operations found."""
    only_operations(by)
    one = _locked(dispute)
    if one.user_id == by.pk:
        raise CannotPay(_("Nobody decides on their own pay."))
    if not answer.strip() or len(answer) > LONGEST:
        raise CannotPay(
            _("Write an answer, in at most %(count)s characters.") % {"count": LONGEST}, field="answer"
        )
    one.answer, one.answered_by, one.answered_at = answer.strip(), by, at
    one.state = DisputeState.ANSWERED
    one.save()
    record(PayDisputeAnswered(pay_dispute=one.pk), by=by, at=at)
    return one


@transaction.atomic
def settle_dispute(*, dispute: Dispute, accept: bool, by: User, at: datetime) -> Dispute:
    """Accept or reject an answered dispute. What an accepted one is worth comes as an adjustment or a correction."""
    only_operations(by)
    one = _locked(dispute)
    if one.user_id == by.pk:
        raise CannotPay(_("Nobody decides on their own pay."))
    if one.state != DisputeState.ANSWERED:
        raise CannotPay(_("Answer it first; the person wants to know why."))
    one.state = DisputeState.ACCEPTED if accept else DisputeState.REJECTED
    one.settled_by, one.settled_at = by, at
    one.save()
    record(PayDisputeSettled(pay_dispute=one.pk, decision=one.state), by=by, at=at)
    return one


def _locked(dispute: Dispute) -> Dispute:
    one = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if one.state not in UNDECIDED:
        raise CannotPay(_("This dispute was settled on %(moment)s.") % {"moment": moment(one.settled_at)})
    return one
