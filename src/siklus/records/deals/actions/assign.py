from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.search.index import reassign
from siklus.records.deals import history
from siklus.records.deals.actions.shared import CannotChangeDeal, locked, settle
from siklus.records.deals.facts import DealAssigned
from siklus.records.deals.models import Deal


@transaction.atomic
def assign_deal(
    *, deal: Deal, owner: User | None, by: User | None, at: datetime, expected_version: int | None = None
) -> Deal:
    """Give a deal to somebody, or back to the pool. The team goes with the owner."""
    deal = locked(deal, expected_version)
    if deal.owner_id == (owner.pk if owner else None):
        return deal
    if owner is not None and not owner.is_active:
        raise CannotChangeDeal(
            _("%(name)s does not work here any more.") % {"name": owner.name}, field="owner"
        )
    before = history.tracked(deal)
    deal.owner = owner
    deal.team_id = owner.team_id if owner else None
    settle(
        deal, before, DealAssigned, by=by, at=at,
        owner=owner.pk if owner else None, owner_name=owner.name if owner else "–",
    )  # fmt: skip
    reassign("deal", [deal.pk], deal.owner_id)
    return deal
