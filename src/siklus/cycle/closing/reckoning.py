"""The arithmetic of a quote. It knows no database.

Every amount is rounded to the coins of the currency where it is printed, halves away from zero, and every printed number
follows from the printed ones before it: lines from quantity, price and discount; the net from the lines; the tax base from
the taxed lines; the tax from the base; the total from net and tax (decision 0013).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from siklus.platform.money.rates import places

HUNDRED = Decimal(100)


def coins(amount: Decimal, currency: str) -> Decimal:
    """The amount in the coins of its currency, halves away from zero, as people reckon on paper."""
    return amount.quantize(Decimal(1).scaleb(-places(currency)), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Taxed:
    """A tax as it held on a day: `rate` percent of `numerator`/`denominator` of what is taxed."""

    name: str
    rate: Decimal
    numerator: int = 1
    denominator: int = 1

    @property
    def has_own_base(self) -> bool:
        return self.numerator != self.denominator

    @property
    def effective(self) -> Decimal:
        """Percent of the price itself."""
        return (self.rate * self.numerator / self.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Item:
    """What the arithmetic needs of a line."""

    quantity: Decimal
    unit_price: Decimal
    percent: Decimal = Decimal(0)
    is_taxed: bool = True


@dataclass(frozen=True, slots=True)
class Sum:
    """One line in coins: `gross` is quantity × price, `net` what is left after the discount."""

    gross: Decimal
    discount: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    gross: Decimal
    discount: Decimal
    net: Decimal
    tax_base: Decimal
    tax: Decimal
    total: Decimal


def line_sum(item: Item, currency: str) -> Sum:
    gross = coins(item.quantity * item.unit_price, currency)
    discount = coins(gross * item.percent / HUNDRED, currency)
    return Sum(gross, discount, gross - discount)


def totals(items: Iterable[Item], currency: str, tax: Taxed | None) -> Totals:
    """The foot of a quote."""
    items = list(items)
    sums = [line_sum(item, currency) for item in items]
    gross = sum((one.gross for one in sums), Decimal(0))
    discount = sum((one.discount for one in sums), Decimal(0))
    taxed = sum((one.net for one, item in zip(sums, items, strict=True) if item.is_taxed), Decimal(0))
    base = owed = Decimal(0)
    if tax is not None:
        base = coins(taxed * tax.numerator / tax.denominator, currency)
        owed = coins(base * tax.rate / HUNDRED, currency)
    net = gross - discount
    return Totals(gross, discount, net, base, owed, net + owed)


def percent_given(unit_price: Decimal, percent: Decimal, list_price: Decimal | None) -> Fraction:
    """How much below the list a line is sold, in exact percent: a lower price and a discount count together."""
    if percent >= HUNDRED:
        return Fraction(100)
    asked = Fraction(unit_price) * (100 - Fraction(percent)) / 100
    reference = Fraction(unit_price) if list_price is None else Fraction(list_price)
    if reference <= 0:
        return Fraction(0)
    return max(Fraction(0), (1 - asked / reference) * 100)


def percent_shown(exact: Fraction) -> Decimal:
    """Rounded up to a hundredth, so that what is above a limit never looks as if it were not."""
    hundredths = -((-exact.numerator * 100) // exact.denominator)
    return Decimal(hundredths).scaleb(-2)
