from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.outreach.first_response.actions import drop_target, set_target
from siklus.cycle.outreach.first_response.models import FirstResponse, ResponseTarget
from siklus.cycle.outreach.first_response.queries import (
    response_for,
    responses_for,
    target_row_for,
    targets,
    waiting,
)
from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    asker,
    expected_version,
    one,
    operator,
    paged,
    referred,
    with_etag,
)
from siklus.records.deals.models import Pipeline

responses, response_targets = Router(), Router()


class ResponseOut(Schema):
    """Minutes are working time; `waited` grows until somebody answers."""

    deal_id: int
    arrived_at: datetime
    target: int | None
    due_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    activity_id: int | None
    owner_id: int | None
    owner_since: datetime
    waited: int
    owner_waited: int
    is_waiting: bool
    is_overdue: bool
    is_within: bool | None


class ResponsePage(Schema):
    items: list[ResponseOut]
    next: str | None


class TargetIn(Schema):
    pipeline_id: int | None = Field(None, ge=1, le=LARGEST_ID, description="null: every pipeline")
    source: str = Field("", max_length=120, description="empty: every source")
    minutes: int | None = Field(None, ge=1, le=14_400, description="of working time; null: no target")


class TargetOut(Schema):
    id: int
    version: int
    pipeline_id: int | None
    source: str
    minutes: int | None


def shown(clock: FirstResponse) -> dict[str, Any]:
    state = waiting(clock, timezone.now())
    names = ResponseOut.model_fields.keys() - {"waited", "owner_waited", "is_overdue"}
    return {
        **{name: getattr(clock, name) for name in names}, "waited": state.minutes, "owner_waited": state.owner_minutes,
        "is_overdue": state.is_overdue,
    }  # fmt: skip


def shown_target(row: ResponseTarget) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TargetOut.model_fields}


def a_pipeline(_viewer: User, pipeline_id: int) -> Pipeline:
    return Pipeline.objects.get(pk=pipeline_id)


@responses.get("", response=ResponsePage, operation_id="list_first_responses")
def list_responses(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    is_waiting: bool | None = None,
) -> Any:
    """The clocks of leads that you may see, the newest first."""
    rows = responses_for(asker(request)).select_related("deal", "owner")
    if is_waiting is not None:
        waits = {"answered_at": None, "ended_at": None}
        rows = rows.filter(**waits) if is_waiting else rows.exclude(**waits)
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@responses.get("/{int:deal_id}", response=ResponseOut, operation_id="get_first_response")
def get_response(request: HttpRequest, deal_id: int) -> Any:
    """The clock of one lead, by the lead's id."""
    return shown(one(response_for, asker(request), deal_id))


@response_targets.get("", response=list[TargetOut], operation_id="list_response_targets")
def list_targets(request: HttpRequest) -> Any:
    asker(request)
    return [shown_target(row) for row in targets()]


@response_targets.put("", response=TargetOut, operation_id="set_response_target")
def put_target(request: HttpRequest, response: HttpResponse, payload: TargetIn) -> Any:
    """Say how soon leads of a pipeline, a source, both or all are answered; it holds for those that come from now on."""
    user = operator(request)
    row = set_target(
        pipeline=referred(a_pipeline, user, payload.pipeline_id, "pipeline_id"), source=payload.source,
        minutes=payload.minutes, by=user, at=timezone.now(), expected_version=expected_version(request),
    )  # fmt: skip
    with_etag(response, row.version)
    return shown_target(row)


@response_targets.delete("/{int:target_id}", response={204: None}, operation_id="drop_response_target")
def delete_target(request: HttpRequest, target_id: int) -> Any:
    """The next wider target holds."""
    user = operator(request)
    drop_target(target=one(target_row_for, user, target_id), by=user, at=timezone.now())
    return 204, None
