from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("automation.added", about="automation")
class AutomationAdded(Fact):
    sentence = _("added the automation %(title)s")
    icon = "bolt"
    automation: int
    title: str


@declare("automation.changed", about="automation")
class AutomationChanged(Fact):
    sentence = _("changed the automation %(title)s")
    icon = "edit"
    automation: int
    title: str
    fields: tuple[str, ...]


@declare("automation.switched_on", about="automation")
class AutomationSwitchedOn(Fact):
    sentence = _("switched the automation %(title)s on")
    icon = "bolt"
    automation: int
    title: str


@declare("automation.switched_off", about="automation")
class AutomationSwitchedOff(Fact):
    sentence = _("switched the automation %(title)s off")
    icon = "x"
    automation: int
    title: str


@declare("automation.retired", about="automation")
class AutomationRetired(Fact):
    sentence = _("retired the automation %(title)s")
    icon = "trash"
    automation: int
    title: str


@declare("deal.signalled", about="deal")
class DealSignalled(Fact):
    """An automation told a webhook of a deal."""

    sentence = _("signalled the deal, by the automation %(title)s")
    icon = "bolt"
    deal: int
    automation: int
    title: str
