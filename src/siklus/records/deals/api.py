from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    a_user,
    asker,
    expected_version,
    one,
    operator,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.records.companies.queries import lean_company_for
from siklus.records.contacts.queries import lean_contact_for
from siklus.records.deals.actions import (
    add_pipeline,
    add_stage,
    assign_deal,
    create_deal,
    discard_deal,
    edit_deal,
    edit_stage,
    lose_deal,
    merge_deals,
    move_deal,
    qualify_deal,
    rename_pipeline,
    reopen_deal,
    retire_stage,
    tag_deal,
    unmerge_deals,
    win_deal,
)
from siklus.records.deals.history import intervals
from siklus.records.deals.models import Deal, LostReason, Pipeline, Stage
from siklus.records.deals.queries import deal_for, deals_for, lost_reasons, merged_deal_for, stages_of
from siklus.records.deals.queries import pipelines as all_pipelines
from siklus.records.fields.schemas import MergeIn, UnmergeIn
from siklus.records.tags.actions import tags_of

deals, leads, pipelines = Router(), Router(), Router()


class DealIn(Schema):
    name: str | None = Field(None, max_length=250)
    stage_id: int | None = None
    company_id: int | None = None
    contact_id: int | None = None
    owner_id: int | None = None
    amount: Decimal | None = Field(None, ge=0, max_digits=15, decimal_places=3)
    currency: str | None = Field(None, max_length=3)
    probability: int | None = Field(None, ge=0, le=100)
    expected_close_date: date | None = None
    category: str | None = Field(None, max_length=9)
    source: str | None = Field(None, max_length=120)
    description: str | None = Field(None, max_length=20_000)
    kind: str | None = Field(None, max_length=9)
    external_id: str | None = Field(None, max_length=120)
    custom: dict[str, Any] | None = None
    tags: list[str] | None = Field(None, max_length=50)


class DealOut(Schema):
    id: int
    version: int
    name: str
    is_lead: bool
    kind: str
    status: str
    pipeline_id: int
    stage_id: int
    company_id: int | None
    contact_id: int | None
    owner_id: int | None
    team_id: int | None
    amount: Decimal | None
    currency: str
    amount_base: Decimal
    probability: int
    expected_close_date: date | None
    category: str
    source: str
    description: str
    external_id: str | None
    lost_reason_id: int | None
    lost_note: str
    custom: dict[str, Any]
    qualified_at: datetime | None
    closed_at: datetime | None
    stage_entered_at: datetime
    next_at: datetime | None
    created_at: datetime
    updated_at: datetime


class DealDetail(DealOut):
    tags: list[str]


class DealPage(Schema):
    items: list[DealOut]
    next: str | None


class MoveIn(Schema):
    stage_id: int


class WinIn(Schema):
    amount: Decimal | None = Field(None, ge=0, max_digits=15, decimal_places=3)


class LoseIn(Schema):
    reason_id: int
    status: str = "lost"
    note: str = Field("", max_length=5000)


class ReopenIn(Schema):
    stage_id: int | None = None


class AssignIn(Schema):
    owner_id: int | None


class Empty(Schema):
    pass


class IntervalOut(Schema):
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime
    pipeline_id: int
    stage_id: int
    status: str
    amount: Decimal | None
    currency: str
    probability: int
    expected_close_date: date | None
    category: str
    owner_id: int | None
    team_id: int | None
    lost_reason_id: int | None


FIELDS = tuple(DealOut.model_fields)


def shown(deal: Deal) -> dict[str, Any]:
    return {name: getattr(deal, name) for name in FIELDS}


def detailed(deal: Deal, response: HttpResponse, *, is_tagged: bool = True) -> dict[str, Any]:
    with_etag(response, deal.version)
    return {**shown(deal), "tags": [tag.name for tag in tags_of("deal", deal.pk)] if is_tagged else []}


def stage_of(_viewer: User, stage_id: int) -> Stage:
    """Stages are known to everybody."""
    return Stage.objects.get(pk=stage_id)


def reason_of(_viewer: User, reason_id: int) -> LostReason:
    """Retired reasons explain what ended before, and nothing new."""
    return LostReason.objects.get(pk=reason_id, is_active=True)


def pipeline_of(_viewer: User, pipeline_id: int) -> Pipeline:
    return Pipeline.objects.get(pk=pipeline_id)


