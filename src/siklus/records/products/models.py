from django.db import models

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
