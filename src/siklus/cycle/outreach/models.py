from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from siklus.cycle.outreach.chats.models import ChatMessage, ChatPurpose
from siklus.cycle.outreach.first_response.models import FirstResponse, ResponseTarget
from siklus.cycle.outreach.meetings.models import MeetingGuest, MeetingInvitation
from siklus.cycle.outreach.sequences.models import Enrolment, Sequence, SequenceStep, StepRun
from siklus.platform.mail.models import Mailbox, Outgoing, Reading, Received
from siklus.records.activities.models import Activity
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal

__all__ = [
    "LANGUAGES", "Channel", "ChatMessage", "ChatPurpose", "Consent", "Enrolment", "FirstResponse", "MeetingGuest",
    "MeetingInvitation", "Message", "Purpose", "ResponseTarget", "SendRules", "Sequence", "SequenceStep", "StepRun",
    "Suppression", "Template", "Thread",
]  # fmt: skip
LANGUAGES = ("en", "id")


class Purpose(models.TextChoices):
    """What a mail is for; the gate is stricter with what nobody wrote by hand."""

    PERSONAL = "personal", _("Written by a person")
    MEETING = "meeting", _("Invitation")
    SEQUENCE = "sequence", _("Sequence")
    CAMPAIGN = "campaign", _("Campaign")


class Thread(models.Model):
    """A conversation with one person. `reading` follows the mailbox where it began, until somebody decides otherwise."""

    subject = models.CharField(max_length=250)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="threads", db_index=False)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="threads", db_index=False
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.PROTECT, related_name="threads", db_index=False
    )
    deal = models.ForeignKey(
        Deal, null=True, blank=True, on_delete=models.PROTECT, related_name="threads", db_index=False
    )
    reading = models.CharField(max_length=6, choices=Reading.choices, default=Reading.RECORD)
    last_at = models.DateTimeField()
    last_is_ours = models.BooleanField(default=True)
    count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-last_at"], name="thread_last"),
            models.Index(fields=["contact", "-last_at"], name="thread_contact"),
            models.Index(fields=["deal", "-last_at"], name="thread_deal", condition=Q(deal__isnull=False)),
            models.Index(
                fields=["company", "-last_at"], name="thread_company", condition=Q(company__isnull=False)
            ),
            models.Index(fields=["mailbox"], name="thread_mailbox"),
        ]

    def __str__(self) -> str:
        return self.subject


class Message(models.Model):
    """One mail of a conversation: ours, theirs, or ours written in another program."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.PERSONAL)
    is_ours = models.BooleanField()
    outgoing = models.OneToOneField(
        Outgoing, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    received = models.OneToOneField(
        Received, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    activity = models.OneToOneField(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="message"
    )
    is_answer = models.BooleanField(default=False)  # they wrote first
    at_once = models.BooleanField(default=False)  # whatever the hour
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outgoing__isnull=False, received=None) | Q(outgoing=None, received__isnull=False),
                name="message_is_one_mail",
            ),
        ]
        indexes = [models.Index(fields=["contact", "-at"], name="message_contact", condition=Q(is_ours=True))]

    def __str__(self) -> str:
        return str(self.outgoing or self.received)


class Template(models.Model):
    """Words to begin with, in both languages; one of them may be empty. Written in Liquid."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        WHATSAPP = "whatsapp", _("WhatsApp")

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.EMAIL)
    words = models.JSONField(default=dict)  # words[language] has subject and text
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["email", "whatsapp"]), name="template_kind_known")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def languages(self) -> list[str]:
        """Those it has words in, the reader's own first."""
        found = [one for one in LANGUAGES if self.words.get(one, {}).get("text")]
        own = "id" if get_language() == "id" else "en"
        return sorted(found, key=lambda one: one != own)

    def approved(self, language: str) -> dict[str, Any] | None:
        """How WhatsApp knows it: name, code of the language and what fills its blanks, of the words that `said` takes."""
        other = "en" if language == "id" else "id"
        own = self.words.get(language, {})
        found = own if own.get("text") else self.words.get(other, {})
        if self.kind != self.Kind.WHATSAPP or not found.get("approved"):
            return None
        code = found.get("code") or (language if found is own else other)
        return {"name": found["approved"], "code": code, "values": list(found.get("values", []))}

    def said(self, part: str, language: str) -> str:
        """The subject or the text in a language, or else in the other one."""
        other = "en" if language == "id" else "id"
        own = self.words.get(language, {})
        return str((own if own.get("text") else self.words.get(other, {})).get(part, ""))


class Suppression(models.Model):
    """An address that nobody may write to. Lifted, the row stays."""

    class Why(models.TextChoices):
        OPTED_OUT = "opted_out", _("Asked not to be written to")
        BOUNCED = "bounced", _("Cannot be delivered")
        COMPLAINED = "complained", _("Complained")
        DECIDED = "decided", _("Our decision")

    address = models.CharField(max_length=254)
    key = models.CharField(max_length=254)
    why = models.CharField(max_length=10, choices=Why.choices)
    note = models.CharField(max_length=250, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(lifted_at=None), name="suppressed_once"),
            models.CheckConstraint(
                condition=Q(why__in=["opted_out", "bounced", "complained", "decided"]),
                name="suppression_why_known",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Channel(models.TextChoices):
    """How somebody is written to, as far as consent and the gate tell them apart."""

    EMAIL = "email", _("E-mail")
    WHATSAPP = "whatsapp", _("WhatsApp")


class Consent(models.Model):
    """What a person said about being written to by a channel, word by word; the last one holds."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    is_given = models.BooleanField()
    words = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["email", "whatsapp"]), name="consent_channel_known"
            )
        ]
        indexes = [models.Index(fields=["contact", "-at"], name="consent_contact")]

    def __str__(self) -> str:
        return f"{self.contact}: {self.is_given}"


class SendRules(models.Model):
    """The one row that says when and how often. No row: the values below."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    quiet_from = models.PositiveSmallIntegerField(default=20)  # the hour at the reader's
    quiet_to = models.PositiveSmallIntegerField(default=7)
    working_days_only = models.BooleanField(default=True)  # for what nobody wrote by hand
    most_a_week = models.PositiveSmallIntegerField(default=4)  # the same
    needs_consent = models.BooleanField(default=False)  # the same

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1, quiet_from__lte=23, quiet_to__lte=23), name="one_row_of_send_rules"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from}–{self.quiet_to}"
