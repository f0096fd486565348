"""Finding records by any part of a word."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.search.models import Document


@dataclass(frozen=True)
class Found:
    kind: str
    object_id: int
    title: str
    beside: str


def find(query: str, *, viewer: User, limit: int = 20, kinds: tuple[str, ...] = ()) -> list[Found]:
    """Records whose text contains every word of the query; newest first, titles that begin with it before all.

    Words of one or two letters only match beginnings of titles, since no index can serve them.
    """
    words = query.lower().replace("\x00", "").split()[:6]
    if not words:
        return []
    documents = Document.objects.all()
    if kinds:
        documents = documents.filter(kind__in=kinds)
    newest = "-id"
    long_words = [word for word in words if len(word) >= 3]
    if not long_words:
        documents = documents.filter(title__istartswith=" ".join(words))
    elif connection.vendor == "sqlite":
        # The index is walked from its newest row and no further than needed; `+` keeps it the outer loop.
        # It knows which documents hold all the trigrams; the text says whether they stand in a row.
        documents = documents.extra(  # noqa: S610 (values are parameters)
            tables=["search_fts"],
            where=[
                "search_document.id = +search_fts.rowid",
                "search_fts MATCH %s",
                *["instr(search_document.text, %s)" for _word in long_words],
            ],
            params=[_trigrams(long_words), *long_words],
        )
        newest = "-search_fts.rowid"
    else:
        for word in long_words:
            documents = documents.filter(text__contains=word)
    condition = _owner_condition(viewer)
    if condition is not None:
        documents = documents.filter(condition)
    rows = documents.values_list("kind", "object_id", "title", "text")
    rows = (rows.order_by("-id") if newest == "-id" else rows.extra(order_by=[newest]))[: limit * 5]
    lowered = " ".join(words)
    found = [Found(kind, object_id, title, _beside(text)) for kind, object_id, title, text in rows]
    found.sort(key=lambda one: not one.title.lower().startswith(lowered))
    return found[:limit]


def _trigrams(words: list[str]) -> str:
    """What FTS5 is asked for: every trigram of every word."""
    parts = {word[start : start + 3] for word in words for start in range(len(word) - 2)}
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in sorted(parts))


def _beside(text: str) -> str:
    parts = text.split("\n")[1:3]
    return " · ".join(parts)


def _owner_condition(viewer: User) -> Q | None:
    owners = owner_ids(viewer)
    if owners is None:
        return None if viewer.sees_unassigned else Q(owner_id__isnull=False)
    mine = Q(owner_id__in=sorted(owners))
    return mine | Q(owner_id__isnull=True) if viewer.sees_unassigned else mine
