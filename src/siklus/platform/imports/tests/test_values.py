import time
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.platform.imports.values import (
    DateGuess,
    DecimalGuess,
    ValueProblem,
    guess_date_order,
    guess_decimal_style,
    parse_bool,
    parse_currency,
    parse_date,
    parse_decimal,
    parse_int,
    parse_moment,
    parse_percent,
)


def code_of(call, *args, **kwargs) -> str:
    with pytest.raises(ValueProblem) as told:
        call(*args, **kwargs)
    assert "text" in told.value.params
    return told.value.code


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2024/1/31",
        "2024.01.31",
        "20240131",
        "31/01/2024",
        "31-01-2024",
        "31.01.2024",
        "31/1/2024",
        "31-1-24",
        " 31/01/2024 ",
        "31 Jan 2024",
        "31 Januari 2024",
        "31 January 2024",
        "31-Jan-24",
        "31-Jan-2024",
        "Rabu, 31 Januari 2024",
        "January 31, 2024",
        "Jan. 31 2024",
        "January 31st, 2024",
        "2024-01-31 00:00:00",
        "2024-01-31T13:45:00Z",
    ],
)
def test_one_day_is_read_in_all_its_spellings(text):
    assert parse_date(text) == date(2024, 1, 31)


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("Peb", 2),
        ("Maret", 3),
        ("Mei", 5),
        ("Agustus", 8),
        ("Agt", 8),
        ("Okt", 10),
        ("Nopember", 11),
        ("DES", 12),
    ],
)
def test_indonesian_months_are_known(name, month):
    assert parse_date(f"5 {name} 2023") == date(2023, month, 5)


def test_the_column_decides_between_day_and_month_first():
    assert parse_date("03/04/2024", "dmy") == date(2024, 4, 3)
    assert parse_date("03/04/2024", "mdy") == date(2024, 3, 4)


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("", "dmy", "empty"),
        ("besok", "dmy", "date"),
        ("45322", "dmy", "date"),
        ("31 Foo 2024", "dmy", "date"),
        ("01/31/2024", "dmy", "date_order"),
        ("31/01/2024", "mdy", "date_order"),
        ("30/02/2024", "dmy", "date_impossible"),
        ("2024-02-30", "dmy", "date_impossible"),
        ("32/13/2024", "dmy", "date_impossible"),
    ],
)
def test_what_is_no_day_is_told_with_the_reason(text, order, code):
    assert code_of(parse_date, text, order) == code


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_written_in_any_way_is_read_back(day):
    for text in (
        day.isoformat(),
        day.strftime("%d/%m/%Y"),
        day.strftime("%d-%m-%Y"),
        day.strftime("%d %B %Y"),
    ):
        assert parse_date(text) == day
    assert parse_date(day.strftime("%m/%d/%Y"), "mdy") == day


@given(st.text(max_size=25))
def test_no_text_makes_a_parser_fail_otherwise_than_by_a_problem(text):
    for parse in (
        parse_date,
        parse_moment,
        parse_decimal,
        parse_currency,
        parse_bool,
        parse_int,
        parse_percent,
    ):
        try:
            parse(text)
        except ValueProblem as problem:
            assert problem.params["text"].strip() == text.strip()


def test_the_order_of_a_column_is_guessed_from_days_that_give_it_away():
    assert guess_date_order(["03/04/2024", "25/04/2024"]) == DateGuess("dmy", True)
    assert guess_date_order(["03/04/2024", "04/25/2024 10:00"]) == DateGuess("mdy", True)
    assert guess_date_order(["03/04/2024", "2024-01-31", ""]) == DateGuess("dmy", False)
    assert guess_date_order(["03/04/2024"], default="mdy") == DateGuess("mdy", False)


JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31T06:45:00Z",
        "2024-01-31 13:45",
        "2024-01-31T13:45:00+07:00",
        "31/01/2024 13:45",
        "31/01/2024 13.45",
        "31 Jan 2024 1:45 PM",
        "31 Januari 2024 pukul 13.45 WIB",
        "31-01-2024, 14:45 WITA",
        "31/01/2024 13:45:00.000",
        "31/01/2024 06:45 +0000",
    ],
)
def test_one_moment_is_read_in_all_its_spellings(text):
    assert parse_moment(text, zone=JAKARTA) == datetime(2024, 1, 31, 6, 45, tzinfo=UTC)


