"""When somebody works, in their own time zone, without the holidays of the country."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.world import World, day

from siklus.platform.accounts.actions import CannotChangeUser
from siklus.platform.accounts.hours import is_at_work, next_work, set_work_hours, spans_on
from siklus.platform.accounts.worktime import worked
from siklus.platform.journal.models import Entry

NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Monday in Jakarta


def hours(world: World, **told: list[str]) -> None:
    given = {key.removeprefix("d"): spans for key, spans in told.items()}
    world.rani = set_work_hours(user=world.rani, hours=given, by=world.rani, at=day(0))


def test_without_own_hours_the_usual_ones_hold_on_working_days(world: World):
    world.rani.time_zone = "Asia/Jakarta"
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans_on(world.rani, NINE.date())] == [
        "09:00-12:00",
        "13:00-17:00",
    ]
    assert spans_on(world.rani, datetime(2026, 3, 7).date()) == []  # Saturday
    assert spans_on(world.rani, datetime(2026, 3, 19).date()) == []  # Nyepi
    assert [is_at_work(world.rani, NINE + timedelta(hours=n)) for n in (-1, 0, 3, 4, 8)] == [
        False, True, False, True, False,
    ]  # fmt: skip


def test_who_works_on_saturday_says_so_and_works_on_no_holiday(world: World):
    hours(world, d5=["8-12"], d0=["13.00–17.30", "09:00-12:00"])
    assert world.rani.work_hours == {"5": ["08:00-12:00"], "0": ["09:00-12:00", "13:00-17:30"]}
    assert len(spans_on(world.rani, datetime(2026, 3, 7).date())) == 1
    assert spans_on(world.rani, datetime(2026, 8, 17).date()) == []  # Independence Day, a Monday
    assert Entry.objects.filter(name="user.hours_set").count() == 1


def test_the_next_moment_of_work_and_the_time_worked_between_two_moments(world: World):
    world.rani.time_zone = "Asia/Jakarta"
    evening = NINE + timedelta(hours=9)
    assert next_work(world.rani, evening) == NINE + timedelta(days=1)
    assert next_work(world.rani, NINE + timedelta(minutes=5)) == NINE + timedelta(minutes=5)
    friday = NINE + timedelta(days=4, hours=7)
    assert worked(world.rani, friday, NINE + timedelta(days=7, hours=1)) == timedelta(hours=2)


@pytest.mark.parametrize("wrong", [["9"], ["12:00-09:00"], ["09:00-25:00"], ["9-12", "11-13"], ["9-10"] * 5])
def test_hours_that_make_no_sense_are_refused_and_nothing_changes(world: World, wrong):
    with pytest.raises(CannotChangeUser):
        hours(world, d0=wrong)
    with pytest.raises(CannotChangeUser, match="not a weekday"):
        hours(world, d9=["9-12"])
    world.rani.refresh_from_db()
    assert world.rani.work_hours == {}
