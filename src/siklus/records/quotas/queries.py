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


def may_set(viewer: User, subject: Subject) -> bool:
    """Operations and admins set every quota; a manager those of the people and teams beneath, not the own one."""
    if viewer.can_run_operations:
        return True
    if viewer.role != Role.MANAGER or viewer.team is None:
        return False
    if subject.user_id is not None:
        people = owner_ids(viewer)
        return subject.user_id != viewer.pk and people is not None and subject.user_id in people
    if subject.team_id is not None:
        return Team.objects.filter(pk=subject.team_id, path__startswith=viewer.team.path).exists()
    return False


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
