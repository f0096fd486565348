from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list with its filters, order and columns under a name: a tab."""

    record = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True, default="")
    layout = models.CharField(max_length=6, default="list")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "record", "name"], name="view_name_once"),
            models.CheckConstraint(condition=Q(layout__in=["list", "board"]), name="view_layout_known"),
        ]

    def __str__(self) -> str:
        return self.name


class BulkStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class BulkChange(models.Model):
    """One verb on very many records, run by a worker: what, to which, and how far it is."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9)
    what = models.CharField(max_length=5)
    asked = models.JSONField(default=dict)
    label = models.CharField(max_length=200, blank=True, default="")
    ids = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict)
    status = models.CharField(max_length=7, choices=BulkStatus.choices, default=BulkStatus.QUEUED)
    message = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=BulkStatus.values), name="bulk_status_known"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="bulk_done_within_total"),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.total} {self.kind}"
