"""Keeping the index in step: called by actions inside their transaction."""

from collections.abc import Iterable

from siklus.platform.search.models import Document
from siklus.platform.tables.write import insert, reserve


def put(document: Document, *, new: bool = False) -> None:
    """Make a record findable, or bring its document up to date. `new` saves the look for an old one."""
    if new:
        document.save(force_insert=True)
        return
    Document.objects.update_or_create(
        kind=document.kind,
        object_id=document.object_id,
        defaults={"title": document.title, "text": document.text, "owner_id": document.owner_id},
    )


Findable = tuple[str, int, int | None, str, str]  # kind, object_id, owner_id, title, text
COLUMNS = ("id", "kind", "object_id", "owner_id", "title", "text")


def index_many(documents: Iterable[Findable]) -> None:
    """Make many new records findable."""
    rows = list(documents)
    ids = reserve(Document, len(rows))
    insert(Document, COLUMNS, [(pk, *row) for pk, row in zip(ids, rows, strict=True)])


def as_document(found: Findable) -> Document:
    """The document of one record."""
    kind, object_id, owner_id, title, text = found
    return Document(kind=kind, object_id=object_id, owner_id=owner_id, title=title, text=text)


def reassign(kind: str, object_ids: Iterable[int], owner_id: int | None) -> None:
    """Follow a change of owner."""
    Document.objects.filter(kind=kind, object_id__in=list(object_ids)).update(owner_id=owner_id)


def unindex(kind: str, object_ids: Iterable[int]) -> None:
    """Make records unfindable."""
    Document.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()


def joined(title: str, text: Iterable[str | None]) -> str:
    """The text that is searched: lower case, each part on its own line."""
    return "\n".join(part.lower() for part in (title, *text) if part)
