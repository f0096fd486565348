"""A column for amounts that adds up exactly on every database."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

SCALE = 1000  # thousandths: no currency has smaller coins
LIMIT = Decimal(10) ** 15


class AmountField(models.Field):
    """An exact decimal amount, stored as whole thousandths of the currency's unit.

    SQLite keeps decimals as binary fractions; whole numbers add up to the cent there as on PostgreSQL.
    """

    description = "Exact amount of money"
    _pyi_private_set_type: Decimal | int | None  # what the type checker's plugin reads
    _pyi_private_get_type: Decimal

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        if value is None:
            return None
        number = Decimal(value).scaleb(-3)
        whole = number.to_integral_value()
        return whole if number == whole else number.quantize(Decimal("0.01")) if not value % 10 else number

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except ArithmeticError as error:
            raise ValidationError(_("“%(value)s” is not an amount."), params={"value": value}) from error

    def get_prep_value(self, value: Any) -> int | None:
        number = self.to_python(value)
        if number is None:
            return None
        return thousandths(number)

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return super().formfield(form_class=forms.DecimalField, **kwargs)


def thousandths(amount: Decimal) -> int:
    """The stored form of an amount. Raises ValueError past 10^15 or below a thousandth."""
    scaled = amount.scaleb(3)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} has more than three decimals")
    if abs(amount) >= LIMIT:
        raise ValueError(f"{amount} is too large")
    return whole
