"""Merging two records of a kind and taking them apart again, whatever points to them.

Every foreign key to the record is found by walking the schema, so that no relation can be forgotten; what is
kept by kind and id (tags, attachments) is named in BY_KIND.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from siklus.platform.files.models import Attachment
from siklus.records.fields.models import Merge
from siklus.records.fields.record import Refused
from siklus.records.tags.models import Tagging

BY_KIND: tuple[Any, ...] = (Tagging, Attachment)


class CannotMerge(Refused):
    """The two records cannot become one, or not be taken apart."""


def relations_to(model: type[Model]) -> list[tuple[Any, str]]:
    """Every (model, column) that points to a record of this kind, but the trail of merges itself."""
    return [
        (relation.related_model, relation.field.attname)
        for relation in model._meta.related_objects
        if relation.field.name != "merged_into"
    ]


def merge(kind: str, kept: Any, other: Any, *, fill: Collection[str], at: datetime) -> Merge:
    """Move everything of `other` to `kept`, fill empty values of `kept`, and leave a trail.

    Both must be locked by the caller. Values that both have stay with their own record.
    """
    if kept.pk == other.pk:
        raise CannotMerge(_("A record cannot be merged with itself."))
    moved: dict[str, list[int]] = {}
    for model, column in relations_to(type(kept)):
        ids = _repoint(model, column, other.pk, kept.pk)
        if ids:
            moved[f"{model._meta.label}.{column}"] = ids
    for model in BY_KIND:
        ids = _repoint(model, "object_id", other.pk, kept.pk, kind=kind)
        if ids:
            moved[f"{model._meta.label}.object_id"] = ids
    filled = {}
    for name in fill:
        if getattr(kept, name) in (None, "") and getattr(other, name) not in (None, ""):
            setattr(kept, name, getattr(other, name))
            filled[name] = str(getattr(other, name))
    for key, value in other.custom.items():
        if key not in kept.custom:
            kept.custom[key] = value
            filled[f"custom.{key}"] = value
    other.merged_into = kept
    return Merge.objects.create(
        kind=kind, kept_id=kept.pk, other_id=other.pk, moved=moved, filled=filled, merged_at=at
    )


def unmerge(kind: str, kept: Any, other: Any, *, at: datetime) -> None:
    """Give back what moved, as far as it is still there, and empty the values that were filled."""
    trail = (
        Merge.objects.filter(kind=kind, kept_id=kept.pk, other_id=other.pk, unmerged_at=None)
        .order_by("-id")
        .first()
    )
    if trail is None or other.merged_into_id != kept.pk:
        raise CannotMerge(_("These two were not merged."))
    for model, column in [*relations_to(type(kept)), *((model, "object_id") for model in BY_KIND)]:
        ids = trail.moved.get(f"{model._meta.label}.{column}", [])
        model._base_manager.filter(pk__in=ids, **{column: kept.pk}).update(**{column: other.pk})
    for name, value in trail.filled.items():
        if name.startswith("custom."):
            if kept.custom.get(name[7:]) == value:
                del kept.custom[name[7:]]
        elif str(getattr(kept, name)) == value:
            field = kept._meta.get_field(name)
            setattr(kept, name, None if field.null else "")
    other.merged_into = None
    trail.unmerged_at = at
    trail.save(update_fields=["unmerged_at"])


def _repoint(model: Any, column: str, old: int, new: int, **where: Any) -> list[int]:
    """Point rows from one record to another; rows that would then stand twice stay where they are."""
    rows = model._base_manager.filter(**{column: old}, **where)
    ids = list(rows.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            rows.update(**{column: new})
        return ids
    except IntegrityError:
        pass
    moved = []
    for pk in ids:
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=pk).update(**{column: new})
            moved.append(pk)
        except IntegrityError:  # the same tag, the same e-mail: the kept record has it already
            continue
    return moved


def refuse_if_used(record: Any, *, parts: Collection[str], sentence: str) -> None:
    """Refuse to delete a record that something else points to."""
    for model, column in relations_to(type(record)):
        if model._meta.label in parts:
            continue
        if model._base_manager.filter(**{column: record.pk}).exists():
            raise Refused(sentence)
