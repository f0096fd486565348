"""The filter “ever reached a stage”: asked of the history, as the funnel of the dashboard asks it."""

from django.db.models import Exists, OuterRef, Q

from siklus.desk.filters.lookups import Lookups
from siklus.records.deals.models import DealInterval, Stage, Status


def reached_q(stage: Stage, names: Lookups) -> Q:
    """Deals that stood in this stage of the pipeline or beyond it, open or won, at any time until now.

    A lost deal keeps the stage in which it was lost; that it was lost there is no way of reaching it.
    """
    beyond = [
        pk
        for pk, one in names.stages.items()
        if one.pipeline_id == stage.pipeline_id and one.position >= stage.position
    ]
    stood = DealInterval.objects.filter(
        deal_id=OuterRef("pk"), superseded_at=None, valid_from__lte=names.now, stage_id__in=beyond,
        status__in=(Status.OPEN, Status.WON),
    )  # fmt: skip
    return Q(Exists(stood))
