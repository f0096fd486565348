from typing import Any

from django.utils import timezone

from siklus.desk.automations.models import Automation, When
from siklus.desk.automations.queries import heard_facts
from siklus.desk.automations.running import run_for
from siklus.platform.journal.queries import mentioned_in
from siklus.platform.journal.reactions import react_to_chosen


def deals_of(entry: Any) -> list[int]:
    """The deals that an entry is about or mentions."""
    return [entry.about_id] if entry.about_kind == "deal" else mentioned_in(entry).get("deal", [])


@react_to_chosen(heard_facts, key="automations.hear", but_not=("import",))
def hear(entry: Any) -> None:
    listening = Automation.objects.filter(is_on=True, retired_at=None, when=When.FACT, fact=entry.name)
    for automation in listening.select_related("owner"):
        for deal_id in deals_of(entry):
            run_for(
                automation, deal_id, key=f"entry:{entry.pk}:{deal_id}", at=timezone.now(), entry_id=entry.pk
            )
