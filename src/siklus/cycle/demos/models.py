from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from siklus.cycle.outreach.meetings.models import Answering, Reply, Told
from siklus.cycle.outreach.models import Message
from siklus.records.activities.models import Activity
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal, Pipeline


class Format(models.TextChoices):
    """What is shown, whatever the customer calls it."""

    SOFTWARE = "software", _("Software demo")
    TRIAL_CLASS = "class", _("Trial class")
    VIEWING = "viewing", _("Property viewing")
    TEST_DRIVE = "drive", _("Test drive")
    WORKSHOP = "workshop", _("Workshop")
    OWN = "own", _("Own")


class Place(models.TextChoices):
    ONLINE = "online", _("Online")
    THEIRS = "theirs", _("At the buyer's")
    OURS = "ours", _("At ours")
    ELSEWHERE = "elsewhere", _("Elsewhere")


class State(models.TextChoices):
    BOOKED = "booked", _("Booked")
    HELD = "held", _("Held")
    MISSED = "missed", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")


class DemoType(models.Model):
    """A kind of demonstration. `checklist` and `materials` are lists of {"en", "id"} and, for materials, "url"."""

    format = models.CharField(max_length=8, choices=Format.choices, default=Format.OWN)
    name_en = models.CharField(max_length=80, blank=True, default="")
    name_id = models.CharField(max_length=80, blank=True, default="")
    minutes = models.PositiveSmallIntegerField(default=45)
    place = models.CharField(max_length=9, choices=Place.choices, default=Place.ONLINE)
    where = models.CharField(max_length=500, blank=True, default="")  # an address, or a link for all
    checklist = models.JSONField(default=list, blank=True)
    materials = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(format__in=Format.values), name="demo_type_format_known"),
            models.CheckConstraint(condition=Q(place__in=Place.values), name="demo_type_place_known"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=960), name="demo_type_minutes"),
            models.CheckConstraint(condition=~Q(name_en="") | ~Q(name_id=""), name="demo_type_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As its reader calls it."""
        return worded({"en": self.name_en, "id": self.name_id})


class Demo(models.Model):
    """One demonstration on a deal. Its meeting holds its place in the calendar."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="demos", db_index=False)
    type = models.ForeignKey(DemoType, on_delete=models.PROTECT, related_name="demos", db_index=False)
    meeting = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="demo")
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=9, choices=Place.choices)
    where = models.CharField(max_length=500, blank=True, default="")
    materials = models.JSONField(default=list, blank=True)  # as they were when it was booked
    state = models.CharField(max_length=9, choices=State.choices, default=State.BOOKED)
    moves = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)
    interest = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    tried = models.TextField(blank=True, default="")
    questions = models.TextField(blank=True, default="")  # one a line
    next_step = models.CharField(max_length=250, blank=True, default="")
    note = models.TextField(blank=True, default="")
    estimate = models.PositiveSmallIntegerField(null=True, blank=True)  # per cent, as felt right after
    estimated_at = models.DateTimeField(null=True, blank=True)
    estimated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="demo_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="demo_runs_forward"),
            models.CheckConstraint(
                condition=Q(state="booked", settled_at=None)
                | (~Q(state="booked") & Q(settled_at__isnull=False)),
                name="demo_settled_at_follows_state",
            ),
            models.CheckConstraint(
                condition=Q(interest=None) | Q(interest__gte=1, interest__lte=5), name="demo_interest_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(estimate=None, estimated_at=None)
                | Q(estimate__lte=100, estimated_at__isnull=False),
                name="demo_estimate_percent",
            ),
        ]
        indexes = [
            models.Index(fields=["deal", "starts_at"], name="demo_deal"),
            models.Index(fields=["host", "starts_at"], name="demo_booked", condition=Q(state="booked")),
            models.Index(fields=["starts_at"], name="demo_when"),
            models.Index(fields=["type", "state"], name="demo_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type}, {self.deal}"

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def is_booked(self) -> bool:
        return self.state == State.BOOKED

    @property
    def asked(self) -> list[str]:
        """The questions, one by one."""
        return [line for line in self.questions.splitlines() if line.strip()]

    def is_over(self, now: datetime) -> bool:
        """Its time has come and gone, and nobody said what happened."""
        return self.is_booked and self.ends_at <= now


class DemoItem(models.Model):
    """Something to prepare, or something the buyer wants to see."""

    class Part(models.TextChoices):
        PREPARE = "prepare", _("To prepare")
        SHOW = "show", _("To show")

    demo = models.ForeignKey(Demo, on_delete=models.CASCADE, related_name="items", db_index=False)
    part = models.CharField(max_length=7, choices=Part.choices)
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["demo", "part", "position", "id"]
        indexes = [models.Index(fields=["demo", "part"], name="demo_item")]
        constraints = [
            models.CheckConstraint(condition=Q(part__in=["prepare", "show"]), name="demo_item_part")
        ]

    def __str__(self) -> str:
        return self.text


class Invitation(Told, Answering):
    """The invitation to a demo by mail, as the guest has it, and what they answered."""

    Reply = Reply
    demo = models.OneToOneField(Demo, on_delete=models.CASCADE, related_name="invitation")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reply__in=["", "accepted", "declined", "tentative"]),
                name="invitation_reply_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.demo}: {self.address}"


class DemoRule(models.Model):
    """Whether a pipeline wants a demo held before new business is closed. No row: it does not."""

    pipeline = models.OneToOneField(Pipeline, on_delete=models.CASCADE, related_name="+")
    is_demanded = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.pipeline}: {self.is_demanded}"


def worded(words: dict[str, str]) -> str:
    """The text in the reader's language, or else in the other one."""
    own, other = ("id", "en") if get_language() == "id" else ("en", "id")
    return words.get(own) or words.get(other) or ""
