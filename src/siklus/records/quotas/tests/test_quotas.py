"""Quotas: what is asked of whom, from which day on, and what it comes to for any span."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.analytics.quotas import QuotaRow, months_after, quota_between, rounded, split
from siklus.records.quotas.actions import CannotSetQuota, end_quota, set_quota, split_quota
from siklus.records.quotas.models import Quota
from siklus.records.quotas.queries import COMPANY, Subject, amount_between, may_set, quotas_for, quotas_known

D = Decimal
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
ROWS = st.builds(
    QuotaRow, amount=st.decimals(0, 10**12, places=2), per=st.sampled_from(["month", "quarter", "year"]),
    from_date=DAYS, ramp=st.lists(st.integers(0, 200), max_size=6).map(tuple),
)  # fmt: skip


def rows(world: World, **of: object) -> list[tuple[date, date | None, Decimal]]:
    found = Quota.objects.filter(replaced_at=None, **of).order_by("from_date")
    return [(one.from_date, one.until_date, one.amount) for one in found]


@given(ROWS, DAYS, DAYS, DAYS)
def test_a_span_is_the_sum_of_its_parts_exactly(row: QuotaRow, a: date, b: date, c: date):
    first, middle, last = sorted((a, b, c))
    whole = quota_between([row], first, last)
    assert whole == quota_between([row], first, middle) + quota_between([row], middle, last)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=7), st.integers(0, 10**12))
def test_a_split_loses_no_unit(weights: list[int], amount: int):
    shares = [D(100 * weight) / sum(weights) for weight in weights]
    shares = [share.quantize(D("0.01")) for share in shares]
    shares[0] += 100 - sum(shares)
    parts = split(D(amount), shares, digits=0)
    assert sum(parts) == amount
    assert all(abs(part - D(amount) * share / 100) < 1 for part, share in zip(parts, shares, strict=True))


@given(st.fractions(), st.integers(0, 3))
def test_rounding_is_to_the_nearest_and_to_even_in_the_middle(value: Fraction, digits: int):
    found = rounded(value, digits)
    distance = abs(Fraction(found) - value)
    assert distance <= Fraction(1, 2 * 10**digits)
    if distance == Fraction(1, 2 * 10**digits):
        assert (Fraction(found) * 10**digits).numerator % 2 == 0


def test_part_of_a_month_counts_its_calendar_days():
    quota = [QuotaRow(D(310), "month", date(2026, 1, 1))]
    assert quota_between(quota, date(2026, 1, 1), date(2026, 2, 1)) == 310
    assert quota_between(quota, date(2026, 1, 22), date(2026, 2, 1)) == 100
    yearly = [QuotaRow(D(365), "year", date(2025, 12, 30))]
    assert quota_between(yearly, date(2025, 12, 1), date(2026, 1, 11)) == 12


def test_a_ramp_counts_months_since_its_beginning():
    quota = [QuotaRow(D(100), "month", date(2026, 1, 1), ramp=(25, 50))]
    months = [quota_between(quota, date(2026, n, 1), date(2026, n + 1, 1)) for n in (1, 2, 3)]
    assert months == [25, 50, 100]
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)


def test_a_new_quota_replaces_from_its_day_on_and_keeps_what_was_before(world: World):
    set_quota(user=world.rani, amount=D(100), from_date=date(2026, 1, 1), by=world.agus, at=day(0))
    set_quota(user=world.rani, amount=D(150), from_date=date(2026, 7, 1), by=world.agus, at=day(1))
    assert rows(world, user=world.rani) == [
        (date(2026, 1, 1), date(2026, 7, 1), D(100)), (date(2026, 7, 1), None, D(150)),
    ]  # fmt: skip
    quotas = quotas_known()[Subject(world.rani.pk)]
    assert amount_between(quotas, date(2026, 6, 1), date(2026, 8, 1)) == 250
    known_then = quotas_known(known_at=day(0.5))[Subject(world.rani.pk)]
    assert amount_between(known_then, date(2026, 6, 1), date(2026, 8, 1)) == 200


def test_one_that_begins_earlier_holds_until_the_next_that_is_set_already(world: World):
    set_quota(team=world.jakarta, amount=D(150), from_date=date(2026, 7, 1), by=world.agus, at=day(0))
    set_quota(team=world.jakarta, amount=D(100), from_date=date(2026, 3, 1), by=world.agus, at=day(1))
    assert rows(world, team=world.jakarta) == [
        (date(2026, 3, 1), date(2026, 7, 1), D(100)), (date(2026, 7, 1), None, D(150)),
    ]  # fmt: skip


def test_a_span_in_the_middle_leaves_what_is_before_and_after(world: World):
    set_quota(amount=D(100), from_date=date(2026, 1, 1), ramp=(50,), by=world.agus, at=day(0))
    set_quota(amount=D(40), from_date=date(2026, 3, 1), until_date=date(2026, 4, 1), by=world.agus, at=day(1))
    assert rows(world, user=None, team=None) == [
        (date(2026, 1, 1), date(2026, 3, 1), D(100)), (date(2026, 3, 1), date(2026, 4, 1), D(40)),
        (date(2026, 4, 1), None, D(100)),
    ]  # fmt: skip
    company = quotas_known()[COMPANY]
    assert amount_between(company, date(2026, 1, 1), date(2026, 6, 1)) == 50 + 100 + 40 + 100 + 100


def test_ending_keeps_what_was_asked_before(world: World):
    quota = set_quota(user=world.rani, amount=D(100), from_date=date(2026, 1, 1), by=world.agus, at=day(0))
    left = end_quota(quota=quota, until_date=date(2026, 5, 1), by=world.agus, at=day(1))
    assert left is not None
    assert rows(world, user=world.rani) == [(date(2026, 1, 1), date(2026, 5, 1), D(100))]
    with pytest.raises(CannotSetQuota):
        end_quota(quota=quota, until_date=date(2026, 4, 1), by=world.agus, at=day(2))
    assert end_quota(quota=left, until_date=date(2026, 1, 1), by=world.agus, at=day(3)) is None
    assert rows(world, user=world.rani) == []


def test_a_team_quota_is_split_over_its_people_to_the_rupiah(world: World):
    quota = set_quota(team=world.sales, amount=D(1001), from_date=date(2026, 1, 1), by=world.agus, at=day(0))
    split_quota(quota=quota, shares={world.rani.pk: D(50), world.budi.pk: D(50)}, by=world.agus, at=day(1))
    assert [rows(world, user=one)[0][2] for one in (world.rani, world.budi)] == [D(501), D(500)]
    for shares in ({world.rani.pk: D(60), world.budi.pk: D(50)}, {world.dewi.pk: D(100)}):
        with pytest.raises(CannotSetQuota):
            split_quota(quota=quota, shares=shares, by=world.agus, at=day(2))
    assert Quota.objects.filter(user__isnull=False).count() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"amount": D(-1)},
        {"per": "week"},
        {"measure": "smiles"},
        {"until_date": date(2026, 1, 1)},
        {"ramp": (300,)},
    ],
    ids=["negative", "week", "measure", "backwards", "ramp"],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(world: World, values: dict):
    given = {
        "amount": D(1),
        "from_date": date(2026, 1, 1),
        "user": world.rani,
        "by": world.agus,
        "at": day(0),
    }
    with pytest.raises(CannotSetQuota):
        set_quota(**{**given, **values})
    assert Quota.objects.count() == 0


def test_who_may_see_and_set_quotas(world: World):
    for subject in (
        {"user": world.rani},
        {"user": world.budi},
        {"team": world.sales},
        {"team": world.surabaya},
        {},
    ):
        set_quota(amount=D(1), from_date=date(2026, 1, 1), by=world.agus, at=day(0), **subject)

    def seen(user) -> set:
        return {(one.user_id, one.team_id) for one in quotas_for(user)}

    assert seen(world.rani) == {(world.rani.pk, None), (None, world.sales.pk), (None, None)}
    assert seen(world.bram) == seen(world.agus) == {
        (world.rani.pk, None), (world.budi.pk, None), (None, world.sales.pk), (None, world.surabaya.pk), (None, None),
    }  # fmt: skip
    assert may_set(world.bram, Subject(world.rani.pk))
    assert may_set(world.bram, Subject(team_id=world.surabaya.pk))
    assert not may_set(world.bram, Subject(world.bram.pk))
    assert not may_set(world.bram, COMPANY)
    assert not may_set(world.rani, Subject(world.rani.pk))
    assert may_set(world.agus, COMPANY)
