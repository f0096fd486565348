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
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.records.companies.queries import lean_company_for
from siklus.records.contacts.queries import lean_contact_for
from siklus.records.deals.actions import (
    assign_deal,
    create_deal,
    discard_deal,
    edit_deal,
    lose_deal,
    merge_deals,
    move_deal,
    qualify_deal,
    reopen_deal,
    tag_deal,
    unmerge_deals,
    win_deal,
)
from siklus.records.deals.history import intervals
from siklus.records.deals.models import Deal, LostReason
from siklus.records.deals.queries import deal_for, deals_for, lost_reasons, merged_deal_for, stage_for
from siklus.records.fields.schemas import MergeIn, UnmergeIn
from siklus.records.tags.actions import tags_of

deals, leads = Router(), Router()


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


def reason_of(_viewer: User, reason_id: int) -> LostReason:
    """Retired reasons explain what ended before, and nothing new."""
    return LostReason.objects.get(pk=reason_id, is_active=True)


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
            stage=referred(stage_for, user, payload.stage_id, "stage_id"),
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
    if stage := referred(stage_for, user, payload.stage_id, "stage_id"):
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
    stage = referred(stage_for, user, payload.stage_id, "stage_id")
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
    stage = referred(stage_for, user, payload.stage_id, "stage_id")
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
