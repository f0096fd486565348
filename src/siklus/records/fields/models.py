from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FieldKind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    MULTI_CHOICE = "multi_choice", _("Several choices")
    YES_NO = "yes_no", _("Yes or no")
    LINK = "link", _("Link")


class FieldOwner(models.TextChoices):
    COMPANY = "company", _("Company")
    CONTACT = "contact", _("Contact")
    DEAL = "deal", _("Lead and deal")


class FieldDefinition(models.Model):
    """A field that the customer added. Its values stand in `custom` of the records, under `key`."""

    record = models.CharField(max_length=8, choices=FieldOwner.choices)
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=FieldKind.choices)
    choices = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["record", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="field_key_once")]

    def __str__(self) -> str:
        return self.label


class Merge(models.Model):
    """That one record went into another, what moved and what changed, so that it can be taken out again.

    `merged_at` says when it was done, `recorded_at` when we knew it: two clocks, as everywhere in the history.
    """

    kind = models.CharField(max_length=8)
    kept_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    moved = models.JSONField(default=dict)
    filled = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    merged_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    unmerged_at = models.DateTimeField(null=True)
    unmerge_recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "other_id"], condition=Q(unmerged_at=None), name="merged_away_once"
            )
        ]
        indexes = [models.Index(fields=["kind", "kept_id"], name="merge_kept")]

    def __str__(self) -> str:
        return f"{self.kind} {self.other_id} into {self.kept_id}"
