"""New leads, deals, companies and contacts: one dialog each, with a look at what exists already."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from siklus.desk.board.answers import board_answer
from siklus.desk.request import Request
from siklus.desk.verbs.answers import REFUSALS, dialog, for_workers, go_to, is_htmx, origin, sentence
from siklus.desk.verbs.deals import chosen_owner, owner_choices, page_of
from siklus.desk.verbs.typed import typed_amount, typed_date, typed_int
from siklus.platform.accounts.visibility import can_see_owner
from siklus.platform.i18n.keys import domain_key, name_key
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company
from siklus.records.companies.queries import companies_for, same_company
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import contacts_for, same_contacts
from siklus.records.deals.actions import create_deal
from siklus.records.deals.models import Deal, Stage, Status
from siklus.records.deals.queries import deals_for
from siklus.records.fields.record import Refused


def _stages() -> list[tuple[Any, Any]]:
    rows = Stage.objects.filter(retired_at=None, pipeline__retired_at=None).select_related("pipeline")
    groups: dict[str, list[tuple[int, str]]] = {}
    for one in rows.order_by("pipeline__position", "pipeline_id", "position", "id"):
        groups.setdefault(one.pipeline.name, []).append((one.pk, one.name))
    return next(iter(groups.values()), []) if len(groups) < 2 else list(groups.items())


def _company(request: Request, text: str) -> Company | None:
    """The company that was chosen, or a new one for `new:Name`. Raises Refused."""
    if not text:
        return None
    if text.startswith("new:"):
        return add_company(name=text[4:], owner=_new_owner(request), by=request.user, at=timezone.now())
    found = companies_for(request.user).filter(pk=text).first() if text.isdigit() else None
    if found is None:
        raise Refused(_("Choose a company from the list."), field="company")
    return found


def _contact(request: Request, text: str, company: Company | None) -> Contact | None:
    if not text:
        return None
    if text.startswith("new:"):
        values = {"owner": _new_owner(request), "company": company}
        return add_contact(name=text[4:], by=request.user, at=timezone.now(), **values)
    found = contacts_for(request.user).filter(pk=text).first() if text.isdigit() else None
    if found is None:
        raise Refused(_("Choose a contact from the list."), field="contact")
    return found


def _new_owner(request: Request) -> Any:
    return (
        chosen_owner(request.user, request.POST.get("owner", "")) if "owner" in request.POST else request.user
    )


@transaction.atomic
def _create(request: Request, *, qualified: bool) -> Deal:
    form = request.POST
    stage_id = form.get("stage", "")
    stage = Stage.objects.filter(pk=stage_id).first() if stage_id.isdigit() else None
    amount = typed_amount(form.get("amount", ""))
    close = typed_date(form.get("expected_close_date", ""), "expected_close_date")
    owner = _new_owner(request)
    company = _company(request, form.get("company", ""))
    contact = _contact(request, form.get("contact", ""), company)
    if contact is not None and company is None:
        company = contact.company
    return create_deal(
        name=form.get("name", "").strip() or (company.name if company else ""),
        by=request.user,
        at=timezone.now(),
        owner=owner,
        stage=stage,
        company=company,
        contact=contact,
        amount=amount,
        expected_close_date=close,
        source=form.get("source", ""),
        qualified=qualified,
    )


def _linked(request: Request, asked: Any, key: str) -> list[tuple[str, str]]:
    """The company or contact that the form starts with."""
    text = asked.get(key, "")
    if text.startswith("new:"):
        return [(text, text[4:])]
    door: Any = companies_for if key == "company" else contacts_for
    found = door(request.user).filter(pk=text).first() if text.isdigit() else None
    return [(text, found.name)] if found else []


def _deal_form(request: Request, *, qualified: bool) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    title = _("New deal") if qualified else _("New lead")
    is_quick = asked.get("quick") == "1"
    template = "desk/board/_quick.html" if is_quick else "desk/verbs/_deal_new.html"
    context: dict[str, Any] = {
        "asked": asked,
        "error": "",
        "field": "",
        "qualified": qualified,
        "action": request.path,
        "stages": _stages(),
        "owners": owner_choices(request.user),
        "owner": asked.get("owner", request.user.pk),
        "companies": _linked(request, asked, "company"),
        "contacts": _linked(request, asked, "contact"),
        "currency": current().currency,
    }

    def show(status: int = 200) -> HttpResponse:
        if is_quick and is_htmx(request):
            return render(request, template, context, status=status)
        return dialog(request, "desk/verbs/_deal_new.html", context, title=title, status=status)

    if request.method == "GET":
        return show()
    try:
        deal = _create(request, qualified=qualified)
    except REFUSALS as refusal:
        context |= {"error": sentence(refusal), "field": getattr(refusal, "field", "") or ""}
        return show(422)
    here = origin(request) if is_quick else None
    if here is not None and here.is_board:
        context |= {"asked": {"stage": str(deal.stage_id)}, "companies": [], "contacts": []}
        text = _("%(name)s is created") % {"name": deal.name}
        answer = board_answer(request, here.made, deal, text, stood=False)
        del answer["HX-Reswap"]
        answer.content = render(request, template, context).content + answer.content
        return answer
    return go_to(request, page_of(deal))


@require_http_methods(["GET", "POST"])
@for_workers
def lead_new(request: Request) -> HttpResponse:
    return _deal_form(request, qualified=False)


@require_http_methods(["GET", "POST"])
@for_workers
def deal_new(request: Request) -> HttpResponse:
    return _deal_form(request, qualified=True)


def _form(
    request: Request, template: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    names = {
        "asked": asked,
        "error": "",
        "field": "",
        "owners": owner_choices(request.user),
        "owner": asked.get("owner", request.user.pk),
        "action": request.path,
        **context,
    }
    return dialog(request, template, names, title=title, status=status)


@require_http_methods(["GET", "POST"])
@for_workers
def company_new(request: Request) -> HttpResponse:
    template, title = "desk/verbs/_company_new.html", _("New company")
    if request.method == "GET":
        return _form(request, template, title, {})
    form = request.POST
    keys = ("website", "industry", "city", "phone")
    try:
        company = add_company(
            name=form.get("name", ""),
            by=request.user,
            at=timezone.now(),
            owner=_new_owner(request),
            employees=typed_int(form.get("employees", ""), "employees"),
            **{key: form.get(key, "").strip() for key in keys},
        )
    except REFUSALS as refusal:
        wrong = {"error": sentence(refusal), "field": getattr(refusal, "field", "") or ""}
        return _form(request, template, title, wrong, 422)
    return go_to(request, f"/companies/{company.pk}/")


@require_http_methods(["GET", "POST"])
@for_workers
def contact_new(request: Request) -> HttpResponse:
    template, title = "desk/verbs/_contact_new.html", _("New contact")
    asked = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {"companies": _linked(request, asked, "company")}
    if request.method == "GET":
        return _form(request, template, title, context)
    form = request.POST
    try:
        with transaction.atomic():
            contact = add_contact(
                name=form.get("name", ""),
                by=request.user,
                at=timezone.now(),
                owner=_new_owner(request),
                company=_company(request, form.get("company", "")),
                title=form.get("title", "").strip(),
                emails=[form.get("email", "")],
                phones=[form.get("phone", "")],
            )
    except REFUSALS as refusal:
        context |= {"error": sentence(refusal), "field": getattr(refusal, "field", "") or ""}
        return _form(request, template, title, context, 422)
    return go_to(request, f"/contacts/{contact.pk}/")


def _open_with(request: Request, asked: Any) -> list[tuple[str, str, str]]:
    """Whom a new lead may be about already: a company of that name, and what is open with it or with the contact."""
    found: list[tuple[str, str, str]] = []
    text, person = asked.get("company", ""), asked.get("contact", "")
    company: Company | None = None
    if text.isdigit() and len(text) < 16:
        company = companies_for(request.user).filter(pk=int(text)).first()
    else:
        typed = text.removeprefix("new:") or asked.get("name", "")
        company = same_company(name_key=name_key(typed)) if len(typed.strip()) > 2 else None
        if company is not None and not can_see_owner(request.user, company.owner_id):
            company = None
        if company is not None:
            detail = " · ".join(part for part in (company.city, company.domain) if part)
            found.append((company.name, f"/companies/{company.pk}/", detail))
    about = Q(company=company) if company else Q(pk__in=[])
    if person.isdigit() and len(person) < 16:
        about |= Q(contact_id=int(person))
    rows = deals_for(request.user).filter(about, status=Status.OPEN).select_related("stage", "owner")
    for deal in rows.order_by("-id")[:3]:
        kind = _("lead") if deal.is_lead else _("deal")
        detail = " · ".join(
            part for part in (kind, deal.stage.name, deal.owner.name if deal.owner else "") if part
        )
        found.append((deal.name, page_of(deal), detail))
    return found


@require_safe
@for_workers
def duplicates(request: Request) -> HttpResponse:
    """Records that look the same as what is being typed, as far as the viewer may see them."""
    asked = request.GET
    found: list[tuple[str, str, str]] = []
    company_name = asked.get("name", "") if asked.get("kind") == "company" else ""
    if company_name or asked.get("website"):
        key = name_key(company_name) if len(company_name.strip()) > 2 else None
        company = same_company(name_key=key, domain=domain_key(asked.get("website", "")))
        if company is not None and can_see_owner(request.user, company.owner_id):
            detail = " · ".join(part for part in (company.city, company.domain) if part)
            found.append((company.name, f"/companies/{company.pk}/", detail))
    if asked.get("kind") == "deal":
        found += _open_with(request, asked)
    emails, phones = ([asked[key]] if asked.get(key) else [] for key in ("email", "phone"))
    if asked.get("kind") == "contact" and (emails or phones):
        for contact in same_contacts(emails=emails, phones=phones)[:3]:
            if can_see_owner(request.user, contact.owner_id):
                detail = contact.company.name if contact.company else contact.email
                found.append((contact.name, f"/contacts/{contact.pk}/", detail))
    return render(request, "desk/verbs/_duplicates.html", {"found": found})
