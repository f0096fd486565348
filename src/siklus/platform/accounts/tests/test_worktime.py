"""Working time over nights, holidays, leave and clock changes, against counting every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siklus.platform.accounts.hours import House, Span, spans_on
from siklus.platform.accounts.worktime import after_work, worked
from siklus.platform.installation.current import found_installation

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
NIGHTS = House(BERLIN, {str(day): ("00:00-06:30", "22:00-23:30") for day in range(7)})
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def germany(db: None):
    """An installation whose clocks change."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    found_installation(name="Nord", currency="EUR", time_zone="Europe/Berlin", country="DE", at=begun)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_the_night_in_which_clocks_go_forward_is_an_hour_shorter_and_the_other_one_longer():
    before, after = utc(2026, 3, 28, 12), utc(2026, 3, 29, 12)  # 0:00 to 6:30 on 29 March has 5.5 hours
    assert worked(NIGHTS, before, after) == timedelta(hours=5.5 + 1.5)
    before, after = utc(2026, 10, 24, 12), utc(2026, 10, 25, 12)  # and 7.5 on 25 October
    assert worked(NIGHTS, before, after) == timedelta(hours=7.5 + 1.5)


def test_a_lead_of_friday_evening_has_its_hour_on_the_next_working_day():
    friday = datetime(2026, 4, 3, 18, tzinfo=BERLIN)  # Good Friday; the sixth is Easter Monday
    assert after_work(House(BERLIN), friday, timedelta(hours=1)) == datetime(2026, 4, 7, 10, tzinfo=BERLIN)
    assert worked(House(BERLIN), friday, datetime(2026, 4, 7, 9, tzinfo=BERLIN)) == timedelta()


def test_on_leave_the_hours_of_the_house_count_and_who_works_never_has_no_moment():
    away = House(BERLIN, {"2": ("10:00-11:00",)}, [["2026-05-04", "2026-05-08"]])
    monday = datetime(2026, 5, 4, 8, tzinfo=BERLIN)
    assert worked(away, monday, monday + timedelta(days=1)) == timedelta(hours=7)
    assert after_work(away, monday, timedelta(minutes=30)) == datetime(2026, 5, 4, 9, 30, tzinfo=BERLIN)
    assert after_work(House(BERLIN, {"2": ("10:00-10:01",)}), monday, timedelta(days=9)) is None


def brute(who: House, start: datetime, until: datetime) -> timedelta:
    """Minute by minute, as a clock on the wall shows it. Slow and plain."""
    total, days = timedelta(), {}
    while start < until:
        here = start.astimezone(who.zone)
        spans: list[Span] = days.setdefault(here.date(), spans_on(who, here.date()))
        if any(one.start.astimezone(UTC) <= start < one.end.astimezone(UTC) for one in spans):
            total += MINUTE
        start += MINUTE
    return total


HOURS = st.dictionaries(
    st.sampled_from([str(day) for day in range(7)]),
    st.sampled_from([("09:00-12:00", "13:00-17:00"), ("00:00-06:30",), ("22:00-23:59",), ("01:30-02:30",)]),
    min_size=1,
)
STARTS = st.one_of(
    st.integers(0, 60 * 24 * 6).map(lambda n: utc(2026, 3, 26) + n * MINUTE),  # clocks go forward
    st.integers(0, 60 * 24 * 6).map(lambda n: utc(2026, 10, 22) + n * MINUTE),  # and back
    st.integers(0, 60 * 24 * 6).map(lambda n: utc(2026, 12, 22) + n * MINUTE),  # Christmas
)


@settings(max_examples=40, deadline=None)
@given(
    HOURS,
    STARTS,
    st.integers(0, 60 * 24 * 4),
    st.integers(0, 60 * 24 * 4),
    st.sampled_from([BERLIN, JAKARTA]),
)
def test_working_time_is_that_of_every_minute_and_adds_up_at_any_moment(hours, start, first, second, zone):
    who = House(zone, hours)
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    assert worked(who, start, end) == brute(who, start, end)
    assert worked(who, start, middle) + worked(who, middle, end) == worked(who, start, end)


@settings(max_examples=60, deadline=None)
@given(HOURS, STARTS, st.integers(1, 3000))
def test_so_much_working_time_has_passed_at_the_moment_that_is_named_and_not_a_minute_before(
    hours, start, minutes
):
    who, amount = House(BERLIN, hours), minutes * MINUTE
    at = after_work(who, start, amount)
    if at is not None:
        assert worked(who, start, at) == amount
        assert worked(who, start, at - MINUTE) == amount - MINUTE


def test_a_day_is_told_in_the_zone_of_whoever_works():
    assert spans_on(House(JAKARTA), date(2026, 5, 5))[0].start == utc(2026, 5, 5, 2)
