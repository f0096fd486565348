"""Tasks whose worker died: they are handed back, and the next free worker claims them like any other."""

from datetime import datetime, timedelta
from typing import Any

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

LEASE = timedelta(minutes=5)


def tasks_of(path: str, argument: Any) -> list[DBTaskResult]:
    """Unfinished tasks of the functions below a path whose first argument is this one."""
    unfinished = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    found = DBTaskResult.objects.filter(task_path__startswith=path, status__in=unfinished)
    return [one for one in found if one.args_kwargs["args"][:1] == [argument]]


def hand_back(task: DBTaskResult) -> bool:
    """Let another worker claim a running task; False when somebody else handed it back already."""
    running = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING)
    return bool(running.update(status=TaskResultStatus.READY, started_at=None))


def hand_back_short_tasks(at: datetime, *, long: tuple[str, ...] = ()) -> int:
    """Hand back what has been running longer than any short task does; tasks below `long` keep their own time."""
    dead = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=at - LEASE)
    for path in long:
        dead = dead.exclude(task_path__startswith=path)
    return sum(hand_back(one) for one in dead)
