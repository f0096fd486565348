from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.records.companies.models import Company
from siklus.records.fields.record import Record


class Channel(models.TextChoices):
    WHATSAPP = "whatsapp", _("WhatsApp")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    MEETING = "meeting", _("Meeting")


class Contact(Record):
    """A person. Personal values stand here and in contact points only, so that they can be forgotten."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    title = models.CharField(max_length=160, blank=True, default="")
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    email = models.CharField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    city = models.CharField(max_length=120, blank=True, default="")
    linkedin = models.CharField(max_length=500, blank=True, default="")
    preferred_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    time_zone = models.CharField(max_length=63, blank=True, default="", db_default="")
    best_hours = models.CharField(
        max_length=5, blank=True, default="", db_default=""
    )  # 9-11: from nine to eleven
    notes = models.TextField(blank=True, default="")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["company", "id"], name="contact_company"),
            models.Index(fields=["owner", "-id"], name="contact_owner"),
            models.Index(fields=["name", "id"], name="contact_name"),
            models.Index(
                fields=["external_id"], name="contact_external", condition=Q(external_id__isnull=False)
            ),
            models.Index(
                fields=["merged_into"], name="contact_merged", condition=Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


class PointKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class ContactPoint(models.Model):
    """One e-mail address or phone number; `key` is its form in which the same one is recognised."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points", db_index=False)
    kind = models.CharField(max_length=5, choices=PointKind.choices)
    value = models.CharField(max_length=254)
    key = models.CharField(max_length=254)
    label = models.CharField(max_length=40, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "kind", "key"], name="point_once_per_contact")
        ]
        indexes = [models.Index(fields=["key"], name="point_key")]

    def __str__(self) -> str:
        return self.value


class Position(models.Model):
    """What a person was at a company, from when to when."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="positions")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="positions")
    title = models.CharField(max_length=160, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "company"], condition=Q(valid_to=None), name="one_open_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} at {self.company}"
