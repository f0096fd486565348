"""Merging two records of a kind and taking them apart again, whatever points to them.

Every foreign key to the record is found by walking the schema, so that no relation can be forgotten; what is
kept by kind and id (tags, attachments) is named in BY_KIND. The trail (Merge) says what moved and what changed.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.files.models import Attachment
from siklus.records.fields.models import Merge
from siklus.records.fields.record import Refused
from siklus.records.tags.models import Tagging

M = TypeVar("M", bound=Model)
BY_KIND: tuple[Any, ...] = (Tagging, Attachment)
BITE = 1000
Choices = Mapping[
    str, tuple[str, ...]
]  # what can be taken from the other record, and the columns it stands in
_after: dict[str, list[Callable[[int], None]]] = {}


class CannotMerge(Refused):
    """The two records cannot become one, or not be taken apart."""


def after_merge(kind: str) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Call this with the id of a record whose children changed by a merge, in the same transaction.

    For rooms that stand above the record and keep something on it.
    """

    def register(function: Callable[[int], None]) -> Callable[[int], None]:
        _after.setdefault(kind, []).append(function)
        return function

    return register


def tell(kind: str, *ids: int) -> None:
    """The children of these records changed."""
    for function in _after.get(kind, ()):
        for pk in ids:
            function(pk)


def relations_to(model: Any) -> list[tuple[Any, str]]:
    """Every (model, column) that points to a record of this kind, hidden ones too, but the trail of merges itself.

    A model that says `is_computed` only repeats what follows from others: it moves with nobody and holds nobody back.
    """
    return [
        (found, field.attname)
        for found in apps.get_models(include_auto_created=True)
        if not found._meta.proxy and not getattr(found, "is_computed", False)
        for field in found._meta.local_concrete_fields
        if field.remote_field and field.related_model is model and field.name != "merged_into"
    ]


def both(model: type[M], kept_id: int, other_id: int) -> tuple[M, M]:
    """The two records as they are now, held for this transaction."""
    if kept_id == other_id:
        raise CannotMerge(_("A record cannot be merged with itself."))
    rows = model._base_manager.select_for_update().filter(pk__in=[kept_id, other_id]).order_by("pk")
    found = {one.pk: one for one in rows}
    if len(found) != 2:
        raise CannotMerge(_("One of the two records is gone."))
    return found[kept_id], found[other_id]


def taken(kept: Any, other: Any, choices: Choices, take: Collection[str] | None) -> dict[str, Any]:
    """The values that the survivor takes over, by column. Without a choice: those that it lacks itself."""
    if take is None:
        take = blanks(kept, other, choices)
    values: dict[str, Any] = {}
    for name in take:
        if name.startswith("custom."):
            values[name] = other.custom.get(name[7:])
        elif name in choices:
            values |= {column: getattr(other, column) for column in choices[name]}
        else:
            raise CannotMerge(_("“%(field)s” cannot be taken over.") % {"field": name}, field=name)
    return values


def blanks(kept: Any, other: Any, choices: Choices) -> list[str]:
    """What only the other record knows."""
    names = [
        name
        for name, columns in choices.items()
        if getattr(kept, columns[0]) in (None, "") and getattr(other, columns[0]) not in (None, "")
    ]
    return names + [f"custom.{key}" for key in other.custom if key not in kept.custom]


def merge(
    kind: str, kept: Any, other: Any, *, values: Mapping[str, Any], by: User | None, at: datetime,
    stays: Collection[str] = (),
) -> Merge:  # fmt: skip
    """Move everything of `other` to `kept`, take over values, and leave a trail. Both must be locked by the caller.

    `stays` names the columns whose rows remain with the record that they tell about.
    """
    for one in (kept, other):
        if one.merged_into_id:
            raise CannotMerge(_("%(name)s was merged into another record already.") % {"name": one})
    values = {**_not_its_own(kept, other), **values}
    moved: dict[str, list[int]] = {}
    for model, column in relations_to(type(kept)):
        label = f"{model._meta.label}.{column}"
        spare = kept.pk if model is type(kept) else None
        if label not in stays and (ids := _repoint(model, {column: other.pk}, kept.pk, spare=spare)):
            moved[label] = ids
    for model in BY_KIND:
        if ids := _repoint(model, {"object_id": other.pk, "kind": kind}, kept.pk):
            moved[f"{model._meta.label}.object_id"] = ids
    before, filled = {}, {}
    for name, value in values.items():
        old = _plain(kept, name)
        _set(kept, name, value)
        if (new := _plain(kept, name)) != old:
            before[name], filled[name] = old, new
    other.merged_into = kept
    return Merge.objects.create(
        kind=kind, kept_id=kept.pk, other_id=other.pk, moved=moved, filled=filled, before=before, by=by,
        merged_at=at, recorded_at=timezone.now(),
    )  # fmt: skip


