"""Grades follow profiles and records, and new leads find an owner. Being told twice writes nothing twice."""

from typing import Any

from django.utils import timezone

from siklus.cycle.prospecting.actions import regrade_records, route_lead
from siklus.cycle.prospecting.fit.grading import graded_records
from siklus.cycle.prospecting.models import AssignmentRule, Because, Profile
from siklus.cycle.prospecting.tasks import recompute
from siklus.platform.journal.reactions import react
from siklus.records.deals.models import Deal

PIECE = 2000


@react(
    "icp.added", "icp.changed", "icp.activated", "icp.deactivated", "icp.retired", key="prospecting.profile"
)
def grade_by_new_profile(entry: Any) -> None:
    """What is asked changed: everything is graded anew, in the background."""
    recompute.enqueue(Because.PROFILE.value)


@react("import.finished", "import.undone", key="prospecting.import")
def grade_what_was_imported(entry: Any) -> None:
    """An import tells once, at its end."""
    if Profile.objects.filter(is_active=True).exists():
        recompute.enqueue(Because.RECORD.value)


@react(
    "company.added", "company.edited", "company.merged", "company.unmerged", key="prospecting.company",
    but_not=("import",),
)  # fmt: skip
def grade_company(entry: Any) -> None:
    """The company, and its open leads and deals."""
    if not Profile.objects.filter(is_active=True).exists():
        return
    at = timezone.now()
    ids = _ids(entry)
    regrade_records(kind="company", ids=ids, by=None, at=at)
    _regrade_deals({"company_id__in": ids}, at)


@react(
    "contact.edited", "contact.moved", "contact.merged", "contact.unmerged", key="prospecting.contact",
    but_not=("import",),
)  # fmt: skip
def grade_leads_of_contact(entry: Any) -> None:
    if Profile.objects.filter(is_active=True).exists():
        _regrade_deals({"contact_id__in": _ids(entry)}, timezone.now())


@react(
    "deal.created", "deal.edited", "deal.merged", "deal.unmerged", "deal.reopened", key="prospecting.deal",
    but_not=("import",),
)  # fmt: skip
def grade_deal(entry: Any) -> None:
    if Profile.objects.filter(is_active=True).exists():
        regrade_records(kind="deal", ids=_ids(entry), by=None, at=timezone.now())


def _ids(entry: Any) -> list[int]:
    """The record, and the one that it was merged with or taken apart from."""
    return [entry.about_id, *([entry.details["other"]] if "other" in entry.details else [])]


def _regrade_deals(where: dict[str, Any], at: Any) -> None:
    last = 0
    while True:
        rows = graded_records("deal").filter(**where, pk__gt=last).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:PIECE])
        if ids:
            regrade_records(kind="deal", ids=ids, by=None, at=at)
            last = ids[-1]
        if len(ids) < PIECE:
            return


@react("deal.created", key="prospecting.assign", but_not=("import",))
def give_to_somebody(entry: Any) -> None:
    """A lead that came without an owner goes to whom the rules choose."""
    if not AssignmentRule.objects.filter(retired_at=None).exists():
        return
    deal = Deal.objects.filter(pk=entry.about_id, owner=None).first()
    if deal is not None:
        route_lead(deal=deal, by=None, at=timezone.now())
