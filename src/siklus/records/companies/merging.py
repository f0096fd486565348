"""Making two companies one, and two again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.search.index import put, unindex
from siklus.records.companies.actions import document
from siklus.records.companies.facts import CompanyMerged, CompanyUnmerged
from siklus.records.companies.models import Company
from siklus.records.fields.merging import Choices, both, merge, taken, tell, unmerge

CHOICES: Choices = {
    "name": ("name", "name_key"), "website": ("website", "domain"), "owner": ("owner_id",),
    "industry": ("industry",), "employees": ("employees",), "annual_revenue": ("annual_revenue",),
    "founded_year": ("founded_year",), "city": ("city",), "country": ("country",), "phone": ("phone",),
    "linkedin": ("linkedin",), "parent": ("parent_id",), "description": ("description",),
    "external_id": ("external_id",),
}  # fmt: skip


@transaction.atomic
def merge_companies(
    *, kept: Company, other: Company, by: User | None, at: datetime, take: Collection[str] | None = None
) -> Company:
    """Move all that hangs on `other` to `kept`. Both histories stay; the other one is shown no more.

    `take` names the values that the survivor takes over; without it, those that it lacks.
    """
    kept, other = both(Company, kept.pk, other.pk)
    values = taken(kept, other, CHOICES, take)
    if values.get("parent_id") == kept.pk:
        del values["parent_id"]
    merge("company", kept, other, values=values, by=by, at=at)
    _save(kept, other, at)
    unindex("company", [other.pk])
    fact = CompanyMerged(company=kept.pk, other=other.pk, other_title=other.name)
    record(fact, by=by, at=at, mentions={"company": other.pk})
    return kept


@transaction.atomic
def unmerge_companies(*, kept: Company, other_id: int, by: User | None, at: datetime) -> Company:
    """Take a merged company out again, with what it brought."""
    kept, other = both(Company, kept.pk, other_id)
    unmerge("company", kept, other, at=at)
    _save(kept, other, at)
    put(document(other))
    fact = CompanyUnmerged(company=kept.pk, other=other.pk, other_title=other.name)
    record(fact, by=by, at=at, mentions={"company": other.pk})
    return kept


def _save(kept: Company, other: Company, at: datetime) -> None:
    for one in (kept, other):
        one.version += 1
        one.updated_at = max(at, one.updated_at)
        one.save()
    put(document(kept))
    tell("company", kept.pk, other.pk)
