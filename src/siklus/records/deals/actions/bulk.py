"""Creating many deals at once, with a past if they have one: the same rules and facts, fewer statements."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.facts import Money
from siklus.platform.journal.record import Note, record_many
from siklus.platform.search.index import index_many
from siklus.platform.tables.write import insert, insert_objects, reserve
from siklus.records.deals import history
from siklus.records.deals.actions.create import new_deal
from siklus.records.deals.actions.shared import CannotChangeDeal, findable, mentions, price
from siklus.records.deals.facts import DealCreated, DealDisqualified, DealEndedUndecided, DealLost, DealWon
from siklus.records.deals.models import TRACKED, Category, Deal, DealInterval, DealProduct, LostReason, Status
from siklus.records.products.models import Product

ENDINGS: dict[str, type[DealLost] | type[DealEndedUndecided] | type[DealDisqualified]] = {
    Status.LOST: DealLost,
    Status.NO_DECISION: DealEndedUndecided,
    Status.DISQUALIFIED: DealDisqualified,
}


INTERVAL = (
    "id", "deal_id", "valid_from", "valid_to", "recorded_at", "ended_recorded_at", "entry", "by_id", *TRACKED,
)  # fmt: skip


@dataclass
class Draft:
    """A deal to be. `values` are those of `new_deal`; the rest tells how it ended, if it did."""

    values: dict[str, Any]
    status: str = Status.OPEN
    closed_at: datetime | None = None
    lost_reason: LostReason | None = None
    qualified_at: datetime | None = None
    product: Product | None = None
    final_amount: Decimal | None = None
    made: Deal = field(init=False)
    before: dict[str, Any] = field(init=False)

    def make(self) -> "Draft":
        """Check the draft and build its deal. Raises Refused."""
        self.made = new_deal(**self.values)
        if self.qualified_at is not None:
            self.made.qualified_at = self.qualified_at
        self.before = history.tracked(self.made)
        if self.status != Status.OPEN:
            _end(self)
        return self


def _end(draft: Draft) -> None:
    deal = draft.made
    if draft.closed_at is None:
        raise CannotChangeDeal(_("A closed deal needs the moment of its end."), field="closed_at")
    if draft.closed_at < deal.created_at:
        raise CannotChangeDeal(_("A deal is not closed before it exists."), field="closed_at")
    deal.status, deal.closed_at = draft.status, draft.closed_at
    deal.updated_at = draft.closed_at
    price(
        deal,
        deal.amount if draft.final_amount is None else draft.final_amount,
        deal.currency,
        draft.closed_at,
    )
    if draft.status == Status.WON:
        deal.probability, deal.category = 100, Category.CLOSED
        deal.qualified_at = deal.qualified_at or draft.closed_at
    else:
        deal.probability, deal.category = 0, Category.OMITTED
        deal.lost_reason = draft.lost_reason


def create_deals(drafts: list[Draft], *, by: User | None, recorded_at: datetime) -> list[Deal]:
    """Store drafts that were made, in the order given. Inside the caller's transaction."""
    deals = [draft.made for draft in drafts]
    insert_objects(Deal, deals)
    index_many(findable(deal) for deal in deals)
    notes = []
    for draft in drafts:
        deal = draft.made
        began = DealCreated(
            deal=deal.pk,
            title=deal.name,
            stage=deal.stage.name,
            set=draft.before,
            qualified_at=deal.qualified_at,
        )
        notes.append(Note(began, by, deal.created_at, mentions(deal)))
        if deal.closed_at is not None:
            notes.append(Note(_ending(draft), by, deal.closed_at, mentions(deal)))
    entries = iter(record_many(notes))
    by_id = by.pk if by else None
    rows: list[tuple[Any, ...]] = []
    for draft in drafts:
        deal = draft.made
        closed_at = deal.closed_at
        learned = recorded_at if closed_at else None
        head = (deal.pk, deal.created_at, closed_at, recorded_at, learned, next(entries), by_id)
        rows.append((*head, *draft.before.values()))
        if closed_at is not None:
            head = (deal.pk, closed_at, None, recorded_at, None, next(entries), by_id)
            rows.append((*head, *history.tracked(deal).values()))
    ids = reserve(DealInterval, len(rows))
    insert(DealInterval, INTERVAL, [(pk, *row) for pk, row in zip(ids, rows, strict=True)])
    lines = [DealProduct(deal=draft.made, product=draft.product) for draft in drafts if draft.product]
    if lines:
        DealProduct.objects.bulk_create(lines, batch_size=1000)
    return deals


def _ending(draft: Draft) -> DealWon | DealLost | DealEndedUndecided | DealDisqualified:
    deal = draft.made
    after = history.tracked(deal)
    changed = {key: value for key, value in after.items() if value != draft.before[key]}
    if deal.status == Status.WON:
        return DealWon(
            deal=deal.pk, value=Money(deal.amount, deal.currency), owner=deal.owner_id, set=changed
        )
    reason = deal.lost_reason.name if deal.lost_reason else "–"
    return ENDINGS[deal.status](deal=deal.pk, reason=reason, note="", owner=deal.owner_id, set=changed)
