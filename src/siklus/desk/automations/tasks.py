"""What the worker does for automations: it looks at the clock, and sweeps as tasks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from siklus.desk.automations.clock import next_due
from siklus.desk.automations.models import Automation, Run, RunState
from siklus.desk.automations.sweeping import sweep
from siklus.platform.installation.current import NotFounded, current

KEPT = timedelta(days=90)  # how long the log keeps what was not so


def look_at_the_clock() -> int:
    """A round of the worker."""
    return look(timezone.now())


def look(at: datetime) -> int:
    """One task for each automation whose time has come. What was missed while nothing ran is not made up for."""
    found = 0
    for automation in Automation.objects.filter(is_on=True, retired_at=None, due_at__lte=at):
        try:
            following = next_due(automation, at, current().time_zone)
        except NotFounded:
            return found
        with transaction.atomic():
            mine = Automation.objects.filter(pk=automation.pk, due_at=automation.due_at, is_on=True)
            if mine.update(due_at=following):
                assert automation.due_at is not None
                look_through.enqueue(automation.pk, automation.due_at.isoformat())
                found += 1
    if found:
        Run.objects.filter(state=RunState.NOT_SO, at__lt=at - KEPT).delete()
    return found


@task()
def look_through(automation_id: int, occasion: str) -> None:
    """Sweep, unless it was switched off meanwhile."""
    rows = Automation.objects.select_related("owner")
    automation = rows.filter(pk=automation_id, is_on=True, retired_at=None).first()
    if automation is not None:
        sweep(automation, datetime.fromisoformat(occasion))
