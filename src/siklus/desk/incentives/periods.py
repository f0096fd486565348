"""Everybody's pay by period: post, review, approve, lock, export; with its adjustments and disputes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.commission.ledger import ZERO
from siklus.desk.incentives.my_pay import BOTH, attached, period_words, today
from siklus.desk.pages.answers import REFUSALS, done, form_dialog, opened, refused, runs_operations, viewer
from siklus.desk.verbs.typed import typed_amount
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.money.rates import NoRate
from siklus.platform.web.jinja import render
from siklus.team.incentives.actions import (
    answer_dispute,
    approve_period,
    ask_adjustment,
    decide_adjustment,
    lock_period,
    post_period,
    settle_dispute,
    start_review,
)
from siklus.team.incentives.calculating import calculated, next_name
from siklus.team.incentives.models import Adjustment, AdjustmentKind, CommissionPlan, Dispute, PayPeriod
from siklus.team.incentives.queries import (
    adjustment_for,
    dispute_for,
    payees_of,
    period_for,
    plan_for,
    plans_for,
    running_period,
    totals_of,
)
from siklus.team.incentives.refused import CannotPay
from siklus.team.incentives.statements import payroll_csv, payroll_rows

STEPS: dict[str, Callable[..., PayPeriod]] = {
    "review": start_review, "approve": approve_period, "lock": lock_period,
}  # fmt: skip


@require_GET
def periods(request: HttpRequest) -> HttpResponse:
    """The periods of the plans of those whose pay one sees, and what can be posted next."""
    user = viewer(request)
    people = payees_of(user)
    if people is not None and people == {user.pk}:
        raise Http404
    rows = []
    for plan in plans_for(user).order_by("title", "pk"):
        found = list(plan.periods.all()[:18])
        if found or plan.retired_at is None:
            sums = totals_of(found) if people is None else {}
            rows.append((plan, [(one, sums.get(one.pk)) for one in found], _next(plan)))
    names = {
        "plans": rows, "can_run": user.can_run_operations, "period_words": period_words, "currency": current().currency,
        "asked": Adjustment.objects.filter(state="asked").count() if user.can_run_operations else 0,
    }  # fmt: skip
    return render(request, "desk/incentives/periods.html", names)


def _next(plan: CommissionPlan) -> str:
    """The period that can be posted: the last one while it takes lines, else the one after; of a new plan the running."""
    last = plan.periods.order_by("first").last()
    if last is None:
        first = plan.assignments.order_by("from_date").first()
        return running_period(plan, first.from_date) if first else ""
    if last.takes_lines:
        return last.name
    return next_name(last.name) if last.state == "locked" else ""


@require_GET
def period(request: HttpRequest, period_id: int) -> HttpResponse:
    """One period: everybody's figures, what would still be posted, disputes and adjustments."""
    user = viewer(request)
    one: PayPeriod = opened(period_for, user, period_id)
    people = payees_of(user)
    if people is not None and people == {user.pk}:
        raise Http404
    rows = [(each, told) for each, told in payroll_rows(one) if people is None or each.pk in people]
    delta: dict[int, Any] = {}
    wrong = ""
    if one.takes_lines and user.can_run_operations:
        try:
            for line in calculated(one.plan, one.name).result.lines:
                delta[int(line.person)] = delta.get(int(line.person), ZERO) + line.payable
        except (CannotPay, NoRate) as refusal:
            wrong = str(refusal)
    names = {
        "period": one, "plan": one.plan, "rows": rows, "delta": delta, "wrong": wrong, "title": period_words(one.name),
        "currency": current().currency, "can_run": user.can_run_operations, "me": user,
        "disputes": [each for each in one.disputes.select_related("user", "line") if _seen(each.user_id, people)],
        "adjustments": _adjustments(one) if people is None else [],
        "payout": total_of(rows), "names": dict(User.objects.filter(pk__in=delta).values_list("pk", "name")),
    }  # fmt: skip
    return render(request, "desk/incentives/period.html", names)


def _day_in(period: PayPeriod) -> date:
    """Today, or the nearest day of the period."""
    return min(max(today(), period.first), period.until - timedelta(days=1))


def _seen(user_id: int, people: frozenset[int] | None) -> bool:
    return people is None or user_id in people


def _adjustments(period: PayPeriod) -> list[Adjustment]:
    """Those whose day lies in a period."""
    rows = period.plan.adjustments.filter(day__gte=period.first, day__lt=period.until)
    return list(rows.select_related("user", "asked_by", "decided_by"))


