from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.deals.conditions import Missing, condition
from siklus.records.deals.models import Deal


def _kinds() -> list[tuple[str, str]]:
    return [(key, str(label)) for key, label in ActivityKind.choices]


@condition("activity", label=gettext_lazy("An activity is done"), choices=_kinds)
def activity_is_done(deal: Deal, about: str) -> Missing | None:
    if deal.pk is not None and Activity.objects.filter(deal=deal, kind=about, done_at__isnull=False).exists():
        return None
    kind = dict(_kinds()).get(about, about)
    return Missing(_("a finished activity: %(kind)s") % {"kind": kind}, _("in the timeline"))
