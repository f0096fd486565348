from django.db import models
from django.db.models import F, Q

from siklus.platform.money.fields import AmountField
from siklus.records.deals.models.deal import Deal

TRACKED = (
    "pipeline_id", "stage_id", "status", "amount", "currency", "amount_base", "probability", "expected_close_date",
    "category", "owner_id", "team_id", "lost_reason_id",
)  # fmt: skip


class DealInterval(models.Model):
    """The tracked values of a deal as they were from `valid_from` until before `valid_to`.

    Two clocks. `recorded_at` is when we learned the values, `ended_recorded_at` when we learned that they ended.
    A correction of the past never edits a row: the row is superseded and its replacement stands beside it.
    Values are plain ids: history outlives what it names.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="intervals", db_index=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    ended_recorded_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField()
    by_id = models.BigIntegerField(null=True)

    pipeline_id = models.BigIntegerField()
    stage_id = models.BigIntegerField()
    status = models.CharField(max_length=12)
    amount = AmountField(null=True)
    currency = models.CharField(max_length=3)
    amount_base = AmountField(default=0)
    probability = models.PositiveSmallIntegerField()
    expected_close_date = models.DateField(null=True)
    category = models.CharField(max_length=9)
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    lost_reason_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal"], condition=Q(valid_to=None, superseded_at=None), name="one_open_interval"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="interval_runs_forward"
            ),
        ]
        indexes = [models.Index(fields=["deal", "valid_from", "id"], name="interval_of_deal")]

    def __str__(self) -> str:
        return f"deal {self.deal_id} from {self.valid_from}"
