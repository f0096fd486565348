from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.demos.queries import was_shown
from siklus.records.deals.conditions import Missing, condition
from siklus.records.deals.models import Deal


@condition("demo", label=gettext_lazy("A demo was held"))
def a_demo_was_held(deal: Deal, _about: str) -> Missing | None:
    if deal.pk is not None and was_shown(deal.pk):
        return None
    return Missing(_("a demo that was held"), _("under Demos"))
