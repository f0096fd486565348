"""Writing the journal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import connection
from django.utils import timezone

from siklus.platform.journal import reactions
from siklus.platform.journal.facts import Fact, split
from siklus.platform.journal.models import Delivery, Entry, Mention
from siklus.platform.tables.write import insert, insert_few, insert_one, reserve

CHANNELS = ("ui", "api", "import", "job", "agent", "command", "form", "auto")


class Actor(Protocol):
    pk: Any


class OutsideTransaction(RuntimeError):
    """A fact was recorded outside the transaction of its change."""


_channel: ContextVar[str] = ContextVar("channel", default="job")
_batch: ContextVar[int | None] = ContextVar("batch", default=None)
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
_kept: ContextVar[list[int] | None] = ContextVar("kept", default=None)


@contextmanager
def through(channel: str, *, batch: int | None = None, quiet: bool = False) -> Iterator[None]:
    """Say by which door the facts inside come. `quiet` tells no reaction (imported history)."""
    if channel not in CHANNELS:
        raise ValueError(channel)
    tokens = _channel.set(channel), _batch.set(batch), _quiet.set(quiet)
    try:
        yield
    finally:
        _channel.reset(tokens[0])
        _batch.reset(tokens[1])
        _quiet.reset(tokens[2])


@contextmanager
def keeping() -> Iterator[list[int]]:
    """The ids of the entries that are recorded inside: what one cause brought about."""
    ids: list[int] = []
    token = _kept.set(ids)
    try:
        yield ids
    finally:
        _kept.reset(token)


def is_quiet() -> bool:
    """Are reactions told of nothing here?"""
    return _quiet.get()


def channel() -> str:
    return _channel.get()


@dataclass(frozen=True)
class Note:
    """A fact with everything the journal needs to write it."""

    fact: Fact
    by: Actor | None
    at: datetime
    mentions: Mapping[str, int | None | Iterable[int]] = field(default_factory=dict)


def record(
    fact: Fact,
    *,
    by: Actor | None,
    at: datetime,
    mentions: Mapping[str, int | None | Iterable[int]] | None = None,
) -> int:
    """Write one fact; returns its entry's id. Refuses outside a transaction: a fact goes with its change."""
    return record_many([Note(fact, by, at, mentions or {})])[0]


ENTRY = (
    "name", "about_kind", "about_id", "by_id", "channel", "happened_at", "recorded_at", "details", "personal", "batch",
)  # fmt: skip
MENTION = ("entry_id", "kind", "object_id", "happened_at")
FEW = 10


def record_many(notes: list[Note]) -> Sequence[int]:
    """Write several facts; returns the ids of their entries in the same order."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("record a fact inside the transaction of its change")
    now, door, batch = timezone.now(), _channel.get(), _batch.get()
    entries = []
    for note in notes:
        fact = note.fact
        details, personal = split(fact)
        by_id = note.by.pk if note.by else None
        entries.append(
            (fact.name, fact.about, fact.subject_id, by_id, door, note.at, now, details, personal, batch)
        )
    ids: Sequence[int]
    if len(notes) == 1:
        ids = (insert_one(Entry, ENTRY, entries[0]),)
    else:
        ids = reserve(Entry, len(notes))
        insert(Entry, ("id", *ENTRY), [(pk, *entry) for pk, entry in zip(ids, entries, strict=True)])
    mentions = [
        (pk, kind, object_id, note.at)
        for pk, note in zip(ids, notes, strict=True)
        for kind, named in note.mentions.items()
        for object_id in _ids(named)
        if object_id != note.fact.subject_id or kind != note.fact.about
    ]
    if len(mentions) <= FEW:
        insert_few(Mention, MENTION, mentions)
    else:
        places = reserve(Mention, len(mentions))
        rows = [(place, *mention) for place, mention in zip(places, mentions, strict=True)]
        insert(Mention, ("id", *MENTION), rows)
    if (kept := _kept.get()) is not None:
        kept.extend(ids)
    if not _quiet.get():
        told = reactions.keys_by_name({note.fact.name for note in notes}, door)
        deliveries = [
            Delivery(entry_id=pk, reaction=key, due_at=now)
            for pk, note in zip(ids, notes, strict=True)
            for key in told[note.fact.name]
        ]
        if deliveries:
            Delivery.objects.bulk_create(deliveries, batch_size=2000)
    return ids


def _ids(ids: int | None | Iterable[int]) -> Iterable[int]:
    if ids is None:
        return ()
    if isinstance(ids, int):
        return (ids,)
    return sorted(set(ids))
