"""Grading: one record after its values changed, or all of them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from siklus.cycle.prospecting.facts import CompanyFitChanged, FitRecomputed, LeadFitChanged
from siklus.cycle.prospecting.fit.grading import FIT, Counts, regrade
from siklus.cycle.prospecting.models import Because
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record


def recompute_fit(
    *,
    by: User | None,
    at: datetime,
    because: str = Because.PROFILE,
    kinds: Sequence[str] = ("company", "deal"),
) -> dict[str, Counts]:
    """Grade every company and every open lead or deal anew; only what differs is written. Safe to be run again."""
    found = {kind: regrade(kind, at=at, because=because) for kind in kinds}
    with transaction.atomic():
        companies, deals = (found.get(kind, Counts()) for kind in ("company", "deal"))
        fact = FitRecomputed(
            run=1, companies=companies.seen, companies_written=companies.written, deals=deals.seen,
            deals_written=deals.written,
        )  # fmt: skip
        record(fact, by=by, at=at)
    return found


@transaction.atomic
def regrade_records(*, kind: str, ids: Sequence[int], by: User | None, at: datetime) -> Counts:
    """Grade these records anew, and tell on their timelines where a grade that they had changed."""
    counts = regrade(kind, at=at, because=Because.RECORD, ids=ids)
    told = [(pk, before, now) for pk, before, now in counts.changed if before and now]
    names = dict(
        FIT[kind].objects.filter(**{f"{kind}__in": [pk for pk, _before, _now in told]})
        .values_list(f"{kind}_id", "version__name")
    )  # fmt: skip
    for pk, before, now in told:
        fact = (
            CompanyFitChanged(company=pk, before=before, now=now, profile=names[pk])
            if kind == "company"
            else LeadFitChanged(deal=pk, before=before, now=now, profile=names[pk])
        )
        record(fact, by=by, at=at)
    return counts
