"""What can happen to a product."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.i18n.keys import tight_key
from siklus.platform.installation.current import current
from siklus.platform.journal.facts import Money
from siklus.platform.journal.record import record
from siklus.platform.money.fields import LIMIT
from siklus.platform.money.rates import check_currency, places
from siklus.records.fields.record import Refused, apply, check_version
from siklus.records.products.facts import ProductAdded, ProductEdited, ProductPriced
from siklus.records.products.models import Price, Product


class CannotChangeProduct(Refused):
    """The product cannot be as asked."""


@transaction.atomic
def add_product(
    *,
    name: str,
    by: User | None,
    at: datetime,
    code: str = "",
    family: str = "",
    price: Decimal | None = None,
    currency: str | None = None,
) -> Product:
    """Add a product; “GTXPro” and “GTX Pro” are the same name."""
    name = " ".join(name.split())
    key = tight_key(name)
    if not key:
        raise CannotChangeProduct(_("A product needs a name."), field="name")
    if Product.objects.filter(name_key=key).exists():
        raise CannotChangeProduct(
            _("A product named %(name)s exists already.") % {"name": name}, field="name"
        )
    if price is not None and price < 0:
        raise CannotChangeProduct(_("A price is not below zero."), field="price")
    product = Product.objects.create(
        name=name,
        name_key=key,
        code=code.strip(),
        family=family.strip(),
        price=price,
        currency=check_currency(currency or current().currency),
        created_at=at,
        updated_at=at,
    )
    record(ProductAdded(product=product.pk, title=name), by=by, at=at)
    return product


EDITABLE = ("name", "code", "family", "price", "currency", "is_active")


@transaction.atomic
def edit_product(
    *, product: Product, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> Product:
    """Change some values of a product; deals keep what they were sold for."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    check_version(product, expected_version)  # type: ignore[arg-type]
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
        key = tight_key(values["name"])
        if not key:
            raise CannotChangeProduct(_("A product needs a name."), field="name")
        if Product.objects.filter(name_key=key).exclude(pk=product.pk).exists():
            raise CannotChangeProduct(
                _("A product named %(name)s exists already.") % {"name": values["name"]}, field="name"
            )
        product.name_key = key
    if "currency" in values:
        values["currency"] = check_currency(values["currency"])
    if values.get("price") is not None and values["price"] < 0:
        raise CannotChangeProduct(_("A price is not below zero."), field="price")
    changes = apply(product, values, editable=EDITABLE)
    if changes:
        product.version += 1
        product.updated_at = at
        product.save()
        record(ProductEdited(product=product.pk, title=product.name, changes=tuple(changes)), by=by, at=at)
    return product


@transaction.atomic
def set_price(
    *, product: Product, currency: str, amount: Decimal | None, from_date: date, by: User | None, at: datetime
) -> Price:
    """Write a price into the book of a currency, from a day on; a second one of the same day replaces the first.

    Without an amount the product is not offered in this currency from that day on. Quotes keep what they were made with.
    """
    product = Product.objects.select_for_update().get(pk=product.pk)
    currency = check_currency(currency)
    check_price(amount, currency, field="amount")
    known = Price.objects.filter(product=product, currency=currency, from_date=from_date).first()
    if known is not None and known.amount == amount:
        return known
    row, _created = Price.objects.update_or_create(
        product=product, currency=currency, from_date=from_date,
        defaults={"amount": amount, "by": by, "at": at},
    )  # fmt: skip
    fact = ProductPriced(
        product=product.pk, title=product.name, price=Money(amount, currency), from_date=from_date
    )
    record(fact, by=by, at=at)
    return row


def check_price(amount: Decimal | None, currency: str, *, field: str) -> None:
    """Refuse what nobody could pay: below zero, too large, or finer than the coins of the currency."""
    if amount is None:
        return
    if not amount.is_finite() or amount < 0:
        raise CannotChangeProduct(_("A price is not below zero."), field=field)
    if amount >= LIMIT:
        raise CannotChangeProduct(_("This amount is too large."), field=field)
    if amount != amount.quantize(Decimal(1).scaleb(-places(currency))):
        raise CannotChangeProduct(
            _("A price in %(currency)s has at most %(places)s decimals.")
            % {"currency": currency, "places": places(currency)},
            field=field,
        )
