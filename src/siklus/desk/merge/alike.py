"""Records that look like the same one, by the keys that are kept with every record."""

from typing import Any

from django.db.models import Q

from siklus.platform.accounts.models import User
from siklus.records.companies.queries import companies_for
from siklus.records.contacts.models import ContactPoint
from siklus.records.contacts.queries import contacts_for
from siklus.records.deals.queries import deals_for

OFFERED = 5


def alike(kind: str, record: Any, viewer: User) -> list[tuple[int, str, str]]:
    """(id, name, a word beside it) of the likeliest, as far as the viewer may see them."""
    rows: Any
    if kind == "company":
        same = Q(name_key=record.name_key) | (Q(domain=record.domain) if record.domain else Q())
        rows, beside = companies_for(viewer).filter(same), "city"
    elif kind == "contact":
        keys = list(record.points.values_list("key", flat=True))
        owners = ContactPoint.objects.filter(key__in=keys).values("contact")
        rows, beside = (
            contacts_for(viewer).filter(Q(pk__in=owners) | Q(name_key=record.name_key)),
            "company__name",
        )
    else:
        same = Q(name=record.name)
        for column in ("contact_id", "company_id"):
            if getattr(record, column):
                same |= Q(**{column: getattr(record, column)})
        rows, beside = deals_for(viewer).filter(same), "stage__name"
    found = rows.exclude(pk=record.pk).order_by("-id").values_list("pk", "name", beside)[:OFFERED]
    return [(pk, name, word or "") for pk, name, word in found]
