from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.cycle.closing.actions import change_quote_settings, set_discount_limits, set_tax_rate
from siklus.cycle.closing.models import TaxRate
from siklus.cycle.closing.queries import limits, quote_settings
from siklus.platform.api.door import operator

taxes = Router()
settings = Router()


class TaxIn(Schema):
    """`rate` percent of `base_numerator`/`base_denominator` of the price. A rate of 0 is no tax."""

    name: str = Field(max_length=40)
    rate: Decimal = Field(ge=0, le=100, max_digits=5, decimal_places=2)
    base_numerator: int = Field(1, ge=1, le=1000)
    base_denominator: int = Field(1, ge=1, le=1000)
    from_date: date


class SettingsIn(Schema):
    prefix: str | None = Field(None, max_length=12)
    valid_days: int | None = Field(None, ge=1, le=365)
    seller: str | None = Field(None, max_length=1000)
    seller_tax_number: str | None = Field(None, max_length=60)
    terms_en: str | None = Field(None, max_length=8000)
    terms_id: str | None = Field(None, max_length=8000)
    discount_limits: dict[str, Decimal | None] | None = None


class SettingsOut(Schema):
    """`discount_limits`: percent by role; a role that is not named may give any discount."""

    prefix: str
    valid_days: int
    seller: str
    seller_tax_number: str
    terms_en: str
    terms_id: str
    discount_limits: dict[str, Decimal]


def _tax(row: TaxRate) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TaxIn.model_fields}


def _settings() -> dict[str, Any]:
    row = quote_settings()
    values = {name: getattr(row, name) for name in SettingsOut.model_fields if name != "discount_limits"}
    return {**values, "discount_limits": limits()}


@taxes.get("", response=list[TaxIn], operation_id="list_tax_rates")
def list_taxes(request: HttpRequest) -> Any:
    """What was set, the newest first. Where nothing is set, a company that reckons in rupiah has PPN: 12 % of 11/12."""
    return [_tax(row) for row in TaxRate.objects.all()]


@taxes.post("", response={201: TaxIn}, operation_id="set_tax_rate")
def post_tax(request: HttpRequest, payload: TaxIn) -> Any:
    return 201, _tax(set_tax_rate(by=operator(request), at=timezone.now(), **payload.dict()))


@settings.get("", response=SettingsOut, operation_id="get_quote_settings")
def get_settings(request: HttpRequest) -> Any:
    return _settings()


@settings.patch("", response=SettingsOut, operation_id="change_quote_settings")
def patch_settings(request: HttpRequest, payload: SettingsIn) -> Any:
    user, now = operator(request), timezone.now()
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    asked = values.pop("discount_limits", None)
    with transaction.atomic():
        if asked:
            set_discount_limits(limits=asked, by=user, at=now)
        if values:
            change_quote_settings(by=user, at=now, **values)
    return _settings()
