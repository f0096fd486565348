"""The arithmetic of waiting: stints of owners, each counted by its own hours. It knows no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from siklus.platform.accounts.hours import Hours
from siklus.platform.accounts.worktime import NONE, after_work, worked


class Stint(NamedTuple):
    """Whose it was from one moment until before another; None: nobody's, or still."""

    owner: Hours | None
    start: datetime
    end: datetime | None


def waited(stints: Sequence[Stint], start: datetime, until: datetime) -> timedelta:
    """Working time between two moments, each stint by the hours of its owner."""
    total = NONE
    for one in stints:
        begin, end = max(one.start, start), until if one.end is None else min(one.end, until)
        if begin < end:
            total += worked(one.owner, begin, end)
    return total


def due(stints: Sequence[Stint], start: datetime, target: timedelta) -> datetime | None:
    """When so much working time will have passed if it stays with its owner; None: not within 90 days."""
    left = target
    for one in stints:
        begin = max(one.start, start)
        if one.end is None:
            return after_work(one.owner, begin, left)
        if begin < one.end:
            done = worked(one.owner, begin, one.end)
            if done >= left:
                return after_work(one.owner, begin, left)
            left -= done
    return None


def minutes_of(length: timedelta) -> int:
    """Whole minutes that have passed."""
    return int(length.total_seconds() // 60)
