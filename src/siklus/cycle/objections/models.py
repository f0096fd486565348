from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal, Pipeline

LANGUAGES = ("en", "id")
STEPS = ("listen", "mirror", "answer", "confirm")


class TypeKind(models.TextChoices):
    """What an objection is about, whatever the customer calls it."""

    PRICE = "price", _("Price")
    USE = "use", _("Use")
    RESULT = "result", _("Expected result")
    TIMING = "timing", _("Timing")
    AUTHORITY = "authority", _("Authority")
    TRUST = "trust", _("Trust")
    COMPETITOR = "competitor", _("Competitor")
    OWN = "own", _("Own")


class State(models.TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    RESOLVED = "resolved", _("Resolved")
    STANDS = "stands", _("Stands")


class ObjectionType(models.Model):
    """A row of the catalogue, named in both languages; one of them may be empty."""

    kind = models.CharField(max_length=10, choices=TypeKind.choices, default=TypeKind.OWN)
    name_en = models.CharField(max_length=80, blank=True, default="")
    name_id = models.CharField(max_length=80, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TypeKind.values), name="objection_type_kind_known"),
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_id=""), name="objection_type_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As its reader calls it."""
        own, other = (self.name_id, self.name_en) if get_language() == "id" else (self.name_en, self.name_id)
        return own or other


class Response(models.Model):
    """A way to answer a type of objection. Its words stand in its versions, the last of which holds."""

    type = models.ForeignKey(ObjectionType, on_delete=models.PROTECT, related_name="responses")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["type", "id"]

    def __str__(self) -> str:
        return f"{self.type}, {self.pk}"


class ResponseVersion(models.Model):
    """The words of a response as they were used: `wording[language]` has a title and the four steps."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    wording = models.JSONField()
    proof = models.TextField(blank=True, default="")
    proof_url = models.URLField(max_length=500, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["response", "number"]
        constraints = [models.UniqueConstraint(fields=["response", "number"], name="response_version_once")]

    def __str__(self) -> str:
        return self.title

    def said(self, step: str) -> str:
        """The title or a step in the reader's language, or else in the other one."""
        own = "id" if get_language() == "id" else "en"
        other = "en" if own == "id" else "id"
        return str(self.wording.get(own, {}).get(step) or self.wording.get(other, {}).get(step) or "")

    @property
    def title(self) -> str:
        return self.said("title")

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(step, words) in their order; steps without words are left out."""
        return [(step, words) for step in STEPS if (words := self.said(step))]


class Objection(models.Model):
    """What a buyer holds against a deal, in their own words."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="objections", db_index=False)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="objections", db_index=False
    )
    type = models.ForeignKey(
        ObjectionType, on_delete=models.PROTECT, related_name="objections", db_index=False
    )
    words = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="objection_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered"], settled_at=None)
                | Q(state__in=["resolved", "stands"], settled_at__isnull=False),
                name="objection_settled_at_follows_state",
            ),
        ]
        indexes = [
            models.Index(fields=["deal", "state"], name="objection_deal"),
            models.Index(fields=["-raised_at", "deal"], name="objection_open", condition=Q(state="open")),
            models.Index(fields=["type", "state"], name="objection_type"),
            models.Index(fields=["activity"], name="objection_activity", condition=Q(activity__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_settled(self) -> bool:
        return self.state in {State.RESOLVED, State.STANDS}


class Answer(models.Model):
    """One answer to an objection: a response as it was worded then, or words of one's own."""

    objection = models.ForeignKey(Objection, on_delete=models.CASCADE, related_name="answers", db_index=False)
    used = models.ForeignKey(
        ResponseVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="answers",
        db_index=False,
    )  # fmt: skip
    words = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["objection", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used__isnull=False) | ~Q(words=""), name="answer_says_something"
            )
        ]
        indexes = [
            models.Index(fields=["objection", "id"], name="answer_objection"),
            models.Index(fields=["used"], name="answer_used", condition=Q(used__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.words or str(self.used)


class ClosingRule(models.Model):
    """Whether a pipeline refuses to close a deal while an objection is open. No row: it does not."""

    pipeline = models.OneToOneField(Pipeline, on_delete=models.CASCADE, related_name="+")
    refuses_open = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.pipeline}: {self.refuses_open}"
