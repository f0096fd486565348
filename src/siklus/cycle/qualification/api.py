from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.cycle.qualification.actions import (
    add_criterion,
    add_framework,
    add_ready_framework,
    answer_criterion,
    edit_criterion,
    retire_criterion,
    retire_framework,
    set_qualification_rule,
    withdraw_answer,
)
from siklus.cycle.qualification.models import Criterion, Framework
from siklus.cycle.qualification.queries import (
    criteria_of,
    criterion_for,
    framework_for,
    frameworks_in_use,
    state_of,
)
from siklus.platform.api.door import asker, one, operator, referred, worker
from siklus.records.activities.queries import activity_for
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for, pipeline_for

router = Router()
frameworks = Router()

Word = Literal["no", "partly", "yes"]
WORDS: tuple[Word, ...] = ("no", "partly", "yes")


class AnswerIn(Schema):
    verdict: Word
    said: str = Field("", max_length=2000, description="in the buyer's words")
    activity_id: int | None = Field(None, description="which activity of the deal shows it")


class AnswerOut(Schema):
    criterion_id: int
    label: str
    ask: str
    weight: int
    is_must: bool
    verdict: Word | None
    said: str
    activity_id: int | None
    by_id: int | None
    at: datetime | None


class StateOut(Schema):
    deal_id: int
    framework_id: int | None
    score: int | None
    least_score: int | None
    is_enough: bool
    is_demanded: bool
    answers: list[AnswerOut]


class CriterionIn(Schema):
    label_en: str = Field("", max_length=80)
    label_id: str = Field("", max_length=80)
    ask_en: str = Field("", max_length=250)
    ask_id: str = Field("", max_length=250)
    weight: int = Field(1, ge=1, le=5)
    is_must: bool = False
    is_wish: bool = Field(False, description="what the buyer said belongs on the agenda of a demo")


class CriterionEdit(Schema):
    label_en: str | None = Field(None, max_length=80)
    label_id: str | None = Field(None, max_length=80)
    ask_en: str | None = Field(None, max_length=250)
    ask_id: str | None = Field(None, max_length=250)
    weight: int | None = Field(None, ge=1, le=5)
    is_must: bool | None = None
    is_wish: bool | None = None


class CriterionOut(CriterionIn):
    id: int
    framework_id: int
    position: int


class FrameworkIn(Schema):
    name: str = Field(max_length=60)
    ready: bool = Field(False, description="with the criteria of BANT, MEDDIC or CHAMP")


class FrameworkOut(Schema):
    id: int
    name: str
    criteria: list[CriterionOut]


class RuleIn(Schema):
    framework_id: int | None = Field(description="null: people decide freely")
    least_score: int = Field(50, ge=0, le=100)
    needs_evidence: bool = False
    is_demanded: bool = False


def shown(deal: Deal) -> dict[str, Any]:
    state = state_of(deal)
    if state is None:
        return {
            "deal_id": deal.pk, "framework_id": None, "score": None, "least_score": None, "is_enough": True,
            "is_demanded": False, "answers": [],
        }  # fmt: skip
    answers = []
    for row in state.rows:
        held = row.answer
        answers.append({
            "criterion_id": row.criterion.pk, "label": row.criterion.label, "ask": row.criterion.ask,
            "weight": row.criterion.weight, "is_must": row.criterion.is_must,
            "verdict": WORDS[held.verdict] if held else None, "said": held.said if held else "",
            "activity_id": held.evidence_id if held else None, "by_id": held.by_id if held else None,
            "at": held.at if held else None,
        })  # fmt: skip
    return {
        "deal_id": deal.pk, "framework_id": state.rule.framework_id, "score": state.score.percent,
        "least_score": state.rule.least_score, "is_enough": state.is_enough,
        "is_demanded": state.rule.is_demanded, "answers": answers,
    }  # fmt: skip


def shown_criterion(row: Criterion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CriterionOut.model_fields}


def shown_framework(row: Framework) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "criteria": [shown_criterion(one) for one in criteria_of(row.pk)]}


