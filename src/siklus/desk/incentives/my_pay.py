"""Pay as a person sees it: what they earned, what is held, what open deals would bring, and every line with its reason."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.commission.periods import around, period_named
from siklus.commission.problems import CommissionError
from siklus.desk.pages.answers import form_dialog, opened, viewer
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.money.rates import NoRate
from siklus.platform.web.jinja import render, template_filter
from siklus.team.incentives import projection
from siklus.team.incentives.actions import raise_dispute
from siklus.team.incentives.calculating import Calculated, span_named
from siklus.team.incentives.document.render import letter_pdf, statement_pdf
from siklus.team.incentives.models import Assignment, CommissionPlan, LedgerLine
from siklus.team.incentives.queries import (
    assignment_on,
    line_for,
    payee_for,
    plan_for,
    running_period,
)
from siklus.team.incentives.refused import CannotPay
from siklus.team.incentives.statements import Sheet, sheet_csv, sheet_of, state_word
from siklus.team.incentives.words import kind_name, next_rate

BOTH = ["GET", "POST"]
LATEST = 13  # periods to choose from


@template_filter
def decimal(value: str) -> Decimal:
    """A number of a line, which is kept as a text."""
    return Decimal(value or "0")


def today() -> date:
    return timezone.now().astimezone(current().time_zone).date()


def period_words(name: str) -> str:
    """`November 2026`, `Q4 2026` or `2026`."""
    span = period_named(name)
    if span.length == "month":
        return formats.month(span.first)
    return f"Q{(span.first.month + 2) // 3} {span.first.year}" if span.length == "quarter" else name


@require_GET
def my_pay(request: HttpRequest) -> HttpResponse:
    """One's own page: the running period, or one that is chosen."""
    return _pay_of(request, viewer(request))


@require_GET
def pay_of(request: HttpRequest, user_id: int) -> HttpResponse:
    """The page of somebody whose pay one may see."""
    return _pay_of(request, opened(payee_for, viewer(request), user_id))


def _pay_of(request: HttpRequest, user: User) -> HttpResponse:
    day = today()
    stints = list(
        Assignment.objects.filter(user=user, from_date__lte=day).select_related("plan").order_by("-from_date")
    )
    names: dict[str, Any] = {
        "payee": user, "is_own": user == viewer(request), "stints": stints, "sheet": None, "wrong": "", "each": [],
        "every": None, "distances": [], "more_deals": 0,
    }  # fmt: skip
    if not stints:
        return render(request, "desk/incentives/my_pay.html", names)
    plan, name = _asked(request, user, stints, day)
    now = running_period(plan, day)
    try:
        found = projection.now_for(plan, day) if name == now else None
        sheet = sheet_of(user, plan, name, found)
        names |= _projected(plan, user, day, found) if found is not None else {}
    except (CannotPay, NoRate, CommissionError) as wrong:
        return render(request, "desk/incentives/my_pay.html", {**names, "wrong": str(wrong), "plan": plan})
    names |= {
        "sheet": sheet, "plan": plan, "name": name, "state": state_word(sheet), "is_now": name == now,
        "choices": _choices(user, stints, day, plan, name), "period_name": period_words(name), "kind_name": kind_name,
        "can_dispute": _can_dispute(sheet, user, viewer(request)),
        "query": f"?plan={plan.pk}&period={name}",
    }  # fmt: skip
    return render(request, "desk/incentives/my_pay.html", names)


def _projected(plan: CommissionPlan, user: User, day: date, found: Calculated) -> dict[str, Any]:
    deals = projection.open_deals_of(user)
    near = deals[: projection.MOST]
    each = projection.each_pays(plan, user, near, day, found)
    every = projection.pays(plan, user, near, day, found) if near else None
    document = found.version.document
    return {
        "distances": [(one, next_rate(document, one)) for one in projection.distances(found, user)],
        "each": each, "every": every, "more_deals": max(len(deals) - len(near), 0),
    }  # fmt: skip


def _asked(
    request: HttpRequest, user: User, stints: list[Assignment], day: date
) -> tuple[CommissionPlan, str]:
    """The plan and period of the address; else the running ones."""
    on = assignment_on(user, day)
    plan = on.plan if on else stints[0].plan
    if (wanted := request.GET.get("plan", "")).isdecimal():
        plan = next((one.plan for one in stints if one.plan_id == int(wanted)), plan)
    name = request.GET.get("period") or running_period(plan, day)
    try:
        span_named(name, plan.length)
    except CannotPay as wrong:
        raise Http404 from wrong
    return plan, name


