from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from siklus.platform.accounts.models import Role
from siklus.records.deals.models import Pipeline, Stage


class QuoteSettings(models.Model):
    """The one row that says what stands on every quote."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    prefix = models.CharField(max_length=12, default="Q")
    valid_days = models.PositiveSmallIntegerField(default=30)
    seller = models.TextField(blank=True, default="")
    seller_tax_number = models.CharField(max_length=60, blank=True, default="")
    terms_en = models.TextField(blank=True, default="")
    terms_id = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_row_of_quote_settings")]

    def __str__(self) -> str:
        return self.prefix

    def terms_in(self, language: str) -> str:
        own, other = (self.terms_id, self.terms_en) if language == "id" else (self.terms_en, self.terms_id)
        return own or other


class NumberSeries(models.Model):
    """The last number given in a series and year. Its row is locked while the next one is drawn."""

    prefix = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"


class TaxRate(models.Model):
    """What tax stands on quotes from a day on: `rate` percent of a fraction of the price. A rate of 0 is no tax."""

    name = models.CharField(max_length=40)
    rate = models.DecimalField(max_digits=5, decimal_places=2)
    base_numerator = models.PositiveSmallIntegerField(default=1)
    base_denominator = models.PositiveSmallIntegerField(default=1)
    from_date = models.DateField(unique=True)

    class Meta:
        ordering = ["-from_date"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0) & Q(rate__lte=100), name="tax_rate_percent"),
            models.CheckConstraint(
                condition=Q(base_numerator__gt=0) & Q(base_denominator__gte=F("base_numerator")),
                name="tax_base_is_a_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.rate}%"


class DiscountLimit(models.Model):
    """Up to which discount a role may send a quote by itself. No row: any discount."""

    role = models.CharField(max_length=12, choices=Role.choices, unique=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="discount_limit_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.percent}%"


class QuoteRule(models.Model):
    """What an accepted quote does in a pipeline. No row: it sets the amount, a person wins the deal."""

    pipeline = models.OneToOneField(Pipeline, on_delete=models.CASCADE, related_name="+")
    accepted_wins = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.pipeline}: {self.accepted_wins}"


class StageRule(models.Model):
    """What is asked for before a deal enters a stage; without a stage, before it is won."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="+", db_index=False)
    stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    condition = models.CharField(max_length=40)
    about = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["pipeline", "stage", "id"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "condition", "about"], name="stage_rule_once"),
            models.UniqueConstraint(
                fields=["pipeline", "condition", "about"], condition=Q(stage=None), name="winning_rule_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage or 'won'}: {self.condition} {self.about}"
