"""The door to quotas, and what they come to for any span of days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from siklus.analytics.quotas import quota_between, rounded
from siklus.platform.accounts.models import Role, Team, User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.installation.current import current
from siklus.platform.money.rates import places
from siklus.records.quotas.models import Measure, Quota


class Subject(NamedTuple):
    """A person, a team, or (with neither) the company."""

    user_id: int | None = None
    team_id: int | None = None


COMPANY = Subject()


def quotas_for(viewer: User) -> QuerySet[Quota]:
    """Rows that hold and that the viewer may see: one's own, those of people one leads, of one's teams, all for some.

    The company's own quota and the team's are known to those in it.
    """
    rows = Quota.objects.filter(replaced_at=None)
    people = owner_ids(viewer)
    if people is None:
        return rows
    mine = Q(user_id__in=people) | Q(user=None, team=None)
    if viewer.team is not None:
        ancestors = [int(part) for part in viewer.team.path.split("/") if part]
        mine |= Q(team_id__in=ancestors) | Q(team__path__startswith=viewer.team.path)
    return rows.filter(mine)


def quota_for(viewer: User, quota_id: int) -> Quota:
    """One quota. Raises Quota.DoesNotExist for strangers too."""
    return quotas_for(viewer).select_related("user", "team").get(pk=quota_id)


class Asking:
    """Whose quota a person may set. Operations and admins set every quota; a manager those of the people and teams
    beneath, not the own one; others none. Built with one question, and asked as often as one likes.
    """

    def __init__(self, viewer: User) -> None:
        self.everybody = viewer.can_run_operations
        self.teams: set[int] = set()
        self.people: set[int] = set()
        if not self.everybody and viewer.role == Role.MANAGER and viewer.team is not None:
            beneath = Team.objects.filter(path__startswith=viewer.team.path)
            self.teams = set(beneath.values_list("pk", flat=True))
            self.people = set(owner_ids(viewer) or ()) - {viewer.pk}

    def __contains__(self, subject: Subject) -> bool:
        if self.everybody:
            return True
        return subject.team_id in self.teams or (
            subject.user_id is not None and subject.user_id in self.people
        )


def may_set(viewer: User, subject: Subject) -> bool:
    """May this person set the quota of that one, that team, or the company?"""
    return subject in Asking(viewer)


def subject_of(quota: Quota) -> Subject:
    return Subject(quota.user_id, quota.team_id)


def quotas_known(
    *, measure: str = Measure.WON, known_at: datetime | None = None
) -> dict[Subject, list[Quota]]:
    """Every subject's rows of a measure, in order: as they hold, or as they were known at a moment. One question."""
    rows = Quota.objects.filter(measure=measure)
    if known_at is None:
        rows = rows.filter(replaced_at=None)
    else:
        rows = rows.filter(set_at__lte=known_at).filter(Q(replaced_at=None) | Q(replaced_at__gt=known_at))
    found: dict[Subject, list[Quota]] = defaultdict(list)
    for quota in rows.order_by("from_date", "id"):
        found[subject_of(quota)].append(quota)
    return dict(found)


def amount_between(quotas: Iterable[Quota], first: date, until: date) -> Decimal:
    """What these rows come to from a day until before another, to the smallest unit of the company's currency."""
    value = quota_between([one.row for one in quotas], first, until)
    return rounded(value, places(current().currency))
