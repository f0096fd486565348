"""The page of targets, and the dialogs that set, end and split quotas."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from siklus.analytics.quotas import months_after, period_of
from siklus.cycle.prospecting.coverage.standing import period_around, standings_for
from siklus.desk.pages.answers import form_dialog, opened, viewer
from siklus.desk.targets.forms import EndForm, QuotaForm, subjects
from siklus.desk.verbs.typed import typed_amount
from siklus.platform.accounts.models import Team, User
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.quotas.actions import CannotSetQuota, end_quota, set_quota, split_quota
from siklus.records.quotas.models import Quota
from siklus.records.quotas.queries import Asking, may_set, quota_for, quotas_for, subject_of

BOTH = ["GET", "POST"]
SPANS = {"month": 1, "quarter": 3, "year": 12}


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """Everybody's standing in a month, quarter or year, and the quotas behind it."""
    user, now = viewer(request), timezone.now()
    per = request.GET.get("per", "quarter")
    per = per if per in SPANS else "quarter"
    today = now.astimezone(current().time_zone).date()
    first, until = period_of(_day(request.GET.get("day"), today), per)
    lines = standings_for(user, now=now, first=first, until=until)
    quotas = list(
        quotas_for(user).select_related("user", "team", "set_by").order_by("-from_date", "-id")[:200]
    )
    asking = Asking(user)
    context = {
        "lines": lines, "period": period_around(today, first, until), "per": per, "name": span_name(first, per),
        "is_now": first <= today < until,
        "earlier": f"?per={per}&day={months_after(first, -SPANS[per])}", "later": f"?per={per}&day={until}",
        "spans": [
            {"label": label, "href": f"?per={key}&day={first}", "current": key == per}
            for key, label in (("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year")))
        ],
        "quotas": [(one, subject_of(one) in asking) for one in quotas], "today": today,
        "currency": current().currency, "company": current().name,
        "may": bool(subjects(asking)), "has_quota": any(one.quota for one in lines),
    }  # fmt: skip
    return render(request, "desk/targets/targets.html", context)


def span_name(first: date, per: str) -> str:
    """`November 2026`, `Q4 2026`, `2026`."""
    if per == "month":
        return formats.month(first)
    return f"Q{(first.month + 2) // 3} {first.year}" if per == "quarter" else str(first.year)


def _day(text: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return today
    return day if 1990 <= day.year <= 2100 else today


@require_http_methods(BOTH)
def quota_new(request: HttpRequest) -> HttpResponse:
    """Set a quota for somebody whom one may ask."""
    user = viewer(request)
    choices = subjects(Asking(user))
    if not choices:
        raise PermissionDenied
    first = period_of(timezone.localdate(), "month")[0]
    initial = {"subject": request.GET.get("for", ""), "from_date": first}

    def act(values: dict[str, Any]) -> str:
        subject = values.pop("subject")
        kind, _dash, pk = subject.partition("-")
        values["amount"] = typed_amount(values["amount"]) or Decimal(0)
        quota = set_quota(
            user=User.objects.get(pk=int(pk)) if kind == "user" else None,
            team=Team.objects.get(pk=int(pk)) if kind == "team" else None,
            by=user, at=timezone.now(), **values,
        )  # fmt: skip
        return _("The quota of %(name)s is set.") % {"name": whose(quota)}

    return form_dialog(
        request, form=QuotaForm(request.POST or None, choices=choices, initial=initial), title=_("Set a quota"),
        label=_("Set"), act=act, back=reverse("desk:targets"), wide=("subject", "ramp"),
        text=_("It counts by calendar days where a period is covered in part. What was asked for before stays known."),
    )  # fmt: skip


@require_http_methods(BOTH)
def quota_end(request: HttpRequest, quota_id: int) -> HttpResponse:
    """Ask for nothing more from a day on."""
    user = viewer(request)
    quota = _own(user, quota_id)

    def act(values: dict[str, Any]) -> str:
        end_quota(quota=quota, until_date=values["until_date"], by=user, at=timezone.now())
        return _("The quota of %(name)s ends.") % {"name": whose(quota)}

    tomorrow = timezone.localdate() + timedelta(days=1)
    return form_dialog(
        request, form=EndForm(request.POST or None, initial={"until_date": tomorrow}), act=act,
        title=_("End the quota of %(name)s") % {"name": whose(quota)}, label=_("End"), tone="bad",
        back=reverse("desk:targets"), text=_("What was asked for before that day stays as it was."),
    )  # fmt: skip


@require_http_methods(BOTH)
def quota_split(request: HttpRequest, quota_id: int) -> HttpResponse:
    """Give the people of a team their shares of its quota."""
    user = viewer(request)
    quota = _own(user, quota_id)
    if quota.team is None:
        raise PermissionDenied
    people = list(
        User.objects.filter(team__path__startswith=quota.team.path, is_active=True).order_by("name", "pk")
    )
    sellers = [one for one in people if one.role == "rep"] or people
    even = (Decimal(100) / len(sellers)).quantize(Decimal("0.01")) if sellers else Decimal(0)
    form = forms.Form(request.POST or None)
    for number, one in enumerate(sellers):
        rest = 100 - even * (len(sellers) - 1)
        form.fields[f"share_{one.pk}"] = forms.DecimalField(
            label=one.name, min_value=0, max_value=100, decimal_places=2, initial=rest if number == 0 else even,
        )  # fmt: skip

    def act(values: dict[str, Any]) -> str:
        shares = {int(key.removeprefix("share_")): share for key, share in values.items() if share}
        try:
            made = split_quota(quota=quota, shares=shares, by=user, at=timezone.now())
        except CannotSetQuota as refusal:
            raise CannotSetQuota(refusal.message) from None  # no field is called shares here
        return _("%(count)s people have their share.") % {"count": len(made)}

    return form_dialog(
        request, form=form, act=act, title=_("Split the quota of %(name)s") % {"name": whose(quota)},
        label=_("Split"), back=reverse("desk:targets"),
        text=_("In per cent that come to 100. Each share becomes a quota of its own, exact to the last unit."),
    )  # fmt: skip


def whose(quota: Quota) -> str:
    return quota.user.name if quota.user else quota.team.name if quota.team else current().name


def _own(user: User, quota_id: int) -> Quota:
    quota: Quota = opened(quota_for, user, quota_id)
    if not may_set(user, subject_of(quota)):
        raise PermissionDenied
    return quota
