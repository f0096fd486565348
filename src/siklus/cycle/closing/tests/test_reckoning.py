"""The arithmetic of a quote: exact to the coin, whatever the lines."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.cycle.closing.queries import PPN
from siklus.cycle.closing.reckoning import Item, Taxed, coins, line_sum, percent_given, percent_shown, totals
from siklus.platform.money.rates import places

CURRENCIES = st.sampled_from(["IDR", "USD", "JPY", "KWD"])
ITEMS = st.lists(
    st.builds(
        Item,
        quantity=st.decimals("0.001", "100000", places=3),
        unit_price=st.decimals("0", "100000000", places=2),
        percent=st.decimals("0", "100", places=2),
        is_taxed=st.booleans(),
    ),
    max_size=12,
)
TAXES = st.one_of(
    st.none(),
    st.builds(
        lambda rate, of, part: Taxed("Tax", rate, min(part, of), of),
        st.decimals("0", "100", places=2), st.integers(1, 1_000), st.integers(1, 1_000),
    ),
)  # fmt: skip


def test_ppn_is_twelve_percent_of_eleven_twelfths():
    found = totals([Item(D(120), D(3_500_000)), Item(D(1), D(25_000_000), D(10))], "IDR", PPN)
    assert (found.gross, found.discount, found.net) == (D(445_000_000), D(2_500_000), D(442_500_000))
    assert (found.tax_base, found.tax, found.total) == (D(405_625_000), D(48_675_000), D(491_175_000))
    assert PPN.effective == D(11)


def test_each_printed_number_follows_from_the_printed_ones_before_it():
    found = totals([Item(D(1), D(100))], "IDR", PPN)
    assert (found.tax_base, found.tax) == (D(92), D(11))  # 91.67 is printed as 92, and 12 % of 92 is 11.04
    assert totals([Item(D("1.5"), D("0.33"))], "USD", None).total == D("0.50")  # 0.495: halves away from zero


def test_what_is_not_taxed_is_no_part_of_the_base():
    found = totals([Item(D(1), D(1_200)), Item(D(1), D(5_000), is_taxed=False)], "IDR", PPN)
    assert (found.net, found.tax_base, found.tax, found.total) == (D(6_200), D(1_100), D(132), D(6_332))


@given(ITEMS, CURRENCIES, TAXES)
def test_lines_and_tax_are_the_total_to_the_coin(items, currency, tax):
    found = totals(items, currency, tax)
    nets = [line_sum(item, currency).net for item in items]
    assert sum(nets, D(0)) + found.tax == found.total
    assert found.gross - found.discount == found.net == sum(nets, D(0))
    for amount in (*nets, found.gross, found.discount, found.tax_base, found.tax, found.total):
        assert amount == coins(amount, currency) and amount >= 0
        assert amount.as_tuple().exponent in (0, -places(currency))


@given(ITEMS, CURRENCIES, TAXES)
def test_the_order_of_the_lines_changes_no_number(items, currency, tax):
    assert totals(items, currency, tax) == totals(list(reversed(items)), currency, tax)


@given(ITEMS.filter(len), CURRENCIES)
def test_a_rounded_line_is_never_further_than_a_coin_from_the_exact_one(items, currency):
    coin = Fraction(1, 10 ** places(currency))
    for item in items:
        exact = Fraction(item.quantity) * Fraction(item.unit_price) * (100 - Fraction(item.percent)) / 100
        assert abs(Fraction(line_sum(item, currency).net) - exact) <= coin


@pytest.mark.parametrize(
    ("price", "percent", "listed", "given"),
    [
        ("100", "10", "100", "10"), ("90", "0", "100", "10"), ("90", "10", "100", "19"), ("120", "0", "100", "0"),
        ("50", "5", None, "5"), ("0", "0", "100", "100"), ("0", "0", None, "0"), ("10", "100", "0", "100"),
    ],
)  # fmt: skip
def test_a_lower_price_and_a_discount_count_together(price, percent, listed, given):
    assert percent_given(D(price), D(percent), D(listed) if listed else None) == Fraction(given)


def test_what_is_above_a_limit_never_looks_as_if_it_were_not():
    assert percent_shown(Fraction(10)) == D("10.00")
    assert percent_shown(Fraction(10) + Fraction(1, 10**9)) == D("10.01")
