"""Making two contacts one, and two again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.search.index import put, unindex
from siklus.records.contacts.actions import document
from siklus.records.contacts.facts import ContactMerged, ContactUnmerged
from siklus.records.contacts.models import Contact, ContactPoint
from siklus.records.fields.merging import Choices, both, merge, taken, tell, unmerge
from siklus.records.fields.models import Merge

CHOICES: Choices = {
    "name": ("name", "name_key"), "title": ("title",), "company": ("company_id",), "email": ("email",),
    "phone": ("phone",), "owner": ("owner_id",), "city": ("city",), "linkedin": ("linkedin",),
    "preferred_channel": ("preferred_channel",), "language": ("language",),
    "time_zone": ("time_zone",), "best_hours": ("best_hours",), "notes": ("notes",),
    "external_id": ("external_id",),
}  # fmt: skip
BEHIND = 100  # the place where the e-mails and phones of the one begin that is not asked first
SHIFTED = "contacts.ContactPoint.position"


@transaction.atomic
def merge_contacts(
    *, kept: Contact, other: Contact, by: User | None, at: datetime, take: Collection[str] | None = None
) -> Contact:
    """Move all that hangs on `other` to `kept`. Both histories stay; the other one is shown no more.

    `take` names the values that the survivor takes over; without it, those that it lacks.
    """
    kept, other = both(Contact, kept.pk, other.pk)
    values = taken(kept, other, CHOICES, take)
    chosen = {kind for kind in ("email", "phone") if values.get(kind)}
    first = {point.kind: point.key for point in reversed(other.points.filter(kind__in=chosen))}
    own = [
        pk for pk, kind, key in kept.points.values_list("pk", "kind", "key") if first.get(kind, key) != key
    ]
    trail = merge("contact", kept, other, values=values, by=by, at=at)
    _queue_up(trail, own, set(first))
    _save(kept, other, at)
    unindex("contact", [other.pk])
    record(ContactMerged(contact=kept.pk, other=other.pk), by=by, at=at, mentions={"contact": other.pk})
    return kept


@transaction.atomic
def unmerge_contacts(*, kept: Contact, other_id: int, by: User | None, at: datetime) -> Contact:
    """Take a merged contact out again, with what it brought."""
    kept, other = both(Contact, kept.pk, other_id)
    trail = unmerge("contact", kept, other, at=at)
    shifted = ContactPoint.objects.filter(pk__in=trail.moved.get(SHIFTED, []), position__gte=BEHIND)
    shifted.update(position=F("position") - BEHIND)
    _save(kept, other, at)
    put(document(other, other.points.all()))
    record(ContactUnmerged(contact=kept.pk, other=other.pk), by=by, at=at, mentions={"contact": other.pk})
    return kept


def _queue_up(trail: Merge, own: list[int], chosen: set[str]) -> None:
    """The first e-mail and the first phone are the ones that are used: those not chosen stand behind them."""
    moved = trail.moved.get("contacts.ContactPoint.contact_id", [])
    rest = ContactPoint.objects.filter(pk__in=moved).exclude(kind__in=chosen)
    behind = [*own, *rest.values_list("pk", flat=True)]
    if behind:
        ContactPoint.objects.filter(pk__in=behind).update(position=F("position") + BEHIND)
        trail.moved[SHIFTED] = behind
        trail.save(update_fields=["moved"])


def _save(kept: Contact, other: Contact, at: datetime) -> None:
    for one in (kept, other):
        one.version += 1
        one.updated_at = max(at, one.updated_at)
        one.save()
    put(document(kept, kept.points.all()))
    tell("contact", kept.pk, other.pk)
