"""An import from beginning to end for the command line, the API and tests."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from siklus.platform.accounts.models import User
from siklus.platform.imports.actions import (
    ImportRefused,
    check_import,
    map_import,
    queue_import,
    run_import,
    start_import,
)
from siklus.platform.imports.mapping import MappingError, load_mapping
from siklus.platform.imports.messages import explain
from siklus.platform.imports.models import ImportBatch, Mode
from siklus.platform.imports.remembered import mapping_named


def file_chunks(path: Path, size: int = 1 << 20) -> Iterator[bytes]:
    """The bytes of a file in pieces."""
    with path.open("rb") as file:
        while chunk := file.read(size):
            yield chunk


def document_of(path: Path) -> dict[str, Any]:
    """A mapping file as the document that a batch keeps. Raises ImportRefused."""
    try:
        mapping = load_mapping(path)
    except MappingError as error:
        raise ImportRefused(f"{path.name}: {explain(error)}") from error
    columns = {}
    for header, column in mapping.columns.items():
        columns[header] = {
            key: value
            for key, value in {
                "to": column.to,
                "values": dict(column.values),
                "date_order": column.date_order,
                "decimal": column.decimal,
            }.items()
            if value
        }
    return {
        "object": mapping.object,
        "columns": columns,
        "constants": dict(mapping.constants),
        "options": dict(mapping.options),
    }


def _document(mapping: Path | str, object_kind: str) -> dict[str, Any]:
    """A mapping given as a file, or by the name under which it was remembered."""
    path = Path(mapping)
    if path.is_file() or path.suffix.lower() in {".toml", ".json"}:
        return document_of(path)
    return mapping_named(object_kind, str(mapping))


def import_file(
    path: Path, *, object_kind: str, by: User, mapping: Path | str | None = None, key: str = "", mode: str = "",
    is_history: bool = False, dry_run: bool = False, at: datetime | None = None,
) -> ImportBatch:  # fmt: skip
    """Start, map, check or run one file in this process. Raises ImportRefused, OSError."""
    at = at or timezone.now()
    batch = start_import(object_kind=object_kind, file_name=path.name, chunks=file_chunks(path), by=by, at=at)
    try:
        document = _document(mapping, object_kind) if mapping else batch.mapping
        chosen = mode or (Mode.UPSERT if key else Mode.CREATE)
        batch = map_import(batch=batch, mapping=document, mode=chosen, key=key, is_history=is_history, at=at)
        if dry_run:
            return check_import(batch=batch, at=at)
    except ImportRefused:
        batch.delete()
        raise
    return run_import(batch=queue_import(batch=batch, at=at, hand_over=False), at=at)
