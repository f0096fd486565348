"""When a message is sent again: after 5 s, 20 s, 80 s, 5 min, 21 min, 1.4 h, 5.7 h, 22.8 h, 24 h and 24 h.

Each wait is four times the one before, a day at most, and up to a fifth longer by chance, so that messages that failed
together do not come back together. Eleven attempts in a little over three days; then a message is given up.
"""

import random
from datetime import timedelta

FIRST, FACTOR, LONGEST, JITTER = 5.0, 4, 86_400.0, 0.2
ATTEMPTS = 11
PATIENCE = timedelta(days=5)  # an endpoint that fails for so long without one success is disabled


def wait_after(attempts: int, chance: float | None = None) -> timedelta | None:
    """How long to wait after so many failed attempts; None when it is given up."""
    if attempts >= ATTEMPTS:
        return None
    chance = random.random() if chance is None else chance  # noqa: S311 (spreads load, guards nothing)
    seconds = min(FIRST * FACTOR ** (max(attempts, 1) - 1), LONGEST)
    return timedelta(seconds=seconds * (1 + JITTER * chance))
