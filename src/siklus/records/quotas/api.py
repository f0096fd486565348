"""The API of quotas: what is asked of whom, from which day on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.platform.accounts.models import Team, User
from siklus.platform.api.door import LARGEST_ID, a_user, asker, one, paged, referred
from siklus.records.quotas.actions import end_quota, set_quota, split_quota
from siklus.records.quotas.models import Quota
from siklus.records.quotas.queries import Subject, may_set, quota_for, quotas_for, subject_of

router = Router()


class QuotaIn(Schema):
    """Neither a user nor a team: the quota of the company."""

    user_id: int | None = Field(None, ge=1, le=LARGEST_ID)
    team_id: int | None = Field(None, ge=1, le=LARGEST_ID)
    measure: str = Field("won", max_length=10)
    per: str = Field("month", max_length=7)
    amount: Decimal = Field(ge=0, max_digits=15, decimal_places=3)
    from_date: date
    until_date: date | None = None
    ramp: list[int] = Field(default_factory=list, max_length=24)


class QuotaOut(Schema):
    id: int
    user_id: int | None
    team_id: int | None
    measure: str
    per: str
    amount: Decimal
    from_date: date
    until_date: date | None
    ramp: list[int]
    set_at: datetime
    set_by_id: int | None


class QuotaPage(Schema):
    items: list[QuotaOut]
    next: str | None


class EndIn(Schema):
    until_date: date


class ShareIn(Schema):
    user_id: int = Field(ge=1, le=LARGEST_ID)
    percent: Decimal = Field(ge=0, le=100, max_digits=6, decimal_places=3)


def shown(quota: Quota) -> dict[str, Any]:
    return {name: getattr(quota, name) for name in QuotaOut.model_fields}


def team_of(_viewer: User, team_id: int) -> Team:
    return Team.objects.get(pk=team_id)


def _asking(user: User, subject: Subject) -> User:
    if not may_set(user, subject):
        raise PermissionDenied
    return user


@router.get("", response=QuotaPage, operation_id="list_quotas")
def list_quotas(request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)) -> Any:
    """What holds, as far as the asker may see it."""
    return paged(quotas_for(asker(request)), cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: QuotaOut}, operation_id="set_quota")
def post_quota(request: HttpRequest, payload: QuotaIn) -> Any:
    """Set a quota from a day on; what it covers of earlier ones is replaced and stays known."""
    user = asker(request)
    values = payload.dict()
    user_id, team_id = values.pop("user_id"), values.pop("team_id")
    person = referred(a_user, user, user_id, "user_id") if user_id else None
    team = referred(team_of, user, team_id, "team_id") if team_id else None
    _asking(user, Subject(person.pk if person else None, team.pk if team else None))
    return 201, shown(set_quota(user=person, team=team, by=user, at=timezone.now(), **values))


@router.post("/{int:quota_id}/end", response={200: QuotaOut, 204: None}, operation_id="end_quota")
def post_end(request: HttpRequest, quota_id: int, payload: EndIn) -> Any:
    """Ask for nothing more from a day on; 204 when nothing is left of it."""
    user = asker(request)
    quota = one(quota_for, user, quota_id)
    _asking(user, subject_of(quota))
    left = end_quota(quota=quota, until_date=payload.until_date, by=user, at=timezone.now())
    return (200, shown(left)) if left is not None else (204, None)


@router.post("/{int:quota_id}/split", response=list[QuotaOut], operation_id="split_quota")
def post_split(request: HttpRequest, quota_id: int, payload: list[ShareIn]) -> Any:
    """Give the people of a team their shares, in per cent that come to 100."""
    user = asker(request)
    quota = one(quota_for, user, quota_id)
    _asking(user, subject_of(quota))
    shares = {share.user_id: share.percent for share in payload}
    return [shown(one) for one in split_quota(quota=quota, shares=shares, by=user, at=timezone.now())]
