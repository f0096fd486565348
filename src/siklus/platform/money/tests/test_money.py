from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World, day

from siklus.platform.money.fields import thousandths
from siklus.platform.money.rates import NoRate, UnknownCurrency, check_currency, in_base, rounded, set_rate
from siklus.records.deals.models import Deal

amounts = st.decimals(min_value=0, max_value=Decimal(10) ** 11, places=2, allow_nan=False)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(amounts, min_size=1, max_size=6))
def test_amounts_come_back_and_add_up_to_the_cent(world: World, given_amounts):
    before = set(Deal.objects.values_list("pk", flat=True))
    for amount in given_amounts:
        world.deal(amount=amount)
    made = Deal.objects.exclude(pk__in=before)
    assert sorted(made.values_list("amount", flat=True)) == sorted(given_amounts)
    assert made.aggregate(total=Sum("amount"))["total"] == sum(given_amounts)


def test_an_amount_below_a_thousandth_or_past_the_limit_is_refused():
    assert thousandths(Decimal("0.001")) == 1
    with pytest.raises(ValueError, match="three decimals"):
        thousandths(Decimal("0.0001"))
    with pytest.raises(ValueError, match="too large"):
        thousandths(Decimal(10) ** 15)


def test_the_rupiah_has_no_coins_and_halves_go_to_even():
    assert rounded(Decimal("1000.5"), "IDR") == Decimal(1000)
    assert rounded(Decimal("1001.5"), "IDR") == Decimal(1002)
    assert rounded(Decimal("2.345"), "USD") == Decimal("2.34")


def test_money_counts_at_the_rate_of_its_day(world: World):
    set_rate(currency="USD", from_date=date(2026, 1, 1), rate=Decimal(16000))
    set_rate(currency="USD", from_date=date(2026, 3, 4), rate=Decimal(16500))
    assert in_base(Decimal(10), "USD", date(2026, 3, 3)) == Decimal(160000)
    early = world.deal(amount=Decimal(10), currency="USD", at=day(1))
    late = world.deal(amount=Decimal(10), currency="USD", at=day(2))
    assert (early.amount_base, late.amount_base) == (Decimal(160000), Decimal(165000))


def test_without_a_rate_nothing_is_guessed_and_nothing_stored(world: World):
    with pytest.raises(NoRate, match="EUR"):
        world.deal(amount=Decimal(10), currency="EUR")
    assert Deal.objects.count() == 0
    with pytest.raises(UnknownCurrency):
        check_currency("XXQ")
