"""Custom fields as targets of an import."""

from collections.abc import Mapping
from typing import Any

from siklus.platform.imports.importer import Context, FieldTarget
from siklus.records.fields.actions import add_field, definitions
from siklus.records.fields.models import FieldDefinition, FieldKind

KINDS = {
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "amount",
    FieldKind.DATE: "date",
    FieldKind.YES_NO: "yes_no",
}


def custom_targets(record_kind: str) -> list[FieldTarget]:
    """One target `custom.KEY` per own field."""
    return [
        FieldTarget(f"custom.{field.key}", field.label, KINDS.get(FieldKind(field.kind), "text"))
        for field in definitions(record_kind)
    ]


def custom_fields(record_kind: str, context: Context) -> list[FieldDefinition]:
    """The own fields, looked up once in a run."""
    return context.remember(f"fields:{record_kind}", lambda: definitions(record_kind))


def custom_values(values: dict[str, Any]) -> dict[str, Any]:
    """The custom values of a row, by key."""
    return {key[7:]: value for key, value in values.items() if key.startswith("custom.")}


def add_missing_fields(
    record_kind: str, wanted: Mapping[str, str], *, by: Any, at: Any
) -> list[FieldDefinition]:
    """Make text fields for columns that have none yet: key → label."""
    known = {field.key for field in definitions(record_kind)}
    return [
        add_field(record_kind=record_kind, label=label, key=key, kind=FieldKind.TEXT, by=by, at=at)
        for key, label in wanted.items()
        if key not in known
    ]
