"""What we sell."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from siklus.desk.pages.answers import form_dialog, runs_operations, viewer
from siklus.desk.pages.deal import read_amount
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, row_or_404
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused
from siklus.records.products.actions import add_product, edit_product
from siklus.records.products.models import Product


@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """What we sell, for everybody to look up."""
    rows = Product.objects.order_by("-is_active", "family", "name")
    if wanted := request.GET.get("q", "").strip():
        rows = rows.filter(name__icontains=wanted)
    context = {
        "products": list(rows[:500]), "wanted": wanted,
        "can_edit": viewer(request).can_run_operations,
    }  # fmt: skip
    return render(request, "desk/settings/products.html", context)


@require_http_methods(BOTH)
@runs_operations
def product_new(request: HttpRequest) -> HttpResponse:
    form = shapes.ProductForm(request.POST or None, initial={"currency": current().currency})

    def act(values: dict[str, Any]) -> str:
        values["price"] = _price(values["price"])
        add_product(by=viewer(request), at=timezone.now(), **values)
        return _("The product %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=_("Add a product"), label=_("Add"), act=act, back=reverse("desk:products"),
        wide=("name",),
    )  # fmt: skip


def _price(text: str) -> Decimal | None:
    try:
        return read_amount(text, _("The price"))
    except Refused as refusal:
        raise Refused(refusal.message, field="price") from refusal


@require_http_methods(BOTH)
@runs_operations
def product_edit(request: HttpRequest, product_id: int) -> HttpResponse:
    product: Product = row_or_404(Product, pk=product_id)
    keys = ("name", "code", "family", "currency", "is_active", "version")
    initial = {key: getattr(product, key) for key in keys}
    initial["price"] = "" if product.price is None else format(product.price, "f")
    form = shapes.ProductEditForm(request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> str:
        version = values.pop("version")
        text = values["price"]
        values["price"] = product.price if text == initial["price"] else _price(text)
        edit_product(
            product=product, by=viewer(request), at=timezone.now(), expected_version=version, **values
        )
        return _("The product %(name)s is changed.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=product.name, label=_("Save"), act=act, back=reverse("desk:products"),
        wide=("name", "is_active"), text=_("Deals keep what they were sold for."),
    )  # fmt: skip
