from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from siklus.platform.i18n.workdays import add_working_days, is_working_day


def test_weekends_and_the_day_of_independence_are_free():
    assert not is_working_day(date(2026, 8, 17))
    assert not is_working_day(date(2026, 11, 21))
    assert is_working_day(date(2026, 11, 23))


def test_the_next_working_day_after_a_friday_is_monday():
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)


def test_a_country_we_do_not_know_has_weekends_only():
    assert is_working_day(date(2026, 8, 17), "XX")


@given(st.dates(date(2020, 1, 1), date(2030, 12, 1)), st.integers(0, 30))
def test_the_answer_is_a_working_day_with_as_many_worked_days_between(day, count):
    end = add_working_days(day, count)
    assert is_working_day(end)
    first = add_working_days(day, 0)
    worked = sum(
        is_working_day(date.fromordinal(one)) for one in range(first.toordinal() + 1, end.toordinal() + 1)
    )
    assert worked == count
