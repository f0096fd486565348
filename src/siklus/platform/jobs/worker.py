"""The worker: claims tasks of the database one at a time, and between them does the rounds."""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from threading import Thread
from types import FrameType

from django.db import OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

logger = logging.getLogger(__name__)
Round = Callable[[], int]


class Worker:
    """Runs until it is told to stop. A task is claimed in an exclusive transaction, so no two workers do one.

    `every_turn` are the rounds between two tasks (deliveries of the journal); `now_and_then` those that look for
    work which a dead worker left, every half minute. Rounds that may have to wait for others go on `beside` these, each in
    a thread of its own.
    """

    def __init__(
        self,
        *,
        every_turn: Sequence[Round] = (),
        now_and_then: Sequence[Round] = (),
        beside: Sequence[Round] = (),
    ) -> None:
        self.every_turn, self.now_and_then, self.beside = every_turn, now_and_then, beside
        self.is_running = True
        self._looked_at = 0.0
        self._tasks = TaskWorker(
            queue_names=["default"], interval=0, batch=False, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=get_random_string(16), excluded_queue_names=[],
        )  # fmt: skip

    def run(self, *, pause: float = 0.5) -> None:
        """Work until SIGTERM or SIGINT; the task at hand is finished first. Ends when its parent dies."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        parent = os.getppid()
        for one in self.beside:
            Thread(target=self._go_on, args=(one, parent, pause), daemon=True).start()
        while self.is_running and os.getppid() == parent:
            close_old_connections()
            if not self._turn():
                time.sleep(pause)

    def _go_on(self, one: Round, parent: int, pause: float) -> None:
        while self.is_running and os.getppid() == parent:
            close_old_connections()
            done = 0
            try:
                done = self._round(one)
            except OperationalError as error:
                logger.warning("the database is busy: %s", error)
            if not done:
                time.sleep(pause)

    def drain(self) -> None:
        """Do all that waits, then return."""
        while self._turn():
            pass

    def _turn(self) -> bool:
        try:
            done = sum(self._round(one) for one in self.every_turn)
            if time.monotonic() - self._looked_at > 30:
                self._looked_at = time.monotonic()
                done += sum(self._round(one) for one in self.now_and_then)
            return self._one_task() or bool(done)
        except OperationalError as error:
            logger.warning("the database is busy: %s", error)
            return False

    def _round(self, one: Round) -> int:
        try:
            return one()
        except OperationalError:
            raise
        except Exception:
            logger.exception("a round failed")
            return 0

    def _one_task(self) -> bool:
        waiting = DBTaskResult.objects.ready().filter(backend_name="default")
        if not waiting.exists():
            return False
        with exclusive_transaction(waiting.db):
            task = waiting.get_locked()
            if task is None:
                return False
            task.claim(self._tasks.worker_id)
        self._tasks.run_task(task)
        return True

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.is_running = False
