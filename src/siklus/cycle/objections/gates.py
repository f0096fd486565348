"""Closing and winning with an open objection, where the pipeline asks for it."""

from django.utils.translation import gettext as _

from siklus.cycle.objections.models import Objection, State
from siklus.cycle.objections.queries import refuses_open
from siklus.records.deals.gates import GateClosed, gate
from siklus.records.deals.models import Deal, Stage


@gate("closing", "won")
def no_open_objection(deal: Deal, target: Stage) -> None:
    """Name the oldest open objection, so that the seller knows what to answer first."""
    if deal.pk is None or not refuses_open(target.pipeline_id):
        return
    first = (
        Objection.objects.filter(deal_id=deal.pk, state=State.OPEN)
        .select_related("type")
        .order_by("raised_at", "id")
        .first()
    )
    if first is not None:
        words = first.words if len(first.words) <= 80 else first.words[:79].rstrip() + "…"
        raise GateClosed(
            _("An objection is still open (%(type)s: “%(words)s”). Answer it before you close this deal.")
            % {"type": first.type.name, "words": words},
            field="stage",
        )
