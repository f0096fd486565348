from django.conf import settings
from django.db import models
from django.db.models import Q


class AssignmentRule(models.Model):
    """Which leads without an owner go to whom, in turn. Rules are asked by position; the first that finds somebody wins."""

    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    criteria = models.JSONField(default=list, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    minds_hours = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class AssignmentSeat(models.Model):
    """Somebody whose turn comes. `turn` counts what the rule gave away: the lowest is next. `capacity` beats the rule's."""

    rule = models.ForeignKey(AssignmentRule, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    capacity = models.PositiveIntegerField(null=True, blank=True)
    turn = models.PositiveBigIntegerField(default=0)
    is_seated = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "user"], name="assignment_seat_once"),
            models.CheckConstraint(condition=Q(turn__gte=0), name="assignment_turn_counts_up"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.user}"