def total_of(rows: list[Any]) -> Any:
    return sum((told.payout for _each, told in rows), ZERO)


@require_POST
@runs_operations
def period_post(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Write a period's lines to the ledger."""
    plan: CommissionPlan = opened(plan_for, viewer(request), plan_id)
    back = reverse("desk:incentive_periods")
    try:
        made = post_period(
            plan=plan, name=request.POST.get("period", ""), by=viewer(request), at=timezone.now()
        )
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(
        request,
        reverse("desk:incentive_period", args=[made.pk]),
        _("%(name)s is posted.") % {"name": period_words(made.name)},
    )


@require_POST
@runs_operations
def period_step(request: HttpRequest, period_id: int, step: str) -> HttpResponse:
    """Open a period for review, approve it, lock it."""
    one: PayPeriod = opened(period_for, viewer(request), period_id)
    if step not in STEPS:
        raise Http404
    back = reverse("desk:incentive_period", args=[one.pk])
    try:
        made = STEPS[step](period=one, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, f"{period_words(made.name)}: {made.get_state_display()}")


@require_GET
@runs_operations
def period_export(request: HttpRequest, period_id: int) -> HttpResponse:
    """What payroll pays, once it is approved."""
    one: PayPeriod = opened(period_for, viewer(request), period_id)
    if one.takes_lines:
        raise Http404
    return attached(payroll_csv(one), f"payroll-{one.plan.key}-{one.name}.csv", "text/csv; charset=utf-8")


class AdjustmentForm(forms.Form):
    user = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=User.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=AdjustmentKind.choices)
    amount = forms.CharField(
        label=gettext_lazy("Amount"), max_length=40, help_text=gettext_lazy("With a minus to take away.")
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(BOTH)
@runs_operations
def adjustment_new(request: HttpRequest, period_id: int) -> HttpResponse:
    """Ask for an amount by hand; somebody else decides."""
    one: PayPeriod = opened(period_for, viewer(request), period_id)
    form = AdjustmentForm(request.POST or None, initial={"day": _day_in(one)})
    form.fields["user"].queryset = User.objects.filter(commission_assignments__plan=one.plan).distinct()  # type: ignore[attr-defined]

    def act(values: dict[str, Any]) -> str:
        values["amount"] = typed_amount(values["amount"]) or ZERO
        ask_adjustment(plan=one.plan, by=viewer(request), at=timezone.now(), **values)
        return _("Asked for. Somebody else has to approve it.")

    return form_dialog(
        request, form=form, title=_("Adjust pay"), label=_("Ask for it"), act=act, wide=("user", "reason"),
        back=reverse("desk:incentive_period", args=[one.pk]),
    )  # fmt: skip


@require_POST
@runs_operations
def adjustment_decide(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    one: Adjustment = opened(adjustment_for, viewer(request), adjustment_id)
    found = one.plan.periods.filter(first__lte=one.day, until__gt=one.day).first()
    back = reverse("desk:incentive_period", args=[found.pk]) if found else reverse("desk:incentive_periods")
    try:
        made = decide_adjustment(
            adjustment=one, approve=request.POST.get("answer") == "yes", by=viewer(request), at=timezone.now()
        )
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, str(made.get_state_display()))


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )
    decision = forms.ChoiceField(
        label=gettext_lazy("And then"), required=False,
        choices=[
            ("", gettext_lazy("Wait for the person")), ("accept", gettext_lazy("Accept it")),
            ("reject", gettext_lazy("Reject it")),
        ],
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def dispute_answer(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """Answer a dispute, and settle it."""
    user = viewer(request)
    one: Dispute = opened(dispute_for, user, dispute_id)

    def act(values: dict[str, Any]) -> str:
        now = timezone.now()
        answered = answer_dispute(dispute=one, answer=values["answer"], by=user, at=now)
        if values["decision"]:
            settle_dispute(dispute=answered, accept=values["decision"] == "accept", by=user, at=now)
        return _("Answered.")

    return form_dialog(
        request, form=AnswerForm(request.POST or None, initial={"answer": one.answer}), label=_("Answer"), act=act,
        title=_("Dispute of %(name)s") % {"name": one.user.name}, text=one.text, wide=("answer", "decision"),
        back=reverse("desk:incentive_period", args=[one.period_id]),
    )  # fmt: skip
