from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.contacts.models import Contact
from siklus.records.deals.actions.shared import CannotChangeDeal, mentions
from siklus.records.deals.facts import DealPersonAdded, DealPersonRemoved, DealProductSet
from siklus.records.deals.models import Deal, DealContact, DealProduct
from siklus.records.products.models import Product


@transaction.atomic
def add_person(*, deal: Deal, contact: Contact, part: str, by: User | None, at: datetime) -> DealContact:
    """Say what part a person plays in the deal; saying it again changes the part."""
    if part not in DealContact.Part.values:
        raise CannotChangeDeal(_("“%(part)s” is not a part in a deal.") % {"part": part}, field="part")
    row, created = DealContact.objects.get_or_create(deal=deal, contact=contact, defaults={"part": part})
    if not created and row.part == part:
        return row
    row.part = part
    row.save(update_fields=["part"])
    fact = DealPersonAdded(deal=deal.pk, contact=contact.pk, part=part)
    record(fact, by=by, at=at, mentions={"contact": contact.pk, "company": deal.company_id})
    return row


@transaction.atomic
def remove_person(*, deal: Deal, contact: Contact, by: User | None, at: datetime) -> None:
    """The person plays no part in the deal any more."""
    if DealContact.objects.filter(deal=deal, contact=contact).delete()[0]:
        record(
            DealPersonRemoved(deal=deal.pk, contact=contact.pk),
            by=by,
            at=at,
            mentions={"contact": contact.pk},
        )


@transaction.atomic
def set_product(
    *,
    deal: Deal,
    product: Product,
    by: User | None,
    at: datetime,
    quantity: int = 1,
    unit_price: Decimal | None = None,
) -> DealProduct | None:
    """Put a product on the deal, change its quantity, or with quantity 0 take it off."""
    if quantity < 0:
        raise CannotChangeDeal(_("A quantity is not below zero."), field="quantity")
    if quantity == 0:
        row = None
        DealProduct.objects.filter(deal=deal, product=product).delete()
    else:
        row, _created = DealProduct.objects.update_or_create(
            deal=deal, product=product, defaults={"quantity": quantity, "unit_price": unit_price}
        )
    fact = DealProductSet(deal=deal.pk, product=product.pk, title=product.name, quantity=quantity)
    record(fact, by=by, at=at, mentions=mentions(deal))
    return row
