from django.db import models
from django.db.models import Q


class Rate(models.Model):
    """What one unit of a currency is worth in the installation's currency, from a day on."""

    currency = models.CharField(max_length=3)
    from_date = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "from_date"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.from_date}: {self.rate}"
