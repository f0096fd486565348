from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.platform.money.fields import AmountField
from siklus.records.deals.models import Deal


class CreditRole(models.TextChoices):
    REVENUE = "revenue", _("Share of the deal")
    OVERLAY = "overlay", _("On top")


class CreditShare(models.Model):
    """Whose a deal is, in per cent. Without a row it is its owner's; rows of a deal are replaced together."""

    is_computed = True  # shares of two deals that merge are no shares of one: those of the survivor hold
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="credit_shares")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    role = models.CharField(max_length=7, choices=CreditRole.choices, default=CreditRole.REVENUE)
    replaced_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="credit_share_in_per_cent"),
            models.CheckConstraint(condition=Q(role__in=CreditRole.values), name="credit_share_role_known"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.user_id} {self.percent} %"


class PayEventKind(models.TextChoices):
    PAYMENT = "payment", _("Payment received")
    REFUND = "refund", _("Refund")
    CANCELLATION = "cancellation", _("Cancellation")


class PayEvent(models.Model):
    """What happened to a won deal afterwards, as finance tells it. `key` is theirs: the same one counts once."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="pay_events")
    kind = models.CharField(max_length=12, choices=PayEventKind.choices)
    day = models.DateField()
    amount = AmountField(default=0)  # in the deal's currency, positive; a refund counts as minus
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    key = models.CharField(max_length=120)
    note = models.CharField(max_length=250, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="pay_event_counts_once"),
            models.CheckConstraint(condition=Q(kind__in=PayEventKind.values), name="pay_event_kind_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="pay_event_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
