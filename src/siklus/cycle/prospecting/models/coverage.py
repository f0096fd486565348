from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.analytics.coverage import Flow
from siklus.platform.accounts.models import Team
from siklus.platform.money.fields import AmountField


class CoverageAlarm(models.Model):
    """That too little new pipeline came in for the quota of somebody (or a team, or with neither the company).

    Values are those of the last look, over four weeks, in the currency of the company. One that ended stays.
    """

    class State(models.TextChoices):
        THIN = Flow.THIN.value, _("Thin")
        DRY = Flow.DRY.value, _("Running dry")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    state = models.CharField(max_length=7, choices=State.choices)
    needed = AmountField()
    came = AmountField()
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user=None) | Q(team=None), name="alarm_of_one_subject"),
            models.CheckConstraint(condition=Q(state__in=["thin", "dry"]), name="alarm_state_known"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None, user__isnull=False), name="one_alarm_a_user"
            ),
            models.UniqueConstraint(
                fields=["team"], condition=Q(ended_at=None, team__isnull=False), name="one_alarm_a_team"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.state} since {self.begun_at}"
