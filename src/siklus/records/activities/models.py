from datetime import datetime, timedelta

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


USUAL_MINUTES: dict[str, int] = {
    ActivityKind.MEETING: 60,
    ActivityKind.CALL: 30,
}  # everything else: a quarter of an hour


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
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # how long; None: as its kind usually takes
    location = models.CharField(max_length=500, blank=True, default="")  # a place, or a link to meet at
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind_known"),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__gte=5, minutes__lte=960), name="activity_minutes"
            ),
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

    @property
    def length(self) -> timedelta:
        """How long it takes, as planned or as its kind usually does."""
        return timedelta(minutes=self.minutes or USUAL_MINUTES.get(self.kind, 15))

    @property
    def ends_at(self) -> datetime | None:
        return self.due_at + self.length if self.due_at else None


class CalendarFeed(models.Model):
    """The secret address at which a person's own calendar can be subscribed to. Only the digest of its key is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    hour_at = models.DateTimeField(null=True)  # since when `reads` are counted
    reads = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.user)
