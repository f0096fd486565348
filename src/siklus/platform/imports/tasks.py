"""Imports that run in a worker."""

from django.utils import timezone
from django_tasks import task

from siklus.platform.imports.actions import STALE, ImportRefused, check_import, run_import
from siklus.platform.imports.models import BatchStatus, ImportBatch
from siklus.platform.imports.undo import undo_import
from siklus.platform.jobs.abandoned import hand_back, tasks_of


@task()
def run_batch(batch_id: int) -> None:
    """Run an import that waits; one that another worker took is left alone."""
    batch = ImportBatch.objects.filter(
        pk=batch_id, status__in=[BatchStatus.QUEUED, BatchStatus.RUNNING]
    ).first()
    if batch is not None:
        run_import(batch=batch, at=timezone.now())


@task()
def check_batch(batch_id: int) -> None:
    """The dry run of an import; a file that cannot be read goes back to the mapping with the reason."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.status != BatchStatus.CHECKING:
        return
    try:
        check_import(batch=batch, at=timezone.now())
    except Exception as error:
        batch.status, batch.message = BatchStatus.UPLOADED, str(error)
        batch.save(update_fields=["status", "message"])
        if not isinstance(error, ImportRefused):
            raise


@task()
def undo_batch(batch_id: int, user_id: int) -> None:
    """Undo an import."""
    from siklus.platform.accounts.models import User

    batch = ImportBatch.objects.get(pk=batch_id)
    undo_import(batch=batch, by=User.objects.get(pk=user_id), at=timezone.now())


def resume_abandoned() -> int:
    """See to imports whose worker died; called by every worker when it starts and now and then.

    A dead worker's task goes back to the queue with the name of who ordered it. What a killed command did has no task.
    """
    at = timezone.now()
    working = [BatchStatus.RUNNING, BatchStatus.QUEUED, BatchStatus.CHECKING, BatchStatus.UNDOING]
    taken = 0
    for batch in ImportBatch.objects.filter(status__in=working, heartbeat_at__lt=at - STALE):
        tasks = tasks_of("siklus.platform.imports.tasks.", batch.pk)
        if tasks:
            taken += sum(hand_back(task) for task in tasks)
            continue
        taken += 1
        if batch.status in {BatchStatus.RUNNING, BatchStatus.QUEUED}:
            run_import(batch=batch, at=at)
        elif batch.status == BatchStatus.CHECKING:
            ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.UPLOADED)
        elif batch.by is not None:
            undo_import(batch=batch, by=batch.by, at=at)
    return taken
