"""The one door to companies, and the questions screens ask of them."""

from django.db.models import QuerySet

from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible
from siklus.records.companies.models import Company
from siklus.records.fields.merging import has_merged


def companies_for(viewer: User) -> QuerySet[Company]:
    """The companies that the viewer may see; merged ones are gone."""
    return visible(Company.objects.filter(merged_into=None), viewer)


def company_for(viewer: User, company_id: int) -> Company:
    """One company. Raises Company.DoesNotExist for strangers too."""
    rows = companies_for(viewer).select_related("owner", "parent")
    return rows.annotate(has_merged=has_merged(Company)).get(pk=company_id)


def lean_company_for(viewer: User, company_id: int) -> Company:
    """The same door, for a company that is only pointed to."""
    return companies_for(viewer).get(pk=company_id)


def merged_company_for(viewer: User, company_id: int) -> Company:
    """One that went into another. Raises Company.DoesNotExist for strangers too."""
    return visible(Company.objects.filter(merged_into__isnull=False), viewer).get(pk=company_id)


def same_company(*, name_key: str | None = None, domain: str | None = None) -> Company | None:
    """The company with this domain, or else this name in any spelling."""
    alive = Company.objects.filter(merged_into=None)
    if domain and (found := alive.filter(domain=domain).order_by("id").first()):
        return found
    if name_key:
        return alive.filter(name_key=name_key).order_by("id").first()
    return None
