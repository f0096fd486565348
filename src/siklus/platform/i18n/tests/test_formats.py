import datetime as dt
import time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from siklus.platform.i18n import formats


def plain(text: str) -> str:
    return text.replace(formats.NBSP, " ")


@pytest.mark.parametrize(
    ("language", "amount", "currency", "compact", "expected"),
    [
        ("id", 420_000_000, "IDR", False, "Rp 420.000.000"),
        ("en", 420_000_000, "IDR", False, "Rp 420,000,000"),
        ("id", 1_900_000_000, "IDR", True, "Rp 1,9 M"),
        ("id", 420_000_000, "IDR", True, "Rp 420 jt"),
        ("en", 1_900_000_000, "IDR", True, "Rp 1.9B"),
        ("en", 420_000_000, "IDR", True, "Rp 420M"),
        ("id", 12_600_000, "IDR", True, "Rp 12,6 jt"),
        ("id", 999_960_000, "IDR", True, "Rp 1 M"),
        ("id", 36_000, "IDR", True, "Rp 36 rb"),
        ("id", 750, "IDR", True, "Rp 750"),
        ("id", 0, "IDR", True, "Rp 0"),
        ("id", 5_400_000_000_000_000, "IDR", True, "Rp 5.400 T"),
        ("id", -85_000_000, "IDR", False, "-Rp 85.000.000"),
        ("en", "1234.5", "USD", False, "$1,234.50"),
        ("id", "1234.5", "USD", False, "US$1.234,50"),
        ("en", "1234.5", "JPY", False, "¥1,234"),
        ("en", "-0.001", "USD", False, "$0.00"),
    ],
)
def test_money_follows_language_and_currency(language, amount, currency, compact, expected):
    with translation.override(language):
        assert plain(formats.money(Decimal(amount), currency, compact=compact)) == expected


def test_nothing_is_written_for_nothing():
    assert formats.money(None, "IDR") == ""
    assert formats.number(None) == formats.percent(None) == formats.day(None) == formats.ago(None) == ""
    assert (
        formats.moment(None)
        == formats.time_of_day(None)
        == formats.days(None)
        == formats.file_size(None)
        == ""
    )


@pytest.mark.parametrize(("language", "expected"), [("id", "1.234,5"), ("en", "1,234.5")])
def test_numbers_group_their_digits(language, expected):
    with translation.override(language):
        assert formats.number(Decimal("1234.50")) == expected


def test_numbers_and_shares_in_indonesian():
    with translation.override("id"):
        assert formats.number(-1_234_567) == "-1.234.567"
        assert formats.number(2.5, digits=2) == "2,50"
        assert formats.percent(0.274) == "27%"
        assert formats.percent(Decimal("0.274"), 1) == "27,4%"
        assert plain(formats.number(348_000, compact=True)) == "348 rb"


def test_days_and_moments_are_written_in_the_current_time_zone():
    late = dt.datetime(2027, 5, 14, 20, 5, tzinfo=dt.UTC)
    with timezone.override(ZoneInfo("Asia/Jakarta")):
        with translation.override("id"):
            assert plain(formats.moment(late)) == "15 Mei 2027, 03.05"
            assert plain(formats.day(dt.date(2027, 8, 1))) == "1 Agu 2027"
        with translation.override("en"):
            assert plain(formats.day(late)) == "15 May 2027"
            assert formats.time_of_day(late) == "03:05"
            assert formats.time_of_day(dt.time(9, 30)) == "09:30"


@pytest.mark.parametrize(
    ("shift", "english", "indonesian"),
    [
        (dt.timedelta(seconds=-20), "just now", "baru saja"),
        (dt.timedelta(minutes=-1), "1 minute ago", "1 menit lalu"),
        (dt.timedelta(days=-2), "2 days ago", "2 hari lalu"),
        (dt.timedelta(hours=3), "in 3 hours", "3 jam lagi"),
        (dt.timedelta(days=-800), "2 years ago", "2 tahun lalu"),
    ],
)
def test_ago_says_how_far_a_moment_is(shift, english, indonesian):
    now = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    for language, expected in (("en", english), ("id", indonesian)):
        with translation.override(language):
            assert formats.ago(now + shift, now) == expected


def test_ago_names_the_days_beside_today():
    now = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
    with timezone.override(ZoneInfo("Asia/Jakarta")), translation.override("id"):
        assert formats.ago(dt.date(2026, 11, 24), now) == "hari ini"
        assert formats.ago(dt.date(2026, 11, 23), now) == "kemarin"
        assert formats.ago(dt.date(2026, 11, 25), now) == "besok"
        assert formats.ago(dt.date(2026, 11, 27), now) == "3 hari lagi"


def test_lengths_and_sizes():
    with translation.override("en"):
        assert formats.days(1) == "1 day"
        assert plain(formats.days(9, short=True)) == "9 d"
        assert plain(formats.file_size(1_900_000)) == "1.9 MB"
    with translation.override("id"):
        assert formats.days(9) == "9 hari"
        assert plain(formats.days(9, short=True)) == "9 hr"
        assert formats.file_size(12) == "12 bita"


def test_an_unknown_language_falls_back_to_english():
    assert formats._language("xx").code == "en"


def test_five_hundred_amounts_cost_next_to_nothing():
    amount = Decimal("420000000")
    formats.money(amount, "IDR")
    start = time.perf_counter()
    for _ in range(500):
        formats.money(amount, "IDR")
    assert time.perf_counter() - start < 0.02
