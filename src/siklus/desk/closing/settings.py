"""Settings of quotes: what stands on them, tax, limits of discounts, and what an accepted one does."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.closing.actions import (
    CannotChangeQuoteSettings,
    change_quote_settings,
    set_discount_limits,
    set_quote_rule,
    set_tax_rate,
)
from siklus.cycle.closing.models import TaxRate
from siklus.cycle.closing.queries import accepted_wins, day_of, limits, quote_settings, tax_on
from siklus.desk.closing.editor import number, plain
from siklus.desk.pages.answers import done, form_dialog, runs_operations, viewer
from siklus.desk.settings.views.shared import row_or_404, subjects
from siklus.platform.accounts.models import Role
from siklus.platform.imports.values import ValueProblem
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Pipeline
from siklus.records.deals.queries import pipelines
from siklus.records.fields.record import Refused

BOTH = ["GET", "POST"]
SELLING = [role for role in Role if role != Role.PEOPLE]


class WordsForm(forms.Form):
    series = forms.CharField(
        label=gettext_lazy("Numbers begin with"), max_length=12,
        help_text=gettext_lazy("Q gives Q-2026-0001; each year begins anew."),
    )  # fmt: skip
    valid_days = forms.IntegerField(label=gettext_lazy("Valid for, days"), min_value=1, max_value=365)
    seller = forms.CharField(
        label=gettext_lazy("Who sells: address, phone, bank account"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It stands under the name of the company."),
    )  # fmt: skip
    seller_tax_number = forms.CharField(
        label=gettext_lazy("Tax number (NPWP)"), required=False, max_length=60
    )
    terms_en = forms.CharField(
        label=gettext_lazy("Terms in English"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    terms_id = forms.CharField(
        label=gettext_lazy("Terms in Indonesian"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TaxForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    rate = forms.CharField(
        label=gettext_lazy("Rate, percent"), max_length=8, help_text=gettext_lazy("0 is no tax.")
    )
    base_numerator = forms.IntegerField(label=gettext_lazy("Of this many parts"), min_value=1, max_value=1000)
    base_denominator = forms.IntegerField(
        label=gettext_lazy("of the price in so many"), min_value=1, max_value=1000,
        help_text=gettext_lazy("11 of 12 for ordinary goods and services in Indonesia; 1 of 1 is the whole price."),
    )  # fmt: skip
    from_date = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))


class LimitsForm(forms.Form):
    """A field for every role that sells."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role in SELLING:
            self.fields[role.value] = forms.CharField(label=role.label, required=False, max_length=8)


def _back() -> str:
    return reverse("desk:settings_quotes")


def _percent(text: str, field: str) -> Decimal:
    try:
        return number(text.rstrip(" %"))
    except ValueProblem as problem:
        raise Refused(_("“%(text)s” is not a number.") % {"text": text}, field=field) from problem


@require_GET
@runs_operations
def quotes(request: HttpRequest) -> HttpResponse:
    now_holds = tax_on(day_of(timezone.now()))
    known = limits()
    names = {
        "here": "quotes", "subjects": subjects(request), "settings": quote_settings(), "tax": now_holds,
        "taxes": list(TaxRate.objects.all()), "limits": [(role, known.get(role.value)) for role in SELLING],
        "pipelines": [(one, accepted_wins(one.pk)) for one in pipelines()],
    }  # fmt: skip
    return render(request, "desk/closing/settings.html", names)


@require_http_methods(BOTH)
@runs_operations
def words(request: HttpRequest) -> HttpResponse:
    row = quote_settings()
    keys = ("valid_days", "seller", "seller_tax_number", "terms_en", "terms_id", "version")
    initial = {"series": row.prefix, **{key: getattr(row, key) for key in keys}}
    form = WordsForm(request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> str:
        version, values["prefix"] = values.pop("version"), values.pop("series")
        try:
            change_quote_settings(by=viewer(request), at=timezone.now(), expected_version=version, **values)
        except CannotChangeQuoteSettings as refusal:
            if refusal.field == "prefix":
                refusal.field = "series"
            raise
        return _("Saved. It holds for quotes made from now on.")

    return form_dialog(
        request, form=form, title=_("What stands on quotes"), label=_("Save"), act=act, back=_back(),
        wide=("seller", "terms_en", "terms_id", "seller_tax_number"),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def tax(request: HttpRequest) -> HttpResponse:
    today = day_of(timezone.now())
    held = tax_on(today)
    initial: dict[str, Any] = {"name": "PPN", "rate": "12", "base_numerator": 11, "base_denominator": 12}
    if held is not None:
        initial = {
            "name": held.name, "rate": plain(held.rate), "base_numerator": held.numerator,
            "base_denominator": held.denominator,
        }  # fmt: skip
    form = TaxForm(request.POST or None, initial={**initial, "from_date": today.isoformat()})

    def act(values: dict[str, Any]) -> str:
        values["rate"] = _percent(values["rate"], "rate")
        row = set_tax_rate(by=viewer(request), at=timezone.now(), **values)
        return _("%(name)s is set. Quotes that were sent keep theirs.") % {"name": row.name}

    return form_dialog(
        request, form=form, title=_("Tax from a day on"), label=_("Save"), act=act, back=_back(),
        wide=("from_date",),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def discount_limits(request: HttpRequest) -> HttpResponse:
    known = limits()
    form = LimitsForm(request.POST or None, initial={role: plain(percent) for role, percent in known.items()})

    def act(values: dict[str, Any]) -> str:
        asked = {role: _percent(text, role) if text.strip() else None for role, text in values.items()}
        set_discount_limits(limits=asked, by=viewer(request), at=timezone.now())
        return _("The limits are saved.")

    return form_dialog(
        request, form=form, title=_("Discounts without approval, percent"), label=_("Save"), act=act,
        back=_back(), text=_("Empty: any discount. A price below the price book counts as a discount too."),
    )  # fmt: skip


@require_POST
@runs_operations
def rule(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)
    wins = request.POST.get("wins") == "1"
    set_quote_rule(pipeline=pipeline, accepted_wins=wins, by=viewer(request), at=timezone.now())
    text = (
        _("In %(name)s an accepted quote wins the deal.")
        if wins
        else _("In %(name)s a person wins the deal after the quote is accepted.")
    )
    return done(request, _back(), text % {"name": pipeline.name})
