"""Making two leads or deals one, and two again."""

import copy
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.search.index import unindex
from siklus.records.deals import history
from siklus.records.deals.actions.shared import mentions, price, put_in_index
from siklus.records.deals.facts import DealMerged, DealUnmerged
from siklus.records.deals.models import TRACKED, Deal, Status
from siklus.records.fields.merging import CannotMerge, Choices, blanks, both, merge, taken, tell, unmerge

CHOICES: Choices = {
    "name": ("name",), "company": ("company_id",), "contact": ("contact_id",),
    "amount": ("amount", "currency", "amount_base"), "expected_close_date": ("expected_close_date",),
    "owner": ("owner_id", "team_id"), "source": ("source",), "description": ("description",),
    "external_id": ("external_id",),
}  # fmt: skip
COUNTED = {
    "amount",
    "expected_close_date",
    "owner",
}  # figures of closed deals change by somebody's choice only
STAYS = ("deals.DealInterval.deal_id",)  # each keeps the history of its own


def refuse_pair(kept: Deal, other: Deal) -> None:
    """Refuse to let this one survive the other, with the remedy."""
    names = {"kept": kept.name, "other": other.name}
    if kept.is_lead and not other.is_lead:
        raise CannotMerge(
            _("%(other)s is a deal already and does not become a lead. Let it survive.") % names
        )
    if other.status == Status.WON and kept.status == Status.OPEN:
        raise CannotMerge(_("%(other)s is won. Let it survive, or reopen it first.") % names)
    if not kept.is_open and not other.is_open and kept.status != other.status:
        raise CannotMerge(
            _("%(kept)s and %(other)s ended differently. Reopen the one that ended wrongly first.") % names
        )


@transaction.atomic
def merge_deals(
    *, kept: Deal, other: Deal, by: User | None, at: datetime, take: Collection[str] | None = None
) -> Deal:
    """Move all that hangs on `other` to `kept`. Each keeps its history; the other one is counted no more.

    `take` names the values that the survivor takes over; without it, those that it lacks.
    """
    kept, other = both(Deal, kept.pk, other.pk)
    refuse_pair(kept, other)
    at = max(at, history.intervals(kept).get(valid_to=None).valid_from)
    before = history.tracked(kept)
    values = _values(kept, other, take, at)
    trail = merge("deal", kept, other, values=values, by=by, at=at, stays=STAYS)
    changed = {key: getattr(kept, key) for key in TRACKED if getattr(kept, key) != before[key]}
    fact = DealMerged(deal=kept.pk, other=other.pk, other_title=other.name, merge=trail.pk, set=changed)
    entry = record(fact, by=by, at=at, mentions={"deal": other.pk, **mentions(kept)})
    if changed:
        history.keep(kept, changed, at=at, entry=entry, by_id=by.pk if by else None)
    _save(kept, other, at)
    unindex("deal", [other.pk])
    return Deal.objects.get(pk=kept.pk)


@transaction.atomic
def unmerge_deals(*, kept: Deal, other_id: int, by: User | None, at: datetime) -> Deal:
    """Take a merged deal out again, with what it brought. The survivor becomes what it would be without the merge."""
    kept, other = both(Deal, kept.pk, other_id)
    trail = unmerge("deal", kept, other, at=at)
    fact = DealUnmerged(deal=kept.pk, other=other.pk, other_title=other.name, merge=trail.pk)
    entry = record(fact, by=by, at=at, mentions={"deal": other.pk, **mentions(kept)})
    told = history.told(kept.pk)
    history.become(kept, told, entry=entry, by_id=by.pk if by else None, now=timezone.now())
    for key, value in told[-1].values.items():
        setattr(kept, key, value)
    _save(kept, other, at)
    put_in_index(other)
    return Deal.objects.get(pk=kept.pk)


def _values(kept: Deal, other: Deal, take: Collection[str] | None, at: datetime) -> dict[str, Any]:
    """What the survivor takes over. An amount counts at the rate of the day on which it counts."""
    if take is None:
        take = [name for name in blanks(kept, other, CHOICES) if kept.is_open or name not in COUNTED]
    values = taken(kept, other, CHOICES, take)
    if "amount" in values:
        priced = copy.copy(kept)
        price(priced, other.amount, other.currency, kept.closed_at or at)
        values |= {column: getattr(priced, column) for column in CHOICES["amount"]}
    if other.last_touch_at and (kept.last_touch_at is None or kept.last_touch_at < other.last_touch_at):
        values["last_touch_at"] = other.last_touch_at
    return values


def _save(kept: Deal, other: Deal, at: datetime) -> None:
    for one in (kept, other):
        one.version += 1
        one.updated_at = max(at, one.updated_at)
        one.save()
    put_in_index(kept)
    tell("deal", kept.pk, other.pk)
