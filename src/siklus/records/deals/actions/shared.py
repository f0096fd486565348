"""What the verbs of a deal share: lock, keep history, index."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.journal.facts import Fact
from siklus.platform.journal.record import record
from siklus.platform.money.fields import LIMIT
from siklus.platform.money.rates import check_currency, in_base, places
from siklus.platform.search.index import Findable, as_document, joined, put
from siklus.platform.search.models import Document
from siklus.platform.tables.write import as_read, update_changed
from siklus.records.deals import history
from siklus.records.deals.models import TRACKED, Deal
from siklus.records.fields.record import Refused, check_version


class CannotChangeDeal(Refused):
    """The deal cannot be as asked."""


class DealIsClosed(CannotChangeDeal):
    """A closed deal must be reopened before it can be changed."""


def locked(deal: Deal, expected_version: int | None = None) -> Deal:
    """The deal as it is now, held for this transaction. Raises StaleEdit."""
    fresh = Deal.objects.select_for_update(of=("self",)).select_related("stage").get(pk=deal.pk)
    fresh.values_read = as_read(fresh)
    check_version(fresh, expected_version)
    if fresh.merged_into_id:
        raise CannotChangeDeal(_("This was merged into another record meanwhile."))
    return fresh


def refuse_closed(deal: Deal) -> None:
    if not deal.is_open:
        raise DealIsClosed(_("This deal is closed. Reopen it before you change it."), field="status")


def mentions(deal: Deal) -> dict[str, int | None]:
    """The records whose timelines show what happens to this deal."""
    return {"company": deal.company_id, "contact": deal.contact_id}


def settle(
    deal: Deal, before: Mapping[str, Any], fact: Any, *, by: User | None, at: datetime, **values: Any
) -> None:
    """Save a changed deal with its history and its fact: the same four statements for every verb.

    The deal is one that `locked` gave. `fact` is the class of the fact; its field `set` is filled with the tracked
    values that changed.
    """
    changed = {key: getattr(deal, key) for key in TRACKED if getattr(deal, key) != before[key]}
    if "set" in fact.__dataclass_fields__:
        values["set"] = changed
    written: Fact = fact(deal=deal.pk, **values)
    entry = record(written, by=by, at=at, mentions=mentions(deal))
    if changed:
        now_holds = history.keep(deal, changed, at=at, entry=entry, by_id=by.pk if by else None)
        for key, value in now_holds.items():
            setattr(deal, key, value)
    deal.version += 1
    deal.updated_at = max(at, deal.updated_at)
    update_changed(deal, deal.values_read)


def price(deal: Deal, amount: Decimal | None, currency: str | None, at: datetime) -> None:
    """Set amount and currency, and the amount in the installation's currency at the rate of the day."""
    if amount is not None:
        if not amount.is_finite() or amount < 0:
            raise CannotChangeDeal(_("An amount is a number not below zero."), field="amount")
        if amount >= LIMIT:
            raise CannotChangeDeal(_("This amount is too large."), field="amount")
    deal.currency = check_currency(currency or deal.currency or current().currency)
    if amount is not None:
        amount = amount.quantize(Decimal(1).scaleb(-max(places(deal.currency), 2)))
        amount = amount.to_integral_value() if amount == amount.to_integral_value() else amount
    deal.amount = amount
    day = at.astimezone(current().time_zone).date()
    deal.amount_base = in_base(amount, deal.currency, day) or Decimal(0)


def findable(deal: Deal) -> Findable:
    """How the deal is found: by its name, company and person."""
    company, contact = deal.company, deal.contact
    beside = [company.name if company else None, contact.name if contact else None, deal.external_id]
    return "deal", deal.pk, deal.owner_id, deal.name, joined(deal.name, beside)


def document(deal: Deal) -> Document:
    return as_document(findable(deal))


def put_in_index(deal: Deal, *, new: bool = False) -> None:
    """Bring the deal's place in the search index up to date."""
    put(document(deal), new=new)
