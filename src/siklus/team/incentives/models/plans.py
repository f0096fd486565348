from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from siklus.commission.plan import Plan
from siklus.commission.plan_reader import read_plan
from siklus.team.incentives.models.kept import Kept


class CommissionPlan(models.Model):
    """A plan over all its versions. `key` is what its documents call it; `length` what it pays by: month, quarter, year."""

    key = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    length = models.CharField(max_length=7)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(Lower("key"), name="commission_plan_key_once")]

    def __str__(self) -> str:
        return self.title


class PlanVersion(Kept):
    """What a plan says, exactly as it was written. It holds for the periods that begin on `from_date` or later."""

    plan = models.ForeignKey(CommissionPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=32)  # the engine's, over what the document says
    from_date = models.DateField()
    note = models.CharField(max_length=250, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"

    @cached_property
    def document(self) -> Plan:
        """As the engine reads it."""
        return read_plan(self.text, f"v{self.number}")


class Assignment(models.Model):
    """Who is on a plan from a day until before another, to whom they report there, and the plan's own columns of them.

    Nobody is on two plans on one day; the action sees to it under a lock on the person.
    """

    plan = models.ForeignKey(CommissionPlan, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="commission_assignments"
    )
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    reports_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # fmt: skip
    values = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["from_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gt=F("from_date")), name="assignment_runs_forward"
            ),
            models.CheckConstraint(
                condition=Q(reports_to=None) | ~Q(reports_to=F("user")), name="assignment_not_to_oneself"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(until_date=None), name="one_open_assignment"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user_id} on {self.plan_id}"


class PayRule(models.Model):
    """The one row of what operations decided for everybody; without it nothing of it is allowed."""

    managers_see_pay = models.BooleanField(default=False)
    review_days = models.PositiveSmallIntegerField(default=5)
    answer_days = models.PositiveSmallIntegerField(default=3)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_pay_rule")]

    def __str__(self) -> str:
        return "pay rule"
