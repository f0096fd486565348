"""The price book: what each product costs in each currency, now and from a day that is still to come."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.cycle.closing.queries import day_of
from siklus.desk.closing.editor import plain
from siklus.desk.pages.answers import form_dialog, opened, runs_operations, viewer
from siklus.desk.pages.deal import read_amount
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused
from siklus.records.products.actions import set_price
from siklus.records.products.models import Product
from siklus.records.products.queries import currencies, prices_of, prices_on, product_for


class PriceForm(forms.Form):
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    amount = forms.CharField(
        label=gettext_lazy("Price each"), required=False, max_length=40,
        help_text=gettext_lazy("Empty: not offered in this currency from that day on."),
    )  # fmt: skip
    from_date = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))


@require_GET
def price_book(request: HttpRequest) -> HttpResponse:
    """A row per product, a column per currency."""
    today = day_of(timezone.now())
    products = list(Product.objects.filter(is_active=True).order_by("family", "name")[:500])
    known = sorted(set(currencies()) | {current().currency}, key=lambda one: (one != current().currency, one))
    held = {currency: prices_on(products, currency, today) for currency in known}
    rows = [(one, [(currency, held[currency][one.pk]) for currency in known]) for one in products]
    names = {"rows": rows, "currencies": known, "can_edit": viewer(request).can_run_operations}
    return render(request, "desk/closing/prices.html", names)


@require_http_methods(["GET", "POST"])
@runs_operations
def price_new(request: HttpRequest, product_id: int) -> HttpResponse:
    """Set a price from a day on; below it stand those that were set before."""
    user, now = viewer(request), timezone.now()
    product: Product = opened(product_for, user, product_id)
    currency = request.GET.get("currency", "")[:3] or current().currency
    today = day_of(now)
    held = prices_on([product], currency, today)[product.pk]
    initial = {"currency": currency, "from_date": today.isoformat(), "amount": plain(held.amount)}
    form = PriceForm(request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> str:
        try:
            values["amount"] = read_amount(values["amount"], _("The price"))
        except Refused as refusal:
            raise Refused(refusal.message, field="amount") from refusal
        set_price(product=product, by=user, at=now, **values)
        return _("The price of %(name)s is set.") % {"name": product.name}

    return form_dialog(
        request, form=form, title=product.name, label=_("Save"), act=act, back=reverse("desk:price_book"),
        template="desk/closing/_price.html", names={"prices": prices_of(product)}, wide=("from_date",),
        text=_("Quotes that were sent keep the price they were made with."),
    )  # fmt: skip
