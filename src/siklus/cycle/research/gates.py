"""The first contact without research, where the pipeline asks for it."""

from django.utils.translation import gettext as _

from siklus.cycle.research.queries import demands_research, steps_of
from siklus.records.deals.gates import GateClosed, gate
from siklus.records.deals.models import Deal, Stage

BEFORE = frozenset({"prospecting", "research"})


@gate("contact", "demo", "objections", "closing", "won")
def research_is_done(deal: Deal, target: Stage) -> None:
    """Name what is still to be found out. Asked once, on the way out of the stages before the first contact."""
    if (deal.pk is not None and deal.stage.kind not in BEFORE) or not demands_research(target.pipeline_id):
        return
    missing = [step.item.label for step in steps_of(deal, target.pipeline_id) if not step.is_done]
    if missing:
        shown = ", ".join(f"“{label}”" for label in missing[:3]) + ("…" if len(missing) > 3 else "")
        raise GateClosed(
            _("The research is not done yet. Still open before the first contact: %(items)s.")
            % {"items": shown},
            field="stage",
        )
