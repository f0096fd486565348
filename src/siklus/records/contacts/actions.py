"""What can happen to a contact."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.i18n.keys import email_key, person_key, phone_key
from siklus.platform.journal.facts import Change
from siklus.platform.journal.record import Note, record, record_many
from siklus.platform.search.index import Findable, as_document, index_many, joined, put, unindex
from siklus.platform.search.models import Document
from siklus.platform.tables.write import insert, insert_objects, make, reserve
from siklus.records.companies.models import Company
from siklus.records.contacts.facts import (
    ContactAdded,
    ContactAssigned,
    ContactDeleted,
    ContactEdited,
    ContactMoved,
    ContactTagged,
)
from siklus.records.contacts.models import Channel, Contact, ContactPoint, PointKind, Position
from siklus.records.fields.actions import clean_custom
from siklus.records.fields.merging import refuse_if_used
from siklus.records.fields.models import FieldDefinition
from siklus.records.fields.record import Refused, apply, check_version
from siklus.records.tags.actions import named, set_tags

EDITABLE = (
    "name",
    "title",
    "city",
    "linkedin",
    "preferred_channel",
    "language",
    "time_zone",
    "best_hours",
    "notes",
    "external_id",
)


POSITION = ("id", "contact_id", "company_id", "title", "valid_from")
CHANNELS = frozenset(Channel.values)


class CannotChangeContact(Refused):
    """The contact cannot be as asked."""


@dataclass
class Newcomer:
    """A contact that is right in itself, not stored yet, with its e-mails and phones."""

    contact: Contact
    points: list[ContactPoint]


def new_contact(
    *, name: str, at: datetime, owner: User | None = None, company: Company | None = None,
    emails: Sequence[str] = (), phones: Sequence[str] = (), fields: list[FieldDefinition] | None = None,
    **values: Any,
) -> Newcomer:  # fmt: skip
    """Check the values of a person to be. Raises Refused."""
    custom = values.pop("custom", None)
    own = clean_custom("contact", custom, fields=fields) if custom else {}
    contact = make(
        Contact,
        owner=owner,
        company=company,
        created_at=at,
        updated_at=at,
        custom={key: value for key, value in own.items() if value is not None},
    )
    apply(contact, {"name": name, **values}, editable=EDITABLE)
    points = [*_points(PointKind.EMAIL, emails), *_points(PointKind.PHONE, phones)]
    _settle(contact, points)
    return Newcomer(contact, points)


@transaction.atomic
def add_contact(*, name: str, by: User | None, at: datetime, **values: Any) -> Contact:
    """Add a person, with their e-mails and phones in order of preference."""
    return add_contacts([new_contact(name=name, at=at, **values)], by=by)[0]


def add_contacts(newcomers: list[Newcomer], *, by: User | None) -> list[Contact]:
    """Store contacts made by `new_contact`. Inside the caller's transaction."""
    contacts = [one.contact for one in newcomers]
    insert_objects(Contact, contacts)
    for one in newcomers:
        for point in one.points:
            point.contact_id = one.contact.pk
    insert_objects(ContactPoint, [point for one in newcomers for point in one.points])
    held = [(one.pk, one.company_id, one.title, one.created_at) for one in contacts if one.company_id]
    places = reserve(Position, len(held))
    insert(Position, POSITION, [(pk, *row) for pk, row in zip(places, held, strict=True)])
    index_many(findable(one.contact, one.points) for one in newcomers)
    record_many(
        [
            Note(ContactAdded(contact=one.pk), by, one.created_at, {"company": one.company_id})
            for one in contacts
        ]
    )
    return contacts


@transaction.atomic
def edit_contact(
    *,
    contact: Contact,
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
    emails: Sequence[str] | None = None,
    phones: Sequence[str] | None = None,
    **values: Any,
) -> Contact:
    """Change some values of a contact; a given list of e-mails or phones replaces the one before."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    check_version(contact, expected_version)
    if "custom" in values:
        values["custom"] = clean_custom("contact", values["custom"])
    changes = apply(contact, values, editable=EDITABLE)
    points = list(contact.points.all())
    for kind, given in ((PointKind.EMAIL, emails), (PointKind.PHONE, phones)):
        if given is None:
            continue
        old = [point for point in points if point.kind == kind]
        new = _points(kind, given)
        if [point.key for point in old] != [point.key for point in new]:
            changes.append(Change(f"{kind}s", [point.value for point in old], [point.value for point in new]))
            contact.points.filter(kind=kind).delete()
            for point in new:
                point.contact = contact
            ContactPoint.objects.bulk_create(new)
            points = [point for point in points if point.kind != kind] + new
    if changes:
        _settle(contact, points)
        _touch(contact, at)
        contact.save()
        put(document(contact, points))
        fact = ContactEdited(contact=contact.pk, changes=tuple(changes))
        record(fact, by=by, at=at, mentions={"company": contact.company_id})
    return contact


@transaction.atomic
def take_position(
    *, contact: Contact, company: Company, by: User | None, at: datetime, title: str = ""
) -> Contact:
    """From now on the person works at this company; where they worked before stays known."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.company_id == company.pk and (not title or title == contact.title):
        return contact
    contact.positions.filter(valid_to=None).update(valid_to=at)
    Position.objects.create(contact=contact, company=company, title=title or contact.title, valid_from=at)
    before = contact.company_id
    contact.company = company
    contact.title = title or contact.title
    _touch(contact, at)
    contact.save()
    put(document(contact, contact.points.all()))
    fact = ContactMoved(contact=contact.pk, company=company.pk, company_title=company.name)
    companies = [pk for pk in (before, company.pk) if pk]
    record(fact, by=by, at=at, mentions={"company": companies})
    return contact


