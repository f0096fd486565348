from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q


class AppendOnly(Exception):
    """Entries are written once. Nothing changes or deletes them."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("journal entries are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnly("journal entries are never deleted")

    def _raw_delete(self, using: str | None) -> NoReturn:
        raise AppendOnly("journal entries are never deleted")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("journal entries are never changed")


class Entry(models.Model):
    """One recorded fact. `happened_at`: when it was true; `recorded_at`: when we learned it."""

    name = models.CharField(max_length=60)
    about_kind = models.CharField(max_length=20)
    about_id = models.BigIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    channel = models.CharField(max_length=8)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    details = models.JSONField(default=dict)
    personal = models.JSONField(default=dict)
    batch = models.BigIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["about_kind", "about_id", "happened_at"], name="entry_about"),
            models.Index(fields=["name", "happened_at"], name="entry_name", condition=~Q(channel="import")),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.about_kind} {self.about_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("journal entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("journal entries are never deleted")


class Mention(models.Model):
    """Another record that an entry belongs to, so that a company's timeline shows its deals."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="mentions", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id", "happened_at"], name="mention_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class DeliveryState(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Delivery(models.Model):
    """That one reaction is to be told of one entry: retried on its own, told at least once."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    reaction = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "reaction"], name="one_delivery_per_reaction"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="delivery_waiting",
                condition=Q(state__in=[DeliveryState.PENDING, DeliveryState.RUNNING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} of entry {self.entry_id}"