def values_of(payload: DealIn, user: User) -> dict[str, Any]:
    """The values that were sent, without those that have verbs of their own."""
    values = payload.dict(exclude_unset=True)
    for key in ("owner_id", "stage_id", "tags"):
        values.pop(key, None)
    if "company_id" in values:
        values["company"] = referred(lean_company_for, user, values.pop("company_id"), "company_id")
    if "contact_id" in values:
        values["contact"] = referred(lean_contact_for, user, values.pop("contact_id"), "contact_id")
    for key in ("currency", "probability", "kind", "custom"):
        if key in values and values[key] is None:
            del values[key]
    nullable = {"amount", "expected_close_date", "company", "contact", "external_id", "category"}
    return {key: "" if value is None and key not in nullable else value for key, value in values.items()}


def _list(
    request: HttpRequest, *, are_leads: bool, cursor: str | None, limit: int, **wanted: Any
) -> dict[str, Any]:
    rows = deals_for(asker(request)).filter(qualified_at__isnull=are_leads)
    rows = rows.filter(**{key: value for key, value in wanted.items() if value is not None})
    return paged(rows, cursor=cursor, limit=limit, show=shown)


def _create(request: HttpRequest, response: HttpResponse, payload: DealIn, *, qualified: bool) -> Any:
    user, at = worker(request), timezone.now()
    values = values_of(payload, user)
    probability = values.pop("probability", None)
    with transaction.atomic():
        deal = create_deal(
            name=values.pop("name", ""),
            stage=referred(stage_of, user, payload.stage_id, "stage_id"),
            owner=referred(a_user, user, payload.owner_id, "owner_id") if payload.owner_id else user,
            qualified=qualified,
            by=user,
            at=at,
            **values,
        )
        if probability is not None and probability != deal.probability:
            deal = edit_deal(deal=deal, by=user, at=at, probability=probability)
        if payload.tags:
            tag_deal(deal=deal, tags=payload.tags, by=user, at=at)
    return 201, detailed(deal, response, is_tagged=bool(payload.tags))


@deals.get("", response=DealPage, operation_id="list_deals")
def list_deals(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    status: str | None = None,
    stage_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    pipeline_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    company_id: int | None = Query(None, ge=1, le=LARGEST_ID),
) -> Any:
    """Deals that you may see, newest first. What is not qualified yet is under /leads."""
    return _list(
        request, are_leads=False, cursor=cursor, limit=limit, status=status, stage_id=stage_id,
        pipeline_id=pipeline_id, owner_id=owner_id, company_id=company_id,
    )  # fmt: skip


@leads.get("", response=DealPage, operation_id="list_leads")
def list_leads(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    status: str | None = None,
    stage_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    company_id: int | None = Query(None, ge=1, le=LARGEST_ID),
) -> Any:
    """Leads that you may see, newest first."""
    return _list(
        request, are_leads=True, cursor=cursor, limit=limit, status=status, stage_id=stage_id, owner_id=owner_id,
        company_id=company_id,
    )  # fmt: skip


@deals.post("", response={201: DealDetail}, operation_id="create_deal")
def post_deal(request: HttpRequest, response: HttpResponse, payload: DealIn) -> Any:
    """Create a deal that is qualified from now on."""
    return _create(request, response, payload, qualified=True)


@leads.post("", response={201: DealDetail}, operation_id="create_lead")
def post_lead(request: HttpRequest, response: HttpResponse, payload: DealIn) -> Any:
    """Create a lead."""
    return _create(request, response, payload, qualified=False)


@deals.get("/lost-reasons", response=list[dict[str, Any]], operation_id="list_lost_reasons")
def get_lost_reasons(request: HttpRequest) -> Any:
    return [{"id": one.pk, "name": one.name, "status": one.status} for one in lost_reasons()]


@deals.get("/{int:deal_id}", response=DealDetail, operation_id="get_deal")
@leads.get("/{int:deal_id}", response=DealDetail, operation_id="get_lead")
def get_deal(request: HttpRequest, response: HttpResponse, deal_id: int) -> Any:
    return detailed(one(deal_for, asker(request), deal_id), response)


@deals.patch("/{int:deal_id}", response=DealDetail, operation_id="edit_deal")
@leads.patch("/{int:deal_id}", response=DealDetail, operation_id="edit_lead")
@transaction.atomic
def patch_deal(request: HttpRequest, response: HttpResponse, deal_id: int, payload: DealIn) -> Any:
    """Change the values that are sent. `stage_id` moves, `owner_id` assigns."""
    user, at = worker(request), timezone.now()
    deal = one(deal_for, user, deal_id)
    sent = payload.dict(exclude_unset=True)
    deal = edit_deal(
        deal=deal, by=user, at=at, expected_version=expected_version(request), **values_of(payload, user)
    )
    if stage := referred(stage_of, user, payload.stage_id, "stage_id"):
        deal = move_deal(deal=deal, stage=stage, by=user, at=at)
    if "owner_id" in sent:
        owner = referred(a_user, user, payload.owner_id, "owner_id")
        deal = assign_deal(deal=deal, owner=owner, by=user, at=at)
    if payload.tags is not None:
        tag_deal(deal=deal, tags=payload.tags, by=user, at=at)
    return detailed(deal, response)


