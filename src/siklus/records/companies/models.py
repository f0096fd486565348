from django.db import models
from django.db.models import Q

from siklus.records.fields.record import Record


class Company(Record):
    """A company. `name_key` and `domain` find the same company in another spelling."""

    name = models.CharField(max_length=250)
    name_key = models.CharField(max_length=250)
    domain = models.CharField(max_length=253, blank=True, default="")
    website = models.CharField(max_length=500, blank=True, default="")
    industry = models.CharField(max_length=120, blank=True, default="")
    employees = models.PositiveIntegerField(null=True, blank=True)
    annual_revenue = models.CharField(max_length=40, blank=True, default="")
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    city = models.CharField(max_length=120, blank=True, default="")
    country = models.CharField(max_length=120, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    linkedin = models.CharField(max_length=500, blank=True, default="")
    description = models.TextField(blank=True, default="")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="subsidiaries", db_index=False
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from", db_index=False
    )

    class Meta:
        verbose_name_plural = "companies"
        indexes = [
            models.Index(fields=["name_key"], name="company_name_key"),
            models.Index(fields=["domain"], name="company_domain", condition=~Q(domain="")),
            models.Index(fields=["owner", "-id"], name="company_owner"),
            models.Index(fields=["name", "id"], name="company_name"),
            models.Index(
                fields=["external_id"], name="company_external", condition=Q(external_id__isnull=False)
            ),
            models.Index(fields=["parent"], name="company_parent", condition=Q(parent__isnull=False)),
            models.Index(
                fields=["merged_into"], name="company_merged", condition=Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name
