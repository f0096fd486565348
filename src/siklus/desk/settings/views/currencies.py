"""What other currencies are worth."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from siklus.desk.pages.answers import form_dialog, runs_operations
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, page
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.platform.installation.current import current
from siklus.platform.money.models import Rate
from siklus.platform.money.rates import check_currency, set_rate
from siklus.records.fields.record import Refused


@require_GET
@runs_operations
def currencies(request: HttpRequest) -> HttpResponse:
    groups: dict[str, list[Rate]] = defaultdict(list)
    for rate in Rate.objects.order_by("currency", "-from_date"):
        groups[rate.currency].append(rate)
    return page(request, "currencies", {"groups": dict(groups), "base": current().currency})


@require_http_methods(BOTH)
@runs_operations
def rate_new(request: HttpRequest) -> HttpResponse:
    base = current().currency
    form = shapes.RateForm(
        request.POST or None,
        initial={"from_date": timezone.localdate(), "currency": request.GET.get("currency", "")},
    )
    form.fields["rate"].help_text = _("In %(base)s.") % {"base": base}

    def act(values: dict[str, Any]) -> str:
        code = check_currency(values["currency"])
        if code == base:
            raise Refused(_("This is the currency everything is counted in."), field="currency")
        try:
            rate = read_rate(values["rate"])
        except Refused as refusal:
            raise Refused(refusal.message, field="rate") from refusal
        set_rate(currency=code, from_date=values["from_date"], rate=rate)
        return _("From %(day)s on, one %(code)s is worth %(rate)s %(base)s.") % {
            "day": values["from_date"].isoformat(), "code": code, "rate": f"{rate.normalize():f}",
            "base": base,
        }  # fmt: skip

    return form_dialog(
        request, form=form, title=_("Add a rate"), label=_("Add"), act=act,
        back=reverse("desk:settings_currencies"),
        text=_("Deals keep the rate of their day; a second rate for the same day replaces the first."),
    )  # fmt: skip


def read_rate(text: str) -> Decimal:
    """A rate above zero, with up to ten decimals. Raises Refused."""
    try:
        rate = parse_decimal(text)
    except ValueProblem as problem:
        raise Refused(_("Write the rate as a number, such as 16250.50.")) from problem
    if not Decimal(0) < rate < Decimal(10) ** 12:
        raise Refused(_("A rate is above zero."))
    return rate.quantize(Decimal("0.0000000001"))
