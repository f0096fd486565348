from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.commission.ledger import Line
from siklus.commission.periods import Period, period_named
from siklus.platform.money.fields import AmountField
from siklus.team.incentives.models.kept import Kept
from siklus.team.incentives.models.plans import CommissionPlan, PlanVersion


class PeriodState(models.TextChoices):
    OPEN = "open", _("Open")
    REVIEW = "review", _("In review")
    APPROVED = "approved", _("Approved")
    LOCKED = "locked", _("Locked")


class PayPeriod(models.Model):
    """A period of a plan on its way from open to locked. `name` as the engine writes it; `digest` over its lines."""

    plan = models.ForeignKey(CommissionPlan, on_delete=models.PROTECT, related_name="periods")
    name = models.CharField(max_length=7)
    first = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=8, choices=PeriodState.choices, default=PeriodState.OPEN)
    review_until = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    locked_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["-first", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="pay_period_once"),
            models.CheckConstraint(condition=Q(state__in=PeriodState.values), name="pay_period_state_known"),
            models.CheckConstraint(
                condition=(Q(state="locked") & ~Q(digest="")) | (~Q(state="locked") & Q(digest="")),
                name="pay_period_locked_with_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> Period:
        return period_named(self.name)

    @property
    def takes_lines(self) -> bool:
        return self.state in (PeriodState.OPEN, PeriodState.REVIEW)


class Run(Kept):
    """One posting: everything the engine was given, and a digest over what it found. The lines point here."""

    period = models.ForeignKey(PayPeriod, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="runs", db_index=False)
    inputs = models.JSONField()
    inputs_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    since = models.CharField(
        max_length=7, blank=True, default=""
    )  # the first earlier period calculated again
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.period_id} {self.inputs_digest[:8]}"


class LedgerLine(Kept):
    """A line of the ledger, as the engine made it, with what it comes from. Amounts are in the plan's currency."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="lines", db_index=False)
    period = models.ForeignKey(PayPeriod, on_delete=models.PROTECT, related_name="lines")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    for_period = models.CharField(max_length=7)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pay_lines")
    component = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=14)
    earned = AmountField()
    payable = AmountField()
    blocked = AmountField(default=Decimal(0))
    key = models.CharField(max_length=250)
    formula = models.CharField(max_length=250, blank=True, default="")
    inputs = models.JSONField(default=dict)
    pieces = models.JSONField(default=list)
    events = models.JSONField(default=list)
    deal_id = models.BigIntegerField(null=True, blank=True)  # as it was; a ledger follows no merge
    entry = models.BigIntegerField(null=True, blank=True)  # of the journal: the fact that the line comes from
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="ledger_line_has_a_key"),
        ]
        indexes = [
            models.Index(fields=["user", "period"], name="pay_line_of_person"),
            models.Index(fields=["deal_id"], name="pay_line_of_deal", condition=Q(deal_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.payable}"

    def as_line(self, plan: str, minor_units: int) -> Line:
        """As the engine reads it, to the plan's smallest unit, so that a digest never depends on the database."""
        unit = Decimal(1).scaleb(-minor_units)
        return Line(
            period=self.period.name, for_period=self.for_period, person=str(self.user_id), component=self.component,
            kind=self.kind, earned=self.earned.quantize(unit), payable=self.payable.quantize(unit),
            plan=plan, version=self.version.digest, key=self.key, blocked=self.blocked.quantize(unit),
            formula=self.formula, inputs=self.inputs, pieces=tuple(self.pieces), events=tuple(self.events),
            deal=str(self.deal_id or ""), reason=self.reason,
        )  # fmt: skip
