"""When a step is due: never before, never on a day that is not worked, never out of order."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.outreach.sequences.timing import due_after, next_worked, works_on
from siklus.platform.accounts.hours import CannotChangeUser, is_at_work, set_leave
from siklus.platform.accounts.models import User
from siklus.platform.installation import current as installation

ZONES = ("Asia/Jakarta", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
FIXED = [HealthCheck.function_scoped_fixture]  # the country stays the same for every example
HOURS = (
    {},
    {"0": ["09:00-17:00"]},
    {"5": ["02:30-03:30"], "6": ["01:15-02:45", "22:00-23:59"]},
    {str(number): ["08:00-12:00", "13:00-16:30"] for number in range(7)},
)


@pytest.fixture
def indonesia_home():
    """Working days need a country, no database."""
    before = installation._current
    installation._current = installation.Current("Nusa", "IDR", ZoneInfo("Asia/Jakarta"), "en", "ID")
    yield
    installation._current = before


def a_rep(zone: str, hours: dict, leave: tuple[int, int]) -> User:
    first = date(2026, 3, 1) + timedelta(days=leave[0])
    leaves = [[first.isoformat(), (first + timedelta(days=leave[1])).isoformat()]] if leave[1] else []
    return User(name="Rani", time_zone=zone, work_hours=hours, leaves=leaves)


reps = st.builds(
    a_rep, st.sampled_from(ZONES), st.sampled_from(HOURS),
    st.tuples(st.integers(-200, 200), st.integers(0, 60)),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=FIXED)
@given(rep=reps, moment=moments, wait=st.integers(0, 15))
def test_a_step_is_due_on_a_worked_day_and_never_in_the_past(indonesia_home, rep, moment, wait):
    due = due_after(rep, moment, wait)
    there = due.astimezone(rep.zone).date()
    assert due >= moment
    assert works_on(rep, there)
    if wait:
        first = moment.astimezone(rep.zone).date()
        between = [first + timedelta(days=n) for n in range(1, (there - first).days + 1)]
        assert sum(works_on(rep, one) for one in between) == wait


@settings(max_examples=150, deadline=None, suppress_health_check=FIXED)
@given(rep=reps, moment=moments, later=st.timedeltas(timedelta(), timedelta(days=9)), wait=st.integers(0, 9))
def test_later_moments_are_due_later(indonesia_home, rep, moment, later, wait):
    assert due_after(rep, moment, wait) <= due_after(rep, moment + later, wait)
    assert due_after(rep, moment, wait) <= due_after(rep, moment, wait + 1)


@settings(max_examples=100, deadline=None, suppress_health_check=FIXED)
@given(rep=reps, moment=moments)
def test_asking_again_at_the_moment_found_finds_it_again(indonesia_home, rep, moment):
    due = next_worked(rep, moment)
    assert next_worked(rep, due) == due


@pytest.mark.parametrize(
    ("zone", "moment", "due"),
    [
        # Berlin puts its clocks forward on 29 March 2026: nine o'clock is 8:00 UTC before and 7:00 after.
        ("Europe/Berlin", datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        # Idul Fitri 2026: 20 to 24 March are free with the joint leave, Nyepi is the 19th (the 18th joint leave).
        ("Asia/Jakarta", datetime(2026, 3, 17, 3, tzinfo=UTC), datetime(2026, 3, 25, 2, tzinfo=UTC)),
        ("Asia/Jakarta", datetime(2026, 3, 6, 20, tzinfo=UTC), datetime(2026, 3, 9, 2, tzinfo=UTC)),
    ],
)
def test_one_working_day_later_across_clocks_and_holidays(indonesia_home, zone, moment, due):
    assert due_after(User(time_zone=zone), moment, 1) == due


def test_on_leave_nobody_is_at_work_and_a_leave_that_ends_before_it_begins_is_refused(world: World):
    rani = world.rani
    assert is_at_work(rani, day(2))
    rani = set_leave(user=rani, leaves=[(date(2026, 3, 4), date(2026, 3, 5))], by=rani, at=day(1))
    assert (is_at_work(rani, day(2)), is_at_work(rani, day(4))) == (False, True)
    with pytest.raises(CannotChangeUser, match="A leave ends on its first day or later"):
        set_leave(user=rani, leaves=[(date(2026, 3, 5), date(2026, 3, 4))], by=rani, at=day(1))
    rani.refresh_from_db()
    assert rani.leaves == [["2026-03-04", "2026-03-05"]]
