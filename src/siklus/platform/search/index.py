"""Keeping the index in step: called by actions inside their transaction."""

from collections.abc import Iterable

from siklus.platform.search.models import Document


def index(kind: str, object_id: int, *, title: str, text: Iterable[str | None], owner_id: int | None) -> None:
    """Make a record findable by its title and the given texts, or bring its document up to date."""
    Document.objects.update_or_create(
        kind=kind,
        object_id=object_id,
        defaults={"title": title[:250], "text": joined(title, text), "owner_id": owner_id},
    )


def index_new(
    kind: str, object_id: int, *, title: str, text: Iterable[str | None], owner_id: int | None
) -> None:
    """The same for a record that was created just now: one statement less."""
    Document.objects.create(
        kind=kind, object_id=object_id, title=title[:250], text=joined(title, text), owner_id=owner_id
    )


def reassign(kind: str, object_ids: Iterable[int], owner_id: int | None) -> None:
    """Follow a change of owner."""
    Document.objects.filter(kind=kind, object_id__in=list(object_ids)).update(owner_id=owner_id)


def unindex(kind: str, object_ids: Iterable[int]) -> None:
    """Make records unfindable."""
    Document.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()


def joined(title: str, text: Iterable[str | None]) -> str:
    """The text that is searched: lower case, each part on its own line."""
    return "\n".join(part.lower() for part in (title, *text) if part)
