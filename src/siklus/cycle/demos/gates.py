"""Closing and winning without a demo, where the pipeline asks for one."""

from django.utils.translation import gettext as _

from siklus.cycle.demos.queries import demands_demo, was_shown
from siklus.records.deals.gates import GateClosed, gate
from siklus.records.deals.models import Deal, Kind, Stage


@gate("closing", "won")
def demo_was_held(deal: Deal, target: Stage) -> None:
    """Only new business: who buys again has seen it."""
    if deal.kind == Kind.NEW and demands_demo(target.pipeline_id) and not was_shown(deal.pk):
        raise GateClosed(_("No demo was held yet. Book one, and record how it went."), field="stage")
