"""Making two contacts one, and two again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.search.index import put, unindex
from siklus.records.contacts.actions import document
from siklus.records.contacts.facts import ContactMerged, ContactUnmerged
from siklus.records.contacts.models import Contact
from siklus.records.fields.merging import CannotMerge, merge, unmerge

FILL = ("title", "email", "phone", "city", "linkedin", "preferred_channel", "language", "notes", "company_id")


@transaction.atomic
def merge_contacts(*, kept: Contact, other: Contact, by: User | None, at: datetime) -> Contact:
    """Move all that hangs on `other` to `kept`. Both histories stay; the other one is shown no more."""
    kept, other = _locked(kept.pk, other.pk)
    if other.merged_into_id or kept.merged_into_id:
        raise CannotMerge(_("One of the two was merged already."))
    merge("contact", kept, other, fill=FILL, at=at)
    _save(kept, other, at)
    unindex("contact", [other.pk])
    record(ContactMerged(contact=kept.pk, other=other.pk), by=by, at=at, mentions={"contact": other.pk})
    return kept


@transaction.atomic
def unmerge_contacts(*, kept: Contact, other_id: int, by: User | None, at: datetime) -> Contact:
    """Take a merged contact out again, with what it brought."""
    kept, other = _locked(kept.pk, other_id)
    unmerge("contact", kept, other, at=at)
    _save(kept, other, at)
    put(document(other, other.points.all()))
    record(ContactUnmerged(contact=kept.pk, other=other.pk), by=by, at=at, mentions={"contact": other.pk})
    return kept


def _locked(kept_id: int, other_id: int) -> tuple[Contact, Contact]:
    rows = Contact.objects.select_for_update().filter(pk__in=[kept_id, other_id]).order_by("pk")
    found = {one.pk: one for one in rows}
    if len(found) != 2:
        raise CannotMerge(_("Choose two different contacts that both exist."))
    return found[kept_id], found[other_id]


def _save(kept: Contact, other: Contact, at: datetime) -> None:
    for one in (kept, other):
        one.version += 1
        one.updated_at = at
        one.save()
    put(document(kept, kept.points.all()))
