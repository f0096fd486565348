from django.conf import settings
from django.db import models


class Attachment(models.Model):
    """A file of a record. The bytes stand in the data folder under the digest; names never reach the file system."""

    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=250)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100, default="application/octet-stream")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id", "-id"], name="attachment_of")]

    def __str__(self) -> str:
        return self.name
