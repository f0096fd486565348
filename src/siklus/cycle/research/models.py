from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal, Pipeline


class Section(models.TextChoices):
    """The parts of a dossier, in the order in which it is read."""

    GROWTH = "growth", _("Growth")
    FUNDING = "funding", _("Funding")
    PRODUCTS = "products", _("Products and services")
    PEOPLE = "people", _("People")
    COMPETITORS = "competitors", _("Competitors")
    NEWS = "news", _("News")
    BACKGROUND = "background", _("Background")
    LINKS = "links", _("Links")


class Confidence(models.IntegerChoices):
    LOW = 1, _("Rumour")
    MEDIUM = 2, _("Likely")
    HIGH = 3, _("Certain")


class Method(models.TextChoices):
    MANUAL = "manual", _("By hand")
    WEBSITE = "website", _("Website")
    IMPORT = "import", _("Import")
    API = "api", _("API")


class Finding(models.Model):
    """One dated fact about a company or a person. It never changes: a newer one stands before it, or it is withdrawn."""

    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.PROTECT, related_name="findings", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="findings", db_index=False
    )
    section = models.CharField(max_length=11, choices=Section.choices)
    attribute = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    value = models.TextField()
    source = models.CharField(max_length=120, blank=True, default="")
    source_url = models.CharField(max_length=500, blank=True, default="")
    observed_at = models.DateField()
    confidence = models.PositiveSmallIntegerField(choices=Confidence.choices, default=Confidence.MEDIUM)
    method = models.CharField(max_length=7, choices=Method.choices, default=Method.MANUAL)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(company=None, contact__isnull=False) | Q(company__isnull=False, contact=None),
                name="finding_of_a_company_or_a_person",
            ),
            models.CheckConstraint(condition=Q(section__in=Section.values), name="finding_section_known"),
            models.CheckConstraint(
                condition=Q(confidence__in=Confidence.values), name="finding_confidence_known"
            ),
        ]
        indexes = [
            models.Index(fields=["company"], name="finding_company", condition=Q(company__isnull=False)),
            models.Index(fields=["contact"], name="finding_contact", condition=Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value[:60]}"

    @property
    def rank(self) -> tuple[object, int, int]:
        """Of two findings about the same attribute the greater one holds."""
        return self.observed_at, self.confidence, self.pk


class WebsiteReading(models.Model):
    """One visit to a company's own website, asked for by somebody; at most one goes to a site at a time."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READING = "reading", _("Reading")
        DONE = "done", _("Done")

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="website_readings")
    website = models.CharField(max_length=500)
    site = models.CharField(max_length=253)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=12, blank=True, default="")
    details = models.JSONField(default=dict, blank=True)
    pages = models.JSONField(default=list, blank=True)
    values = models.PositiveSmallIntegerField(default=0)
    wrote = models.JSONField(default=list, blank=True)
    edit_entry = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "reading", "done"]), name="website_reading_state_known"
            ),
            models.UniqueConstraint(
                fields=["site"], condition=Q(state="reading"), name="website_reading_once_per_site"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="website_reading_due", condition=~Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.site} ({self.get_state_display()})"

    @property
    def is_under_way(self) -> bool:
        return self.state != self.State.DONE


class Relevance(models.Model):
    """Why we matter to a company, in a paragraph. The last one holds; the earlier ones stay."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="relevances")
    text = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]


class Competitor(models.Model):
    """Somebody else who sells to our buyers, and what to say then."""

    name = models.CharField(max_length=120)
    website = models.CharField(max_length=250, blank=True, default="")
    strengths = models.TextField(blank=True, default="")
    weaknesses = models.TextField(blank=True, default="")
    say_en = models.TextField(blank=True, default="")
    say_id = models.TextField(blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(retired_at=None), name="competitor_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def say(self) -> str:
        """What to say, in the reader's language."""
        own, other = (self.say_id, self.say_en) if get_language() == "id" else (self.say_en, self.say_id)
        return own or other


class Rival(models.Model):
    """A competitor who is after the same deal."""

    class Standing(models.TextChoices):
        CONSIDERED = "considered", _("Also considered")
        INCUMBENT = "incumbent", _("In use today")
        AHEAD = "ahead", _("Ahead of us")
        OUT = "out", _("Out of the race")

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="rivals")
    competitor = models.ForeignKey(Competitor, on_delete=models.PROTECT, related_name="rivalries")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.CONSIDERED)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "competitor"], name="rival_once")]

    def __str__(self) -> str:
        return f"{self.competitor} ({self.get_standing_display()})"


WHY = "why"  # beside the sections: answered as soon as somebody wrote why we matter to them


class ChecklistItem(models.Model):
    """What to find out before the first contact. With a section it is done as soon as the dossier has something there."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="research_items")
    label_en = models.CharField(max_length=120, blank=True, default="")
    label_id = models.CharField(max_length=120, blank=True, default="")
    section = models.CharField(max_length=11, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(label_en="") | ~Q(label_id=""), name="checklist_item_has_a_label"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As its reader calls it."""
        own, other = (
            (self.label_id, self.label_en) if get_language() == "id" else (self.label_en, self.label_id)
        )
        return own or other


class Tick(models.Model):
    """An item of the checklist that somebody did by hand for a deal."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="research_ticks")
    item = models.ForeignKey(ChecklistItem, on_delete=models.CASCADE, related_name="ticks")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "item"], name="research_tick_once")]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.item_id}"


class ResearchRule(models.Model):
    """Whether a pipeline asks for the checklist before the first contact. No row: it does not."""

    pipeline = models.OneToOneField(Pipeline, on_delete=models.CASCADE, related_name="+")
    is_demanded = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.pipeline}: {self.is_demanded}"
