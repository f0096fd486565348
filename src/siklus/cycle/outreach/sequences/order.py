"""Which step comes next. No database.

The rule, also for sequences that are edited while people are in them: steps are known by their id, wherever they stand.
What comes next is the first step of today's order that this enrolment has not done; only a step that was added after the
enrolment began, in front of one that it has done already, is behind it for good. So reordering neither repeats a step nor
leaves one out, and nobody gets an introduction after the third mail.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol


class Placed(Protocol):
    pk: int
    created_at: datetime


def next_of(steps: Sequence[Placed], done: Collection[int], enrolled_at: datetime) -> int | None:
    """The id of the next step among those in use, in today's order; None when all are done."""
    furthest = max((place for place, one in enumerate(steps) if one.pk in done), default=-1)
    for place, one in enumerate(steps):
        if one.pk not in done and (place > furthest or one.created_at <= enrolled_at):
            return one.pk
    return None
