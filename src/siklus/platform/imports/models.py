from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchStatus(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class Mode(models.TextChoices):
    CREATE = "create", _("Only create new records")
    UPDATE = "update", _("Only update existing records")
    UPSERT = "upsert", _("Create new and update existing records")


class ImportBatch(models.Model):
    """One file on its way in."""

    object_kind = models.CharField(max_length=12)
    file_name = models.CharField(max_length=250)
    digest = models.CharField(max_length=64)
    suffix = models.CharField(max_length=8)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    mode = models.CharField(max_length=6, choices=Mode.choices, default=Mode.CREATE)
    key = models.CharField(max_length=40, blank=True, default="")
    is_history = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=BatchStatus.choices, default=BatchStatus.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    checked = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.object_kind})"

    @property
    def percent(self) -> int:
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0


class ImportChunk(models.Model):
    """A piece of the file that was written in one transaction, with the ids it created as [first, last] pairs."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="chunks")
    first_row = models.PositiveIntegerField()
    last_row = models.PositiveIntegerField()
    created = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "first_row"], name="chunk_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.first_row}–{self.last_row}"


class ImportUpdate(models.Model):
    """What a record was before an import changed it, and what it became."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="updates")
    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class ImportProblem(models.Model):
    """A row that could not come in, with its cells and the reason."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True, default="")
    outcome = models.CharField(max_length=9, default="error")
    message = models.TextField()
    cells = models.JSONField(default=list)

    class Meta:
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return f"row {self.row}: {self.message}"


class RememberedMapping(models.Model):
    """How a file of this shape was mapped last time, under a name of the user's."""

    object_kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    signature = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_kind", "name"], name="mapping_name_once")]

    def __str__(self) -> str:
        return self.name
