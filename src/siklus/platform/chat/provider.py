"""What a provider of messages can do. One adapter implements it; the outbox and the door for calls know this alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from siklus.platform.chat.models import Line, Outgoing


class Remedy(Enum):
    """What to do after a provider did not take a message."""

    LATER = "later"  # too much at once: wait, then try again
    NEVER = "never"  # this message does not leave
    LINE = "line"  # the line itself is ill (its token, its account): people have to mend it
    UNKNOWN = "unknown"  # it may have been taken


class NotTaken(Exception):
    """A provider did not take a message. The text is for people."""

    def __init__(self, remedy: Remedy, reason: str) -> None:
        super().__init__(reason)
        self.remedy, self.reason = remedy, reason


@dataclass(frozen=True, slots=True)
class Came:
    """A message that somebody wrote to us."""

    provider_id: str
    number: str  # E.164
    name: str
    kind: str
    text: str
    answers: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a message of ours. `key` is the one we gave it, where the provider gives it back."""

    provider_id: str
    key: str
    state: str  # sent, delivered, read or failed
    reason: str
    at: datetime


class Provider(Protocol):
    def send(self, line: Line, message: Outgoing) -> str:
        """Hand a message over; the provider's id of it. Raises NotTaken."""

    def is_genuine(self, line: Line, headers: Mapping[str, str], body: bytes) -> bool:
        """Does a call come from the provider? Compared in constant time."""

    def told(self, line: Line, body: bytes) -> list[Came | Moved]:
        """What a genuine call tells of this line. Whatever else is in it is left out."""
