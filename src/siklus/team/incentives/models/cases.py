from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from siklus.platform.money.fields import AmountField
from siklus.team.incentives.models.ledger import LedgerLine, PayPeriod
from siklus.team.incentives.models.plans import CommissionPlan


class AdjustmentKind(models.TextChoices):
    CORRECTION = "correction", _("Correction of a mistake")
    GOODWILL = "goodwill", _("Goodwill")
    SPLIT = "split", _("Shared credit")
    RETENTION = "retention", _("Guarantee or retention")
    OTHER = "other", _("Something else")


class CaseState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Adjustment(models.Model):
    """An amount that somebody asks for by hand, and another decides on. Approved ones are paid in the next posting."""

    plan = models.ForeignKey(CommissionPlan, on_delete=models.PROTECT, related_name="adjustments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pay_adjustments"
    )
    kind = models.CharField(max_length=10, choices=AdjustmentKind.choices)
    amount = AmountField()
    day = models.DateField()
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    dispute = models.ForeignKey(
        "incentives.Dispute", null=True, on_delete=models.PROTECT, related_name="adjustments", db_index=False
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_is_not_nothing"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="adjustment_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None) | (~Q(state="asked") & Q(decided_by__isnull=False)),
                name="adjustment_decided_by_somebody",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user_id} {self.amount}"


class DisputeState(models.TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


UNDECIDED = (DisputeState.OPEN, DisputeState.ANSWERED)


class Dispute(models.Model):
    """That a person does not agree with a line of theirs. `due_at`: until when it has to be answered."""

    line = models.ForeignKey(LedgerLine, on_delete=models.PROTECT, related_name="disputes")
    period = models.ForeignKey(PayPeriod, on_delete=models.PROTECT, related_name="disputes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pay_disputes")
    text = models.TextField()
    state = models.CharField(max_length=8, choices=DisputeState.choices, default=DisputeState.OPEN)
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DisputeState.values), name="dispute_state_known"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state__in=["open", "answered"]), name="one_dispute_of_a_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.state}"

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED
