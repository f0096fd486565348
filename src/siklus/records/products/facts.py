from datetime import date

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, Money, declare


@declare("product.added", about="product")
class ProductAdded(Fact):
    sentence = _("added the product %(title)s")
    icon = "product"
    product: int
    title: str


@declare("product.edited", about="product")
class ProductEdited(Fact):
    sentence = _("changed the product %(title)s")
    icon = "product"
    product: int
    title: str
    changes: tuple[Change, ...]


@declare("product.priced", about="product")
class ProductPriced(Fact):
    """`price` without an amount: not offered in this currency from that day on."""

    sentence = _("set the price of %(title)s")
    icon = "money"
    product: int
    title: str
    price: Money
    from_date: date
