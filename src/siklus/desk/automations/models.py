from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class When(models.TextChoices):
    FACT = "fact", _("something happens")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")
    TRUE = "true", _("it becomes true")


class About(models.TextChoices):
    BOTH = "both", _("leads and deals")
    LEADS = "leads", _("leads")
    DEALS = "deals", _("deals")


class Automation(models.Model):
    """A sentence: when, if, then. `conditions` are written in the language of the lists, `steps` as [{step, values}]."""

    name = models.CharField(max_length=120)
    is_on = models.BooleanField(default=False)
    when = models.CharField(max_length=6, choices=When.choices, default=When.FACT, db_column="begins")
    fact = models.CharField(max_length=60, blank=True, default="")
    hour = models.PositiveSmallIntegerField(default=8)
    weekday = models.PositiveSmallIntegerField(default=0)  # Monday is 0
    about = models.CharField(max_length=5, choices=About.choices, default=About.BOTH)
    conditions = models.TextField(blank=True, default="")
    steps = models.JSONField(default=list)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)  # when the clock has to look at it next
    is_primed = models.BooleanField(default=False)  # knows for which deals its condition was true already
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(when__in=When.values), name="automation_when_known"),
            models.CheckConstraint(condition=Q(hour__lt=24) & Q(weekday__lt=7), name="automation_clock"),
            models.CheckConstraint(condition=~Q(when="fact") | ~Q(fact=""), name="automation_has_its_fact"),
        ]
        indexes = [models.Index(fields=["due_at"], name="automation_due", condition=Q(is_on=True))]

    def __str__(self) -> str:
        return self.name


class RunState(models.TextChoices):
    DONE = "done", _("Done")
    NOT_SO = "not_so", _("Condition not met")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


class Run(models.Model):
    """One occasion for one deal, and what came of it. `key` names the occasion: told twice, it is one run."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="runs", db_index=False)
    key = models.CharField(max_length=80)
    deal_id = models.BigIntegerField(null=True)  # stays when the deal goes
    entry_id = models.BigIntegerField(null=True)
    chain = models.JSONField(default=list)  # the automations that led here
    state = models.CharField(max_length=7, choices=RunState.choices)
    why = models.CharField(max_length=500, blank=True, default="")
    results = models.JSONField(default=list)  # [{said, ok, error}]
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["automation", "key"], name="run_once"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
        ]
        indexes = [models.Index(fields=["automation", "-id"], name="run_newest")]

    def __str__(self) -> str:
        return f"{self.automation} {self.key}: {self.state}"


class Trace(models.Model):
    """That a run recorded an entry: how an automation knows that another one, or itself, is behind what happened."""

    entry_id = models.BigIntegerField(unique=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="traces")

    def __str__(self) -> str:
        return f"entry {self.entry_id} by run {self.run_id}"


class Holding(models.Model):
    """A deal for which the condition of an automation is true: it runs when a row comes, not while it stays."""

    automation = models.ForeignKey(
        Automation, on_delete=models.CASCADE, related_name="holdings", db_index=False
    )
    deal_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["automation", "deal_id"], name="holding_once")]

    def __str__(self) -> str:
        return f"{self.automation}: deal {self.deal_id}"
