from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

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
from siklus.records.companies.queries import company_for
from siklus.records.contacts.actions import (
    add_contact,
    assign_contact,
    delete_contact,
    edit_contact,
    tag_contact,
    take_position,
)
from siklus.records.contacts.merging import merge_contacts, unmerge_contacts
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import contact_for, contacts_for, merged_contact_for, same_contacts
from siklus.records.fields.schemas import MergeIn, UnmergeIn
from siklus.records.tags.actions import tags_of

router = Router()


class ContactIn(Schema):
    name: str | None = Field(None, max_length=200)
    title: str | None = Field(None, max_length=160)
    company_id: int | None = None
    emails: list[str] | None = Field(None, max_length=20)
    phones: list[str] | None = Field(None, max_length=20)
    city: str | None = Field(None, max_length=120)
    linkedin: str | None = Field(None, max_length=500)
    preferred_channel: str | None = Field(None, max_length=8)
    language: str | None = Field(None, max_length=8)
    time_zone: str | None = Field(None, max_length=63)
    best_hours: str | None = Field(None, max_length=13)
    notes: str | None = Field(None, max_length=20_000)
    external_id: str | None = Field(None, max_length=120)
    owner_id: int | None = None
    custom: dict[str, Any] | None = None
    tags: list[str] | None = Field(None, max_length=50)


class ContactOut(Schema):
    id: int
    version: int
    name: str
    title: str
    company_id: int | None
    email: str
    phone: str
    city: str
    linkedin: str
    preferred_channel: str
    language: str
    time_zone: str
    best_hours: str
    notes: str
    external_id: str | None
    owner_id: int | None
    custom: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class ContactDetail(ContactOut):
    emails: list[str]
    phones: list[str]
    tags: list[str]


class ContactPage(Schema):
    items: list[ContactOut]
    next: str | None


FIELDS = tuple(ContactOut.model_fields)


def shown(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in FIELDS}


def detailed(contact: Contact, response: HttpResponse) -> dict[str, Any]:
    with_etag(response, contact.version)
    points = list(contact.points.all())
    return {
        **shown(contact),
        "emails": [point.value for point in points if point.kind == "email"],
        "phones": [point.value for point in points if point.kind == "phone"],
        "tags": [tag.name for tag in tags_of("contact", contact.pk)],
    }


def values_of(payload: ContactIn) -> dict[str, Any]:
    """The values that were sent, without those that have verbs of their own."""
    values = payload.dict(exclude_unset=True)
    if values.get("custom", {}) is None:
        del values["custom"]
    for key in ("owner_id", "company_id", "tags"):
        values.pop(key, None)
    for key in ("emails", "phones"):
        if values.get(key, "") is None:
            values[key] = []
    return {key: "" if value is None and key != "external_id" else value for key, value in values.items()}


@router.get("", response=ContactPage, operation_id="list_contacts")
def list_contacts(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    email: str | None = None,
    phone: str | None = None,
    company_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID),
) -> Any:
    """Contacts that you may see, newest first; `email` and `phone` find any spelling."""
    rows = contacts_for(viewer_of(request))
    if email or phone:
        same = same_contacts(emails=[email] if email else [], phones=[phone] if phone else [])
        rows = rows.filter(pk__in=[one.pk for one in same])
    if company_id:
        rows = rows.filter(company_id=company_id)
    if owner_id:
        rows = rows.filter(owner_id=owner_id)
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: ContactDetail}, operation_id="create_contact")
@transaction.atomic
def create_contact(request: HttpRequest, response: HttpResponse, payload: ContactIn) -> Any:
    user, at = worker(request), timezone.now()
    values = values_of(payload)
    contact = add_contact(
        name=values.pop("name", ""),
        company=referred(company_for, user, payload.company_id, "company_id"),
        owner=referred(a_user, user, payload.owner_id, "owner_id") if payload.owner_id else user,
        by=user,
        at=at,
        **values,
    )
    if payload.tags:
        tag_contact(contact=contact, tags=payload.tags, by=user, at=at)
    return 201, detailed(contact, response)


@router.get("/{int:contact_id}", response=ContactDetail, operation_id="get_contact")
def get_contact(request: HttpRequest, response: HttpResponse, contact_id: int) -> Any:
    return detailed(one(contact_for, viewer_of(request), contact_id), response)


@router.patch("/{int:contact_id}", response=ContactDetail, operation_id="edit_contact")
@transaction.atomic
def patch_contact(request: HttpRequest, response: HttpResponse, contact_id: int, payload: ContactIn) -> Any:
    """Change the values that are sent; a list of e-mails or phones replaces the one before."""
    user, at = worker(request), timezone.now()
    contact = one(contact_for, user, contact_id)
    sent = payload.dict(exclude_unset=True)
    contact = edit_contact(
        contact=contact, by=user, at=at, expected_version=expected_version(request), **values_of(payload)
    )
    company = referred(company_for, user, payload.company_id, "company_id")
    if company is not None:
        contact = take_position(contact=contact, company=company, by=user, at=at)
    if "owner_id" in sent:
        owner = referred(a_user, user, payload.owner_id, "owner_id")
        contact = assign_contact(contact=contact, owner=owner, by=user, at=at)
    if payload.tags is not None:
        tag_contact(contact=contact, tags=payload.tags, by=user, at=at)
    return detailed(contact, response)


@router.delete("/{int:contact_id}", response={204: None}, operation_id="delete_contact")
def remove_contact(request: HttpRequest, contact_id: int) -> Any:
    """Delete a contact that nothing hangs on; others can be merged."""
    user = worker(request)
    delete_contact(contact=one(contact_for, user, contact_id), by=user, at=timezone.now())
    return 204, None


@router.post("/{int:contact_id}/merge", response=ContactDetail, operation_id="merge_contacts")
def merge(request: HttpRequest, response: HttpResponse, contact_id: int, payload: MergeIn) -> Any:
    """Merge another contact into this one: all that hangs on it moves here."""
    user = worker(request)
    kept = one(contact_for, user, contact_id)
    other = referred(contact_for, user, payload.other_id, "other_id")
    assert other is not None
    merged = merge_contacts(kept=kept, other=other, by=user, at=timezone.now(), take=payload.take)
    return detailed(merged, response)


@router.post("/{int:contact_id}/unmerge", response=ContactDetail, operation_id="unmerge_contacts")
def unmerge(request: HttpRequest, response: HttpResponse, contact_id: int, payload: UnmergeIn) -> Any:
    """Take a merged contact out again with what it brought."""
    user = worker(request)
    kept = one(contact_for, user, contact_id)
    other = referred(merged_contact_for, user, payload.other_id, "other_id")
    assert other is not None
    return detailed(unmerge_contacts(kept=kept, other_id=other.pk, by=user, at=timezone.now()), response)
