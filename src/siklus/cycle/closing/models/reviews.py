from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.cycle.research.models import Competitor
from siklus.records.deals.models import Deal


class Factor(models.TextChoices):
    """What decided a deal, either way."""

    PRICE = "price", _("The price")
    PRODUCT = "product", _("What the product can do")
    PROOF = "proof", _("Proof and trust")
    PEOPLE = "people", _("The people and how we worked with them")
    TIMING = "timing", _("The timing")
    BUDGET = "budget", _("The budget")
    CHANGE = "change", _("The effort of changing")
    OTHER = "other", _("Something else")


class CloseReview(models.Model):
    """What one end of a deal taught us. A deal that was reopened and closed again may have another."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    closed_at = models.DateTimeField()
    status = models.CharField(max_length=12)
    competitor = models.ForeignKey(
        Competitor, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    factor = models.CharField(max_length=8, choices=Factor.choices, blank=True, default="")
    went_well = models.TextField(blank=True, default="")
    went_badly = models.TextField(blank=True, default="")
    next_time = models.TextField(blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "closed_at"], name="one_review_an_end"),
            models.CheckConstraint(
                condition=Q(factor="", reviewed_at=None) | (~Q(factor="") & Q(reviewed_at__isnull=False)),
                name="reviewed_close_has_a_factor",
            ),
        ]
        indexes = [
            models.Index(fields=["-closed_at"], name="review_closed"),
            models.Index(
                fields=["competitor"], name="review_competitor", condition=Q(competitor__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal}, {self.closed_at}"