@transaction.atomic
def assign_contact(*, contact: Contact, owner: User | None, by: User | None, at: datetime) -> Contact:
    """Give a contact to somebody, or to nobody."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.owner_id == (owner.pk if owner else None):
        return contact
    contact.owner = owner
    _touch(contact, at)
    contact.save(update_fields=["owner", "updated_at", "version"])
    put(document(contact, contact.points.all()))
    name = owner.name if owner else "–"
    fact = ContactAssigned(contact=contact.pk, owner=owner.pk if owner else None, owner_name=name)
    record(fact, by=by, at=at)
    return contact


@transaction.atomic
def tag_contact(*, contact: Contact, tags: list[str], by: User | None, at: datetime) -> Contact:
    """Make these the contact's tags."""
    added, removed = set_tags("contact", contact.pk, named(tags))
    if added or removed:
        record(ContactTagged(contact=contact.pk, added=tuple(added), removed=tuple(removed)), by=by, at=at)
    return contact


@transaction.atomic
def delete_contact(*, contact: Contact, by: User | None, at: datetime) -> None:
    """Delete a contact that no deal or activity names."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    sentence = _("Deals or activities name this contact. Merge it into another one instead.")
    refuse_if_used(contact, parts=("contacts.ContactPoint", "contacts.Position"), sentence=sentence)
    record(ContactDeleted(contact=contact.pk), by=by, at=at, mentions={"company": contact.company_id})
    unindex("contact", [contact.pk])
    set_tags("contact", contact.pk, [])
    contact.delete()


def _points(kind: str, values: Sequence[str]) -> list[ContactPoint]:
    points: dict[str, ContactPoint] = {}
    for value in values:
        value = value.strip()
        if not value:
            continue
        key = email_key(value) if kind == PointKind.EMAIL else phone_key(value)
        if key is None:
            message = (
                _("“%(value)s” is not an e-mail address.")
                if kind == PointKind.EMAIL
                else _("“%(value)s” is not a phone number. Write it as 0812… or +62….")
            )
            raise CannotChangeContact(message % {"value": value}, field=f"{kind}s")
        shown = value if kind == PointKind.EMAIL else key
        points.setdefault(key, make(ContactPoint, kind=str(kind), value=shown, key=key, position=len(points)))
    return list(points.values())


def _settle(contact: Contact, points: list[ContactPoint]) -> None:
    first = {point.kind: point.value for point in reversed(points)}
    contact.email = first.get(PointKind.EMAIL, "")
    contact.phone = first.get(PointKind.PHONE, "")
    contact.name = " ".join(contact.name.split())[:200] or contact.email or contact.phone
    if not contact.name:
        raise CannotChangeContact(_("A contact needs a name, an e-mail or a phone number."), field="name")
    contact.name_key = (person_key(contact.name) or contact.name.lower())[:200]
    if contact.preferred_channel and contact.preferred_channel not in CHANNELS:
        raise CannotChangeContact(_("This channel is not known."), field="preferred_channel")
    if contact.time_zone and contact.time_zone not in available_timezones():
        raise CannotChangeContact(
            _("“%(zone)s” is not a time zone; use one such as Asia/Jakarta.") % {"zone": contact.time_zone},
            field="time_zone",
        )
    if contact.best_hours:
        hours = re.fullmatch(
            r"(\d{1,2})(?:[.:]00)?\s*[-–]\s*(\d{1,2})(?:[.:]00)?", contact.best_hours.strip()
        )
        if hours is None or not int(hours[1]) < int(hours[2]) <= 24:
            raise CannotChangeContact(_("Write the hours as 9-11."), field="best_hours")
        contact.best_hours = f"{int(hours[1])}-{int(hours[2])}"


def _touch(contact: Contact, at: datetime) -> None:
    contact.version += 1
    contact.updated_at = at


def findable(contact: Contact, points: Iterable[ContactPoint]) -> Findable:
    """How the contact is found."""
    company = contact.company
    beside = [company.name if company else None, contact.title, *[point.value for point in points]]
    return "contact", contact.pk, contact.owner_id, contact.name, joined(contact.name, beside)


def document(contact: Contact, points: Iterable[ContactPoint]) -> Document:
    return as_document(findable(contact, points))
