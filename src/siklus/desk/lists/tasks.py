"""Bulk changes that run in a worker."""

from django.db import OperationalError
from django.utils import timezone
from django_tasks import task

from siklus.desk.lists.jobs import STALE, WORKING, run_bulk_change
from siklus.desk.models import BulkChange, BulkStatus
from siklus.platform.jobs.abandoned import hand_back, tasks_of

HERE = "siklus.desk.lists.tasks."


@task()
def run_bulk(change_id: int) -> None:
    """Run a bulk change, or what is left of it."""
    try:
        run_bulk_change(change_id)
    except OperationalError:  # the database is busy: a later round takes it up again
        raise
    except Exception as error:
        BulkChange.objects.filter(pk=change_id, status__in=WORKING).update(
            status=BulkStatus.STOPPED, message=f"{type(error).__name__}: {error}", finished_at=timezone.now()
        )
        raise


def resume_bulk_changes() -> int:
    """See to bulk changes whose worker died; a round of every worker."""
    taken = 0
    stale = BulkChange.objects.filter(status__in=WORKING, heartbeat_at__lt=timezone.now() - STALE)
    for change_id in stale.values_list("pk", flat=True):
        if tasks := tasks_of(HERE, change_id):
            taken += sum(hand_back(one) for one in tasks)
        else:
            run_bulk.enqueue(change_id)
            taken += 1
    return taken
