"""Where each person, each team and the company stand against their quota, and whether enough new pipeline comes in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from siklus.analytics.coverage import Closed, Stream, coverage, stream
from siklus.analytics.quotas import quota_between, rounded
from siklus.cycle.prospecting.coverage.figures import FOUR_WEEKS, Figures, figures
from siklus.platform.accounts.models import Team, User, Visibility
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.i18n.workdays import is_working_day
from siklus.platform.installation.current import current
from siklus.platform.money.rates import places
from siklus.records.quotas.models import Measure, Quota
from siklus.records.quotas.queries import COMPANY, Subject, quotas_known

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` until before `until`, and how much of their working days is over."""

    first: date
    until: date
    worked: int
    working: int

    @property
    def elapsed(self) -> float:
        return self.worked / self.working if self.working else 1.0

    @property
    def weeks_left(self) -> float:
        """Working weeks that are still to come."""
        return (self.working - self.worked) / 5


@dataclass(frozen=True, slots=True)
class Standing:
    """One line. `is_summed` says that the quota of a team is the sum of its people's, for it has none of its own."""

    subject: Subject
    name: str
    quota: Decimal
    won: Decimal
    won_count: int
    open: Decimal
    stream: Stream
    is_summed: bool = False
    depth: int = 0

    @property
    def attainment(self) -> float | None:
        """Won ÷ quota; a quota of nothing has none."""
        return float(self.won / self.quota) if self.quota else None

    @property
    def gap(self) -> Decimal:
        return max(self.quota - self.won, Decimal(0))

    @property
    def coverage(self) -> float | None:
        return coverage(open_value=self.open, quota=self.quota, won=self.won)

    def projected(self, period: Period) -> Decimal | None:
        """Where the pace of the working days so far leads at the end of the period."""
        return self.won * period.working / period.worked if period.worked else None

    def a_week(self, period: Period) -> Decimal | None:
        """What is still to win in each working week that is left."""
        return self.gap / Decimal(period.weeks_left) if period.weeks_left > 0 and self.quota else None


def period_around(day: date, first: date, until: date) -> Period:
    """A span with its working days: all of them, and those before `day`."""
    days = [first + DAY * number for number in range((until - first).days)]
    working = [one for one in days if is_working_day(one, current().country)]
    return Period(first, until, sum(one < day for one in working), len(working))


def standings(*, now: datetime, first: date, until: date, known_at: datetime | None = None) -> list[Standing]:
    """The company, every team in the order of the tree, and everybody with a quota, a deal open or won."""
    zone = current().time_zone
    begin, end = (datetime.combine(one, time(), zone) for one in (first, until))
    found = figures(now=now, begin=begin, end=min(end, now + DAY))
    quotas = quotas_known(measure=Measure.WON, known_at=known_at)
    ahead = now.astimezone(zone).date() + timedelta(days=found.cycle_days)
    people = list(User.objects.select_related("team").order_by("name", "pk"))
    teams = sorted(Team.objects.all(), key=lambda one: [int(part) for part in one.path.split("/") if part])
    line = _Lines(found, quotas, teams, people, (first, until), (ahead, ahead + FOUR_WEEKS))
    answer = [line.of(COMPANY, current().name, people, depth=0, nobody=True)]
    for team in teams:
        members = [one for one in people if one.team is not None and one.team.path.startswith(team.path)]
        depth = team.path.count("/") - 1
        answer.append(line.of(Subject(team_id=team.pk), team.name, members, depth=depth))
        for one in people:
            if one.team_id == team.pk and line.has(one):
                answer.append(line.of(Subject(one.pk), one.name, [one], depth=depth + 1))
    for one in people:
        if one.team_id is None and line.has(one):
            answer.append(line.of(Subject(one.pk), one.name, [one], depth=1))
    return answer


class _Lines:
    def __init__(
        self, found: Figures, quotas: Mapping[Subject, list[Quota]], teams: list[Team], people: list[User],
        window: tuple[date, date], ahead: tuple[date, date],
    ) -> None:  # fmt: skip
        self.found, self.quotas, self.window, self.ahead = found, quotas, window, ahead
        self.company = found.company
        self.beneath: dict[int | None, list[Subject]] = defaultdict(list)  # by team; None is the company
        for team in teams:
            self.beneath[team.parent_id].append(Subject(team_id=team.pk))
        for one in people:
            self.beneath[one.team_id].append(Subject(one.pk))

    def has(self, one: User) -> bool:
        """Is there anything to tell of this person?"""
        if Subject(one.pk) in self.quotas:
            return True
        return one.is_active and any(one.pk in held for held in (self.found.open, self.found.won))

    def of(
        self, subject: Subject, name: str, people: Iterable[User], *, depth: int, nobody: bool = False
    ) -> Standing:
        found, ids = self.found, [one.pk for one in people]
        if nobody:
            ids.append(0)
        quota, is_summed = self._quota(subject, self.window)
        coming, _summed = self._quota(subject, self.ahead)
        own = sum((found.closed[pk] for pk in ids if pk in found.closed), Closed())
        return Standing(
            subject=subject, name=name, quota=quota, won=_sum(found.won, ids),
            won_count=sum(found.won_count.get(pk, 0) for pk in ids), open=_sum(found.open, ids), is_summed=is_summed,
            stream=stream(quota=coming, came=_sum(found.qualified, ids), own=own, company=self.company), depth=depth,
        )  # fmt: skip

    def _quota(self, subject: Subject, span: tuple[date, date]) -> tuple[Decimal, bool]:
        """The own quota, or for a team and the company without one the sum of what is beneath."""
        is_summed = subject.user_id is None and subject not in self.quotas
        return _in_coins(self._exact(subject, span)), is_summed

    def _exact(self, subject: Subject, span: tuple[date, date]) -> Fraction:
        if subject in self.quotas or subject.user_id is not None:
            return quota_between([one.row for one in self.quotas.get(subject, ())], *span)
        return sum((self._exact(one, span) for one in self.beneath[subject.team_id]), Fraction(0))


def _sum(held: Mapping[int, Decimal], ids: Iterable[int]) -> Decimal:
    return sum((held[pk] for pk in ids if pk in held), Decimal(0))


def _in_coins(value: Fraction) -> Decimal:
    return rounded(value, places(current().currency))


def standings_for(viewer: User, *, now: datetime, first: date, until: date) -> list[Standing]:
    """The lines that the viewer may see: the own one, those of people and teams one leads, or all with the company's."""
    rows = standings(now=now, first=first, until=until)
    people = owner_ids(viewer)
    if people is None:
        return rows
    teams: set[int] = set()
    if viewer.visibility == Visibility.TEAM and viewer.team is not None:
        teams = set(Team.objects.filter(path__startswith=viewer.team.path).values_list("pk", flat=True))
    return [
        one
        for one in rows
        if one.subject.team_id in teams or (one.subject.user_id is not None and one.subject.user_id in people)
    ]
