"""From the parameters of an address, of the API or of the command line to what a report is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from siklus.insight.reports.declare import Report
from siklus.insight.reports.question import end_of_day
from siklus.insight.reports.slices import NONE, Slice, slices
from siklus.insight.reports.windows import AGAINST, WINDOWS, first_against, window_of
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
Days = tuple[date, date]


class BadQuestion(ValueError):
    """What is asked cannot be answered. `field` names the parameter."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True)
class Asked:
    """What a report is asked.

    Attributes
    ----------
    days : first and last day of the window, both included
    against : the same of the window to compare with
    narrowed : (slice, value) pairs; by : the slice that splits the numbers
    given : what was said, to write it again
    """

    report: Report
    as_of: datetime
    known_at: datetime | None
    days: Days
    against: Days | None
    narrowed: tuple[tuple[str, str], ...]
    by: str
    options: tuple[tuple[str, str], ...]
    given: tuple[tuple[str, str], ...]

    def query(self, **changes: str) -> str:
        """The parameters of an address that asks the same, with changes; empty ones are left out."""
        said = {**dict(self.given), **{key.rstrip("_"): value for key, value in changes.items()}}
        return urlencode({key: value for key, value in said.items() if value})

    def window(self, days: Days) -> tuple[datetime, datetime]:
        """The days as moments of the installation's time zone, half open."""
        zone = current().time_zone
        begin, end = (datetime.combine(day, time(), zone) for day in (days[0], days[1] + timedelta(days=1)))
        return begin, end


class Asking:
    """Reads parameters; every word that nobody knows is refused, so that no number answers another question."""

    def __init__(self, report: Report, given: Mapping[str, str], viewer: User, now: datetime) -> None:
        self.report, self.viewer, self.now = report, viewer, now
        self.given = {key: value.strip() for key, value in given.items() if value.strip()}
        self.slices = slices() if report.is_sliced else {}

    def read(self) -> Asked:
        """Raises BadQuestion."""
        self._refuse_unknown()
        known_at = self._known_at()
        as_of = self._as_of(known_at)
        today = as_of.astimezone(current().time_zone).date()
        days = self._days(today) if self.report.has_window else window_of("last_365_days", today)
        return Asked(
            self.report, as_of, known_at, days, self._against(days), self._narrowed(), self._by(), self._options(),
            tuple(self.given.items()),
        )  # fmt: skip

    def _refuse_unknown(self) -> None:
        report = self.report
        known = {one.key for one in report.options} | set(self.slices)
        known |= {"by"} if report.is_sliced else set()
        known |= {"as_of", "known_at"} if report.has_moment else set()
        known |= {"days", "from", "to", "against"} if report.has_window else set()
        for key in self.given:
            if key not in known:
                raise BadQuestion(
                    key,
                    _("This report does not know “%(name)s”. It knows: %(known)s.")
                    % {"name": key, "known": ", ".join(sorted(known)) or "–"},
                )

    def _known_at(self) -> datetime | None:
        said = self.given.get("known_at")
        if said is None:
            return None
        try:
            if len(said) == 10:
                return end_of_day(_sane(date.fromisoformat(said)))
            moment = datetime.fromisoformat(said)
            _sane(moment.date())
        except (ValueError, OverflowError) as error:
            raise BadQuestion(
                "known_at",
                _("“%(said)s” is not a moment; write 2026-12-31 or 2026-12-31T17:00.") % {"said": said},
            ) from error
        return moment if moment.tzinfo else moment.replace(tzinfo=current().time_zone)

    def _as_of(self, known_at: datetime | None) -> datetime:
        if "as_of" not in self.given:
            return min(known_at, self.now) if known_at else self.now
        day = self._day("as_of")
        if day > self.now.astimezone(current().time_zone).date():
            raise BadQuestion(
                "as_of", _("%(day)s has not come yet; choose a day until today.") % {"day": day}
            )
        return min(end_of_day(day), self.now)

    def _days(self, today: date) -> Days:
        if "from" not in self.given and "to" not in self.given:
            word = self.given.get("days", self.report.days)
            if word not in WINDOWS:
                raise BadQuestion(
                    "days",
                    _("“%(said)s” is not a window. Known are %(known)s; or say from and to.")
                    % {"said": word, "known": ", ".join(WINDOWS)},
                )
            return window_of(word, today)
        end = self._day("to") if "to" in self.given else today
        begin = self._day("from") if "from" in self.given else EARLIEST
        if begin > end:
            raise BadQuestion("from", _("The window begins after its end: %(from)s is later than %(to)s.")
                              % {"from": begin, "to": end})  # fmt: skip
        if begin > today:
            raise BadQuestion("from", _("The window begins on %(day)s, after the moment that is asked about.")
                              % {"day": begin})  # fmt: skip
        return begin, end

    def _day(self, key: str) -> date:
        try:
            return _sane(date.fromisoformat(self.given[key]))
        except ValueError as error:
            raise BadQuestion(
                key, _("“%(said)s” is not a day; write 2026-12-31.") % {"said": self.given[key]}
            ) from error

    def _against(self, days: Days) -> Days | None:
        word = self.given.get("against")
        if word is None:
            return None
        length = (days[1] - days[0]).days + 1
        try:
            first = _sane(first_against(word, days[0], length))
        except ValueError as error:
            raise BadQuestion(
                "against",
                _("“%(said)s” is not a window to compare with: say %(known)s, or the day on which it begins.")
                % {"said": word, "known": ", ".join(AGAINST)},
            ) from error
        if first >= days[0]:
            raise BadQuestion("against", _("The window to compare with begins before the other one."))
        return first, first + timedelta(days=length - 1)

    def _narrowed(self) -> tuple[tuple[str, str], ...]:
        found = []
        for key, one in self.slices.items():
            value = self.given.get(key)
            if value is not None:
                self._check(one, value)
                found.append((key, value))
        return tuple(found)

    def _check(self, one: Slice, value: str) -> None:
        if value != NONE and one.names is not None and value not in one.known(self.viewer):
            raise BadQuestion(
                one.key,
                _("There is no “%(value)s” among what “%(name)s” can be.")
                % {"value": value, "name": one.label},
            )

    def _by(self) -> str:
        by = self.given.get("by", "")
        if by and by not in self.slices:
            raise BadQuestion(
                "by",
                _("The numbers cannot be split by “%(said)s”. Known are %(known)s.")
                % {"said": by, "known": ", ".join(self.slices)},
            )
        return by

    def _options(self) -> tuple[tuple[str, str], ...]:
        found = []
        for one in self.report.options:
            known = [key for key, _label in one.choices]
            value = self.given.get(one.key, known[0])
            if value not in known:
                raise BadQuestion(
                    one.key,
                    _("“%(said)s” is not one of %(known)s.") % {"said": value, "known": ", ".join(known)},
                )
            found.append((one.key, value))
        return tuple(found)


def said_in(query: QueryDict) -> dict[str, str]:
    """The parameters of an address, the last of each."""
    return {key: str(value) for key, value in query.items()}


def _sane(day: date) -> date:
    """Raises ValueError for days that no calendar of ours reaches."""
    if not EARLIEST <= day <= LATEST:
        raise ValueError(day)
    return day
