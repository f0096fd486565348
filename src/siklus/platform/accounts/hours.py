"""When a person works: spans of hours per weekday in their own time zone, holidays of the country and leave left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.actions import CannotChangeUser
from siklus.platform.accounts.facts import UserHoursSet, UserLeaveSet
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import weekday
from siklus.platform.i18n.workdays import is_working_day
from siklus.platform.installation.current import current
from siklus.platform.journal.record import record

USUAL: Mapping[str, Sequence[str]] = {str(day): ("09:00-12:00", "13:00-17:00") for day in range(5)}
MOST = 4  # spans a day
MOST_LEAVES = 60
LONGEST_LEAVE = 366


class Span(NamedTuple):
    """From one moment until before another."""

    start: datetime
    end: datetime


@transaction.atomic
def set_work_hours(*, user: User, hours: Mapping[str, Sequence[str]], by: User | None, at: datetime) -> User:
    """Say when somebody works: weekday ("0" is Monday) → spans such as "09:00-12:30". Empty: the usual hours."""
    clean = {day: [_written(one) for one in _day(day, spans)] for day, spans in hours.items() if spans}
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.work_hours != clean:
        user.work_hours = clean
        user.save(update_fields=["work_hours"])
        record(UserHoursSet(user=user.pk, hours=clean), by=by, at=at)
    return user


@transaction.atomic
def set_leave(*, user: User, leaves: Sequence[tuple[date, date]], by: User | None, at: datetime) -> User:
    """Say when somebody is away: first and last day of each leave. Replaces what was said before."""
    clean = []
    for first, last in sorted(leaves):
        if first > last:
            raise CannotChangeUser(_("A leave ends on its first day or later."))
        if (last - first).days > LONGEST_LEAVE:
            raise CannotChangeUser(_("A leave lasts at most %(count)s days.") % {"count": LONGEST_LEAVE})
        clean.append([first.isoformat(), last.isoformat()])
    if len(clean) > MOST_LEAVES:
        raise CannotChangeUser(_("At most %(count)s leaves.") % {"count": MOST_LEAVES})
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.leaves != clean:
        user.leaves = clean
        user.save(update_fields=["leaves"])
        record(UserLeaveSet(user=user.pk, count=len(clean)), by=by, at=at)
    return user


class Hours(Protocol):
    """Whoever has working hours: a person, or the house."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def work_hours(self) -> Any: ...
    @property
    def leaves(self) -> Any: ...


@dataclass(frozen=True)
class House:
    """The usual hours where the installation is, for what belongs to nobody."""

    zone: ZoneInfo
    work_hours: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leaves: Sequence[Sequence[str]] = ()


def house() -> House:
    return House(current().time_zone)


def leaves_of(user: User) -> list[tuple[date, date]]:
    return [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in user.leaves]


def is_on_leave(user: Hours, day: date) -> bool:
    told = day.isoformat()
    return any(first <= told <= last for first, last in user.leaves)


def spans_on(user: Hours, day: date) -> list[Span]:
    """The hours that somebody works on a day, as moments. None on leave and holidays; on weekends only who says so."""
    if user.leaves and is_on_leave(user, day):
        return []
    own = bool(user.work_hours)
    if not is_working_day(day, current().country) and (not own or day.weekday() < 5):
        return []
    zone = user.zone
    told = (user.work_hours or USUAL).get(str(day.weekday()), ())
    return [
        Span(datetime.combine(day, begin, zone), datetime.combine(day, end, zone))
        for begin, end in map(_read, told)
    ]


def is_at_work(user: User, moment: datetime) -> bool:
    """Does somebody work at this moment?"""
    return any(one.start <= moment < one.end for one in spans_on(user, moment.astimezone(user.zone).date()))


def next_work(user: User, moment: datetime, *, within: int = 60) -> datetime:
    """The moment itself when somebody works then, else when they begin next; the moment again if never."""
    first = moment.astimezone(user.zone).date()
    for count in range(within):
        for span in spans_on(user, first + timedelta(days=count)):
            if moment < span.end:
                return max(moment, span.start)
    return moment


def hours_told(user: User) -> list[tuple[str, list[str]]]:
    """Every weekday with its spans, as people read them."""
    told = user.work_hours or USUAL
    monday = date(2026, 3, 2)
    return [
        (
            weekday(monday + timedelta(days=number)),
            [one.replace("-", "–") for one in told.get(str(number), ())],
        )
        for number in range(7)
    ]


def _day(day: str, spans: Sequence[str]) -> list[tuple[time, time]]:
    if day not in {"0", "1", "2", "3", "4", "5", "6"}:
        raise CannotChangeUser(_("“%(day)s” is not a weekday; Monday is 0, Sunday is 6.") % {"day": day})
    if len(spans) > MOST:
        raise CannotChangeUser(_("At most %(count)s spans a day.") % {"count": MOST})
    found = sorted(map(_read, spans))
    for (_begin, end), (begin, _end) in pairwise(found):
        if begin < end:
            raise CannotChangeUser(_("Two spans of one day overlap."))
    return found


def _read(text: str) -> tuple[time, time]:
    begin, dash, end = text.strip().replace("–", "-").partition("-")
    try:
        span = _clock(begin), _clock(end)
    except ValueError:
        dash = ""
    if not dash or span[0] >= span[1]:
        raise CannotChangeUser(
            _("“%(text)s” is no span of hours. Write it like 09:00-12:30.") % {"text": text}
        )
    return span


def _clock(text: str) -> time:
    hour, _sep, minute = text.strip().replace(".", ":").partition(":")
    return time(int(hour), int(minute or 0))


def _written(span: tuple[time, time]) -> str:
    return f"{span[0]:%H:%M}-{span[1]:%H:%M}"
