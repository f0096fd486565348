"""Pipelines and their stages."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import REFUSALS, done, form_dialog, refused, runs_operations, viewer
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, page, row_or_404
from siklus.records.deals.actions import (
    add_pipeline,
    add_ready_pipeline,
    add_stage,
    edit_stage,
    rename_pipeline,
    retire_stage,
)
from siklus.records.deals.models import Pipeline, Stage


@require_GET
@runs_operations
def pipelines(request: HttpRequest) -> HttpResponse:
    stages: dict[int, list[Stage]] = defaultdict(list)
    for stage in Stage.objects.filter(retired_at=None).order_by("position", "id"):
        stages[stage.pipeline_id].append(stage)
    rows = [(one, stages[one.pk]) for one in Pipeline.objects.filter(retired_at=None)]
    return page(request, "pipelines", {"pipelines": rows})


@require_http_methods(BOTH)
@runs_operations
def pipeline_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        if values["template"]:
            ready = add_ready_pipeline(
                name=values["name"], template=values["template"], by=viewer(request), at=timezone.now()
            )
            return _("The pipeline %(name)s is added with its stages.") % {"name": ready.name}
        add_pipeline(name=values["name"], by=viewer(request), at=timezone.now())
        return _("The pipeline %(name)s is added. Now its stages.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.NewPipelineForm(request.POST or None), title=_("Add a pipeline"), label=_("Add"),
        act=act, back=reverse("desk:settings_pipelines"),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def pipeline_edit(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id, retired_at=None)

    def act(values: dict[str, Any]) -> str:
        renamed = rename_pipeline(
            pipeline=pipeline, name=values["name"], by=viewer(request), at=timezone.now()
        )
        return _("The pipeline is called %(name)s now.") % {"name": renamed.name}

    return form_dialog(
        request, form=shapes.PipelineForm(request.POST or None, initial={"name": pipeline.name}),
        title=_("Rename %(name)s") % {"name": pipeline.name}, label=_("Rename"), act=act,
        back=reverse("desk:settings_pipelines"), text=_("Its deals and their history stay where they are."),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def stage_new(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline = row_or_404(Pipeline, pk=pipeline_id)

    def act(values: dict[str, Any]) -> str:
        add_stage(pipeline=pipeline, by=viewer(request), at=timezone.now(), **values)
        return _("The stage %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.StageForm(request.POST or None),
        title=_("Add a stage to %(name)s") % {"name": pipeline.name}, label=_("Add"), act=act,
        back=reverse("desk:settings_pipelines"), wide=("name",),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def stage_edit(request: HttpRequest, stage_id: int) -> HttpResponse:
    stage = row_or_404(Stage, pk=stage_id, retired_at=None)
    keys = ("name", "kind", "probability", "rotting_days", "category", "colour")
    form = shapes.StageForm(request.POST or None, initial={key: getattr(stage, key) for key in keys})

    def act(values: dict[str, Any]) -> str:
        edit_stage(stage=stage, by=viewer(request), at=timezone.now(), **values)
        return _("The stage %(name)s is changed.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=stage.name, label=_("Save"), act=act,
        back=reverse("desk:settings_pipelines"), wide=("name",),
        text=_("From now on. What deals went through before keeps its old name and place in every report."),
    )  # fmt: skip


@require_POST
@runs_operations
def stage_place(request: HttpRequest, stage_id: int) -> HttpResponse:
    """One place to the left or to the right."""
    stage: Stage = row_or_404(Stage, pk=stage_id, retired_at=None)
    row = list(
        Stage.objects.filter(pipeline_id=stage.pipeline_id, retired_at=None).order_by("position", "id")
    )
    at = [one.pk for one in row].index(stage.pk)
    to = at - 1 if request.POST.get("to") == "earlier" else at + 1
    back, now = reverse("desk:settings_pipelines"), timezone.now()
    if 0 <= to < len(row):
        row[at], row[to] = row[to], row[at]
        for position, one in enumerate(row):
            if one.position != position:
                edit_stage(stage=one, by=viewer(request), at=now, position=position)
    return done(request, back)


@require_POST
@runs_operations
def stage_retire(request: HttpRequest, stage_id: int) -> HttpResponse:
    stage: Stage = row_or_404(Stage, pk=stage_id, retired_at=None)
    back = reverse("desk:settings_pipelines")
    try:
        retire_stage(stage=stage, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("The stage %(name)s is retired.") % {"name": stage.name})
