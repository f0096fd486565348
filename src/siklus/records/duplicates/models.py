from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Candidate(models.Model):
    """Two records that may be the same one, as the last scan found them. `reasons` are words of scan.py."""

    kind = models.CharField(max_length=8)
    low_id = models.BigIntegerField()
    high_id = models.BigIntegerField()
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "low_id", "high_id"], name="candidate_once"),
            models.CheckConstraint(condition=Q(low_id__lt=F("high_id")), name="candidate_in_order"),
        ]
        indexes = [models.Index(fields=["kind", "-score", "id"], name="candidate_rank")]

    def __str__(self) -> str:
        return f"{self.kind} {self.low_id} and {self.high_id}"


class ToldApart(models.Model):
    """Somebody looked at two records and said that they are two: no scan offers them again."""

    kind = models.CharField(max_length=8)
    low_id = models.BigIntegerField()
    high_id = models.BigIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "low_id", "high_id"], name="told_apart_once"),
            models.CheckConstraint(condition=Q(low_id__lt=F("high_id")), name="told_apart_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.low_id} is not {self.high_id}"
