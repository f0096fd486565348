"""What a dead worker held is handed back once, and what another worker still does is left alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from siklus.platform.jobs.abandoned import hand_back, hand_back_short_tasks, tasks_of

pytestmark = pytest.mark.django_db
MAIL = "siklus.platform.accounts.reset.mail_reset_link"
IMPORT = "siklus.platform.imports.tasks.run_batch"


def running(path: str, minutes: int, *arguments: Any) -> DBTaskResult:
    now = timezone.now()
    return DBTaskResult.objects.create(
        status="RUNNING", task_path=path, args_kwargs={"args": list(arguments), "kwargs": {}}, run_after=now,
        started_at=now - timedelta(minutes=minutes), backend_name="default", worker_ids=["gone"],
    )  # fmt: skip


def test_a_short_task_that_runs_for_too_long_waits_again_and_an_import_keeps_its_own_time():
    dead, alive, long = running(MAIL, 6, 1), running(MAIL, 4, 2), running(IMPORT, 60, 3)
    assert hand_back_short_tasks(timezone.now(), long=("siklus.platform.imports.tasks.",)) == 1
    status = dict(DBTaskResult.objects.values_list("pk", "status"))
    assert status == {dead.pk: "READY", alive.pk: "RUNNING", long.pk: "RUNNING"}
    assert hand_back_short_tasks(timezone.now(), long=("siklus.platform.imports.tasks.",)) == 0


def test_a_task_is_handed_back_once():
    task = running(IMPORT, 60, 3)
    running(IMPORT, 60, 4)
    assert tasks_of("siklus.platform.imports.tasks.", 3) == [task]
    assert [hand_back(task), hand_back(task)] == [True, False]
