"""Research before a first contact over the API: checklists of pipelines, what is done for a deal, competitors."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.cycle.research.actions import (
    add_competitor,
    add_item,
    drop_rival,
    edit_competitor,
    edit_item,
    name_rival,
    retire_competitor,
    retire_item,
    set_research_rule,
    tick,
    untick,
)
from siklus.cycle.research.models import ChecklistItem, Competitor
from siklus.cycle.research.queries import (
    competitor_for,
    competitors_in_use,
    demands_research,
    item_for,
    items_of,
    relevance_of,
    rivals_of,
    steps_of,
)
from siklus.platform.api.door import asker, expected_version, one, operator, with_etag, worker
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for, pipeline_for

router = Router()
checklists = Router()
competitors = Router()

Standing = Literal["considered", "incumbent", "ahead", "out"]


class StepOut(Schema):
    item_id: int
    label: str
    section: str = Field(description="the part of the dossier that answers it; why: why we matter to them")
    is_done: bool
    by_dossier: bool


class RivalOut(Schema):
    competitor_id: int
    name: str
    standing: str


class ResearchOut(Schema):
    deal_id: int
    why: str
    is_demanded: bool
    steps: list[StepOut]
    rivals: list[RivalOut]


class RivalIn(Schema):
    standing: Standing = "considered"


class CompetitorIn(Schema):
    name: str = Field(max_length=120)
    website: str = Field("", max_length=250)
    strengths: str = Field("", max_length=4000)
    weaknesses: str = Field("", max_length=4000)
    say_en: str = Field("", max_length=4000)
    say_id: str = Field("", max_length=4000)


class CompetitorPatch(Schema):
    name: str | None = Field(None, max_length=120)
    website: str | None = Field(None, max_length=250)
    strengths: str | None = Field(None, max_length=4000)
    weaknesses: str | None = Field(None, max_length=4000)
    say_en: str | None = Field(None, max_length=4000)
    say_id: str | None = Field(None, max_length=4000)


class CompetitorOut(CompetitorIn):
    id: int
    version: int


class ItemIn(Schema):
    label_en: str = Field("", max_length=120)
    label_id: str = Field("", max_length=120)
    section: str = Field("", max_length=11, description="the part of the dossier that answers it, or why")


class ItemPatch(Schema):
    label_en: str | None = Field(None, max_length=120)
    label_id: str | None = Field(None, max_length=120)
    section: str | None = Field(None, max_length=11)
    position: int | None = Field(None, ge=0, le=1000)


class ItemOut(ItemIn):
    id: int
    pipeline_id: int
    position: int


class ChecklistOut(Schema):
    pipeline_id: int
    is_demanded: bool
    items: list[ItemOut]


class RuleIn(Schema):
    is_demanded: bool


def shown(deal: Deal) -> dict[str, Any]:
    why, steps = relevance_of(deal.company_id), steps_of(deal)
    return {
        "deal_id": deal.pk, "why": why.text if why else "",
        "is_demanded": bool(steps) and demands_research(deal.pipeline_id),
        "steps": [
            {
                "item_id": step.item.pk, "label": step.item.label, "section": step.item.section,
                "is_done": step.is_done, "by_dossier": step.by_dossier,
            }
            for step in steps
        ],
        "rivals": [
            {"competitor_id": row.competitor_id, "name": row.competitor.name, "standing": row.standing}
            for row in rivals_of(deal.pk)
        ],
    }  # fmt: skip


def shown_competitor(row: Competitor) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CompetitorOut.model_fields}


def shown_item(row: ChecklistItem) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ItemOut.model_fields}


def shown_checklist(pipeline_id: int) -> dict[str, Any]:
    rows = [shown_item(row) for row in items_of(pipeline_id)]
    return {"pipeline_id": pipeline_id, "is_demanded": demands_research(pipeline_id), "items": rows}


@router.get("/{int:deal_id}", response=ResearchOut, operation_id="get_research")
def get_research(request: HttpRequest, deal_id: int) -> Any:
    """The checklist of a lead or deal, why we matter to the company, and who else is after it."""
    return shown(one(deal_for, asker(request), deal_id))


@router.put("/{int:deal_id}/items/{int:item_id}", response=ResearchOut, operation_id="tick_research")
def put_tick(request: HttpRequest, deal_id: int, item_id: int) -> Any:
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    tick(deal=deal, item=one(item_for, user, item_id), by=user, at=timezone.now())
    return shown(deal)


@router.delete("/{int:deal_id}/items/{int:item_id}", response=ResearchOut, operation_id="untick_research")
def delete_tick(request: HttpRequest, deal_id: int, item_id: int) -> Any:
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    untick(deal=deal, item=one(item_for, user, item_id), by=user, at=timezone.now())
    return shown(deal)


@router.put("/{int:deal_id}/rivals/{int:competitor_id}", response=ResearchOut, operation_id="name_rival")
def put_rival(request: HttpRequest, deal_id: int, competitor_id: int, payload: RivalIn) -> Any:
    """A competitor is after this deal, and how they stand."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    rival = one(competitor_for, user, competitor_id)
    name_rival(deal=deal, competitor=rival, standing=payload.standing, by=user, at=timezone.now())
    return shown(deal)


