from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from siklus.analytics.quotas import QuotaRow
from siklus.platform.accounts.models import Team
from siklus.platform.money.fields import AmountField


class Measure(models.TextChoices):
    """What is counted. Values are in the currency of the company."""

    WON = "won", _("Won value")
    DEALS = "deals", _("Won deals")
    QUALIFIED = "qualified", _("Newly qualified value")


class Per(models.TextChoices):
    MONTH = "month", _("a month")
    QUARTER = "quarter", _("a quarter")
    YEAR = "year", _("a year")


class Quota(models.Model):
    """What one person, one team, or (with neither) the company is asked to reach, from a day until before another.

    Rows that hold never overlap for one subject and measure. A row that was replaced keeps `replaced_at`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="quotas",
        db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="quotas", db_index=False
    )
    measure = models.CharField(max_length=10, choices=Measure.choices, default=Measure.WON)
    per = models.CharField(max_length=7, choices=Per.choices, default=Per.MONTH)
    amount = AmountField()
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    ramp = models.JSONField(default=list, blank=True)  # per cents for the first months since ramp_from
    ramp_from = models.DateField(null=True, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["from_date", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(user=None) | Q(team=None), name="quota_of_one_subject"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="quota_not_negative"),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gt=F("from_date")), name="quota_runs_forward"
            ),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="quota_measure_known"),
            models.CheckConstraint(condition=Q(per__in=Per.values), name="quota_per_known"),
            models.UniqueConstraint(
                fields=["user", "measure", "from_date"], condition=Q(replaced_at=None, user__isnull=False),
                name="quota_of_user_begins_once",
            ),
            models.UniqueConstraint(
                fields=["team", "measure", "from_date"], condition=Q(replaced_at=None, team__isnull=False),
                name="quota_of_team_begins_once",
            ),
            models.UniqueConstraint(
                fields=["measure", "from_date"], condition=Q(replaced_at=None, user=None, team=None),
                name="quota_of_company_begins_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.measure}: {self.amount} {self.per}"

    @property
    def row(self) -> QuotaRow:
        """As `analytics.quotas` reckons with it."""
        return QuotaRow(
            self.amount, self.per, self.from_date, self.until_date, tuple(self.ramp), self.ramp_from
        )
