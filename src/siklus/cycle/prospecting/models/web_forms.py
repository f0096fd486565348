from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal, Pipeline


class WebForm(models.Model):
    """A form that strangers fill in. `fields` are {key, required, label: {en, id}} in their order.

    `texts` are {heading, intro, consent, thanks, button: {en, id}}. Another consent text is another `consent_version`.
    """

    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=60, unique=True)
    is_open = models.BooleanField(default=True)
    fields = models.JSONField(default=list)
    texts = models.JSONField(default=dict)
    consent_version = models.PositiveIntegerField(default=1)
    confirms_by_mail = models.BooleanField(default=False)
    redirect_url = models.CharField(max_length=500, blank=True, default="")
    origins = models.JSONField(default=list)
    pipeline = models.ForeignKey(
        Pipeline, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    source = models.CharField(max_length=120, blank=True, default="")
    campaign = models.CharField(max_length=120, blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(is_open=False), name="retired_form_is_not_open"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def said(self, text: str) -> str:
        """A text in the reader's language, or else in the other one."""
        return said(self.texts.get(text, {}))


def said(words: dict[str, str]) -> str:
    """What is written in two languages, in the reader's or else in the other one."""
    own, other = ("id", "en") if get_language() == "id" else ("en", "id")
    return words.get(own) or words.get(other) or ""


class SubmissionState(models.TextChoices):
    WAITING = "waiting", _("Waits for confirmation")
    ACCEPTED = "accepted", _("Lead created")
    SPAM = "spam", _("Spam")


class Submission(models.Model):
    """What somebody sent, word by word, and the consent that they gave. `mark` makes sending twice harmless."""

    form = models.ForeignKey(WebForm, on_delete=models.PROTECT, related_name="submissions", db_index=False)
    mark = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=8, choices=SubmissionState.choices)
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=2)
    address = models.GenericIPAddressField(null=True)
    referrer = models.CharField(max_length=500, blank=True, default="")
    utm = models.JSONField(default=dict)
    consent_text = models.TextField(blank=True, default="")
    consent_version = models.PositiveIntegerField(null=True)
    consented_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_address = models.GenericIPAddressField(null=True)
    company = models.ForeignKey(
        Company, null=True, on_delete=models.SET_NULL, related_name="submissions", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="submissions", db_index=False
    )
    deal = models.ForeignKey(
        Deal, null=True, on_delete=models.SET_NULL, related_name="submissions", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SubmissionState.values), name="submission_state_known"
            ),
            models.CheckConstraint(
                condition=Q(consented_at=None) | ~Q(consent_text=""), name="consent_was_to_a_text"
            ),
        ]
        indexes = [
            models.Index(fields=["form", "-id"], name="submission_form"),
            models.Index(fields=["form", "address", "at"], name="submission_address"),
            models.Index(fields=["company"], name="submission_company", condition=Q(company__isnull=False)),
            models.Index(fields=["contact"], name="submission_contact", condition=Q(contact__isnull=False)),
            models.Index(fields=["deal"], name="submission_deal", condition=Q(deal__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.form}, {self.at:%Y-%m-%d}"