@router.delete("/{int:deal_id}/rivals/{int:competitor_id}", response=ResearchOut, operation_id="drop_rival")
def delete_rival(request: HttpRequest, deal_id: int, competitor_id: int) -> Any:
    """They were never in it. Who left the race stays named, as out."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    drop_rival(deal=deal, competitor=one(competitor_for, user, competitor_id), by=user, at=timezone.now())
    return shown(deal)


@competitors.get("", response=list[CompetitorOut], operation_id="list_competitors")
def list_competitors(request: HttpRequest) -> Any:
    asker(request)
    return [shown_competitor(row) for row in competitors_in_use()]


@competitors.post("", response={201: CompetitorOut}, operation_id="add_competitor")
def post_competitor(request: HttpRequest, response: HttpResponse, payload: CompetitorIn) -> Any:
    made = add_competitor(by=worker(request), at=timezone.now(), **payload.dict())
    with_etag(response, made.version)
    return 201, shown_competitor(made)


@competitors.get("/{int:competitor_id}", response=CompetitorOut, operation_id="get_competitor")
def get_competitor(request: HttpRequest, response: HttpResponse, competitor_id: int) -> Any:
    found = one(competitor_for, asker(request), competitor_id)
    with_etag(response, found.version)
    return shown_competitor(found)


@competitors.patch("/{int:competitor_id}", response=CompetitorOut, operation_id="edit_competitor")
def patch_competitor(
    request: HttpRequest, response: HttpResponse, competitor_id: int, payload: CompetitorPatch
) -> Any:
    user = worker(request)
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    changed = edit_competitor(
        competitor=one(competitor_for, user, competitor_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    with_etag(response, changed.version)
    return shown_competitor(changed)


@competitors.delete("/{int:competitor_id}", response={204: None}, operation_id="retire_competitor")
def delete_competitor(request: HttpRequest, competitor_id: int) -> Any:
    """Offered no more. Deals that name them keep them."""
    user = operator(request)
    retire_competitor(competitor=one(competitor_for, user, competitor_id), by=user, at=timezone.now())
    return 204, None


@checklists.get("/{int:pipeline_id}", response=ChecklistOut, operation_id="get_research_checklist")
def get_checklist(request: HttpRequest, pipeline_id: int) -> Any:
    return shown_checklist(one(pipeline_for, asker(request), pipeline_id).pk)


@checklists.post("/{int:pipeline_id}/items", response={201: ItemOut}, operation_id="add_research_item")
def post_item(request: HttpRequest, pipeline_id: int, payload: ItemIn) -> Any:
    """Something to find out before the first contact."""
    user = operator(request)
    pipeline = one(pipeline_for, user, pipeline_id)
    return 201, shown_item(add_item(pipeline=pipeline, by=user, at=timezone.now(), **payload.dict()))


@checklists.patch("/items/{int:item_id}", response=ItemOut, operation_id="edit_research_item")
def patch_item(request: HttpRequest, item_id: int, payload: ItemPatch) -> Any:
    user = operator(request)
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    return shown_item(edit_item(item=one(item_for, user, item_id), by=user, at=timezone.now(), **values))


@checklists.delete("/items/{int:item_id}", response={204: None}, operation_id="retire_research_item")
def delete_item(request: HttpRequest, item_id: int) -> Any:
    """Asked for no more. What was done stays."""
    user = operator(request)
    retire_item(item=one(item_for, user, item_id), by=user, at=timezone.now())
    return 204, None


@checklists.put("/{int:pipeline_id}/rule", response=ChecklistOut, operation_id="set_research_rule")
def put_rule(request: HttpRequest, pipeline_id: int, payload: RuleIn) -> Any:
    """Whether deals of this pipeline need the checklist before the first contact."""
    user = operator(request)
    pipeline = one(pipeline_for, user, pipeline_id)
    set_research_rule(pipeline=pipeline, is_demanded=payload.is_demanded, by=user, at=timezone.now())
    return shown_checklist(pipeline.pk)
