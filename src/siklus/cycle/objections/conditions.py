from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from siklus.cycle.objections.models import Objection, State
from siklus.records.deals.conditions import Missing, condition
from siklus.records.deals.models import Deal


@condition("objections", label=gettext_lazy("No objection is open"))
def nothing_is_open(deal: Deal, _about: str) -> Missing | None:
    count = Objection.objects.filter(deal_id=deal.pk, state=State.OPEN).count() if deal.pk else 0
    if not count:
        return None
    text = ngettext("an answer to %(num)s open objection", "answers to %(num)s open objections", count)
    return Missing(text % {"num": count}, _("under Objections"))
