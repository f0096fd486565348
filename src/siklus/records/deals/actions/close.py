from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.facts import Money
from siklus.records.deals import history
from siklus.records.deals.actions.move import _qualify
from siklus.records.deals.actions.shared import CannotChangeDeal, locked, price, refuse_closed, settle
from siklus.records.deals.facts import DealDisqualified, DealEndedUndecided, DealLost, DealReopened, DealWon
from siklus.records.deals.gates import ask_gates
from siklus.records.deals.models import Category, Deal, LostReason, Stage, Status

ENDINGS = {
    Status.LOST: DealLost,
    Status.NO_DECISION: DealEndedUndecided,
    Status.DISQUALIFIED: DealDisqualified,
}


@transaction.atomic
def win_deal(
    *,
    deal: Deal,
    by: User | None,
    at: datetime,
    amount: Decimal | None = None,
    expected_version: int | None = None,
) -> Deal:
    """Close a deal as won, at its amount or a last one agreed."""
    deal = locked(deal, expected_version)
    refuse_closed(deal)
    ask_gates(deal, deal.stage, kind=Status.WON, qualifies=deal.is_lead)
    before = history.tracked(deal)
    if deal.is_lead:
        _qualify(deal, by=by, at=at)
    _close(deal, Status.WON, at)
    price(deal, deal.amount if amount is None else amount, deal.currency, at)
    deal.probability = 100
    deal.category = Category.CLOSED
    value = Money(deal.amount, deal.currency)
    settle(deal, before, DealWon, by=by, at=at, value=value, owner=deal.owner_id)
    return deal


@transaction.atomic
def lose_deal(
    *,
    deal: Deal,
    reason: LostReason | None,
    by: User | None,
    at: datetime,
    status: str = Status.LOST,
    note: str = "",
    expected_version: int | None = None,
) -> Deal:
    """Close a deal as lost, as not decided, or as disqualified. A reason is needed."""
    if status not in ENDINGS:
        raise CannotChangeDeal(_("A deal is lost, not decided or disqualified."), field="status")
    if reason is None:
        raise CannotChangeDeal(_("Say why: choose a reason."), field="reason")
    deal = locked(deal, expected_version)
    refuse_closed(deal)
    before = history.tracked(deal)
    _close(deal, Status(status), at)
    price(deal, deal.amount, deal.currency, at)
    deal.probability = 0
    deal.category = Category.OMITTED
    deal.lost_reason = reason
    deal.lost_note = note.strip()
    settle(
        deal, before, ENDINGS[Status(status)], by=by, at=at,
        reason=reason.name, note=deal.lost_note, owner=deal.owner_id,
    )  # fmt: skip
    return deal


@transaction.atomic
def reopen_deal(
    *,
    deal: Deal,
    by: User | None,
    at: datetime,
    stage: Stage | None = None,
    expected_version: int | None = None,
) -> Deal:
    """Open a closed deal again. That it was closed stays in its history."""
    deal = locked(deal, expected_version)
    if deal.is_open:
        raise CannotChangeDeal(_("This deal is open already."), field="status")
    before = history.tracked(deal)
    deal.stage = stage or deal.stage
    deal.pipeline_id = deal.stage.pipeline_id
    deal.status = Status.OPEN
    deal.closed_at = None
    deal.probability = deal.stage.probability
    deal.category = deal.stage.category
    deal.category_by_hand = False
    deal.lost_reason = None
    deal.lost_note = ""
    deal.stage_entered_at = at
    settle(deal, before, DealReopened, by=by, at=at, stage=deal.stage.name)
    return deal


@transaction.atomic
def discard_deal(*, deal: Deal, by: User | None, at: datetime, expected_version: int | None = None) -> Deal:
    """Take a deal that should not be there out of the pipeline: disqualified as “Deleted”, its history kept."""
    reason, _created = LostReason.objects.get_or_create(
        name=_("Deleted"), defaults={"status": Status.DISQUALIFIED, "position": 999, "is_active": False}
    )
    return lose_deal(
        deal=deal, reason=reason, status=Status.DISQUALIFIED, by=by, at=at, expected_version=expected_version
    )


def _close(deal: Deal, status: Status, at: datetime) -> None:
    if at < deal.created_at:
        raise CannotChangeDeal(_("A deal is not closed before it exists."), field="at")
    deal.status = status
    deal.closed_at = at
