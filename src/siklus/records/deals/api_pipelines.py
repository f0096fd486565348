"""The API of pipelines and their stages."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from siklus.platform.api.door import asker, one, operator
from siklus.records.deals.actions import (
    add_pipeline,
    add_ready_pipeline,
    add_stage,
    edit_stage,
    rename_pipeline,
    retire_stage,
)
from siklus.records.deals.models import Pipeline, Stage
from siklus.records.deals.queries import pipeline_for, stage_for, stages_of
from siklus.records.deals.queries import pipelines as all_pipelines
from siklus.records.deals.ready import READY

pipelines = Router()


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


class NewPipelineIn(PipelineIn):
    template: str = Field("", max_length=20)


class TemplateOut(Schema):
    key: str
    name: str
    about: str
    stages: list[str]


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


@pipelines.get("/templates", response=list[TemplateOut], operation_id="list_pipeline_templates")
def list_templates(request: HttpRequest) -> Any:
    """What a new pipeline can begin as, in the language that is asked for."""
    indonesian = (get_language() or "en").startswith("id")
    return [
        {"key": ready.key, "name": str(ready.name), "about": str(ready.about),
         "stages": [stage.id if indonesian else stage.en for stage in ready.stages]}
        for ready in READY.values()
    ]  # fmt: skip


@pipelines.post("", response={201: PipelineOut}, operation_id="create_pipeline")
def post_pipeline(request: HttpRequest, payload: NewPipelineIn) -> Any:
    """Add a pipeline: empty, or with the stages and lost reasons of a template."""
    by, at = operator(request), timezone.now()
    if payload.template:
        return 201, pipeline_shown(
            add_ready_pipeline(name=payload.name, template=payload.template, by=by, at=at)
        )
    return 201, pipeline_shown(add_pipeline(name=payload.name, by=by, at=at))


@pipelines.get("/{int:pipeline_id}", response=PipelineOut, operation_id="get_pipeline")
def get_pipeline(request: HttpRequest, pipeline_id: int) -> Any:
    return pipeline_shown(one(pipeline_for, asker(request), pipeline_id))


@pipelines.patch("/{int:pipeline_id}", response=PipelineOut, operation_id="rename_pipeline")
def patch_pipeline(request: HttpRequest, pipeline_id: int, payload: PipelineIn) -> Any:
    """Give a pipeline another name; its deals and their history stay where they are."""
    user = operator(request)
    pipeline = one(pipeline_for, user, pipeline_id)
    return pipeline_shown(rename_pipeline(pipeline=pipeline, name=payload.name, by=user, at=timezone.now()))


@pipelines.post("/{int:pipeline_id}/stages", response={201: StageOut}, operation_id="create_stage")
def post_stage(request: HttpRequest, pipeline_id: int, payload: StageIn) -> Any:
    user = operator(request)
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    stage = add_stage(
        pipeline=one(pipeline_for, user, pipeline_id), name=values.pop("name", ""), kind=values.pop("kind", ""),
        by=user, at=timezone.now(), **values,
    )  # fmt: skip
    return 201, stage_shown(stage)


@pipelines.patch("/stages/{int:stage_id}", response=StageOut, operation_id="edit_stage")
def patch_stage(request: HttpRequest, stage_id: int, payload: StageIn) -> Any:
    """Change a stage from now on; history keeps what it was."""
    user = operator(request)
    values = payload.dict(exclude_unset=True)
    values = {key: value for key, value in values.items() if value is not None or key == "rotting_days"}
    return stage_shown(edit_stage(stage=one(stage_for, user, stage_id), by=user, at=timezone.now(), **values))


@pipelines.delete("/stages/{int:stage_id}", response={204: None}, operation_id="retire_stage")
def delete_stage(request: HttpRequest, stage_id: int) -> Any:
    """Take a stage off the board; open deals must have left it."""
    user = operator(request)
    retire_stage(stage=one(stage_for, user, stage_id), by=user, at=timezone.now())
    return 204, None
