"""What people type, as values."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.records.fields.record import Refused


def typed_amount(text: str, field: str = "amount") -> Decimal | None:
    """`420.000.000`, `420,000,000`, `1250.50`; empty is no amount. Raises Refused."""
    if not text.strip():
        return None
    try:
        return parse_decimal(text.strip())
    except ValueProblem as problem:
        raise Refused(_("“%(value)s” is not an amount.") % {"value": text[:60]}, field=field) from problem


def typed_int(text: str, field: str) -> int | None:
    number = typed_amount(text.rstrip(" %"), field)
    if number is None:
        return None
    if number != int(number) or abs(number) >= 2**31:
        raise Refused(_("“%(value)s” is not a whole number.") % {"value": text[:60]}, field=field)
    return int(number)


def typed_date(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as problem:
        raise Refused(_("“%(value)s” is not a day.") % {"value": text[:60]}, field=field) from problem
