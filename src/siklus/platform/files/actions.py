"""Putting files on records and taking them off."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from siklus.platform.files.facts import FileAttached, FileDetached
from siklus.platform.files.models import Attachment
from siklus.platform.files.store import keep, path_of
from siklus.platform.journal.record import record


def attach_file(
    *, kind: str, object_id: int, name: str, chunks: Iterable[bytes], content_type: str, by: Any, at: datetime
) -> Attachment:
    """Keep the bytes and put the file on a record. Raises FileRefused for empty and too large files."""
    digest, size = keep(chunks)
    with transaction.atomic():
        attachment = Attachment.objects.create(
            kind=kind, object_id=object_id, name=(name or "file")[:250], size=size, digest=digest,
            content_type=(content_type or "application/octet-stream")[:100], by=by, created_at=at,
        )  # fmt: skip
        fact = FileAttached(file=attachment.pk, title=attachment.name, size=size)
        record(fact, by=by, at=at, mentions={kind: object_id})
    return attachment


def detach_file(*, attachment: Attachment, by: Any, at: datetime) -> None:
    """Take a file off its record. The bytes go with the last attachment that has them."""
    digest = attachment.digest
    with transaction.atomic():
        fact = FileDetached(file=attachment.pk, title=attachment.name)
        record(fact, by=by, at=at, mentions={attachment.kind: attachment.object_id})
        attachment.delete()
    if not Attachment.objects.filter(digest=digest).exists():
        path_of(digest).unlink(missing_ok=True)
