"""What can happen to the customer's own fields."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.facts import Change
from siklus.platform.journal.record import record
from siklus.records.fields.facts import FieldAdded, FieldEdited, FieldRetired
from siklus.records.fields.models import FieldDefinition, FieldKind, FieldOwner
from siklus.records.fields.record import Refused


class CannotChangeField(Refused):
    """The field cannot be as asked."""


def key_from(label: str) -> str:
    """The key under which values are kept: lower case, words joined by underscores."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:60]


@transaction.atomic
def add_field(
    *,
    record_kind: str,
    label: str,
    kind: str,
    by: User | None,
    at: datetime,
    choices: list[str] | None = None,
    key: str | None = None,
) -> FieldDefinition:
    """Add a field to companies, contacts or deals."""
    label = label.strip()
    key = key or key_from(label)
    if not label or not key:
        raise CannotChangeField(_("A field needs a name with letters or digits."), field="label")
    if record_kind not in FieldOwner.values:
        raise CannotChangeField(_("A field belongs to a company, a contact or a deal."), field="record")
    if kind not in FieldKind.values:
        raise CannotChangeField(_("“%(kind)s” is not a kind of field.") % {"kind": kind}, field="kind")
    if kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE} and not choices:
        raise CannotChangeField(_("A choice field needs at least one choice."), field="choices")
    if FieldDefinition.objects.filter(record=record_kind, key=key).exists():
        raise CannotChangeField(
            _("A field named %(label)s exists already.") % {"label": label}, field="label"
        )
    last = FieldDefinition.objects.filter(record=record_kind).aggregate(last=Max("position"))["last"]
    field = FieldDefinition.objects.create(
        record=record_kind, key=key, label=label, kind=kind, choices=choices or [], position=(last or 0) + 1
    )
    record(FieldAdded(field=field.pk, label=label, kind=kind), by=by, at=at)
    return field


@transaction.atomic
def edit_field(
    *,
    field: FieldDefinition,
    by: User | None,
    at: datetime,
    label: str | None = None,
    choices: list[str] | None = None,
) -> FieldDefinition:
    """Rename a field or change its choices. Its kind stays: stored values depend on it."""
    changes = []
    if label is not None and label.strip() and label.strip() != field.label:
        changes.append(Change("label", field.label, label.strip()))
        field.label = label.strip()
    if choices is not None and choices != field.choices:
        if field.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE} and not choices:
            raise CannotChangeField(_("A choice field needs at least one choice."), field="choices")
        changes.append(Change("choices", field.choices, choices))
        field.choices = choices
    if changes:
        field.save()
        record(FieldEdited(field=field.pk, label=field.label, changes=tuple(changes)), by=by, at=at)
    return field


@transaction.atomic
def retire_field(*, field: FieldDefinition, by: User | None, at: datetime) -> FieldDefinition:
    """Stop offering a field. Values already given stay."""
    if field.retired_at is None:
        field.retired_at = at
        field.save(update_fields=["retired_at"])
        record(FieldRetired(field=field.pk, label=field.label), by=by, at=at)
    return field


def definitions(record_kind: str) -> list[FieldDefinition]:
    """The fields in use, in their order."""
    return list(FieldDefinition.objects.filter(record=record_kind, retired_at=None))


def clean_custom(
    record_kind: str, values: dict[str, Any], *, fields: list[FieldDefinition] | None = None
) -> dict[str, Any]:
    """Check values for own fields and bring them into stored form. Empty values are left out.

    Raises Refused naming the field.
    """
    from siklus.records.fields.values import clean_value

    known = {field.key: field for field in (definitions(record_kind) if fields is None else fields)}
    cleaned: dict[str, Any] = {}
    for key, value in values.items():
        field = known.get(key)
        if field is None:
            raise Refused(_("There is no field “%(key)s”.") % {"key": key}, field=key)
        cleaned[key] = clean_value(field, value)
    return cleaned
