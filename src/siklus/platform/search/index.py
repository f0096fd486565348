"""Keeping the index in step: called by actions inside their transaction. Nothing else writes documents.

On SQLite the words stand in a table of their own, `search_fts`. It is filled here and by no trigger, since a trigger
per row took four times as long for many rows (decision 0010).
"""

from collections.abc import Iterable

from django.db import connection, transaction

from siklus.platform.search.models import Document
from siklus.platform.tables.write import insert, insert_object, reserve


def put(document: Document, *, new: bool = False) -> None:
    """Make a record findable, or bring its document up to date. `new` saves the look for an old one."""
    with transaction.atomic(savepoint=False):
        if new:
            insert_object(document)
        else:
            document, new = Document.objects.update_or_create(
                kind=document.kind,
                object_id=document.object_id,
                defaults={"title": document.title, "text": document.text, "owner_id": document.owner_id},
            )
        if new:
            _learn_words(document.pk, document.pk)


Findable = tuple[str, int, int | None, str, str]  # kind, object_id, owner_id, title, text
COLUMNS = ("id", "kind", "object_id", "owner_id", "title", "text")


def index_many(documents: Iterable[Findable]) -> None:
    """Make many new records findable."""
    rows = list(documents)
    if not rows:
        return
    ids = reserve(Document, len(rows))
    insert(Document, COLUMNS, [(pk, *row) for pk, row in zip(ids, rows, strict=True)])
    _learn_words(ids[0], ids[-1])


def settle_words() -> None:
    """After many new documents: PostgreSQL merges the words that still wait, so that no search reads them one by one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_document_text_trgm')")


def as_document(found: Findable) -> Document:
    """The document of one record."""
    kind, object_id, owner_id, title, text = found
    return Document(kind=kind, object_id=object_id, owner_id=owner_id, title=title, text=text)


def reassign(kind: str, object_ids: Iterable[int], owner_id: int | None) -> None:
    """Follow a change of owner."""
    Document.objects.filter(kind=kind, object_id__in=list(object_ids)).update(owner_id=owner_id)


def unindex(kind: str, object_ids: Iterable[int]) -> None:
    """Make records unfindable."""
    gone = Document.objects.filter(kind=kind, object_id__in=list(object_ids))
    with transaction.atomic(savepoint=False):
        _forget_words(list(gone.values_list("pk", flat=True)))
        gone._raw_delete(gone.db)


def joined(title: str, text: Iterable[str | None]) -> str:
    """The text that is searched: lower case, each part on its own line."""
    return "\n".join(part.lower() for part in (title, *text) if part)


def _learn_words(first: int, last: int) -> None:
    """SQLite: put new documents, `first` to `last`, into the index of words."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO search_fts(rowid, text) SELECT id, text FROM search_document WHERE id BETWEEN %s AND %s",
                [first, last],
            )


def _forget_words(ids: list[int]) -> None:
    """SQLite: take documents out of the index of words, before they go themselves."""
    if ids and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(
                "INSERT INTO search_fts(search_fts, rowid, text) "  # noqa: S608
                f"SELECT 'delete', id, text FROM search_document WHERE id IN ({marks})",
                ids,
            )
