from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.records.deals.models import Deal, Pipeline


class Side(models.TextChoices):
    OURS = "ours", _("We")
    BUYER = "buyer", _("The buyer")


class PlanStep(models.Model):
    """A row of the template of a pipeline: what plans begin with, so many days before the expected close."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="+")
    title_en = models.CharField(max_length=160, blank=True, default="")
    title_id = models.CharField(max_length=160, blank=True, default="")
    side = models.CharField(max_length=5, choices=Side.choices)
    days_before = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pipeline", "-days_before", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="plan_step_side_known"),
            models.CheckConstraint(condition=~Q(title_en="") | ~Q(title_id=""), name="plan_step_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title_in("en")

    def title_in(self, language: str) -> str:
        own, other = (self.title_id, self.title_en) if language == "id" else (self.title_en, self.title_id)
        return own or other


class ActionPlan(models.Model):
    """What both sides do until the deal is closed. Shared, it has an address that the buyer can open."""

    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, related_name="plan")
    language = models.CharField(max_length=8, default="en")
    secret = models.CharField(max_length=64, null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"plan of {self.deal}"


class Milestone(models.Model):
    """One thing that one side does until a day. `first_due` is the day that was said first."""

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="milestones", db_index=False)
    title = models.CharField(max_length=160)
    side = models.CharField(max_length=5, choices=Side.choices)
    who = models.CharField(max_length=120, blank=True, default="")
    due_date = models.DateField()
    first_due = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_name = models.CharField(max_length=120, blank=True, default="")
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["due_date", "id"]
        constraints = [models.CheckConstraint(condition=Q(side__in=Side.values), name="milestone_side_known")]
        indexes = [models.Index(fields=["plan", "due_date"], name="milestone_plan")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def slipped(self) -> int:
        """By how many days it was put off since it was said first."""
        return max(0, (self.due_date - self.first_due).days)

    def late(self, today: date) -> int:
        """How many days it should have been done ago; 0 when it is done or still has time."""
        return 0 if self.is_done else max(0, (today - self.due_date).days)
