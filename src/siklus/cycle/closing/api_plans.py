from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.closing.actions import (
    add_milestone,
    begin_plan,
    edit_milestone,
    remove_milestone,
    share_plan,
    tick_milestone,
    unshare_plan,
)
from siklus.cycle.closing.models import ActionPlan, Milestone
from siklus.cycle.closing.queries import course_of, day_of, milestone_for, plan_for, plans_for
from siklus.platform.api.door import (
    LARGEST_ID,
    asker,
    expected_version,
    one,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.records.deals.queries import deal_for

plans = Router()
milestones = Router()
Side = Literal["ours", "buyer"]


class PlanIn(Schema):
    """The plan begins with the template of the deal's pipeline."""

    deal_id: int
    language: Literal["en", "id"] | None = None


class MilestoneIn(Schema):
    title: str = Field(max_length=160)
    side: Side
    due_date: date
    who: str = Field("", max_length=120)


class MilestoneEdit(Schema):
    title: str | None = Field(None, max_length=160)
    side: Side | None = None
    due_date: date | None = None
    who: str | None = Field(None, max_length=120)


class DoneIn(Schema):
    is_done: bool = True


class MilestoneOut(Schema):
    """`first_due` is the day that was said first; `slipped` how many days it was put off since."""

    id: int
    title: str
    side: str
    who: str
    due_date: date
    first_due: date
    slipped: int
    done_at: datetime | None
    done_by_id: int | None
    done_name: str


class PlanOut(Schema):
    id: int
    version: int
    deal_id: int
    language: str
    is_shared: bool
    created_at: datetime
    updated_at: datetime


class PlanDetail(PlanOut):
    """`beyond` is how many days the plan ends after the expected close."""

    milestones: list[MilestoneOut]
    beyond: int


class PlanPage(Schema):
    items: list[PlanOut]
    next: str | None


OF_PLAN = ("id", "version", "deal_id", "language", "created_at", "updated_at")
OF_MILESTONE = tuple(MilestoneOut.model_fields)


def shown(plan: ActionPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in OF_PLAN} | {"is_shared": plan.secret is not None}


def _milestone(row: Milestone) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OF_MILESTONE}


def detailed(user: Any, plan_id: int, response: HttpResponse) -> dict[str, Any]:
    plan = plan_for(user, plan_id)
    with_etag(response, plan.version)
    course = course_of(plan, day_of(timezone.now()))
    return {
        **shown(plan), "milestones": [_milestone(row) for row in course.milestones], "beyond": course.beyond
    }  # fmt: skip


@plans.get("", response=PlanPage, operation_id="list_action_plans")
def list_plans(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
) -> Any:
    """Plans of deals that you may see, newest first."""
    rows = plans_for(asker(request))
    return paged(rows.filter(deal_id=deal_id) if deal_id else rows, cursor=cursor, limit=limit, show=shown)


@plans.post("", response={201: PlanDetail}, operation_id="begin_action_plan")
def post_plan(request: HttpRequest, response: HttpResponse, payload: PlanIn) -> Any:
    user = worker(request)
    deal = referred(deal_for, user, payload.deal_id, "deal_id")
    assert deal is not None
    plan = begin_plan(deal=deal, language=payload.language or "", by=user, at=timezone.now())
    return 201, detailed(user, plan.pk, response)


@plans.get("/{int:plan_id}", response=PlanDetail, operation_id="get_action_plan")
def get_plan(request: HttpRequest, response: HttpResponse, plan_id: int) -> Any:
    user = asker(request)
    return detailed(user, one(plan_for, user, plan_id).pk, response)


@plans.post("/{int:plan_id}/milestones", response={201: PlanDetail}, operation_id="add_milestone")
def post_milestone(request: HttpRequest, response: HttpResponse, plan_id: int, payload: MilestoneIn) -> Any:
    user = worker(request)
    add_milestone(plan=one(plan_for, user, plan_id), by=user, at=timezone.now(), **payload.dict())
    return 201, detailed(user, plan_id, response)


@plans.post("/{int:plan_id}/share", response=PlanDetail, operation_id="share_action_plan")
def share(request: HttpRequest, response: HttpResponse, plan_id: int) -> Any:
    """Give it an address that the buyer can open; the page of the deal shows it."""
    user = worker(request)
    share_plan(plan=one(plan_for, user, plan_id), by=user, at=timezone.now())
    return detailed(user, plan_id, response)


@plans.post("/{int:plan_id}/unshare", response=PlanDetail, operation_id="unshare_action_plan")
def unshare(request: HttpRequest, response: HttpResponse, plan_id: int) -> Any:
    user = worker(request)
    unshare_plan(plan=one(plan_for, user, plan_id), by=user, at=timezone.now())
    return detailed(user, plan_id, response)


@milestones.patch("/{int:milestone_id}", response=PlanDetail, operation_id="edit_milestone")
def patch_milestone(
    request: HttpRequest, response: HttpResponse, milestone_id: int, payload: MilestoneEdit
) -> Any:
    """Word it anew, or put it off. If-Match is the version of the plan."""
    user = worker(request)
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    row = edit_milestone(
        milestone=one(milestone_for, user, milestone_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    return detailed(user, row.plan_id, response)


@milestones.post("/{int:milestone_id}/done", response=PlanDetail, operation_id="tick_milestone")
def post_done(request: HttpRequest, response: HttpResponse, milestone_id: int, payload: DoneIn) -> Any:
    user = worker(request)
    row = one(milestone_for, user, milestone_id)
    tick_milestone(milestone=row, is_done=payload.is_done, by=user, at=timezone.now())
    return detailed(user, row.plan_id, response)


@milestones.delete("/{int:milestone_id}", response={204: None}, operation_id="remove_milestone")
def delete_milestone(request: HttpRequest, milestone_id: int) -> Any:
    user = worker(request)
    remove_milestone(milestone=one(milestone_for, user, milestone_id), by=user, at=timezone.now())
    return 204, None
