from django.conf import settings
from django.db import models
from django.db.models import Q

from siklus.platform.money.fields import AmountField


class Product(models.Model):
    code = models.CharField(max_length=60, blank=True, default="")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, unique=True)
    family = models.CharField(max_length=120, blank=True, default="")
    price = AmountField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """A row of a price book: what a product costs in a currency from a day on. No amount: not offered in it from then."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices", db_index=False)
    currency = models.CharField(max_length=3)
    from_date = models.DateField()
    amount = AmountField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["product", "currency", "-from_date"]
        constraints = [
            models.UniqueConstraint(fields=["product", "currency", "from_date"], name="one_price_a_day"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product}, {self.currency} from {self.from_date}"
