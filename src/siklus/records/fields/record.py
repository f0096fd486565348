"""What every shared record has."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from siklus.platform.journal.facts import Change


class Record(models.Model):
    """Owner, own fields, and a version that counts its changes."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    custom = models.JSONField(default=dict, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True


class Refused(ValueError):
    """An action that may not happen. The text is for people; `field` says where the remedy is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class StaleEdit(Refused):
    """Somebody else changed the record meanwhile. `current` is the record as it is now."""

    def __init__(self, current: Any) -> None:
        super().__init__(_("Somebody changed this record while you were editing. Look at it and try again."))
        self.current = current


def check_version(record: Record, expected: int | None) -> None:
    """Refuse an edit that was made on an older state than the one stored."""
    if expected is not None and record.version != expected:
        raise StaleEdit(record)


def apply(record: Any, values: Mapping[str, Any], *, editable: Collection[str]) -> list[Change]:
    """Set new values on a record and tell what changed; `custom` merges into the record's own fields.

    Refuses a field that is not editable, so that a typo never passes silently.
    """
    changes: list[Change] = []
    for key, new in values.items():
        if key == "custom":
            changes += _apply_custom(record, new)
            continue
        if key not in editable:
            raise Refused(_("“%(field)s” cannot be changed here.") % {"field": key}, field=key)
        old = getattr(record, key)
        if old != new:
            changes.append(Change(key, old, new))
            setattr(record, key, new)
    return changes


def _apply_custom(record: Any, values: Mapping[str, Any]) -> list[Change]:
    after = dict(record.custom)
    changes = []
    for key, new in values.items():
        old = after.get(key)
        if old == new:
            continue
        changes.append(Change(f"custom.{key}", old, new))
        if new is None:
            after.pop(key, None)
        else:
            after[key] = new
    record.custom = after
    return changes
