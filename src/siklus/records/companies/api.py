from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    a_user,
    expected_version,
    one,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.platform.api.door import asker as viewer_of
from siklus.records.companies.actions import (
    add_company,
    assign_company,
    delete_company,
    edit_company,
    tag_company,
)
from siklus.records.companies.merging import merge_companies, unmerge_companies
from siklus.records.companies.models import Company
from siklus.records.companies.queries import companies_for, company_for, merged_company_for
from siklus.records.fields.schemas import MergeIn, UnmergeIn
from siklus.records.tags.actions import tags_of

router = Router()


class CompanyIn(Schema):
    name: str | None = Field(None, max_length=250)
    website: str | None = Field(None, max_length=500)
    industry: str | None = Field(None, max_length=120)
    employees: int | None = Field(None, ge=0, le=2_000_000_000)
    annual_revenue: str | None = Field(None, max_length=40)
    founded_year: int | None = Field(None, ge=0, le=9999)
    city: str | None = Field(None, max_length=120)
    country: str | None = Field(None, max_length=120)
    phone: str | None = Field(None, max_length=40)
    linkedin: str | None = Field(None, max_length=500)
    description: str | None = Field(None, max_length=20_000)
    external_id: str | None = Field(None, max_length=120)
    parent_id: int | None = None
    owner_id: int | None = None
    custom: dict[str, Any] | None = None
    tags: list[str] | None = Field(None, max_length=50)


class CompanyOut(Schema):
    id: int
    version: int
    name: str
    website: str
    industry: str
    employees: int | None
    annual_revenue: str
    founded_year: int | None
    city: str
    country: str
    phone: str
    linkedin: str
    description: str
    external_id: str | None
    parent_id: int | None
    owner_id: int | None
    custom: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class CompanyDetail(CompanyOut):
    tags: list[str]


class CompanyPage(Schema):
    items: list[CompanyOut]
    next: str | None


FIELDS = tuple(CompanyOut.model_fields)


def shown(company: Company) -> dict[str, Any]:
    return {name: getattr(company, name) for name in FIELDS}


def detailed(company: Company, response: HttpResponse) -> dict[str, Any]:
    with_etag(response, company.version)
    return {**shown(company), "tags": [tag.name for tag in tags_of("company", company.pk)]}


def values_of(payload: Schema, user: User) -> dict[str, Any]:
    """The values that were sent; names of other records opened."""
    values = payload.dict(exclude_unset=True)
    if values.get("custom", {}) is None:
        del values["custom"]
    for key in ("owner_id", "tags"):
        values.pop(key, None)
    if "parent_id" in values:
        values["parent"] = referred(company_for, user, values.pop("parent_id"), "parent_id")
    nullable = {"employees", "founded_year", "parent", "external_id"}
    return {key: "" if value is None and key not in nullable else value for key, value in values.items()}


@router.get("", response=CompanyPage, operation_id="list_companies")
def list_companies(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    name: str | None = None,
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID),
) -> Any:
    """Companies that you may see, newest first."""
    rows = companies_for(viewer_of(request))
    if name:
        rows = rows.filter(name__icontains=name.replace("\0", ""))
    if owner_id:
        rows = rows.filter(owner_id=owner_id)
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: CompanyDetail}, operation_id="create_company")
@transaction.atomic
def create_company(request: HttpRequest, response: HttpResponse, payload: CompanyIn) -> Any:
    user, at = worker(request), timezone.now()
    values = values_of(payload, user)
    name = values.pop("name", "")
    owner = referred(a_user, user, payload.owner_id, "owner_id") if payload.owner_id else user
    company = add_company(name=name, owner=owner, by=user, at=at, **values)
    if payload.tags:
        tag_company(company=company, tags=payload.tags, by=user, at=at)
    return 201, detailed(company, response)


@router.get("/{int:company_id}", response=CompanyDetail, operation_id="get_company")
def get_company(request: HttpRequest, response: HttpResponse, company_id: int) -> Any:
    return detailed(one(company_for, viewer_of(request), company_id), response)


@router.patch("/{int:company_id}", response=CompanyDetail, operation_id="edit_company")
@transaction.atomic
def patch_company(request: HttpRequest, response: HttpResponse, company_id: int, payload: CompanyIn) -> Any:
    """Change the values that are sent; the others stay."""
    user, at = worker(request), timezone.now()
    company = one(company_for, user, company_id)
    sent = payload.dict(exclude_unset=True)
    company = edit_company(
        company=company,
        by=user,
        at=at,
        expected_version=expected_version(request),
        **values_of(payload, user),
    )
    if "owner_id" in sent:
        owner = referred(a_user, user, payload.owner_id, "owner_id")
        company = assign_company(company=company, owner=owner, by=user, at=at)
    if payload.tags is not None:
        tag_company(company=company, tags=payload.tags, by=user, at=at)
    return detailed(company, response)


@router.delete("/{int:company_id}", response={204: None}, operation_id="delete_company")
def remove_company(request: HttpRequest, company_id: int) -> Any:
    """Delete a company that nothing hangs on; others can be merged."""
    user = worker(request)
    delete_company(company=one(company_for, user, company_id), by=user, at=timezone.now())
    return 204, None


@router.post("/{int:company_id}/merge", response=CompanyDetail, operation_id="merge_companies")
def merge(request: HttpRequest, response: HttpResponse, company_id: int, payload: MergeIn) -> Any:
    """Merge another company into this one: all that hangs on it moves here."""
    user = worker(request)
    kept = one(company_for, user, company_id)
    other = referred(company_for, user, payload.other_id, "other_id")
    assert other is not None
    merged = merge_companies(kept=kept, other=other, by=user, at=timezone.now(), take=payload.take)
    return detailed(merged, response)


@router.post("/{int:company_id}/unmerge", response=CompanyDetail, operation_id="unmerge_companies")
def unmerge(request: HttpRequest, response: HttpResponse, company_id: int, payload: UnmergeIn) -> Any:
    """Take a merged company out again with what it brought."""
    user = worker(request)
    kept = one(company_for, user, company_id)
    other = referred(merged_company_for, user, payload.other_id, "other_id")
    assert other is not None
    return detailed(unmerge_companies(kept=kept, other_id=other.pk, by=user, at=timezone.now()), response)
