"""The pairs that a viewer may look at: those of which they see both."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from siklus.platform.accounts.models import User
from siklus.records.companies.queries import companies_for
from siklus.records.contacts.queries import contacts_for
from siklus.records.deals.queries import deals_for
from siklus.records.duplicates.models import Candidate

DOORS: dict[str, Any] = {"company": companies_for, "contact": contacts_for, "deal": deals_for}


def candidates_for(viewer: User, kind: str) -> QuerySet[Candidate]:
    """Pairs of a kind, the likeliest first; what was merged or closed from sight since is gone."""
    rows = DOORS[kind](viewer)
    return Candidate.objects.filter(
        Exists(rows.filter(pk=OuterRef("low_id"))), Exists(rows.filter(pk=OuterRef("high_id"))), kind=kind
    ).order_by("-score", "id")
