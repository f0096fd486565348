from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    a_user,
    asker,
    expected_version,
    one,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.platform.api.problems import Problem
from siklus.records.activities.actions import (
    cancel_activity,
    edit_activity,
    finish_activity,
    log_activity,
    plan_activity,
)
from siklus.records.activities.models import Activity
from siklus.records.activities.queries import activities_for, activity_for
from siklus.records.companies.queries import company_for
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deal_for

router = Router()


class ActivityIn(Schema):
    kind: str = Field(max_length=8)
    subject: str = Field("", max_length=250)
    body: str = Field("", max_length=50_000)
    outcome: str = Field("", max_length=250)
    due_at: datetime | None = None
    minutes: int | None = Field(None, ge=5, le=960)
    location: str = Field("", max_length=500)
    done_at: datetime | None = None
    deal_id: int | None = None
    company_id: int | None = None
    contact_id: int | None = None
    owner_id: int | None = None


class ActivityPatch(Schema):
    subject: str | None = Field(None, max_length=250)
    body: str | None = Field(None, max_length=50_000)
    outcome: str | None = Field(None, max_length=250)
    due_at: datetime | None = None
    minutes: int | None = Field(None, ge=5, le=960)
    location: str | None = Field(None, max_length=500)
    owner_id: int | None = None


class FinishIn(Schema):
    outcome: str = Field("", max_length=250)


class ActivityOut(Schema):
    id: int
    version: int
    kind: str
    subject: str
    body: str
    outcome: str
    due_at: datetime | None
    minutes: int | None
    location: str
    done_at: datetime | None
    cancelled_at: datetime | None
    deal_id: int | None
    company_id: int | None
    contact_id: int | None
    owner_id: int | None
    created_at: datetime
    updated_at: datetime


class ActivityPage(Schema):
    items: list[ActivityOut]
    next: str | None


FIELDS = tuple(ActivityOut.model_fields)


def shown(activity: Activity) -> dict[str, Any]:
    return {name: getattr(activity, name) for name in FIELDS}


def answered(activity: Activity, response: HttpResponse) -> dict[str, Any]:
    with_etag(response, activity.version)
    return shown(activity)


def aware(moment: datetime | None, field: str) -> datetime | None:
    """A moment with a zone; one without is refused, since nobody knows when it is."""
    if moment is not None and (moment.tzinfo is None or not 1900 <= moment.year < 2200):
        message = _("Write the moment with its time zone, such as 2026-11-23T09:00:00+07:00.")
        raise Problem(422, message, errors=[{"field": field, "message": message}])
    return moment


@router.get("", response=ActivityPage, operation_id="list_activities")
def list_activities(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    planned: bool | None = None,
) -> Any:
    """Activities that you may see, newest first."""
    rows = activities_for(asker(request))
    if deal_id:
        rows = rows.filter(deal_id=deal_id)
    if owner_id:
        rows = rows.filter(owner_id=owner_id)
    if planned is not None:
        rows = rows.filter(done_at__isnull=planned, **({"cancelled_at": None} if planned else {}))
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: ActivityOut}, operation_id="create_activity")
def create_activity(request: HttpRequest, response: HttpResponse, payload: ActivityIn) -> Any:
    """Plan an activity, or with `done_at` write down one that happened."""
    user, at = worker(request), timezone.now()
    common = {
        "kind": payload.kind, "subject": payload.subject, "body": payload.body,
        "deal": referred(deal_for, user, payload.deal_id, "deal_id"),
        "company": referred(company_for, user, payload.company_id, "company_id"),
        "contact": referred(contact_for, user, payload.contact_id, "contact_id"),
        "owner": _owner(user, payload.owner_id), "by": user, "at": at,
    }  # fmt: skip
    done_at = aware(payload.done_at, "done_at")
    if done_at is not None or payload.kind == "note":
        activity = log_activity(**common, done_at=done_at, outcome=payload.outcome)  # type: ignore[arg-type]
    else:
        due_at, place = (
            aware(payload.due_at, "due_at"),
            {"minutes": payload.minutes, "location": payload.location},
        )
        activity = plan_activity(**common, **place, due_at=due_at)  # type: ignore[arg-type]
    return 201, answered(activity, response)


@router.get("/{int:activity_id}", response=ActivityOut, operation_id="get_activity")
def get_activity(request: HttpRequest, response: HttpResponse, activity_id: int) -> Any:
    return answered(one(activity_for, asker(request), activity_id), response)


@router.patch("/{int:activity_id}", response=ActivityOut, operation_id="edit_activity")
def patch_activity(
    request: HttpRequest, response: HttpResponse, activity_id: int, payload: ActivityPatch
) -> Any:
    user = worker(request)
    values = payload.dict(exclude_unset=True)
    if "owner_id" in values:
        values["owner"] = _owner(user, values.pop("owner_id"))
    if "due_at" in values:
        values["due_at"] = aware(values["due_at"], "due_at")
    values = {
        key: "" if value is None and key not in {"due_at", "minutes"} else value
        for key, value in values.items()
    }
    activity = edit_activity(
        activity=one(activity_for, user, activity_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    return answered(activity, response)


@router.post("/{int:activity_id}/finish", response=ActivityOut, operation_id="finish_activity")
def finish(request: HttpRequest, response: HttpResponse, activity_id: int, payload: FinishIn) -> Any:
    user = worker(request)
    activity = finish_activity(
        activity=one(activity_for, user, activity_id), by=user, at=timezone.now(), outcome=payload.outcome,
        expected_version=expected_version(request),
    )  # fmt: skip
    return answered(activity, response)


@router.delete("/{int:activity_id}", response={204: None}, operation_id="cancel_activity")
def cancel(request: HttpRequest, activity_id: int) -> Any:
    """Drop what is planned. What is done stays."""
    user = worker(request)
    cancel_activity(
        activity=one(activity_for, user, activity_id), by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return 204, None


def _owner(user: User, owner_id: int | None) -> User | None:
    return referred(a_user, user, owner_id, "owner_id") or user
