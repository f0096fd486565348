"""Whose turn it is. It knows no database and no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in a rule: the turn they are at, how many open leads they have of how many, and when they work next."""

    key: int
    turn: int
    has: int
    capacity: int | None
    works_at: datetime

    @property
    def has_room(self) -> bool:
        return self.capacity is None or self.has < self.capacity


def in_line(candidates: Iterable[Candidate], *, minds_hours: bool) -> list[Candidate]:
    """Those with room, the next one first: who works soonest (where hours count), then whose turn is lowest."""
    free = [one for one in candidates if one.has_room]
    if minds_hours:
        return sorted(free, key=lambda one: (one.works_at, one.turn, one.key))
    return sorted(free, key=lambda one: (one.turn, one.key))