@deals.delete("/{int:deal_id}", response={204: None}, operation_id="discard_deal")
@leads.delete("/{int:deal_id}", response={204: None}, operation_id="discard_lead")
def delete_deal(request: HttpRequest, deal_id: int) -> Any:
    """Take a deal out of the pipeline: it is disqualified with the reason “Deleted”. Its history stays."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    discard_deal(deal=deal, by=user, at=timezone.now(), expected_version=expected_version(request))
    return 204, None


@deals.post("/{int:deal_id}/move", response=DealDetail, operation_id="move_deal")
@leads.post("/{int:deal_id}/move", response=DealDetail, operation_id="move_lead")
def move(request: HttpRequest, response: HttpResponse, deal_id: int, payload: MoveIn) -> Any:
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    stage = referred(stage_of, user, payload.stage_id, "stage_id")
    assert stage is not None
    version = expected_version(request)
    return detailed(
        move_deal(deal=deal, stage=stage, by=user, at=timezone.now(), expected_version=version), response
    )


@deals.post("/{int:deal_id}/qualify", response=DealDetail, operation_id="qualify_deal")
@leads.post("/{int:deal_id}/qualify", response=DealDetail, operation_id="qualify_lead")
def qualify(request: HttpRequest, response: HttpResponse, deal_id: int) -> Any:
    """A lead becomes a deal."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    version = expected_version(request)
    return detailed(qualify_deal(deal=deal, by=user, at=timezone.now(), expected_version=version), response)


@deals.post("/{int:deal_id}/win", response=DealDetail, operation_id="win_deal")
def win(request: HttpRequest, response: HttpResponse, deal_id: int, payload: WinIn) -> Any:
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    won = win_deal(
        deal=deal,
        by=user,
        at=timezone.now(),
        amount=payload.amount,
        expected_version=expected_version(request),
    )
    return detailed(won, response)


@deals.post("/{int:deal_id}/lose", response=DealDetail, operation_id="lose_deal")
@leads.post("/{int:deal_id}/lose", response=DealDetail, operation_id="lose_lead")
def lose(request: HttpRequest, response: HttpResponse, deal_id: int, payload: LoseIn) -> Any:
    """Close as lost, no_decision or disqualified, with a reason."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    reason = referred(reason_of, user, payload.reason_id, "reason_id")
    lost = lose_deal(
        deal=deal, reason=reason, status=payload.status, note=payload.note, by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(lost, response)


@deals.post("/{int:deal_id}/reopen", response=DealDetail, operation_id="reopen_deal")
@leads.post("/{int:deal_id}/reopen", response=DealDetail, operation_id="reopen_lead")
def reopen(request: HttpRequest, response: HttpResponse, deal_id: int, payload: ReopenIn) -> Any:
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    stage = referred(stage_of, user, payload.stage_id, "stage_id")
    version = expected_version(request)
    return detailed(
        reopen_deal(deal=deal, stage=stage, by=user, at=timezone.now(), expected_version=version), response
    )


@deals.post("/{int:deal_id}/assign", response=DealDetail, operation_id="assign_deal")
@leads.post("/{int:deal_id}/assign", response=DealDetail, operation_id="assign_lead")
def assign(request: HttpRequest, response: HttpResponse, deal_id: int, payload: AssignIn) -> Any:
    """Give it to somebody, or with null back to the pool."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    owner = referred(a_user, user, payload.owner_id, "owner_id")
    version = expected_version(request)
    return detailed(
        assign_deal(deal=deal, owner=owner, by=user, at=timezone.now(), expected_version=version), response
    )


@deals.post("/{int:deal_id}/merge", response=DealDetail, operation_id="merge_deals")
@leads.post("/{int:deal_id}/merge", response=DealDetail, operation_id="merge_leads")
def merge(request: HttpRequest, response: HttpResponse, deal_id: int, payload: MergeIn) -> Any:
    """Merge another lead or deal into this one: all that hangs on it moves here, and it is counted no more."""
    user = worker(request)
    kept = one(deal_for, user, deal_id)
    other = referred(deal_for, user, payload.other_id, "other_id")
    assert other is not None
    merged = merge_deals(kept=kept, other=other, by=user, at=timezone.now(), take=payload.take)
    return detailed(merged, response)


