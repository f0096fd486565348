"""When a step is due, counted in the working days of the rep: their hours, time zone, holidays and leave."""

from datetime import UTC, date, datetime, timedelta

from siklus.platform.accounts.hours import spans_on
from siklus.platform.accounts.models import User

FURTHEST = 800  # days that are looked ahead; who never works is waited for no longer


def works_on(rep: User, day: date) -> bool:
    return bool(spans_on(rep, day))


def due_after(rep: User, moment: datetime, days: int) -> datetime:
    """The moment so many working days later: when the rep begins that day.

    With 0 it is the moment itself if the rep works on that day and has not finished, else when they begin next. Never
    earlier than `moment`, never on a day that is not worked, and never out of order: later moments are due later.
    """
    day = moment.astimezone(rep.zone).date()
    if days == 0:
        return next_worked(rep, moment)
    left = days
    for _step in range(FURTHEST):
        day += timedelta(days=1)
        if works_on(rep, day):
            left -= 1
            if left == 0:
                return _begin(rep, day)
    return datetime.combine(day, datetime.min.time(), rep.zone).astimezone(UTC)


def next_worked(rep: User, moment: datetime) -> datetime:
    """The moment itself while the rep's day lasts (a break counts as part of it), else when they begin next."""
    day = moment.astimezone(rep.zone).date()
    spans = spans_on(rep, day)
    if spans and moment < spans[-1].end:
        return max(moment, spans[0].start.astimezone(UTC))
    for _step in range(FURTHEST):
        day += timedelta(days=1)
        if works_on(rep, day):
            return _begin(rep, day)
    return moment


def _begin(rep: User, day: date) -> datetime:
    return spans_on(rep, day)[0].start.astimezone(UTC)
