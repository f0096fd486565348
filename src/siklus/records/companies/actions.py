"""What can happen to a company."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.i18n.keys import domain_key, name_key
from siklus.platform.journal.record import Note, record, record_many
from siklus.platform.search.index import Findable, as_document, index_many, joined, put, unindex
from siklus.platform.search.models import Document
from siklus.platform.tables.write import insert_objects, make
from siklus.records.companies.facts import (
    CompanyAdded,
    CompanyAssigned,
    CompanyDeleted,
    CompanyEdited,
    CompanyTagged,
)
from siklus.records.companies.models import Company
from siklus.records.fields.actions import clean_custom
from siklus.records.fields.merging import refuse_if_used
from siklus.records.fields.models import FieldDefinition
from siklus.records.fields.record import Refused, apply, check_version
from siklus.records.tags.actions import named, set_tags

EDITABLE = (
    "name", "website", "industry", "employees", "annual_revenue", "founded_year", "city", "country", "phone",
    "linkedin", "description", "parent", "external_id",
)  # fmt: skip


class CannotChangeCompany(Refused):
    """The company cannot be as asked."""


def new_company(
    *,
    name: str,
    at: datetime,
    owner: User | None = None,
    fields: list[FieldDefinition] | None = None,
    **values: Any,
) -> Company:
    """A company that is right in itself, not stored yet."""
    custom = values.pop("custom", None)
    own = clean_custom("company", custom, fields=fields) if custom else {}
    company = make(
        Company,
        owner=owner,
        created_at=at,
        updated_at=at,
        custom={key: value for key, value in own.items() if value is not None},
    )
    apply(company, {"name": name, **values}, editable=EDITABLE)
    _settle(company)
    return company


@transaction.atomic
def add_company(*, name: str, by: User | None, at: datetime, **values: Any) -> Company:
    """Add a company. Whether it exists already is asked before, with `same_company`."""
    return add_companies([new_company(name=name, at=at, **values)], by=by)[0]


def add_companies(companies: list[Company], *, by: User | None) -> list[Company]:
    """Store companies made by `new_company`. Inside the caller's transaction."""
    insert_objects(Company, companies)
    index_many(findable(company) for company in companies)
    record_many([Note(CompanyAdded(company=one.pk, title=one.name), by, one.created_at) for one in companies])
    return companies


@transaction.atomic
def edit_company(
    *, company: Company, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> Company:
    """Change some values of a company; refuses when somebody else changed it meanwhile."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    check_version(company, expected_version)
    if "custom" in values:
        values["custom"] = clean_custom("company", values["custom"])
    changes = apply(company, values, editable=EDITABLE)
    if changes:
        _settle(company)
        _touch(company, at)
        company.save()
        put(document(company))
        changes = [change._replace(old=_plain(change.old), new=_plain(change.new)) for change in changes]
        record(CompanyEdited(company=company.pk, changes=tuple(changes)), by=by, at=at)
    return company


@transaction.atomic
def assign_company(*, company: Company, owner: User | None, by: User | None, at: datetime) -> Company:
    """Give a company to somebody, or to nobody."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    if company.owner_id == (owner.pk if owner else None):
        return company
    company.owner = owner
    _touch(company, at)
    company.save(update_fields=["owner", "updated_at", "version"])
    put(document(company))
    record(
        CompanyAssigned(
            company=company.pk, owner=owner.pk if owner else None, owner_name=owner.name if owner else "–"
        ),
        by=by,
        at=at,
    )
    return company


@transaction.atomic
def tag_company(*, company: Company, tags: list[str], by: User | None, at: datetime) -> Company:
    """Make these the company's tags."""
    added, removed = set_tags("company", company.pk, named(tags))
    if added or removed:
        fact = CompanyTagged(company=company.pk, added=tuple(added), removed=tuple(removed))
        record(fact, by=by, at=at)
    return company


@transaction.atomic
def delete_company(*, company: Company, by: User | None, at: datetime) -> None:
    """Delete a company that nothing hangs on."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    sentence = _("Contacts, deals or activities hang on this company. Merge it into another one instead.")
    refuse_if_used(company, parts=(), sentence=sentence)
    record(CompanyDeleted(company=company.pk, title=company.name), by=by, at=at)
    unindex("company", [company.pk])
    set_tags("company", company.pk, [])
    company.delete()


def _settle(company: Company) -> None:
    """Bring the values into the form that the keys and constraints expect."""
    company.name = " ".join(company.name.split())[:250]
    if not company.name:
        raise CannotChangeCompany(_("A company needs a name."), field="name")
    company.name_key = (name_key(company.name) or company.name.lower())[:250]
    company.domain = domain_key(company.website) or "" if company.website else ""
    if company.parent_id and company.parent_id == company.pk:
        raise CannotChangeCompany(_("A company is not its own parent."), field="parent")
    if company.employees is not None and not 0 <= company.employees < 2**31:
        raise CannotChangeCompany(_("The number of employees is out of range."), field="employees")


def _touch(company: Company, at: datetime) -> None:
    company.version += 1
    company.updated_at = at


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Company) else value


def findable(company: Company) -> Findable:
    """How the company is found."""
    text = joined(company.name, [company.city, company.domain, company.industry, company.phone])
    return "company", company.pk, company.owner_id, company.name, text


def document(company: Company) -> Document:
    return as_document(findable(company))
