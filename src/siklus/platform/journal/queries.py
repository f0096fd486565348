"""Reading the journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from siklus.platform.journal.facts import Fact, fact_class
from siklus.platform.journal.models import Entry, Mention


@dataclass(frozen=True)
class Line:
    """One entry as the timeline shows it."""

    entry: Entry
    fact: type[Fact] | None
    values: dict[str, Any]

    @property
    def sentence(self) -> str:
        """The entry in the reader's language, without the name of who did it."""
        if self.fact is None:
            return self.entry.name
        try:
            return str(self.fact.sentence) % self.values
        except KeyError:  # a personal value was erased
            return str(self.fact.fallback) if self.fact.fallback is not None else _("(erased)")

    @property
    def icon(self) -> str:
        return self.fact.icon if self.fact else "note"

    @property
    def changes(self) -> list[dict[str, Any]]:
        return self.values.get("changes", [])


def line_of(entry: Entry) -> Line:
    """An entry with its declaration."""
    return Line(entry, fact_class(entry.name), {**entry.details, **entry.personal})


def timeline(
    kind: str,
    object_id: int,
    *,
    also: Iterable[int] = (),
    before: tuple[datetime, int] | None = None,
    limit: int = 30,
    names: Iterable[str] | None = None,
) -> list[Line]:
    """The newest entries about or mentioning a record; `before` is (happened_at, id) of the last one seen.

    `also` are the records that were merged into it: entries never move, the reader brings both histories together.
    """
    keys: set[tuple[datetime, int]] = set()
    wide = limit + 20
    names = None if names is None else list(names)
    for one in (object_id, *also):
        about = Entry.objects.filter(about_kind=kind, about_id=one)
        mentioned = Mention.objects.filter(kind=kind, object_id=one)
        if before is not None:
            about = about.filter(happened_at__lte=before[0])
            mentioned = mentioned.filter(happened_at__lte=before[0])
        if names is not None:
            about = about.filter(name__in=names)
            mentioned = mentioned.filter(entry__name__in=names)
        keys.update(about.order_by("-happened_at", "-id").values_list("happened_at", "id")[:wide])
        last = mentioned.order_by("-happened_at", "-entry_id").values_list("happened_at", "entry_id")
        keys.update(last[:wide])
    chosen = sorted((key for key in keys if before is None or key < before), reverse=True)[:limit]
    entries = Entry.objects.select_related("by").in_bulk([entry_id for _at, entry_id in chosen])
    return [line_of(entries[entry_id]) for _at, entry_id in chosen]


def entries(
    *,
    after: int = 0,
    name: str | None = None,
    kind: str | None = None,
    object_id: int | None = None,
) -> QuerySet[Entry]:
    """Entries in the order they were recorded, for the API and for export."""
    found = Entry.objects.filter(id__gt=after).order_by("id")
    if name:
        found = found.filter(name=name)
    if kind and object_id:
        found = found.filter(about_kind=kind, about_id=object_id)
    return found


def entry_by_id(entry_id: int) -> Entry:
    """One entry. Raises Entry.DoesNotExist."""
    return Entry.objects.get(pk=entry_id)


def happened(name: str, since: datetime, until: datetime) -> QuerySet[Entry]:
    """Facts of one name that were true in a span of time, the oldest first; imported ones are left out."""
    found = Entry.objects.exclude(channel="import").filter(name=name)
    return found.filter(happened_at__gte=since, happened_at__lt=until).order_by("happened_at", "id")


def mentioned_in(entry: Entry) -> dict[str, list[int]]:
    """The records that an entry belongs to beside the one it is about: kind → ids."""
    found: dict[str, list[int]] = {}
    rows = Mention.objects.filter(entry_id=entry.pk).order_by("kind", "object_id")
    for kind, object_id in rows.values_list("kind", "object_id"):
        found.setdefault(kind, []).append(object_id)
    return found


def learned_after(moment: datetime, kind: str, names: Iterable[str]) -> set[int]:
    """The records of which we learned facts of these names only after a moment."""
    found = Entry.objects.filter(name__in=list(names), about_kind=kind, recorded_at__gt=moment)
    return set(found.values_list("about_id", flat=True))


def known_until(
    moment: datetime, kind: str, ids: Iterable[int], names: Iterable[str]
) -> list[tuple[int, str, dict[str, Any]]]:
    """(record, name, details) of the facts of some records that we knew at a moment, as we learned them."""
    found = Entry.objects.filter(
        name__in=list(names), about_kind=kind, about_id__in=list(ids), recorded_at__lte=moment
    )
    return list(found.order_by("id").values_list("about_id", "name", "details"))


def last_change(name: str, kind: str, object_id: int, field: str) -> tuple[int, Any] | None:
    """(entry, new value) of the last fact of this name that changed a field of a record; None when none did."""
    found = Entry.objects.filter(name=name, about_kind=kind, about_id=object_id).order_by("-id")
    for pk, details in found.values_list("pk", "details").iterator(chunk_size=100):
        for change in details.get("changes", ()):
            if change["field"] == field:
                return pk, change["new"]
    return None


def head() -> int:
    """The number of the last entry; 0 in an empty journal."""
    return Entry.objects.aggregate(last=Max("id"))["last"] or 0


def replayable(
    kind: str, object_id: int, *, standing: Callable[[], Iterable[int]] = tuple
) -> list[tuple[str, datetime, dict[str, Any]]]:
    """(name, happened_at, details) of a record's own entries in the order we learned them.

    Entries of imports that were undone are left out: undoing put the records back, the journal tells both. But a
    record that somebody worked on was not put back: `standing` names entries that still hold, and their imports.
    """
    rows = list(
        Entry.objects.filter(about_kind=kind, about_id=object_id)
        .order_by("id")
        .values_list("id", "batch", "name", "happened_at", "details")
    )
    batches = {row[1] for row in rows if row[1] is not None}
    undone = set(
        Entry.objects.filter(name="import.undone", about_id__in=batches).values_list("about_id", flat=True)
        if batches
        else ()
    )
    if undone:
        hold = set(standing())
        undone -= {row[1] for row in rows if row[0] in hold}
    return [row[2:] for row in rows if row[1] not in undone]
