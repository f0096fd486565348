"""How fast leads are answered, in working time: per owner and per source, counted where the viewer may see it.

The median and the p90 are Kaplan–Meier's: leads that wait still, or were closed unanswered, count for as long as they have
waited, and so nobody looks fast by leaving the hard ones alone. Nobody is watched longer than a month.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from siklus.analytics.rates import Rate
from siklus.analytics.stats import kaplan_meier
from siklus.cycle.outreach.first_response.clock import minutes_of, waited
from siklus.cycle.outreach.first_response.models import FirstResponse
from siklus.cycle.outreach.first_response.queries import responses_for, stints_of_many
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current

ENOUGH = 10  # leads; a median of fewer moves with every single one
HORIZON = timedelta(days=30)
MOST = 20_000  # leads, the newest


@dataclass(frozen=True, slots=True)
class Case:
    """One lead: minutes of working time until it was answered, or for how long it is known not to be."""

    minutes: int
    is_answered: bool
    is_within: bool | None  # None: there is no target, or it is too early to say
    owner: str
    source: str


@dataclass(frozen=True, slots=True)
class Speed:
    """What the leads have in common, and how fast they were answered. Minutes; None: not reached, or too few leads."""

    name: str
    n: int
    answered: int
    median: float | None
    p90: float | None
    within: Rate

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Speeds:
    everybody: Speed
    by_owner: list[Speed]
    by_source: list[Speed]


def speeds(viewer: User, *, begin: date, end: date, now: datetime) -> Speeds:
    """Leads that came in on these days, the first and the last included."""
    cases = _cases(viewer, begin, end, now)
    return Speeds(
        speed_of(_("Everybody"), cases),
        _grouped((case.owner or _("Nobody"), case) for case in cases),
        _grouped((case.source or _("no source"), case) for case in cases),
    )


def speed_of(name: str, cases: list[Case]) -> Speed:
    """The figures of these leads."""
    rows = [(0.0, len(cases), 0, 0)]
    rows += [
        (float(case.minutes) + 1e-6, 0, int(case.is_answered), int(not case.is_answered)) for case in cases
    ]
    curve = kaplan_meier(rows)
    decided = [case.is_within for case in cases if case.is_within is not None]
    enough = len(cases) >= ENOUGH
    return Speed(
        name, len(cases), sum(case.is_answered for case in cases), _whole(curve.quantile(0.5)) if enough else None,
        _whole(curve.quantile(0.9)) if enough else None, Rate(sum(decided), len(decided)),
    )  # fmt: skip


def as_rows(viewer: User, *, begin: date, end: date, now: datetime) -> list[dict[str, Any]]:
    """`siklus report first-response`: everybody, then each owner and each source."""
    found = speeds(viewer, begin=begin, end=end, now=now)
    told = [("*", found.everybody), *(("owner", one) for one in found.by_owner)]
    told += [("source", one) for one in found.by_source]
    return [
        {
            "by": by, "group": one.name, "leads": one.n, "answered": one.answered, "median_minutes": one.median,
            "p90_minutes": one.p90, "within": one.within.hits, "decided": one.within.n,
            "share_within": one.within.value if one.within.is_enough else None, "enough": one.is_enough,
        }
        for by, one in told
    ]  # fmt: skip


def _whole(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes)


def _grouped(rows: Iterable[tuple[str, Case]]) -> list[Speed]:
    """The largest groups first."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for name, case in rows:
        groups[name].append(case)
    return sorted(
        (speed_of(name, cases) for name, cases in groups.items()), key=lambda one: (-one.n, one.name)
    )


def _cases(viewer: User, begin: date, end: date, now: datetime) -> list[Case]:
    zone = current().time_zone
    first, last = (datetime.combine(day, time(), zone) for day in (begin, end + timedelta(days=1)))
    rows = responses_for(viewer).filter(arrived_at__gte=first, arrived_at__lt=last, arrived_at__lte=now)
    found = list(rows.select_related("deal", "owner").order_by("-arrived_at")[:MOST])
    late = [one for one in found if one.waited is None or (one.answered_at or now) > one.arrived_at + HORIZON]
    stints = stints_of_many([one.deal_id for one in late])
    watched = {
        one.pk: minutes_of(waited(stints[one.deal_id], one.arrived_at, min(now, one.arrived_at + HORIZON)))
        for one in late
    }
    return [
        Case(
            minutes=watched.get(one.pk, one.waited or 0),
            is_answered=one.answered_at is not None and one.pk not in watched, is_within=_within(one, now),
            owner=one.owner.name if one.owner else "", source=" ".join(one.deal.source.split()),
        )
        for one in found
    ]  # fmt: skip


def _within(one: FirstResponse, now: datetime) -> bool | None:
    """Answered in time; False also when the time passed without an answer."""
    if one.due_at is None:
        return None
    if one.answered_at is not None:
        return one.is_within
    return False if one.due_at <= (one.ended_at or now) else None
