from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal, Pipeline


class Verdict(models.IntegerChoices):
    """How far a criterion is met. Without an answer it is not known, which is not the same as a no."""

    NO = 0, _("Not met")
    PARTLY = 1, _("Partly")
    YES = 2, _("Met")


def _own(row: models.Model, name: str) -> str:
    """A text of two languages as its reader wants it; the other one where theirs is empty."""
    first, second = ("id", "en") if get_language() == "id" else ("en", "id")
    return str(getattr(row, f"{name}_{first}") or getattr(row, f"{name}_{second}"))


class Framework(models.Model):
    """A way to qualify: BANT, MEDDIC, CHAMP or a team's own."""

    name = models.CharField(max_length=60)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(retired_at=None), name="framework_once")
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One thing to know, how to ask for it, and how much it weighs."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="criteria")
    label_en = models.CharField(max_length=80, blank=True, default="")
    label_id = models.CharField(max_length=80, blank=True, default="")
    ask_en = models.CharField(max_length=250, blank=True, default="")
    ask_id = models.CharField(max_length=250, blank=True, default="")
    weight = models.PositiveSmallIntegerField(default=1)
    is_must = models.BooleanField(default=False)
    is_wish = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "criteria"
        constraints = [
            models.CheckConstraint(condition=~Q(label_en="") | ~Q(label_id=""), name="criterion_has_a_label"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=5), name="criterion_weight_1_to_5"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return _own(self, "label")

    @property
    def ask(self) -> str:
        return _own(self, "ask")


class Answer(models.Model):
    """What is known of a criterion on a deal, from whom, and what shows it. The one that is not superseded holds."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="qualification_answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    verdict = models.PositiveSmallIntegerField(choices=Verdict.choices)
    said = models.TextField(blank=True, default="")
    evidence = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="qualifies"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # fmt: skip
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="answer_verdict_known"),
            models.UniqueConstraint(
                fields=["deal", "criterion"], condition=Q(superseded_at=None), name="answer_holds_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.criterion_id}: {self.get_verdict_display()}"


class QualificationRule(models.Model):
    """With which framework a pipeline qualifies, and from when a lead counts as qualified. No row: people decide freely."""

    pipeline = models.OneToOneField(Pipeline, on_delete=models.CASCADE, related_name="+")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="rules")
    least_score = models.PositiveSmallIntegerField(default=50)
    needs_evidence = models.BooleanField(default=False)
    is_demanded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(least_score__lte=100), name="qualification_score_in_per_cent")
        ]

    def __str__(self) -> str:
        return f"{self.pipeline}: {self.framework}"
