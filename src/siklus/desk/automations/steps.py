from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from siklus.desk.automations.facts import DealSignalled
from siklus.platform.accounts.tell import tell
from siklus.platform.journal.queries import entry_by_id
from siklus.platform.journal.record import record
from siklus.platform.webhooks.actions import WebhookRefused, send_entry
from siklus.platform.webhooks.models import Endpoint
from siklus.records.deals.models import Deal
from siklus.records.deals.steps import OWNER, Occasion, Setting, Values, owner_or_people, person_of, step


@step(
    "notify",
    label=gettext_lazy("write to somebody here"),
    settings=(
        Setting("who", gettext_lazy("to whom"), owner_or_people, start=OWNER),
        Setting("text", gettext_lazy("what to say")),
    ),
    said=lambda said: _("write to %(who)s: “%(text)s”") % said,
)
def notify(deal: Deal, values: Values, occasion: Occasion) -> None:
    who = person_of(deal, values["who"])
    with override(who.language):
        text = _("%(text)s\n\n%(deal)s\n\nSent by the automation “%(name)s”.")
        tell(who, f"{deal.name}: {values['text']}", text % {
            "text": values["text"], "deal": deal.name, "name": occasion.automation
        })  # fmt: skip


def _endpoints() -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in Endpoint.objects.filter(removed_at=None)]


@step(
    "webhook",
    label=gettext_lazy("tell a webhook"),
    settings=(Setting("endpoint", gettext_lazy("which"), _endpoints),),
    said=lambda said: _("tell the webhook %(endpoint)s") % said,
)
def webhook(deal: Deal, values: Values, occasion: Occasion) -> None:
    """A message of the type deal.signalled, whatever else the webhook hears of."""
    endpoint = Endpoint.objects.filter(pk=int(values["endpoint"])).first()
    if endpoint is None or not endpoint.is_active:
        raise WebhookRefused(_("This webhook is switched off."))
    fact = DealSignalled(deal=deal.pk, automation=occasion.automation_id, title=occasion.automation)
    mentions = {"company": deal.company_id, "contact": deal.contact_id}
    entry_id = record(fact, by=None, at=occasion.at, mentions=mentions)
    send_entry(endpoint=endpoint, entry=entry_by_id(entry_id), at=occasion.at)
