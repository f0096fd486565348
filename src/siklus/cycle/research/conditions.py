from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.research.queries import steps_of
from siklus.records.deals.conditions import Missing, condition
from siklus.records.deals.models import Deal


@condition("research", label=gettext_lazy("The research checklist is done"))
def checklist_is_done(deal: Deal, _about: str) -> Missing | None:
    missing = [step.item.label for step in steps_of(deal) if not step.is_done]
    if not missing:
        return None
    shown = ", ".join(f"“{label}”" for label in missing[:3]) + ("…" if len(missing) > 3 else "")
    return Missing(_("the research: %(items)s") % {"items": shown}, _("under Research"))
