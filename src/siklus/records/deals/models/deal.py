from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.platform.money.fields import AmountField
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models.pipeline import Category, LostReason, Pipeline, Stage
from siklus.records.fields.record import Record
from siklus.records.products.models import Product


class Status(models.TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    NO_DECISION = "no_decision", _("No decision")
    DISQUALIFIED = "disqualified", _("Disqualified")


class Kind(models.TextChoices):
    NEW = "new", _("New business")
    RENEWAL = "renewal", _("Renewal")
    EXPANSION = "expansion", _("Expansion")
    WIN_BACK = "win_back", _("Win-back")


class Deal(Record):
    """A deal, and before `qualified_at` a lead. This row is the present; DealInterval is all of its past."""

    values_read: dict[str, Any]  # as a verb found them under its lock
    name = models.CharField(max_length=250)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.NEW)
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.PROTECT, related_name="deals", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="deals", db_index=False
    )
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="deals", db_index=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deals", db_index=False)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    amount = AmountField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    amount_base = AmountField(default=0)
    probability = models.PositiveSmallIntegerField()
    expected_close_date = models.DateField(null=True, blank=True)
    category = models.CharField(max_length=9, choices=Category.choices, default=Category.PIPELINE)
    category_by_hand = models.BooleanField(default=False)
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lost_reason = models.ForeignKey(
        LostReason, null=True, blank=True, on_delete=models.PROTECT, related_name="deals", db_index=False
    )
    lost_note = models.TextField(blank=True, default="")
    source = models.CharField(max_length=120, blank=True, default="")
    description = models.TextField(blank=True, default="")
    qualified_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    stage_entered_at = models.DateTimeField()
    last_touch_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    next_kind = models.CharField(max_length=8, blank=True, default="")
    next_subject = models.CharField(max_length=250, blank=True, default="")
    grew_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="grew_into", db_index=False
    )

    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(probability__lte=100), name="deal_probability_percent"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="deal_status_known"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="deal_closed_at_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="deal_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(status="won") | Q(qualified_at__isnull=False), name="won_deal_is_qualified"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "id"], name="deal_company", condition=Q(company__isnull=False)),
            models.Index(fields=["contact"], name="deal_contact", condition=Q(contact__isnull=False)),
            models.Index(
                fields=["external_id"], name="deal_external", condition=Q(external_id__isnull=False)
            ),
            # Every list and board is one walk of an index in its order, and its totals read nothing but the index:
            # SQLite needs the columns of the condition in it for that.
            models.Index(
                fields=[
                    "stage",
                    "-id",
                    "pipeline",
                    "owner",
                    "amount_base",
                    "probability",
                    "qualified_at",
                    "status",
                    "merged_into",
                ],
                name="deal_board",
                condition=Q(status="open", qualified_at__isnull=False),
            ),
            models.Index(
                fields=[
                    "-id",
                    "owner",
                    "amount_base",
                    "probability",
                    "qualified_at",
                    "status",
                    "merged_into",
                ],
                name="deal_newest",
                condition=Q(status="open", qualified_at__isnull=False),
            ),
            models.Index(
                fields=[
                    "stage",
                    "-id",
                    "pipeline",
                    "owner",
                    "amount_base",
                    "probability",
                    "qualified_at",
                    "status",
                    "merged_into",
                ],
                name="deal_leads",
                condition=Q(status="open", qualified_at=None),
            ),
            models.Index(
                fields=["-id"], name="deal_new_leads", condition=Q(status="open", qualified_at=None)
            ),
            models.Index(
                fields=[
                    "owner",
                    "-id",
                    "stage",
                    "amount_base",
                    "probability",
                    "qualified_at",
                    "status",
                    "merged_into",
                ],
                name="deal_owner",
                condition=Q(status="open"),
            ),
            models.Index(fields=["-amount_base", "-id"], name="deal_amount", condition=Q(status="open")),
            models.Index(
                fields=["-amount_base", "-id", "owner", "merged_into"],
                name="deal_worth",
                condition=Q(status="open", qualified_at__isnull=False),
            ),
            models.Index(
                fields=[
                    "status",
                    "closed_at",
                    "id",
                    "stage",
                    "owner",
                    "amount_base",
                    "probability",
                    "qualified_at",
                    "merged_into",
                ],
                name="deal_closed",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["qualified_at"], name="deal_qualified", condition=Q(qualified_at__isnull=False)
            ),
            models.Index(fields=["merged_into"], name="deal_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["grew_from"], name="deal_grew", condition=Q(grew_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_lead(self) -> bool:
        return self.qualified_at is None

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN


class DealContact(models.Model):
    """What part a person plays in a deal."""

    class Part(models.TextChoices):
        CHAMPION = "champion", _("Champion")
        ECONOMIC_BUYER = "economic_buyer", _("Economic buyer")
        DECISION_MAKER = "decision_maker", _("Decision maker")
        TECHNICAL = "technical", _("Technical evaluator")
        USER = "user", _("User")
        PURCHASING = "purchasing", _("Purchasing")
        BLOCKER = "blocker", _("Blocker")
        OTHER = "other", _("Other")

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="people")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(max_length=16, choices=Part.choices, default=Part.OTHER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "contact"], name="person_once_per_deal")]

    def __str__(self) -> str:
        return f"{self.contact} ({self.part})"


class DealProduct(models.Model):
    """A line of a deal: what, how many, at what price."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="deal_lines")
    quantity = models.PositiveIntegerField(default=1)
    unit_price = AmountField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "product"], name="product_once_per_deal")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"
