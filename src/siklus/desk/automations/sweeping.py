"""Looking at all deals: at an hour, or for those of which something has become true."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.desk.automations.conditions import matching, read
from siklus.desk.automations.models import Automation, Holding, Run, RunState, When
from siklus.desk.automations.running import run_for, speaking

MOST_AT_ONCE = 1000


def sweep(automation: Automation, occasion: datetime) -> int:
    """Run it for every deal whose turn it is; how many. Begun again after a crash, it does what is left."""
    with speaking():
        owner = automation.owner
        if owner is None or not owner.is_active:
            return _note(
                automation, occasion, _("Its owner does not work here any more. Give it to somebody.")
            )
        made = read(automation.conditions, owner, occasion)
        if made.problems:
            return _note(automation, occasion, " ".join(made.problems))
        rows = matching(automation, made, owner).order_by("pk").values_list("pk", flat=True)
        if automation.when != When.TRUE:
            ids = list(rows[: MOST_AT_ONCE + 1])
        else:
            ids = _news(automation, set(rows))
        if len(ids) > MOST_AT_ONCE:
            text = (
                _("More than %(count)s deals match. The first were taken, the others wait for the next look.")
                if automation.when == When.TRUE
                else _("More than %(count)s deals match. The first were taken, the others left alone.")
            )
            _note(automation, occasion, text % {"count": MOST_AT_ONCE})
    moment = occasion.isoformat(timespec="seconds")
    for deal_id in ids[:MOST_AT_ONCE]:
        with transaction.atomic():
            if automation.when == When.TRUE:
                Holding.objects.get_or_create(automation=automation, deal_id=deal_id)
            run_for(automation, deal_id, key=f"{moment}:{deal_id}", at=occasion)
    return len(ids[:MOST_AT_ONCE])


@transaction.atomic
def _news(automation: Automation, true: set[int]) -> list[int]:
    """Those of which it was not true before. The first look only notes how things stand."""
    known = set(Holding.objects.filter(automation=automation).values_list("deal_id", flat=True))
    Holding.objects.filter(automation=automation, deal_id__in=known - true).delete()
    if automation.is_primed:
        return sorted(true - known)
    Holding.objects.bulk_create(
        [Holding(automation=automation, deal_id=one) for one in sorted(true - known)], batch_size=500
    )
    Automation.objects.filter(pk=automation.pk).update(is_primed=True)
    return []


def _note(automation: Automation, occasion: datetime, why: str) -> int:
    values: dict[str, Any] = {"state": RunState.FAILED, "why": why[:500], "at": occasion}
    key = f"{occasion.isoformat(timespec='seconds')}:all"
    Run.objects.get_or_create(automation=automation, key=key, defaults=values)
    return 0
