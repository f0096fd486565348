"""The page of a company: its people, its deals, and everything that happened with it."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.cycle.prospecting.queries import shown_fit
from siklus.desk.merge.lineage import follows, merged_names
from siklus.desk.pages.answers import link, opened, viewer
from siklus.desk.pages.own import Property, own_properties, web_address
from siklus.desk.pages.stream import Place, stream
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.companies.models import Company
from siklus.records.companies.queries import companies_for
from siklus.records.contacts.queries import contacts_for
from siklus.records.deals.models import Status
from siklus.records.deals.queries import deals_for
from siklus.records.fields.actions import definitions
from siklus.records.fields.merging import has_merged
from siklus.records.tags.actions import tags_of

SHOWN = 8


def summary(
    company: Company, can_change: bool, own: list[Property], tags: list[str]
) -> tuple[list[Property], list[Property]]:
    """The properties that say something, and those still empty."""

    def edit(name: str) -> str:
        return link("desk:company_edit", company.pk, name) if can_change else ""

    parent = link("desk:company", company.parent_id) if company.parent_id else ""
    employees = formats.number(company.employees) if company.employees is not None else ""
    founded = str(company.founded_year) if company.founded_year else ""
    rows = [
        Property(_("Owner"), company.owner.name if company.owner else "", edit("owner"), face=True,
                 empty=_("nobody yet")),
        Property(_("Industry"), company.industry, edit("industry")),
        Property(_("Employees"), employees, edit("employees")),
        Property(_("Revenue a year"), company.annual_revenue, edit("annual_revenue")),
        Property(_("City"), company.city, edit("city")),
        Property(_("Country"), company.country, edit("country")),
        Property(_("Phone"), company.phone, edit("phone")),
        Property(_("Website"), company.domain or company.website, edit("website"),
                 href=web_address(company.website)),
        Property(_("LinkedIn"), company.linkedin, edit("linkedin"), href=web_address(company.linkedin)),
        Property(_("Founded"), founded, edit("founded_year")),
        Property(_("Belongs to"), company.parent.name if company.parent else "", edit("parent"), href=parent),
        Property(_("Description"), company.description, edit("description"),
                 stacked=bool(company.description)),
        *own,
        Property(_("Name"), company.name, edit("name")),
        Property(_("Tags"), ", ".join(tags), edit("tags")),
        Property(_("Created"), formats.day(company.created_at), title=formats.moment(company.created_at)),
    ]  # fmt: skip
    filled = [row for row in rows if row.value or row.label == _("Owner")]
    return filled, [row for row in rows if row not in filled]


def totals(company: Company, user: Any) -> dict[str, Any]:
    """Open and won business with a company, of what the viewer may see, in the installation's currency."""
    is_open = Q(status=Status.OPEN)
    won = Q(status=Status.WON)
    return (
        deals_for(user)
        .filter(company=company)
        .aggregate(
            open_count=Count("pk", filter=is_open), open_sum=Sum("amount_base", filter=is_open),
            won_count=Count("pk", filter=won), won_sum=Sum("amount_base", filter=won), all_count=Count("pk"),
        )
    )  # fmt: skip


def with_fit(viewer: User) -> QuerySet[Company]:
    """What the viewer may see, each with what its page says of it."""
    rows = companies_for(viewer).select_related("owner", "parent", "fit__version")
    return rows.annotate(has_merged=has_merged(Company))


@require_GET
@follows("company")
def company_page(request: HttpRequest, company_id: int) -> HttpResponse:
    user = viewer(request)
    company: Company = opened(lambda who, pk: with_fit(who).get(pk=pk), user, company_id)
    can_change = user.can_work_deals
    fields = definitions("company")
    own = own_properties(company, fields, "desk:company_edit" if can_change else "")
    tags = tags_of("company", company.pk)
    filled, unfilled = summary(company, can_change, own, [tag.name for tag in tags])
    deals = list(
        deals_for(user).filter(company=company).select_related("stage").order_by("closed_at", "-id")[:SHOWN]
    )
    deals.sort(key=lambda one: (one.status != Status.OPEN, -one.pk))
    contacts = list(contacts_for(user).filter(company=company).order_by("id")[: SHOWN + 1])
    context = {
        **stream(
            request, Place("company", company), own={field.key: field.label for field in fields},
            people={one.pk: one.name for one in contacts},
        ),
        **merged_names("company", company, user),
        "company": company,
        "fit": shown_fit("company", getattr(company, "fit", None)),
        "filled": filled,
        "unfilled": unfilled,
        "tags": tags,
        "deals": deals,
        "totals": totals(company, user),
        "contacts": contacts[:SHOWN],
        "more_contacts": len(contacts) > SHOWN,
        "subsidiaries": list(companies_for(user).filter(parent=company).order_by("name")[:20]),
        "base_currency": current().currency,
    }  # fmt: skip
    return render(request, "desk/pages/company.html", context)
