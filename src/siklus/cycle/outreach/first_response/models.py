from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal, Pipeline


class FirstResponse(models.Model):
    """The clock of one lead. Minutes are working time. `target` is as it was when the lead came in; None: there is none."""

    is_computed = True  # follows from the deal, its owners and its activities: merges leave it alone

    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, related_name="first_response")
    arrived_at = models.DateTimeField()
    target = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # closed, and nobody had spoken to it
    activity = models.ForeignKey(
        Activity, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # whoever owned it when it was answered, or owns it now
    owner_since = models.DateTimeField()
    waited = models.PositiveIntegerField(null=True)  # until the answer or the end; None: it still waits
    owner_waited = models.PositiveIntegerField(null=True)  # the part of it with that owner
    told_at = models.DateTimeField(null=True)  # when owner and manager heard that it is overdue

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(ended_at=None), name="first_response_given_or_ended"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="first_response_waits", condition=Q(answered_at=None, ended_at=None)
            ),
            models.Index(fields=["arrived_at"], name="first_response_arrived"),
        ]

    def __str__(self) -> str:
        return str(self.deal)

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and self.ended_at is None

    def is_overdue(self, now: datetime) -> bool:
        return self.is_waiting and self.due_at is not None and self.due_at <= now

    @property
    def is_within(self) -> bool | None:
        """Was it answered within the target? None: there is no target, or no answer."""
        if self.answered_at is None or self.due_at is None:
            return None
        return self.answered_at <= self.due_at


class ResponseTarget(models.Model):
    """How soon leads shall be answered, in minutes of working time; None: these have no target. The nearest row holds."""

    pipeline = models.ForeignKey(
        Pipeline, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # None: of every pipeline
    source = models.CharField(max_length=120, blank=True, default="")  # "": from everywhere
    minutes = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["pipeline__position", "pipeline_id", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["pipeline", "source"],
                condition=Q(pipeline__isnull=False),
                name="response_target_once",
            ),
            models.UniqueConstraint(
                fields=["source"], condition=Q(pipeline=None), name="response_target_for_all"
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__gte=1, minutes__lte=14_400),
                name="response_target_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pipeline or '*'} · {self.source or '*'}: {self.minutes}"
