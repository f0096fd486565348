"""The one door to deals, and the questions screens ask of them."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible
from siklus.records.deals.models import Deal, LostReason, Pipeline, Stage, Status


def deals_for(viewer: User) -> QuerySet[Deal]:
    """Leads and deals that the viewer may see; merged ones are gone."""
    return visible(Deal.objects.filter(merged_into=None), viewer)


def merged_deal_for(viewer: User, deal_id: int) -> Deal:
    """One that went into another. Raises Deal.DoesNotExist for strangers too."""
    return visible(Deal.objects.filter(merged_into__isnull=False), viewer).get(pk=deal_id)


def deal_for(viewer: User, deal_id: int) -> Deal:
    """One lead or deal. Raises Deal.DoesNotExist for strangers too."""
    return (
        deals_for(viewer)
        .select_related("owner", "company", "contact", "pipeline", "stage", "team", "lost_reason")
        .get(pk=deal_id)
    )


def lean_deal_for(viewer: User, deal_id: int) -> Deal:
    """The same door, for a verb that reads the deal again under its lock: little more than its name."""
    return deals_for(viewer).only("name", "stage_id", "qualified_at", "version").get(pk=deal_id)


def pipeline_for(_viewer: User, pipeline_id: int) -> Pipeline:
    """Pipelines are known to everybody."""
    return Pipeline.objects.get(pk=pipeline_id, retired_at=None)


def stage_for(_viewer: User, stage_id: int) -> Stage:
    """Stages are known to everybody."""
    return Stage.objects.get(pk=stage_id)


def pipelines() -> list[Pipeline]:
    """The pipelines in use, in their order; the first one is the default."""
    return list(Pipeline.objects.filter(retired_at=None))


def default_stage() -> Stage | None:
    """The first stage in use of the first pipeline in use."""
    first = Pipeline.objects.filter(retired_at=None).values("pk")[:1]
    return Stage.objects.filter(pipeline_id__in=first, retired_at=None).order_by("position", "id").first()


def stages_of(pipeline: Pipeline | int) -> list[Stage]:
    """The stages in use of a pipeline, in their order."""
    key = pipeline if isinstance(pipeline, int) else pipeline.pk
    return list(Stage.objects.filter(pipeline_id=key, retired_at=None).order_by("position", "id"))


def lost_reasons(status: str | None = None) -> list[LostReason]:
    reasons = LostReason.objects.filter(is_active=True)
    return list(reasons.filter(status=status) if status else reasons)


def rotting_for(deal: Deal, at: datetime) -> int:
    """Days beyond what the stage allows without a touch; 0 when fresh, closed, or something is planned soon.

    Counted from the last touch or the entry into the stage, whichever is later. A planned activity snoozes,
    but not one that lies further ahead than the stage's own limit.
    """
    limit = deal.stage.rotting_days
    if not limit or deal.status != Status.OPEN:
        return 0
    if deal.next_at and at <= deal.next_at <= at + timedelta(days=limit):
        return 0
    since = max(filter(None, (deal.stage_entered_at, deal.last_touch_at)))
    days = (at - since).days
    return days if days >= limit else 0
