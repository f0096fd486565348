"""Making two companies one, and two again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.search.index import put, unindex
from siklus.records.companies.actions import document
from siklus.records.companies.facts import CompanyMerged, CompanyUnmerged
from siklus.records.companies.models import Company
from siklus.records.fields.merging import CannotMerge, merge, unmerge

FILL = (
    "website", "domain", "industry", "employees", "annual_revenue", "founded_year", "city", "country", "phone",
    "linkedin", "description",
)  # fmt: skip


@transaction.atomic
def merge_companies(*, kept: Company, other: Company, by: User | None, at: datetime) -> Company:
    """Move all that hangs on `other` to `kept`. Both histories stay; the other one is shown no more."""
    kept, other = _locked(kept.pk, other.pk)
    if other.merged_into_id or kept.merged_into_id:
        raise CannotMerge(_("One of the two was merged already."))
    if kept.parent_id == other.pk:
        kept.parent_id = other.parent_id if other.parent_id != kept.pk else None
    merge("company", kept, other, fill=FILL, at=at)
    Company.objects.filter(pk=kept.pk, parent_id=kept.pk).update(parent=None)
    _save(kept, other, at)
    unindex("company", [other.pk])
    fact = CompanyMerged(company=kept.pk, other=other.pk, other_title=other.name)
    record(fact, by=by, at=at, mentions={"company": other.pk})
    return kept


@transaction.atomic
def unmerge_companies(*, kept: Company, other_id: int, by: User | None, at: datetime) -> Company:
    """Take a merged company out again, with what it brought."""
    kept, other = _locked(kept.pk, other_id)
    unmerge("company", kept, other, at=at)
    _save(kept, other, at)
    put(document(other))
    fact = CompanyUnmerged(company=kept.pk, other=other.pk, other_title=other.name)
    record(fact, by=by, at=at, mentions={"company": other.pk})
    return kept


def _locked(kept_id: int, other_id: int) -> tuple[Company, Company]:
    rows = Company.objects.select_for_update().filter(pk__in=[kept_id, other_id]).order_by("pk")
    found = {one.pk: one for one in rows}
    if len(found) != 2:
        raise CannotMerge(_("Choose two different companies that both exist."))
    return found[kept_id], found[other_id]


def _save(kept: Company, other: Company, at: datetime) -> None:
    for one in (kept, other):
        one.version += 1
        one.updated_at = at
        one.save()
    put(document(kept))
