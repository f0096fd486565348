from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal


class ActivityKind(models.TextChoices):
    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    MEETING = "meeting", _("Meeting")
    MESSAGE = "message", _("Message")
    NOTE = "note", _("Note")
    TASK = "task", _("Task")


class Activity(models.Model):
    """Planned while `done_at` is empty. What is done is a touch, except tasks and notes, which nobody outside sees."""

    kind = models.CharField(max_length=8, choices=ActivityKind.choices)
    subject = models.CharField(max_length=250)
    body = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=250, blank=True, default="")
    deal = models.ForeignKey(
        Deal, null=True, blank=True, on_delete=models.CASCADE, related_name="activities", db_index=False
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind_known"),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at"],
                name="activity_waiting",
                condition=Q(done_at=None, cancelled_at=None),
            ),
            models.Index(fields=["deal", "due_at"], name="activity_deal", condition=Q(deal__isnull=False)),
            models.Index(
                fields=["company", "-id"], name="activity_company", condition=Q(company__isnull=False)
            ),
            models.Index(fields=["contact"], name="activity_contact", condition=Q(contact__isnull=False)),
            models.Index(
                fields=["done_at", "owner"], name="activity_done", condition=Q(done_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_planned(self) -> bool:
        return self.done_at is None and self.cancelled_at is None

    @property
    def is_touch(self) -> bool:
        return self.kind not in {ActivityKind.NOTE, ActivityKind.TASK}
