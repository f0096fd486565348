"""How many answer a sequence and its steps: shares with their interval, and none as long as there are too few cases."""

from siklus.analytics.rates import Rate
from siklus.cycle.outreach.sequences.queries import Counts

ENOUGH = 20  # people; one answer more or less changes a share of fewer by more than it says


def reply_rate(counts: Counts) -> Rate:
    """Of those who got a step at least."""
    return Rate(counts.replied, counts.reached)


def step_rate(counts: Counts, step_id: int) -> Rate:
    """Answers after this step, of those who got it."""
    return Rate(counts.answered.get(step_id, 0), counts.sent.get(step_id, 0))


def is_enough(rate: Rate) -> bool:
    return rate.n >= ENOUGH
