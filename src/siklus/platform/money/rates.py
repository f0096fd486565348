"""Which rate held on a day, and amounts in the installation's currency."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies
from django.utils.translation import gettext as _

from siklus.platform.installation.current import current
from siklus.platform.money.models import Rate


class NoRate(ValueError):
    """No rate is known for the currency on that day."""


class UnknownCurrency(ValueError):
    """Not an ISO 4217 code."""


def check_currency(code: str) -> str:
    """The code in capitals. Raises UnknownCurrency."""
    code = code.strip().upper()
    if code not in _known():
        raise UnknownCurrency(_("“%(code)s” is not a currency code.") % {"code": code})
    return code


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(list_currencies())


@lru_cache(maxsize=256)
def places(currency: str) -> int:
    """Decimals that people write for a currency: none for the rupiah."""
    return 0 if currency == "IDR" else get_currency_precision(currency)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in the coins of its currency, halves to even."""
    return amount.quantize(Decimal(1).scaleb(-places(currency)), rounding=ROUND_HALF_EVEN)


def set_rate(*, currency: str, from_date: date, rate: Decimal) -> Rate:
    """Record a rate from a day on; a second one for the same day replaces the first."""
    if rate <= 0:
        raise ValueError(_("A rate must be above zero."))
    row, _created = Rate.objects.update_or_create(
        currency=check_currency(currency), from_date=from_date, defaults={"rate": rate}
    )
    return row


def rate_on(currency: str, day: date) -> Decimal:
    """The rate into the installation's currency that held on a day. Raises NoRate."""
    if currency == current().currency:
        return Decimal(1)
    row = Rate.objects.filter(currency=currency, from_date__lte=day).order_by("-from_date").first()
    if row is None:
        raise NoRate(
            _(
                "No rate from %(currency)s to %(base)s is known on %(day)s. Add one under Settings, Currencies."
            )
            % {"currency": currency, "base": current().currency, "day": day.isoformat()}
        )
    return row.rate


def in_base(amount: Decimal | None, currency: str, day: date) -> Decimal | None:
    """The amount in the installation's currency at the rate of the day."""
    if amount is None or currency == current().currency:
        return amount
    return rounded(amount * rate_on(currency, day), current().currency)
