"""Undoing a whole import: what it created goes, what it changed becomes what it was.

A record that somebody worked on since then is kept and told, never lost.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.platform.accounts.models import User
from siklus.platform.imports.actions import ImportRefused
from siklus.platform.imports.facts import ImportUndone
from siklus.platform.imports.importer import importer_for
from siklus.platform.imports.models import BatchStatus, ImportBatch, ImportUpdate
from siklus.platform.journal.record import record, through
from siklus.platform.search.index import unindex

BITE = 500
UNDOABLE = {BatchStatus.DONE, BatchStatus.FAILED, BatchStatus.UNDOING}


def undo_import(*, batch: ImportBatch, by: User, at: datetime) -> ImportBatch:
    """Take an import back. In pieces, and safe to start again after a crash."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        refuse_undo(batch)
        batch.status, batch.heartbeat_at = BatchStatus.UNDOING, timezone.now()
        batch.save(update_fields=["status", "heartbeat_at"])
    importer = importer_for(batch.object_kind)
    removed = restored = kept = 0
    with through("import", batch=batch.pk, quiet=True):
        for update in ImportUpdate.objects.filter(batch=batch).order_by("-id").iterator():
            with transaction.atomic():
                if importer.restore(update, by=by, at=at):
                    restored += 1
                else:
                    kept += 1
        for kind, ids in _created(batch).items():
            model = importer.models[kind]
            for start in range(0, len(ids), BITE):
                with transaction.atomic():
                    gone, stay = _delete(kind, model, ids[start : start + BITE], importer.own_parts)
                    removed += gone
                    kept += stay
                    ImportBatch.objects.filter(pk=batch.pk).update(heartbeat_at=timezone.now())
        with transaction.atomic():
            batch.status = BatchStatus.UNDONE
            batch.message = (
                ngettext(
                    "%(kept)s record was kept because somebody worked on it since.",
                    "%(kept)s records were kept because somebody worked on them since.",
                    kept,
                )
                % {"kept": kept}
                if kept
                else ""
            )
            batch.save(update_fields=["status", "message"])
            fact = ImportUndone(
                batch=batch.pk, file_name=batch.file_name, removed=removed, restored=restored, kept=kept
            )
            record(fact, by=by, at=at)
    return batch


def refuse_undo(batch: ImportBatch) -> None:
    """Raise ImportRefused unless there is something to undo."""
    if batch.status not in UNDOABLE:
        raise ImportRefused(_("Only an import that is finished or has stopped can be undone."))


def _created(batch: ImportBatch) -> dict[str, list[int]]:
    """Created ids by kind, in the importer's order of deletion."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for created in batch.chunks.values_list("created", flat=True):
        for kind, pairs in created.items():
            for first, last in pairs:
                by_kind[kind] += range(first, last + 1)
    return {kind: by_kind[kind] for kind in importer_for(batch.object_kind).models if kind in by_kind}


def _delete(kind: str, model: Any, ids: list[int], own_parts: frozenset[str]) -> tuple[int, int]:
    """Delete records nobody touched and nothing else points to: (deleted, kept)."""
    alive = model.objects.filter(pk__in=ids)
    touched = (
        set(alive.exclude(version=1).values_list("pk", flat=True)) if hasattr(model, "version") else set()
    )
    for relation in model._meta.related_objects:
        if _goes_along(relation.related_model, own_parts):
            continue
        name = relation.field.attname
        touched |= set(
            relation.related_model._base_manager.filter(**{f"{name}__in": ids}).values_list(name, flat=True)
        )
    gone = [pk for pk in alive.values_list("pk", flat=True) if pk not in touched]
    for relation in model._meta.related_objects:
        if _goes_along(relation.related_model, own_parts):
            relation.related_model._base_manager.filter(
                **{f"{relation.field.attname}__in": gone}
            )._raw_delete(alive.db)
    unindex(kind, gone)
    model._base_manager.filter(pk__in=gone)._raw_delete(alive.db)
    return len(gone), len(touched & set(ids))


def _goes_along(model: Any, own_parts: frozenset[str]) -> bool:
    """Parts of a record, and what is only computed from it, are deleted with it."""
    return model._meta.label in own_parts or getattr(model, "is_computed", False)


def snapshot(record: models.Model) -> dict[str, Any]:
    """Every column of a record as JSON keeps it."""
    return {
        field.attname: (
            None
            if (value := getattr(record, field.attname)) is None
            else value
            if isinstance(field, models.JSONField)
            else str(field.value_to_string(record))
        )
        for field in record._meta.concrete_fields
    }


def put_back(model: Any, object_id: int, before: dict[str, Any]) -> None:
    """Write a snapshot back, column by column."""
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    values = {
        name: None if before[name] is None else field.to_python(before[name])
        for name, field in fields.items()
        if name in before
    }
    model._base_manager.filter(pk=object_id).update(**values)
