from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.facts import Change
from siklus.platform.journal.record import record
from siklus.records.deals import history
from siklus.records.deals.actions.shared import (
    CannotChangeDeal,
    locked,
    mentions,
    price,
    put_in_index,
    settle,
)
from siklus.records.deals.facts import DealEdited, DealTagged
from siklus.records.deals.models import Category, Deal, Kind
from siklus.records.fields.actions import clean_custom
from siklus.records.fields.record import apply
from siklus.records.tags.actions import named, set_tags

EDITABLE = (
    "name", "amount", "currency", "probability", "expected_close_date", "category", "company", "contact", "source",
    "description", "kind", "external_id",
)  # fmt: skip
PRICE = {"amount", "currency"}
INDEXED = {"name", "company", "contact", "external_id"}


@transaction.atomic
def edit_deal(
    *, deal: Deal, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> Deal:
    """Change some values of a deal. Stage, owner and end have their own verbs."""
    deal = locked(deal, expected_version)
    before = history.tracked(deal)
    asked = {key: values.pop(key) for key in PRICE & values.keys()}
    if "custom" in values:
        values["custom"] = clean_custom("deal", values["custom"])
    if "category" in values:
        values["category"] = values["category"] or deal.stage.category
        deal.category_by_hand = values["category"] != deal.stage.category
    shown: dict[str, str] = {
        key: str(getattr(deal, key) or "") for key in ("company", "contact") if key in values
    }
    changes = apply(deal, values, editable=EDITABLE)
    _check(deal)
    if asked:
        old = {key: getattr(deal, key) for key in asked}
        price(deal, asked.get("amount", deal.amount), asked.get("currency"), at)
        changes += [
            Change(key, old[key], getattr(deal, key)) for key in asked if old[key] != getattr(deal, key)
        ]
    if not changes:
        return deal
    if deal.closed_at and before["amount_base"] != deal.amount_base:
        price(deal, deal.amount, deal.currency, deal.closed_at)
    settle(
        deal, before, DealEdited, by=by, at=at, changes=tuple(_readable(change, shown) for change in changes)
    )
    if INDEXED & {change.field for change in changes}:
        put_in_index(deal)
    return deal


def _check(deal: Deal) -> None:
    deal.name = " ".join(deal.name.split())[:250]
    if not deal.name:
        raise CannotChangeDeal(_("A lead or deal needs a name."), field="name")
    if not 0 <= deal.probability <= 100:
        raise CannotChangeDeal(_("A chance is a percentage from 0 to 100."), field="probability")
    if deal.category not in Category.values:
        raise CannotChangeDeal(
            _("“%(value)s” is not a forecast category.") % {"value": deal.category}, field="category"
        )
    if deal.kind not in Kind.values:
        raise CannotChangeDeal(_("“%(kind)s” is not a kind of deal.") % {"kind": deal.kind}, field="kind")
    deal.source = deal.source.strip()[:120]


def _readable(change: Change, shown: dict[str, str]) -> Change:
    if change.field in shown:
        return Change(change.field, shown[change.field], str(change.new or ""))
    return change


@transaction.atomic
def tag_deal(*, deal: Deal, tags: list[str], by: User | None, at: datetime) -> Deal:
    """Make these the deal's tags."""
    added, removed = set_tags("deal", deal.pk, named(tags))
    if added or removed:
        fact = DealTagged(deal=deal.pk, added=tuple(added), removed=tuple(removed))
        record(fact, by=by, at=at, mentions=mentions(deal))
    return deal
