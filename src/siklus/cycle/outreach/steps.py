"""What an automation can do here: put the person of a deal into a sequence, in the name of the deal's owner."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.outreach.sequences.enrolling import CannotEnrol, enrol
from siklus.cycle.outreach.sequences.models import Sequence
from siklus.records.deals.models import Deal
from siklus.records.deals.steps import Occasion, Setting, Values, step


def _sequences() -> list[tuple[str, str]]:
    rows = Sequence.objects.filter(archived_at=None, owner=None).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


@step(
    "enrol",
    label=gettext_lazy("put into a sequence"),
    settings=(Setting("sequence", gettext_lazy("which"), _sequences),),
    said=lambda said: _("put its person into the sequence %(sequence)s") % said,
)
def enrol_person(deal: Deal, values: Values, occasion: Occasion) -> None:
    """Refused as for a person: without a mailbox, an address or an owner, and for who is in one already."""
    if deal.owner is None:
        raise CannotEnrol(
            _("%(name)s has no owner in whose name a sequence could write.") % {"name": deal.name}
        )
    sequence = Sequence.objects.filter(pk=int(values["sequence"])).first()
    if sequence is None:
        raise CannotEnrol(_("This sequence is archived."), field="sequence")
    enrol(sequence=sequence, deal=deal, by=deal.owner, at=occasion.at)
