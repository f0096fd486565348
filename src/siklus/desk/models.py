from django.conf import settings
from django.db import models
from django.db.models import Q


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
