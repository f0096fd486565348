"""Two automations of the demo company, and what they did lately."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from siklus.desk.automations.actions import add_automation
from siklus.desk.automations.conditions import matching, read
from siklus.desk.automations.models import Automation, Holding, When
from siklus.desk.automations.reactions import deals_of
from siklus.desk.automations.running import run_for
from siklus.platform.accounts.models import User
from siklus.platform.journal.queries import happened

LATELY = timedelta(days=30)
FEW = 5


def automations_at_work(at: datetime) -> None:
    """Handing over what was won, and asking after deals that fell silent."""
    by = User.objects.filter(role="operations").first()
    if by is None:
        return
    who = User.objects.filter(role="success", is_active=True).first() or by
    handover = add_automation(
        name=_("Handover to customer success"), when=When.FACT, fact="quote.accepted", is_on=True, by=by,
        at=at - LATELY, conditions="amount=25000000..",
        steps=[_task(_("Get to know the new customer"), str(who.pk), "2")],
    )  # fmt: skip
    silent = add_automation(
        name=_("Deal silent for 14 days"), when=When.TRUE, about="deals", is_on=True, by=by, at=at - LATELY,
        conditions="touched=!last_14_days&created=!last_14_days",
        steps=[_task(_("Ask whether it is still alive"), "owner", "1")],
    )  # fmt: skip
    for entry in list(happened("quote.accepted", at - LATELY, at))[-FEW:]:
        for deal_id in deals_of(entry):
            run_for(
                handover, deal_id, key=f"entry:{entry.pk}:{deal_id}", at=entry.happened_at, entry_id=entry.pk
            )
    _fell_silent(silent, by, at)


def _task(subject: str, who: str, days: str) -> dict[str, object]:
    return {"step": "activity", "values": {"kind": "task", "subject": subject, "who": who, "days": days}}


def _fell_silent(silent: Automation, by: User, at: datetime) -> None:
    """All that are silent now are known; the last few were news yesterday."""
    rows = matching(silent, read(silent.conditions, by, at), by).order_by("last_touch_at", "pk")
    ids = list(rows.values_list("pk", flat=True))
    Holding.objects.bulk_create([Holding(automation=silent, deal_id=deal_id) for deal_id in ids])
    Automation.objects.filter(pk=silent.pk).update(is_primed=True, due_at=at)
    moment = at - timedelta(days=1)
    for deal_id in ids[-FEW:]:
        run_for(silent, deal_id, key=f"{moment.isoformat(timespec='seconds')}:{deal_id}", at=moment)