@deals.post("/{int:deal_id}/unmerge", response=DealDetail, operation_id="unmerge_deals")
@leads.post("/{int:deal_id}/unmerge", response=DealDetail, operation_id="unmerge_leads")
def unmerge(request: HttpRequest, response: HttpResponse, deal_id: int, payload: UnmergeIn) -> Any:
    """Take a merged lead or deal out again with what it brought."""
    user = worker(request)
    kept = one(deal_for, user, deal_id)
    other = referred(merged_deal_for, user, payload.other_id, "other_id")
    assert other is not None
    return detailed(unmerge_deals(kept=kept, other_id=other.pk, by=user, at=timezone.now()), response)


@deals.get("/{int:deal_id}/history", response=list[IntervalOut], operation_id="get_deal_history")
@leads.get("/{int:deal_id}/history", response=list[IntervalOut], operation_id="get_lead_history")
def get_history(request: HttpRequest, deal_id: int) -> Any:
    """Every value the deal had, and from when to when."""
    deal = one(deal_for, asker(request), deal_id)
    names = IntervalOut.model_fields
    return [{name: getattr(row, name) for name in names} for row in intervals(deal)]


# Pipelines


class StageIn(Schema):
    name: str | None = Field(None, max_length=120)
    kind: str | None = Field(None, max_length=12)
    colour: str | None = Field(None, max_length=12)
    position: int | None = Field(None, ge=0, le=1000)
    probability: int | None = Field(None, ge=0, le=100)
    rotting_days: int | None = Field(None, ge=1, le=3650)
    category: str | None = Field(None, max_length=9)


class StageOut(Schema):
    id: int
    name: str
    kind: str
    colour: str
    position: int
    probability: int
    rotting_days: int | None
    category: str


class PipelineOut(Schema):
    id: int
    name: str
    position: int
    stages: list[StageOut]


class PipelineIn(Schema):
    name: str = Field(max_length=120)


def stage_shown(stage: Stage) -> dict[str, Any]:
    return {name: getattr(stage, name) for name in StageOut.model_fields}


def pipeline_shown(pipeline: Pipeline) -> dict[str, Any]:
    return {
        "id": pipeline.pk,
        "name": pipeline.name,
        "position": pipeline.position,
        "stages": [stage_shown(stage) for stage in stages_of(pipeline)],
    }


@pipelines.get("", response=list[PipelineOut], operation_id="list_pipelines")
def list_pipelines(request: HttpRequest) -> Any:
    return [pipeline_shown(one) for one in all_pipelines()]


@pipelines.post("", response={201: PipelineOut}, operation_id="create_pipeline")
def post_pipeline(request: HttpRequest, payload: PipelineIn) -> Any:
    return 201, pipeline_shown(add_pipeline(name=payload.name, by=operator(request), at=timezone.now()))


@pipelines.get("/{int:pipeline_id}", response=PipelineOut, operation_id="get_pipeline")
def get_pipeline(request: HttpRequest, pipeline_id: int) -> Any:
    return pipeline_shown(one(pipeline_of, asker(request), pipeline_id))


@pipelines.patch("/{int:pipeline_id}", response=PipelineOut, operation_id="rename_pipeline")
def patch_pipeline(request: HttpRequest, pipeline_id: int, payload: PipelineIn) -> Any:
    """Give a pipeline another name; its deals and their history stay where they are."""
    user = operator(request)
    pipeline = one(pipeline_of, user, pipeline_id)
    return pipeline_shown(rename_pipeline(pipeline=pipeline, name=payload.name, by=user, at=timezone.now()))


@pipelines.post("/{int:pipeline_id}/stages", response={201: StageOut}, operation_id="create_stage")
def post_stage(request: HttpRequest, pipeline_id: int, payload: StageIn) -> Any:
    user = operator(request)
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    stage = add_stage(
        pipeline=one(pipeline_of, user, pipeline_id), name=values.pop("name", ""), kind=values.pop("kind", ""),
        by=user, at=timezone.now(), **values,
    )  # fmt: skip
    return 201, stage_shown(stage)


@pipelines.patch("/stages/{int:stage_id}", response=StageOut, operation_id="edit_stage")
def patch_stage(request: HttpRequest, stage_id: int, payload: StageIn) -> Any:
    """Change a stage from now on; history keeps what it was."""
    user = operator(request)
    values = payload.dict(exclude_unset=True)
    values = {key: value for key, value in values.items() if value is not None or key == "rotting_days"}
    return stage_shown(edit_stage(stage=one(stage_of, user, stage_id), by=user, at=timezone.now(), **values))


@pipelines.delete("/stages/{int:stage_id}", response={204: None}, operation_id="retire_stage")
def delete_stage(request: HttpRequest, stage_id: int) -> Any:
    """Take a stage off the board; open deals must have left it."""
    user = operator(request)
    retire_stage(stage=one(stage_of, user, stage_id), by=user, at=timezone.now())
    return 204, None
