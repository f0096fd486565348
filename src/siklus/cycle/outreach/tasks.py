"""What the worker does for outreach: the steps of sequences that are due, and leads that wait too long."""

from django.utils import timezone

from siklus.cycle.outreach.first_response.actions import tell_overdue
from siklus.cycle.outreach.sequences.running import SIZE, run_due
from siklus.platform.journal.record import through

AT_ONCE = 2 * SIZE  # then other work has its turn


def run_sequences() -> int:
    """A round of the worker; returns how many steps were looked at."""
    with through("job"):
        return run_due(timezone.now(), limit=AT_ONCE)["looked_at"]


def tell_of_waiting_leads() -> int:
    """A round of the worker; each lead is told of once."""
    with through("job"):
        return tell_overdue(at=timezone.now())
