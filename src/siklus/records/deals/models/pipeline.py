from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StageKind(models.TextChoices):
    """What a stage means to us, whatever the customer calls it."""

    PROSPECTING = "prospecting", _("Prospecting")
    RESEARCH = "research", _("Research")
    CONTACT = "contact", _("First contact")
    DEMO = "demo", _("Demo")
    OBJECTIONS = "objections", _("Objections")
    CLOSING = "closing", _("Closing")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    NO_DECISION = "no_decision", _("No decision")
    DISQUALIFIED = "disqualified", _("Disqualified")


OPEN_KINDS = ("prospecting", "research", "contact", "demo", "objections", "closing")
QUALIFYING_KINDS = ("demo", "objections", "closing")


class Category(models.TextChoices):
    """Forecast categories."""

    PIPELINE = "pipeline", _("Pipeline")
    BEST_CASE = "best_case", _("Best case")
    COMMIT = "commit", _("Commit")
    CLOSED = "closed", _("Closed")
    OMITTED = "omitted", _("Omitted")


class Pipeline(models.Model):
    name = models.CharField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A column of a pipeline as it is now. What it was before stands in StageVersion."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=StageKind.choices)
    colour = models.CharField(max_length=12, default="slate")
    position = models.PositiveSmallIntegerField()
    probability = models.PositiveSmallIntegerField(default=10)
    rotting_days = models.PositiveSmallIntegerField(null=True, blank=True)
    category = models.CharField(max_length=9, choices=Category.choices, default=Category.PIPELINE)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pipeline", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pipeline", "name"], condition=Q(retired_at=None), name="stage_name_once"
            ),
            models.CheckConstraint(condition=Q(probability__lte=100), name="stage_probability_percent"),
            models.CheckConstraint(condition=Q(kind__in=StageKind.values), name="stage_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class StageVersion(models.Model):
    """How a stage was defined, and from when to when: renaming or reordering never rewrites history."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="versions")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    probability = models.PositiveSmallIntegerField()
    rotting_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["stage", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=Q(valid_to=None), name="one_open_stage_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.valid_from}"


class LostReason(models.Model):
    """Why a deal ended without a sale."""

    name = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=12, default="lost")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
