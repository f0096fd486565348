"""The dossier of a company or a person: what is known, since when, from where and how surely."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.cycle.research.actions import note_finding, set_relevance, withdraw_finding
from siklus.cycle.research.attributes import title_of
from siklus.cycle.research.models import Confidence, Finding, Section
from siklus.cycle.research.queries import (
    dossier_of,
    finding_for,
    last_reading,
    proposals_in,
    relevance_of,
)
from siklus.desk.merge.lineage import follows
from siklus.desk.pages.answers import form_dialog, opened, viewer, works_deals
from siklus.desk.research.website import reading_names
from siklus.platform.web.jinja import render
from siklus.records.companies.models import Company
from siklus.records.companies.queries import company_for
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import contact_for

BOTH = ["GET", "POST"]
OLD = timedelta(days=365)  # what was seen longer ago than this should be looked at again
FIRST = 5


class FindingForm(forms.Form):
    """One dated fact."""

    section = forms.ChoiceField(label=gettext_lazy("Part of the dossier"), choices=Section.choices)
    attribute = forms.CharField(
        label=gettext_lazy("About"), max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Headcount, last round, head of IT"), "autofocus": True}),
    )  # fmt: skip
    value = forms.CharField(
        label=gettext_lazy("What you found out"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    source_url = forms.CharField(
        label=gettext_lazy("Where it says so"), max_length=500, required=False,
        widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Or who told you"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("a call with Sri, their annual report")}),
    )  # fmt: skip
    observed_at = forms.DateField(
        label=gettext_lazy("Seen on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    confidence = forms.TypedChoiceField(
        label=gettext_lazy("How sure"), choices=Confidence.choices, initial=Confidence.MEDIUM, coerce=int
    )


class WithdrawForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why"), max_length=250, required=False)


class RelevanceForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Why we matter to them"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        help_text=gettext_lazy("In one paragraph: what they want to reach, what stands in the way, what we change."),
    )  # fmt: skip


def _names(company: Company | None, contact: Contact | None) -> dict[str, Any]:
    parts = dossier_of(company=company, contact=contact)
    return {
        "parts": parts,
        "proposals": proposals_in(company, parts) if company else {},
        "company": company,
        "contact": contact,
        "old": timezone.localdate() - OLD,
        "sections": Section.choices,
    }


@require_GET
@follows("company")
def company_dossier(request: HttpRequest, company_id: int) -> HttpResponse:
    user = viewer(request)
    company: Company = opened(company_for, user, company_id)
    names = {
        **_names(company, None),
        **reading_names(company, user),
        "relevance": relevance_of(company.pk),
    }
    return render(request, "desk/research/dossier.html", names)


@require_GET
@follows("contact")
def contact_dossier(request: HttpRequest, contact_id: int) -> HttpResponse:
    user = viewer(request)
    contact: Contact = opened(contact_for, user, contact_id)
    names = {**_names(None, contact), "relevance": None, "can_change": user.can_work_deals}
    return render(request, "desk/research/dossier.html", names)


@require_GET
def company_panel(request: HttpRequest, company_id: int) -> HttpResponse:
    """The short form beside the company: why we matter, and the first line of each part."""
    user = viewer(request)
    company: Company = opened(company_for, user, company_id)
    parts = dossier_of(company=company)
    names = {
        "company": company, "relevance": relevance_of(company.pk), "can_change": user.can_work_deals,
        "reading": last_reading(company.pk),
        "lines": [part.lines[0] for part in parts][:FIRST], "count": sum(len(part.lines) for part in parts),
    }  # fmt: skip
    return render(request, "desk/research/_company_panel.html", names)


@require_http_methods(BOTH)
@works_deals
def company_finding_new(request: HttpRequest, company_id: int) -> HttpResponse:
    company: Company = opened(company_for, viewer(request), company_id)
    return _finding_new(
        request, reverse("desk:company_dossier", args=[company.pk]), company.name, company=company
    )


@require_http_methods(BOTH)
@works_deals
def contact_finding_new(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact: Contact = opened(contact_for, viewer(request), contact_id)
    return _finding_new(
        request, reverse("desk:contact_dossier", args=[contact.pk]), contact.name, contact=contact
    )


def _finding_new(request: HttpRequest, back: str, name: str, **whom: Any) -> HttpResponse:
    keys = ("section", "attribute")
    initial: dict[str, Any] = {key: request.GET[key] for key in keys if request.GET.get(key)}
    form = FindingForm(request.POST or None, initial={"observed_at": timezone.localdate(), **initial})

    def act(values: dict[str, Any]) -> str:
        finding = note_finding(by=viewer(request), at=timezone.now(), **whom, **values)
        return _("Noted: %(attribute)s.") % {"attribute": finding.attribute}

    return form_dialog(
        request, form=form, title=_("New in the dossier of %(name)s") % {"name": name}, label=_("Note it"), act=act,
        back=back, wide=("value",),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def finding_withdraw(request: HttpRequest, finding_id: int) -> HttpResponse:
    finding: Finding = opened(finding_for, viewer(request), finding_id)
    kind, owner = ("company", finding.company_id) if finding.company_id else ("contact", finding.contact_id)

    def act(values: dict[str, Any]) -> str:
        withdraw_finding(finding=finding, by=viewer(request), at=timezone.now(), why=values["why"])
        return _("Withdrawn. The journal keeps it.")

    return form_dialog(
        request, form=WithdrawForm(request.POST or None), title=_("Withdraw “%(name)s”?") % {"name": title_of(finding)},
        label=_("Withdraw"), tone="bad", act=act, back=reverse(f"desk:{kind}_dossier", args=[owner]),
        text=finding.value[:200], wide=("why",),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def relevance(request: HttpRequest, company_id: int) -> HttpResponse:
    company: Company = opened(company_for, viewer(request), company_id)
    last = relevance_of(company.pk)
    form = RelevanceForm(request.POST or None, initial={"text": last.text if last else ""})

    def act(values: dict[str, Any]) -> str:
        set_relevance(company=company, text=values["text"], by=viewer(request), at=timezone.now())
        return _("Saved.")

    return form_dialog(
        request, form=form, title=company.name, label=_("Save"), act=act, wide=("text",),
        back=reverse("desk:company_dossier", args=[company.pk]),
    )  # fmt: skip
