from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


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
