"""How much working time lies between two moments, and when so much of it has passed.

Spans are moments in UTC here: where clocks change, an hour of the day is not always an hour. On a day of leave the
house's hours count instead of the person's own: whoever waits for an answer waits on that day too.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from siklus.platform.accounts.hours import Hours, Span, house, is_on_leave, spans_on

NONE = timedelta()
FARTHEST = timedelta(days=90)  # later than this nothing is looked for


def spans_from(who: Hours | None, start: datetime, until: datetime) -> Iterator[Span]:
    """The working time between two moments, piece by piece in order. `who` None: the house's."""
    everybody = house()
    zone = (who or everybody).zone
    day, last = (
        start.astimezone(zone).date() - timedelta(days=1),
        until.astimezone(zone).date() + timedelta(days=1),
    )
    while day <= last:
        for span in spans_on(_on_duty(who, day) or everybody, day):
            begin, end = max(span.start.astimezone(UTC), start), min(span.end.astimezone(UTC), until)
            if begin < end:
                yield Span(begin, end)
        day += timedelta(days=1)


def worked(who: Hours | None, start: datetime, until: datetime) -> timedelta:
    """How much of the time between two moments is working time."""
    return sum(
        (span.end - span.start for span in spans_from(who, start.astimezone(UTC), until.astimezone(UTC))),
        NONE,
    )


def after_work(who: Hours | None, start: datetime, amount: timedelta) -> datetime | None:
    """The first moment at which so much working time has passed since `start`; None: not within 90 days."""
    start = start.astimezone(UTC)
    for span in spans_from(who, start, start + FARTHEST):
        length = span.end - span.start
        if amount <= length:
            return span.start + amount
        amount -= length
    return None


def _on_duty(who: Hours | None, day: date) -> Hours | None:
    return None if who is None or (who.leaves and is_on_leave(who, day)) else who