def test_a_day_alone_is_its_midnight_and_midnight_at_twelve_am():
    assert parse_moment("31/01/2024", zone=JAKARTA) == datetime(2024, 1, 30, 17, tzinfo=UTC)
    assert parse_moment("31/01/2024 12:05 AM") == datetime(2024, 1, 31, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("kemarin", "date"), ("31/01/2024 25:00", "moment"), ("31/01/2024 13:00 PM", "moment")],
)
def test_what_is_no_moment_is_told(text, code):
    assert code_of(parse_moment, text) == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234567", "1234567"),
        ("1234.5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567", "1234567"),
        ("Rp 1.234.567", "1234567"),
        ("Rp1.234.567,-", "1234567"),
        ("Rp. 1.234.567,00", "1234567.00"),
        ("IDR 5.000.000", "5000000"),
        ("USD 12.5", "12.5"),
        ("12.50 USD", "12.50"),
        ("$1,200.00", "1200.00"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("(1,200)", "-1200"),
        ("(Rp 1.200)", "-1200"),
        ("5-", "-5"),
        ("-5", "-5"),
        ("+5", "5"),
        ("€ 1 234,50", "1234.50"),
        ("1'234.5", "1234.5"),
        ("2,5 jt", "2500000"),
        ("500rb", "500000"),
        ("1,2 miliar", "1200000000"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        (".5", "0.5"),
        ("1.234", "1234"),
        ("1,234", "1234"),
        ("S$ 99", "99"),
        ("RM10", "10"),
    ],
)
def test_numbers_are_read_in_all_their_spellings(text, value):
    assert parse_decimal(text) == Decimal(value)


def test_the_column_decides_what_one_mark_before_three_digits_means():
    assert parse_decimal("1.234", ".") == Decimal("1.234")
    assert parse_decimal("1.234", ",") == Decimal(1234)
    assert parse_decimal("1,234", ",") == Decimal("1.234")
    assert parse_decimal("12.5", ",") == Decimal("12.5")


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1.2.3",
        "1,23,456.7.8",
        "12 apel",
        "1e5",
        "NaN",
        "Infinity",
        "1_000",
        "--5",
        "Rp",
        ",",
        ".",
        "1,2,3",
        "5%",
    ],
)
def test_what_is_no_number_is_told(text):
    assert code_of(parse_decimal, text) == "number"


@given(st.decimals(-(10**12), 10**12, places=2))
def test_a_number_written_in_either_style_is_read_back(number):
    english = f"{number:,.2f}"
    indonesian = english.translate(str.maketrans(",.", ".,"))
    assert parse_decimal(english) == number
    assert parse_decimal(indonesian) == number
    assert parse_decimal(f"Rp {indonesian}") == number


def test_the_decimal_mark_of_a_column_is_guessed_from_values_that_give_it_away():
    assert guess_decimal_style(["1.234", "1.234.567"]) == DecimalGuess(",", True)
    assert guess_decimal_style(["1,234", "12.50"]) == DecimalGuess(".", True)
    assert guess_decimal_style(["Rp. 1.234,50", ""]) == DecimalGuess(",", True)
    assert guess_decimal_style(["1.234", "12"]) == DecimalGuess(".", False)
    assert guess_decimal_style(["1.234"], default=",") == DecimalGuess(",", False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IDR", "IDR"),
        ("idr", "IDR"),
        ("Rp", "IDR"),
        ("Rp.", "IDR"),
        ("Rp 1.234.567", "IDR"),
        ("US$ 5", "USD"),
        ("$", "USD"),
        ("12.5 USD", "USD"),
        ("€5", "EUR"),
        ("S$10", "SGD"),
        ("Rp 2,5 jt", "IDR"),
        ("rupiah", "IDR"),
    ],
)
def test_currencies_are_known_by_code_sign_and_name(text, code):
    assert parse_currency(text) == code


def test_what_is_no_currency_is_told():
    assert code_of(parse_currency, "") == "empty"
    assert code_of(parse_currency, "1.000") == "currency"
    assert code_of(parse_currency, "XYZ") == "currency"
    assert code_of(parse_currency, "USD EUR") == "currency"


def test_yes_and_no_are_known_in_both_languages():
    assert [parse_bool(text) for text in ("Yes", "ya", "TRUE", "1", "x", "Benar", " y ")] == [True] * 7
    assert [parse_bool(text) for text in ("no", "Tidak", "false", "0", "-", "Salah", "n")] == [False] * 7
    assert code_of(parse_bool, "mungkin") == "yes_no"
    assert code_of(parse_bool, " ") == "empty"


def test_whole_numbers_are_read_within_their_bounds():
    assert [parse_int(text) for text in ("12", "1.200", "12.0", "-3")] == [12, 1200, 12, -3]
    assert code_of(parse_int, "1.5") == "whole_number"
    assert code_of(parse_int, "x") == "number"
    assert code_of(parse_int, "101", low=0, high=100) == "out_of_range"


def test_chances_are_read_as_whole_per_cent():
    assert [parse_percent(text) for text in ("25", "25%", "25,4 %", "0.25", "0", "100%", "1")] == [
        25,
        25,
        25,
        25,
        0,
        100,
        1,
    ]
    assert code_of(parse_percent, "120") == "out_of_range"
    assert code_of(parse_percent, "banyak") == "percent"


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_date, "2024-01-31"),
        (parse_date, "31/01/2024"),
        (parse_date, "31 Jan 2024"),
        (parse_decimal, "1250000"),
        (parse_decimal, "Rp 1.250.000"),
        (parse_moment, "2024-01-31 13:45:00"),
        (parse_bool, "ya"),
        (parse_int, "12"),
    ],
)
def test_parsers_stay_fast(parse, text):
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(5_000):
            parse(text)
        best = min(best, time.perf_counter() - start)
    assert best / 5_000 < 30e-6  # measured 0.1 to 4 µs
