from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.platform.chat.models import Incoming, Line, Outgoing
from siklus.records.activities.models import Activity
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal


class ChatPurpose(models.TextChoices):
    """What a message is for; the same words as of mail."""

    PERSONAL = "personal", _("Written by a person")
    SEQUENCE = "sequence", _("Sequence")


class ChatMessage(models.Model):
    """One WhatsApp message: ours, or theirs. Without a contact nobody knows the number yet."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20)  # theirs, E.164
    is_ours = models.BooleanField()
    outgoing = models.OneToOneField(
        Outgoing, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    incoming = models.OneToOneField(
        Incoming, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="chats", db_index=False
    )
    deal = models.ForeignKey(
        Deal, null=True, blank=True, on_delete=models.PROTECT, related_name="chats", db_index=False
    )
    activity = models.OneToOneField(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="chat"
    )
    purpose = models.CharField(max_length=8, choices=ChatPurpose.choices, default=ChatPurpose.PERSONAL)
    is_answer = models.BooleanField(default=False)  # they wrote last
    at_once = models.BooleanField(default=False)  # whatever the hour
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outgoing__isnull=False, incoming=None, is_ours=True)
                | Q(outgoing=None, incoming__isnull=False, is_ours=False),
                name="chat_is_one_message",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["personal", "sequence"]), name="chat_purpose_known"
            ),
        ]
        indexes = [
            models.Index(fields=["number", "-at"], name="chat_number"),
            models.Index(fields=["contact", "-at"], name="chat_contact", condition=Q(contact__isnull=False)),
            models.Index(fields=["deal"], name="chat_deal", condition=Q(deal__isnull=False)),
            models.Index(fields=["-at"], name="chat_unknown", condition=Q(contact=None)),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def text(self) -> str:
        message = self.outgoing or self.incoming
        return message.text if message else ""
