from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Line(models.Model):
    """A number of ours at a provider. Without an owner everybody writes from it."""

    class Provider(models.TextChoices):
        CLOUD_API = "cloud_api", _("WhatsApp Cloud API")

    name = models.CharField(max_length=80)
    number = models.CharField(max_length=20)  # E.164, as others see it
    provider = models.CharField(max_length=10, choices=Provider.choices, default=Provider.CLOUD_API)
    api_url = models.CharField(max_length=250)
    api_version = models.CharField(max_length=10)
    phone_number_id = models.CharField(max_length=40)
    sealed_token = models.TextField(blank=True, default="")
    sealed_app_secret = models.TextField(blank=True, default="")
    sealed_verify_token = models.TextField(blank=True, default="")
    key = models.CharField(max_length=32, unique=True)  # in the address at which the provider calls us
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    called_at = models.DateTimeField(
        null=True, blank=True
    )  # when the provider called us last, rightly signed
    error = models.CharField(max_length=500, blank=True, default="")  # what ails the whole line
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["phone_number_id"], condition=Q(retired_at=None), name="line_once"
            ),
            models.CheckConstraint(condition=Q(provider__in=["cloud_api"]), name="line_provider_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Outgoing(models.Model):
    """A message of ours, from the moment it is written. Text, or a template that the provider approved."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        HANDING = "handing", _("Being handed over")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Not sent")
        UNCERTAIN = "uncertain", _("Perhaps sent")

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="outgoing", db_index=False)
    key = models.CharField(max_length=16, unique=True)  # comes back with what the provider tells of it
    to = models.CharField(max_length=20)  # E.164
    text = models.TextField()  # as the other side reads it, of a template too
    template = models.CharField(max_length=512, blank=True, default="")
    template_language = models.CharField(max_length=10, blank=True, default="")
    template_values = models.JSONField(default=list, blank=True)
    answers = models.CharField(max_length=200, blank=True, default="")  # the provider's id of what it answers
    purpose = models.CharField(max_length=40)  # which room wrote it, and what for
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.CharField(max_length=500, blank=True, default="")
    provider_id = models.CharField(max_length=200, blank=True, default="")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "outgoing"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["queued", "handing", "sent", "delivered", "read", "failed", "uncertain"]
                ),
                name="chat_outgoing_state_known",
            ),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="chat_outgoing_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="chat_outgoing_due", condition=Q(state__in=["queued", "handing"])
            ),
            models.Index(fields=["line"], name="chat_outgoing_line"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Incoming(models.Model):
    """A message that came in, once however often the provider tells it."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="incoming", db_index=False)
    provider_id = models.CharField(max_length=200, unique=True)
    number = models.CharField(max_length=20)  # E.164
    name = models.CharField(max_length=120, blank=True, default="")  # what they call themselves
    kind = models.CharField(max_length=20)
    text = models.TextField(blank=True, default="")
    answers = models.CharField(max_length=200, blank=True, default="")
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "incoming"
        indexes = [models.Index(fields=["number", "-sent_at"], name="chat_incoming_number")]

    def __str__(self) -> str:
        return self.text[:60]
