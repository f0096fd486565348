from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.closing.actions import add_stage_rule, remove_stage_rule
from siklus.cycle.closing.models import StageRule
from siklus.cycle.closing.queries import rule_for
from siklus.platform.api.door import LARGEST_ID, one, operator, referred
from siklus.records.deals.conditions import condition_named, conditions
from siklus.records.deals.models import Pipeline, Stage

router = Router()


class RuleIn(Schema):
    """Without a stage it is asked for before a deal is won. `about` names what exactly, where the condition asks for it."""

    pipeline_id: int = Field(ge=1, le=LARGEST_ID)
    stage_id: int | None = Field(None, ge=1, le=LARGEST_ID)
    condition: str = Field(max_length=40)
    about: str = Field("", max_length=80)


class RuleOut(RuleIn):
    id: int
    text: str


class ChoiceOut(Schema):
    about: str
    label: str


class ConditionOut(Schema):
    condition: str
    label: str
    choices: list[ChoiceOut]


def _shown(rule: StageRule) -> dict[str, Any]:
    known = condition_named(rule.condition)
    return {
        "id": rule.pk, "pipeline_id": rule.pipeline_id, "stage_id": rule.stage_id, "condition": rule.condition,
        "about": rule.about, "text": known.said(rule.about) if known else rule.condition,
    }  # fmt: skip


@router.get("", response=list[RuleOut], operation_id="list_stage_rules")
def list_rules(request: HttpRequest, pipeline_id: int | None = Query(None, ge=1, le=LARGEST_ID)) -> Any:
    """What is asked for before deals enter a stage, or are won."""
    rows = StageRule.objects.order_by("id")
    return [_shown(rule) for rule in (rows.filter(pipeline_id=pipeline_id) if pipeline_id else rows)]


@router.get("/conditions", response=list[ConditionOut], operation_id="list_conditions")
def list_conditions(request: HttpRequest) -> Any:
    """Everything that can be asked for."""
    return [
        {
            "condition": known.key, "label": str(known.label),
            "choices": [{"about": key, "label": label} for key, label in known.choices()] if known.choices else [],
        }
        for known in conditions()
    ]  # fmt: skip


@router.post("", response={201: RuleOut}, operation_id="add_stage_rule")
def add_rule(request: HttpRequest, payload: RuleIn) -> Any:
    user = operator(request)
    pipeline = referred(
        lambda _who, pk: Pipeline.objects.get(pk=pk, retired_at=None),
        user,
        payload.pipeline_id,
        "pipeline_id",
    )
    stage = referred(lambda _who, pk: Stage.objects.get(pk=pk), user, payload.stage_id, "stage_id")
    assert pipeline is not None
    rule = add_stage_rule(
        pipeline=pipeline, stage=stage, condition=payload.condition, about=payload.about, by=user,
        at=timezone.now(),
    )  # fmt: skip
    return 201, _shown(rule)


@router.delete("/{int:rule_id}", response={204: None}, operation_id="remove_stage_rule")
def remove_rule(request: HttpRequest, rule_id: int) -> Any:
    user = operator(request)
    remove_stage_rule(rule=one(rule_for, user, rule_id), by=user, at=timezone.now())
    return 204, None
