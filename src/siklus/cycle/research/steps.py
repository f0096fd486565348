"""What an automation can do here: have the website of a deal's company read."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.research.actions import CannotChangeDossier, ask_for_reading
from siklus.records.deals.models import Deal
from siklus.records.deals.steps import Occasion, Values, step


@step(
    "read_website",
    label=gettext_lazy("have the company's website read"),
    settings=(),
    said=lambda _said: _("have the company's website read"),
)
def read_website(deal: Deal, _values: Values, occasion: Occasion) -> None:
    """Refused as for a person: without a company or a website, and within an hour of the last time."""
    if deal.company is None:
        raise CannotChangeDossier(_("%(name)s has no company.") % {"name": deal.name}, field="company")
    ask_for_reading(company=deal.company, by=None, at=occasion.at)