def _choices(
    user: User, stints: list[Assignment], day: date, plan: CommissionPlan, name: str
) -> list[dict[str, Any]]:
    """The periods that there is something to read of, the latest first."""
    rows = LedgerLine.objects.filter(user=user).values_list(
        "period__plan_id", "period__name", "period__first"
    )
    found = {(plan_id, each, first) for plan_id, each, first in rows.distinct()}
    on = assignment_on(user, day)
    if on is not None:
        span = around(day, on.plan.length)
        found.add((on.plan_id, span.name, span.first))
    ordered = sorted(found, key=lambda one: (one[2], one[0]), reverse=True)[:LATEST]
    return [
        {
            "label": period_words(each), "href": f"?plan={plan_id}&period={each}",
            "current": (plan_id, each) == (plan.pk, name),
        }
        for plan_id, each, _first in ordered
    ]  # fmt: skip


def _can_dispute(sheet: Sheet, user: User, who: User) -> bool:
    period = sheet.period
    return (
        user == who and period is not None and period.state == "review"
        and period.review_until is not None and timezone.now() < period.review_until
    )  # fmt: skip


def _sheet(request: HttpRequest, user_id: int) -> Sheet:
    user = opened(payee_for, viewer(request), user_id)
    stints = list(Assignment.objects.filter(user=user).select_related("plan").order_by("-from_date"))
    if not stints:
        raise Http404
    plan, name = _asked(request, user, stints, today())
    return sheet_of(user, plan, name)


@require_GET
def statement_as_csv(request: HttpRequest, user_id: int) -> HttpResponse:
    sheet = _sheet(request, user_id)
    return attached(
        sheet_csv(sheet), f"{sheet.plan.key}-{sheet.name}-{user_id}.csv", "text/csv; charset=utf-8"
    )


@require_GET
def statement_as_pdf(request: HttpRequest, user_id: int) -> HttpResponse:
    sheet = _sheet(request, user_id)
    body = statement_pdf(sheet, _language(request))
    return attached(body, f"{sheet.plan.key}-{sheet.name}-{user_id}.pdf", "application/pdf")


@require_GET
def plan_letter(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What a plan promises, as a letter in English or Indonesian."""
    plan: CommissionPlan = opened(plan_for, viewer(request), plan_id)
    version = plan.versions.first()
    if (number := request.GET.get("version", "")).isdecimal():
        version = plan.versions.filter(number=int(number)).first()
    if version is None:
        raise Http404
    body = letter_pdf(version, _language(request))
    return attached(body, f"{plan.key}-v{version.number}.pdf", "application/pdf")


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in ("en", "id") else viewer(request).language


def attached(body: str | bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is wrong?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "autofocus": True})
    )  # fmt: skip


@require_http_methods(BOTH)
def dispute_new(request: HttpRequest, line_id: int) -> HttpResponse:
    """Disagree with a line of one's own."""
    user = viewer(request)
    line: LedgerLine = opened(line_for, user, line_id)
    if line.user_id != user.pk:
        raise Http404

    def act(values: dict[str, Any]) -> str:
        made = raise_dispute(line=line, text=values["text"], by=user, at=timezone.now())
        return _("Operations will answer by %(day)s.") % {"day": formats.day(made.due_at)}

    back = reverse("desk:my_pay") + f"?plan={line.period.plan_id}&period={line.period.name}"
    return form_dialog(
        request, form=DisputeForm(request.POST or None), title=_("Dispute this line"), label=_("Send"), act=act,
        back=back, wide=("text",),
    )  # fmt: skip


@require_http_methods(BOTH)
def what_if(request: HttpRequest) -> HttpResponse:
    """If I close these: what they would add together, by the engine. Nothing is kept."""
    user, day = viewer(request), today()
    on = assignment_on(user, day)
    if on is None:
        raise Http404
    deals = projection.open_deals_of(user)
    asked = {int(one) for one in request.POST.getlist("deals") if one.isdecimal()}
    chosen = [one for one in deals if one.pk in asked]
    names: dict[str, Any] = {
        "deals": deals[:60], "asked": asked, "plan": on.plan, "wrong": "", "before": None, "added": None,
    }  # fmt: skip
    try:
        found = projection.now_for(on.plan, day)
        before = found.statement(user.pk)
        names |= {
            "currency": found.version.document.currency, "before": before,
            "period_name": period_words(found.result.period.name),
            "added": projection.pays(on.plan, user, chosen, day, found) if chosen else None, "count": len(chosen),
        }  # fmt: skip
    except (CannotPay, NoRate) as wrong:
        names["wrong"] = str(wrong)
    template = (
        "desk/incentives/_what_if.html" if "HX-Request" in request.headers else "desk/incentives/what_if.html"
    )
    return render(request, template, names)
