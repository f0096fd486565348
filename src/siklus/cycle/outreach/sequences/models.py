from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.platform.mail.models import Mailbox
from siklus.records.activities.models import Activity
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal


class StepChannel(models.TextChoices):
    """How a step reaches the person. `email` and `chat` happen by themselves; the others are tasks for the rep."""

    EMAIL = "email", _("E-mail, by itself")
    EMAIL_TASK = "email_task", _("E-mail, by hand")
    CALL = "call", _("Call")
    CHAT = "chat", _("WhatsApp, by itself")
    WHATSAPP = "whatsapp", _("WhatsApp, by hand")
    LINKEDIN = "linkedin", _("LinkedIn")
    TASK = "task", _("Task")


class Sequence(models.Model):
    """Steps that a person goes through. Without an owner it is shared with everybody."""

    name = models.CharField(max_length=80)
    language = models.CharField(max_length=2, choices=[("en", "English"), ("id", "Bahasa Indonesia")])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["en", "id"]), name="sequence_language_known")
        ]

    def __str__(self) -> str:
        return self.name


class SequenceStep(models.Model):
    """One step. It keeps its id while it is reworded or placed elsewhere; removed, the row stays for what was done."""

    sequence = models.ForeignKey(Sequence, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10, choices=StepChannel.choices)
    wait = models.PositiveSmallIntegerField(default=0)  # working days after the step before
    template = models.ForeignKey(
        "outreach.Template", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=120, blank=True, default="")
    instructions = models.TextField(blank=True, default="")
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    channel__in=["email", "email_task", "call", "chat", "whatsapp", "linkedin", "task"]
                ),
                name="sequence_step_channel_known",
            ),
            models.CheckConstraint(
                condition=~Q(channel__in=["email", "chat"]) | Q(template__isnull=False),
                name="sequence_mail_has_a_template",
            ),
            models.CheckConstraint(condition=Q(wait__lte=250), name="sequence_step_wait_bounded"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.template or StepChannel(self.channel).label)

    @property
    def is_automatic(self) -> bool:
        return self.channel in (StepChannel.EMAIL, StepChannel.CHAT)


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", _("Running")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")


class StopReason(models.TextChoices):
    REPLIED = "replied", _("They answered")
    BOUNCED = "bounced", _("Mail came back")
    MEETING = "meeting", _("A meeting is booked")
    OPTED_OUT = "opted_out", _("Opted out")
    CLOSED = "closed", _("The deal is closed")
    REFUSED = "refused", _("May not be written to")
    FAILED = "failed", _("Mail could not be sent")
    BY_HAND = "by_hand", _("Stopped by hand")


RUNNING = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED)


class Enrolment(models.Model):
    """A person on their way through a sequence, on behalf of a lead or deal. A person is in one at a time."""

    sequence = models.ForeignKey(Sequence, on_delete=models.PROTECT, related_name="enrolments")
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="enrolments")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="enrolments")
    mailbox = models.ForeignKey(
        Mailbox, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rep = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # whose hours count, and whose tasks they are
    state = models.CharField(max_length=8, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE)
    reason = models.CharField(max_length=9, choices=StopReason.choices, blank=True, default="")
    note = models.CharField(max_length=250, blank=True, default="")
    step = models.ForeignKey(
        SequenceStep, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # what comes next, or the task that is waited for
    due_at = models.DateTimeField(null=True, blank=True)  # empty while a task is waited for
    thread = models.ForeignKey(
        "outreach.Thread", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_at = models.DateTimeField()  # when the last step was done, or the enrolment began
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(state__in=["active", "paused"]),
                name="enrolled_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "paused"], step__isnull=False, ended_at=None)
                | Q(state__in=["finished", "stopped"], due_at=None, ended_at__isnull=False),
                name="enrolment_stands_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", reason__in=[str(one) for one in StopReason.values])
                | (~Q(state="stopped") & Q(reason="")),
                name="enrolment_stopped_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="enrolment_due", condition=Q(state="active")),
            models.Index(
                fields=["rep"], name="enrolment_of_rep", condition=Q(state__in=["active", "paused"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} in {self.sequence}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


class StepRun(models.Model):
    """That a step was done for an enrolment. There is one or none: the database refuses a second."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        PLANNED = "planned", _("Task planned")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="runs", db_index=False
    )  # the constraint below is its index
    step = models.ForeignKey(SequenceStep, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=7, choices=State.choices)
    message = models.OneToOneField(
        "outreach.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="step_run"
    )
    chat = models.OneToOneField(
        "outreach.ChatMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="step_run"
    )
    activity = models.OneToOneField(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="step_run"
    )
    at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="step_done_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "planned", "done", "dropped"]), name="step_run_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.step_id}"