def unmerge(kind: str, kept: Any, other: Any, *, at: datetime) -> Merge:
    """Give back what moved, as far as it is still there, and the values as they were unless somebody changed them."""
    if kept.merged_into_id:
        raise CannotMerge(
            _("%(name)s was itself merged into another record. Take it out of there first.") % {"name": kept}
        )
    trail = standing(kind).filter(kept_id=kept.pk, other_id=other.pk).first()
    if trail is None or other.merged_into_id != kept.pk:
        raise CannotMerge(_("These two were not merged."))
    for model, column in [*relations_to(type(kept)), *((model, "object_id") for model in BY_KIND)]:
        ids = trail.moved.get(f"{model._meta.label}.{column}", [])
        for start in range(0, len(ids), BITE):
            _repoint(model, {column: kept.pk, "pk__in": ids[start : start + BITE]}, other.pk)
    for name in trail.filled:
        _give_back(trail, kept, name)
    other.merged_into = None
    trail.unmerged_at = at
    trail.unmerge_recorded_at = timezone.now()
    trail.save(update_fields=["unmerged_at", "unmerge_recorded_at"])
    return trail


def standing(kind: str) -> Any:
    """The trails of records that are merged now, the last first."""
    return Merge.objects.filter(kind=kind, unmerged_at=None).order_by("-id")


def has_merged(model: Any) -> Exists:
    """Whether anything went into a record: doors ask it along, so that most pages need not ask again."""
    return Exists(model._base_manager.filter(merged_into=OuterRef("pk")))


def lineage(kind: str, record: Any) -> list[Merge]:
    """The trails of everything that went into this record, also by way of another. Asked once per record at hand."""
    if not hasattr(record, "_lineage"):
        found: list[Merge] = []
        layer = [record.pk] if getattr(record, "has_merged", True) else []
        while layer:
            trails = list(standing(kind).filter(kept_id__in=layer).select_related("by"))
            layer = [one.other_id for one in trails]
            found += trails
        record._lineage = found
    return list(record._lineage)


def survivor(kind: str, record_id: int) -> int | None:
    """The record that a merged one lives on in."""
    last = None
    while (
        up := standing(kind).filter(other_id=record_id).values_list("kept_id", flat=True).first()
    ) is not None:
        last = record_id = up
    return last


def _not_its_own(kept: Any, other: Any) -> dict[str, Any]:
    """A survivor that pointed to the other record points to where that one pointed, never to itself."""
    own = [column for model, column in relations_to(type(kept)) if model is type(kept)]
    up = {column: getattr(other, column) for column in own if getattr(kept, column) == other.pk}
    return {column: None if target == kept.pk else target for column, target in up.items()}


def _give_back(trail: Merge, kept: Any, name: str) -> None:
    """Undo one taken value; if a later merge took over it, that merge is told what really stood there before."""
    ours, old = trail.filled[name], trail.before.get(name)
    later = standing(trail.kind).filter(kept_id=kept.pk, pk__gt=trail.pk).order_by("id")
    following = next((one for one in later if name in one.filled), None)
    if following is not None and following.before.get(name) == ours:
        following.before[name] = old
        following.save(update_fields=["before"])
    elif following is None and _plain(kept, name) == ours:
        _set(kept, name, old, stored=True)


def _plain(record: Any, name: str) -> Any:
    """A value as the trail keeps it."""
    if name.startswith("custom."):
        return record.custom.get(name[7:])
    if getattr(record, name) is None:
        return None
    return str(record._meta.get_field(name).value_to_string(record))


def _set(record: Any, name: str, value: Any, *, stored: bool = False) -> None:
    if name.startswith("custom."):
        if value is None:
            record.custom.pop(name[7:], None)
        else:
            record.custom[name[7:]] = value
        return
    if stored:
        field = record._meta.get_field(name)
        if value is None:
            value = None if field.null else ""
        else:
            value = field.to_python(value)
    setattr(record, name, value)


def _repoint(model: Any, where: dict[str, Any], new: int, *, spare: int | None = None) -> list[int]:
    """Point rows from one record to another; rows that would then stand twice stay where they are."""
    column = next(iter(where))
    rows = model._base_manager.filter(**where).exclude(pk=spare)
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return ids
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
    if type(record)._base_manager.filter(merged_into=record.pk).exists():
        raise Refused(_("Another record was merged into this one. Take it out again first."))
    for model, column in relations_to(type(record)):
        if model._meta.label in parts:
            continue
        if model._base_manager.filter(**{column: record.pk}).exists():
            raise Refused(sentence)
