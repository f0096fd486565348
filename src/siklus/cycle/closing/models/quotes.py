from datetime import date
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from siklus.cycle.closing.reckoning import Item, Taxed, Totals, percent_given
from siklus.platform.money.fields import AmountField
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.products.models import Product


class QuoteState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Approval(models.TextChoices):
    """Where the approval of a discount stands."""

    NONE = "", _("Not asked for")
    ASKED = "asked", _("Waits for approval")
    GIVEN = "given", _("Approved")
    REFUSED = "refused", _("Not approved")


STANDING = (QuoteState.SENT, QuoteState.ACCEPTED)
DECIDED = (QuoteState.ACCEPTED, QuoteState.DECLINED)


class Quote(models.Model):
    """What we offer on a deal, under one number. What exactly stands in its versions."""

    last: "QuoteVersion"  # the newest one, and the one that the buyer has: `queries.with_last` puts them here
    shown: "QuoteVersion"
    number = models.CharField(max_length=40, unique=True)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="quotes", db_index=False)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=QuoteState.choices, default=QuoteState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=QuoteState.values), name="quote_state_known")
        ]
        indexes = [
            models.Index(fields=["deal", "-id"], name="quote_deal"),
            models.Index(fields=["contact"], name="quote_contact", condition=Q(contact__isnull=False)),
            models.Index(fields=["state", "-id"], name="quote_state"),
        ]

    def __str__(self) -> str:
        return self.number


class QuoteVersion(models.Model):
    """One wording of a quote. A draft changes; what was sent never does, except for what became of it."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=QuoteState.choices, default=QuoteState.DRAFT)
    language = models.CharField(max_length=8, default="en")
    buyer_company = models.CharField(max_length=250, blank=True, default="")
    buyer_person = models.CharField(max_length=250, blank=True, default="")
    buyer_address = models.TextField(blank=True, default="")
    seller_name = models.CharField(max_length=200, blank=True, default="")
    seller = models.TextField(blank=True, default="")
    seller_tax_number = models.CharField(max_length=60, blank=True, default="")
    intro = models.TextField(blank=True, default="")
    terms = models.TextField(blank=True, default="")
    valid_until = models.DateField()
    tax_name = models.CharField(max_length=40, blank=True, default="")
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    base_numerator = models.PositiveSmallIntegerField(default=1)
    base_denominator = models.PositiveSmallIntegerField(default=1)
    gross = AmountField(default=0)
    discount = AmountField(default=0)
    net = AmountField(default=0)
    tax_base = AmountField(default=0)
    tax = AmountField(default=0)
    total = AmountField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approval = models.CharField(max_length=7, choices=Approval.choices, blank=True, default=Approval.NONE)
    approval_at = models.DateTimeField(null=True, blank=True)
    approval_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approval_note = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    secret = models.CharField(max_length=64, null=True, blank=True, unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    decided_name = models.CharField(max_length=120, blank=True, default="")
    decided_address = models.GenericIPAddressField(null=True, blank=True)
    decided_note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["quote", "number"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "number"], name="quote_version_once"),
            models.UniqueConstraint(fields=["quote"], condition=Q(state="draft"), name="one_draft_a_quote"),
            models.UniqueConstraint(
                fields=["quote"], condition=Q(state__in=["sent", "accepted"]), name="one_standing_version"
            ),
            models.CheckConstraint(condition=Q(net=F("gross") - F("discount")), name="quote_net_adds_up"),
            models.CheckConstraint(condition=Q(total=F("net") + F("tax")), name="quote_total_adds_up"),
            models.CheckConstraint(condition=Q(gross__gte=0, net__gte=0), name="quote_not_negative"),
            models.CheckConstraint(
                condition=Q(state="draft", sent_at=None, secret=None)
                | (~Q(state="draft") & Q(sent_at__isnull=False, secret__isnull=False))
                | Q(state="withdrawn"),
                name="sent_quote_has_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quote}, {self.number}"

    @property
    def taxed(self) -> Taxed | None:
        """The tax of this version, if there is one."""
        if not self.tax_name:
            return None
        return Taxed(self.tax_name, self.tax_rate, self.base_numerator, self.base_denominator)

    @property
    def sums(self) -> Totals:
        return Totals(self.gross, self.discount, self.net, self.tax_base, self.tax, self.total)

    def has_expired(self, today: date) -> bool:
        """Sent, not answered, and its last day is over."""
        return self.state == QuoteState.SENT and today > self.valid_until


class QuoteLine(models.Model):
    """One line: a product at its price then, or words of one's own."""

    version = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="quote_lines", db_index=False
    )
    title = models.CharField(max_length=200)
    details = models.TextField(blank=True, default="")
    quantity = AmountField()
    unit_price = AmountField()
    list_price = AmountField(null=True, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    is_taxed = models.BooleanField(default=True)
    net = AmountField()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="quote_line_place_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_price__gte=0), name="quote_line_counts"),
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="quote_line_percent"
            ),
        ]
        indexes = [models.Index(fields=["product"], name="quote_product", condition=Q(product__isnull=False))]

    def __str__(self) -> str:
        return self.title

    @property
    def item(self) -> Item:
        return Item(self.quantity, self.unit_price, self.percent, self.is_taxed)

    @property
    def given(self) -> Fraction:
        """Percent below the list."""
        return percent_given(self.unit_price, self.percent, self.list_price)
