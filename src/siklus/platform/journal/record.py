"""Writing the journal."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils import timezone

from siklus.platform.journal import reactions
from siklus.platform.journal.facts import Fact, split
from siklus.platform.journal.models import Delivery, Entry, Mention

CHANNELS = ("ui", "api", "import", "job", "agent", "command")


class Actor(Protocol):
    pk: Any


class OutsideTransaction(RuntimeError):
    """A fact was recorded outside the transaction of its change."""


_channel: ContextVar[str] = ContextVar("channel", default="job")
_batch: ContextVar[int | None] = ContextVar("batch", default=None)
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


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
) -> Entry:
    """Write one fact. Refuses outside a transaction: a fact without its change must not exist."""
    return record_many([Note(fact, by, at, mentions or {})])[0]


def record_many(notes: list[Note]) -> list[Entry]:
    """Write several facts in three statements."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("record a fact inside the transaction of its change")
    now = timezone.now()
    entries = []
    for note in notes:
        details, personal = split(note.fact)
        entries.append(
            Entry(
                name=note.fact.name,
                about_kind=note.fact.about,
                about_id=note.fact.subject_id,
                by_id=note.by.pk if note.by else None,
                channel=_channel.get(),
                happened_at=note.at,
                recorded_at=now,
                details=details,
                personal=personal,
                batch=_batch.get(),
            )
        )
    if len(entries) == 1:
        entries[0].save(force_insert=True)
    else:
        Entry.objects.bulk_create(entries, batch_size=2000)
    mentions = [
        Mention(entry=entry, kind=kind, object_id=object_id, happened_at=entry.happened_at)
        for note, entry in zip(notes, entries, strict=True)
        for kind, ids in note.mentions.items()
        for object_id in _ids(ids)
        if (kind, object_id) != (entry.about_kind, entry.about_id)
    ]
    if mentions:
        Mention.objects.bulk_create(mentions, batch_size=2000)
    if not _quiet.get():
        deliveries = [
            Delivery(entry=entry, reaction=key, due_at=now)
            for entry in entries
            for key in reactions.keys_for(entry.name)
        ]
        if deliveries:
            Delivery.objects.bulk_create(deliveries, batch_size=2000)
            transaction.on_commit(reactions.wake)
    return entries


def _ids(ids: int | None | Iterable[int]) -> Iterable[int]:
    if ids is None:
        return ()
    if isinstance(ids, int):
        return (ids,)
    return sorted(set(ids))
