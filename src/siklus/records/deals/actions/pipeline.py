from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.web.kit import COLOURS
from siklus.records.deals.facts import PipelineAdded, PipelineRenamed, StageAdded, StageEdited, StageRetired
from siklus.records.deals.models import (
    OPEN_KINDS,
    Category,
    Deal,
    Pipeline,
    Stage,
    StageVersion,
    Status,
)
from siklus.records.fields.record import Refused, apply

VERSIONED = ("name", "kind", "position", "probability", "rotting_days")


class CannotChangePipeline(Refused):
    """The pipeline or stage cannot be as asked."""


@transaction.atomic
def add_pipeline(*, name: str, by: User | None, at: datetime) -> Pipeline:
    """Add an empty pipeline after the others."""
    name = _free_name(name, Pipeline.objects.all())
    last = Pipeline.objects.aggregate(last=Max("position"))["last"]
    pipeline = Pipeline.objects.create(name=name, position=0 if last is None else last + 1)
    record(PipelineAdded(pipeline=pipeline.pk, title=name), by=by, at=at)
    return pipeline


@transaction.atomic
def rename_pipeline(*, pipeline: Pipeline, name: str, by: User | None, at: datetime) -> Pipeline:
    """Give a pipeline another name. Its deals and their history point at the pipeline, not at its name."""
    pipeline = Pipeline.objects.select_for_update().get(pk=pipeline.pk)
    name, before = _free_name(name, Pipeline.objects.exclude(pk=pipeline.pk)), pipeline.name
    if name != before:
        pipeline.name = name
        pipeline.save(update_fields=["name"])
        record(PipelineRenamed(pipeline=pipeline.pk, title=name, before=before), by=by, at=at)
    return pipeline


def _free_name(name: str, others: QuerySet[Pipeline]) -> str:
    """The name, tidied. Raises CannotChangePipeline for none, or one that another pipeline has."""
    name = " ".join(name.split())
    if not name:
        raise CannotChangePipeline(_("A pipeline needs a name."), field="name")
    if others.filter(name__iexact=name).exists():
        raise CannotChangePipeline(
            _("A pipeline named %(name)s exists already.") % {"name": name}, field="name"
        )
    return name


@transaction.atomic
def add_stage(
    *,
    pipeline: Pipeline,
    name: str,
    kind: str,
    by: User | None,
    at: datetime,
    probability: int = 10,
    rotting_days: int | None = None,
    colour: str = "slate",
    category: str = Category.PIPELINE,
    position: int | None = None,
) -> Stage:
    """Add a stage to a pipeline, at the end or at a place."""
    if position is None:
        last = Stage.objects.filter(pipeline=pipeline).aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
    stage = Stage(
        pipeline=pipeline, name=name, kind=kind, colour=colour, position=position, probability=probability,
        rotting_days=rotting_days, category=category,
    )  # fmt: skip
    _check(stage)
    stage.save()
    _open_version(stage, at)
    record(
        StageAdded(stage=stage.pk, title=stage.name, kind=kind),
        by=by,
        at=at,
        mentions={"pipeline": pipeline.pk},
    )
    return stage


EDITABLE = ("name", "kind", "colour", "position", "probability", "rotting_days", "category")


@transaction.atomic
def edit_stage(*, stage: Stage, by: User | None, at: datetime, **values: Any) -> Stage:
    """Change a stage from now on. What deals went through before keeps its old name and place."""
    stage = Stage.objects.select_for_update().get(pk=stage.pk)
    changes = apply(stage, values, editable=EDITABLE)
    if not changes:
        return stage
    _check(stage)
    stage.save()
    if {change.field for change in changes} & set(VERSIONED):
        stage.versions.filter(valid_to=None).update(valid_to=at)
        _open_version(stage, at)
    fact = StageEdited(stage=stage.pk, title=stage.name, changes=tuple(changes))
    record(fact, by=by, at=at, mentions={"pipeline": stage.pipeline_id})
    return stage


@transaction.atomic
def retire_stage(*, stage: Stage, by: User | None, at: datetime) -> Stage:
    """Take a stage off the board. Open deals must have left it."""
    stage = Stage.objects.select_for_update().get(pk=stage.pk)
    waiting = Deal.objects.filter(stage=stage, status=Status.OPEN, merged_into=None).count()
    if waiting:
        raise CannotChangePipeline(
            ngettext(
                "%(count)s open deal stands in %(stage)s. Move it first.",
                "%(count)s open deals stand in %(stage)s. Move them first.",
                waiting,
            )
            % {"count": waiting, "stage": stage.name}
        )
    if stage.retired_at is None:
        stage.retired_at = at
        stage.save(update_fields=["retired_at"])
        stage.versions.filter(valid_to=None).update(valid_to=at)
        record(
            StageRetired(stage=stage.pk, title=stage.name),
            by=by,
            at=at,
            mentions={"pipeline": stage.pipeline_id},
        )
    return stage


def _check(stage: Stage) -> None:
    stage.name = " ".join(stage.name.split())[:120]
    if not stage.name:
        raise CannotChangePipeline(_("A stage needs a name."), field="name")
    if stage.kind not in OPEN_KINDS:
        raise CannotChangePipeline(
            _("“%(kind)s” is not a kind of stage. Won and lost are ends, not stages.") % {"kind": stage.kind},
            field="kind",
        )
    if not 0 <= stage.probability <= 100:
        raise CannotChangePipeline(_("A chance is a percentage from 0 to 100."), field="probability")
    if stage.colour not in COLOURS:
        raise CannotChangePipeline(_("This colour is not in the palette."), field="colour")
    if stage.category not in Category.values:
        raise CannotChangePipeline(_("This is not a forecast category."), field="category")
    others = Stage.objects.filter(pipeline=stage.pipeline, retired_at=None).exclude(pk=stage.pk)
    if others.filter(name__iexact=stage.name).exists():
        raise CannotChangePipeline(
            _("A stage named %(name)s exists already.") % {"name": stage.name}, field="name"
        )


def _open_version(stage: Stage, at: datetime) -> None:
    StageVersion.objects.create(stage=stage, valid_from=at, **{key: getattr(stage, key) for key in VERSIONED})
