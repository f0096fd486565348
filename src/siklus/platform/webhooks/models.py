from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EndpointState(models.TextChoices):
    ACTIVE = "active", _("Active")
    OFF = "off", _("Switched off")
    DISABLED = "disabled", _("Disabled after failures")


class Endpoint(models.Model):
    """Where messages go. No chosen facts means all of them. Its secrets are sealed; only when made is one shown."""

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=120, blank=True, default="")
    facts = models.JSONField(default=list, blank=True)
    sealed_secret = models.TextField(blank=True, default="")
    sealed_old_secret = models.TextField(blank=True, default="")
    old_secret_until = models.DateTimeField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    reason = models.CharField(max_length=300, blank=True, default="")
    failing_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EndpointState.values), name="endpoint_state_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.description or self.url.partition("://")[2].partition("/")[0]

    @property
    def is_active(self) -> bool:
        return self.state == EndpointState.ACTIVE and self.removed_at is None

    def wants(self, fact: str) -> bool:
        return not self.facts or fact in self.facts


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


class Message(models.Model):
    """One entry of the journal for one endpoint; a test has no entry. Its id stays the same however often it is sent."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="messages", db_index=False)
    key = models.CharField(max_length=40, unique=True)
    type = models.CharField(max_length=60)
    entry_id = models.BigIntegerField(null=True)
    timestamp = models.DateTimeField()
    state = models.CharField(max_length=9, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)  # since it was last asked for
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "entry_id"], condition=Q(entry_id__isnull=False), name="message_once"
            ),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="message_due", condition=Q(state="waiting")),
            models.Index(fields=["endpoint", "-id"], name="message_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.type}"


class Attempt(models.Model):
    """One time that a message was sent, and what came back."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    excerpt = models.CharField(max_length=500, blank=True, default="")
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.message}: {self.status or self.error}"

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
