"""The price books: what a product costs in a currency on a day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from siklus.records.products.models import Price, Product


@dataclass(frozen=True, slots=True)
class Held:
    """The price that holds, and the next one that is known already."""

    amount: Decimal | None
    next: Price | None = None
    in_book: bool = False


def price_on(product: Product, currency: str, day: date) -> Decimal | None:
    """The price of the book that held on a day, else the product's own price in that currency; None: not offered in it."""
    return prices_on([product], currency, day)[product.pk].amount


def prices_on(products: Iterable[Product], currency: str, day: date) -> dict[int, Held]:
    """The same for many products with one question."""
    products = list(products)
    rows = defaultdict(list)
    for row in Price.objects.filter(product__in=products, currency=currency).order_by("from_date"):
        rows[row.product_id].append(row)
    found = {}
    for product in products:
        past = [row for row in rows[product.pk] if row.from_date <= day]
        coming = next((row for row in rows[product.pk] if row.from_date > day), None)
        if past:
            found[product.pk] = Held(past[-1].amount, coming, True)
        else:
            own = product.price if product.currency == currency else None
            found[product.pk] = Held(own, coming)
    return found


def currencies() -> list[str]:
    """The currencies in which something is priced."""
    known = set(Price.objects.order_by().values_list("currency", flat=True).distinct())
    return sorted(known | set(Product.objects.order_by().values_list("currency", flat=True).distinct()))


def prices_of(product: Product) -> list[Price]:
    """Every price a product ever had, the newest first, currency by currency."""
    return list(product.prices.select_related("by").order_by("currency", "-from_date"))


def product_for(_viewer: object, product_id: int) -> Product:
    """Everybody may see what we sell."""
    return Product.objects.get(pk=product_id)
