"""A company's website, read on request: the button, how far it is, and taking a value over."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siklus.cycle.research.actions import ask_for_reading, take_over
from siklus.cycle.research.attributes import title_of
from siklus.cycle.research.models import Finding, WebsiteReading
from siklus.cycle.research.queries import finding_for, last_reading
from siklus.cycle.research.words import outcome_of
from siklus.desk.pages.answers import REFUSALS, done, opened, refused, viewer, works_deals
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render, template_filter
from siklus.records.companies.models import Company
from siklus.records.companies.queries import company_for

template_filter(title_of)


def reading_names(company: Company, user: User) -> dict[str, Any]:
    """What the part of the page about the website shows."""
    reading = last_reading(company.pk)
    return {
        "company": company, "reading": reading, "said": outcome_of(reading) if reading else "",
        "pages": _pages(reading) if reading else [], "can_change": user.can_work_deals,
    }  # fmt: skip


def _pages(reading: WebsiteReading) -> list[tuple[str, str, int]]:
    """(address, why it was not read, values) of each page."""
    rows = []
    for one in reading.pages:
        why = "" if one["outcome"] == "read" else _page_said(one["outcome"])
        rows.append((one["url"], why, one["values"]))
    return rows


def _page_said(outcome: str) -> str:
    match outcome:
        case "robots" | "closed":
            return _("not for programs")
        case "moved":
            return _("leads to another site")
        case "status" | "no_page":
            return _("no page there")
    return _("did not answer")


@require_GET
def reading(request: HttpRequest, company_id: int) -> HttpResponse:
    """How far it is. Asked again and again while it is under way; when that ends, the page shows itself anew."""
    user = viewer(request)
    company: Company = opened(company_for, user, company_id)
    names = reading_names(company, user)
    under_way = names["reading"] is not None and names["reading"].is_under_way
    if request.GET.get("waits") and not under_way:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "desk/research/_reading.html", names)


@require_POST
@works_deals
def read(request: HttpRequest, company_id: int) -> HttpResponse:
    user = viewer(request)
    company: Company = opened(company_for, user, company_id)
    back = reverse("desk:company_dossier", args=[company.pk])
    try:
        ask_for_reading(company=company, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back)


@require_POST
@works_deals
def finding_take_over(request: HttpRequest, finding_id: int) -> HttpResponse:
    user = viewer(request)
    finding: Finding = opened(finding_for, user, finding_id)
    kind, owner = ("company", finding.company_id) if finding.company_id else ("contact", finding.contact_id)
    back = reverse(f"desk:{kind}_dossier", args=[owner])
    try:
        take_over(finding=finding, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(
        request, back, _("%(attribute)s is written into the company.") % {"attribute": title_of(finding)}
    )