@router.get("/{int:deal_id}", response=StateOut, operation_id="get_qualification")
def get_qualification(request: HttpRequest, deal_id: int) -> Any:
    """How far a lead or deal is by the framework of its pipeline."""
    return shown(one(deal_for, asker(request), deal_id))


@router.put("/{int:deal_id}/{int:criterion_id}", response=StateOut, operation_id="answer_criterion")
def put_answer(request: HttpRequest, deal_id: int, criterion_id: int, payload: AnswerIn) -> Any:
    """What is known of one criterion. The answer before it is kept."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    answer_criterion(
        deal=deal, criterion=one(criterion_for, user, criterion_id), verdict=WORDS.index(payload.verdict),
        said=payload.said, evidence=referred(activity_for, user, payload.activity_id, "activity_id"), by=user,
        at=timezone.now(),
    )  # fmt: skip
    return shown(deal)


@router.delete("/{int:deal_id}/{int:criterion_id}", response=StateOut, operation_id="withdraw_answer")
def delete_answer(request: HttpRequest, deal_id: int, criterion_id: int) -> Any:
    """It is not known after all."""
    user = worker(request)
    deal = one(deal_for, user, deal_id)
    withdraw_answer(deal=deal, criterion=one(criterion_for, user, criterion_id), by=user, at=timezone.now())
    return shown(deal)


@frameworks.get("", response=list[FrameworkOut], operation_id="list_frameworks")
def list_frameworks(request: HttpRequest) -> Any:
    asker(request)
    return [shown_framework(row) for row in frameworks_in_use()]


@frameworks.post("", response={201: FrameworkOut}, operation_id="add_framework")
def post_framework(request: HttpRequest, payload: FrameworkIn) -> Any:
    """A team's own framework, or a ready one with its criteria."""
    user = operator(request)
    if payload.ready:
        made = add_ready_framework(key=payload.name, by=user, at=timezone.now())
    else:
        made = add_framework(name=payload.name, by=user, at=timezone.now())
    return 201, shown_framework(made)


@frameworks.delete("/{int:framework_id}", response={204: None}, operation_id="retire_framework")
def delete_framework(request: HttpRequest, framework_id: int) -> Any:
    """Offered no more. Refused while a pipeline qualifies by it."""
    user = operator(request)
    retire_framework(framework=one(framework_for, user, framework_id), by=user, at=timezone.now())
    return 204, None


@frameworks.post("/{int:framework_id}/criteria", response={201: CriterionOut}, operation_id="add_criterion")
def post_criterion(request: HttpRequest, framework_id: int, payload: CriterionIn) -> Any:
    user = operator(request)
    made = add_criterion(
        framework=one(framework_for, user, framework_id), by=user, at=timezone.now(), **payload.dict()
    )
    return 201, shown_criterion(made)


@frameworks.patch("/criteria/{int:criterion_id}", response=CriterionOut, operation_id="edit_criterion")
def patch_criterion(request: HttpRequest, criterion_id: int, payload: CriterionEdit) -> Any:
    user = operator(request)
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    row = edit_criterion(
        criterion=one(criterion_for, user, criterion_id), by=user, at=timezone.now(), **values
    )
    return shown_criterion(row)


@frameworks.delete("/criteria/{int:criterion_id}", response={204: None}, operation_id="retire_criterion")
def delete_criterion(request: HttpRequest, criterion_id: int) -> Any:
    """Asked for no more. What was answered stays."""
    user = operator(request)
    retire_criterion(criterion=one(criterion_for, user, criterion_id), by=user, at=timezone.now())
    return 204, None


@frameworks.put("/rules/{int:pipeline_id}", response={204: None}, operation_id="set_qualification_rule")
def put_rule(request: HttpRequest, pipeline_id: int, payload: RuleIn) -> Any:
    """By which framework a pipeline qualifies, and from when a lead counts as qualified."""
    user = operator(request)
    set_qualification_rule(
        pipeline=one(pipeline_for, user, pipeline_id),
        framework=referred(framework_for, user, payload.framework_id, "framework_id"), by=user, at=timezone.now(),
        least_score=payload.least_score, needs_evidence=payload.needs_evidence, is_demanded=payload.is_demanded,
    )  # fmt: skip
    return 204, None
