from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.platform.mail.models import Mailbox
from siklus.records.activities.models import Activity
from siklus.records.contacts.models import Contact


class Reply(models.TextChoices):
    NONE = "", _("No answer yet")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    TENTATIVE = "tentative", _("Perhaps")


class Told(models.Model):
    """What guests have in hand: one appointment under one `uid`, whose versions `sequence` counts."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    uid = models.CharField(max_length=250, unique=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()  # these three: as told last
    ends_at = models.DateTimeField()
    where = models.CharField(max_length=500, blank=True, default="")
    is_withdrawn = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        abstract = True


class Answering(models.Model):
    """A guest's address, and what they answered to the version they have."""

    address = models.CharField(max_length=254)
    reply = models.CharField(max_length=9, choices=Reply.choices, blank=True, default="")
    reply_note = models.CharField(max_length=500, blank=True, default="")
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def forget_reply(self) -> None:
        """They answered to another time."""
        self.reply, self.reply_note, self.replied_at = "", "", None


class MeetingInvitation(Told):
    """The invitation to a planned meeting or call. Who is invited stands in its guests."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="invitation")

    def __str__(self) -> str:
        return str(self.activity)


class MeetingGuest(Answering):
    """A contact or a colleague who was invited. Taken off the meeting, the row stays with `removed_at`."""

    invitation = models.ForeignKey(MeetingInvitation, on_delete=models.CASCADE, related_name="guests")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        "outreach.Message", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "address"], condition=Q(removed_at=None), name="meeting_guest_once"
            ),
            models.CheckConstraint(
                condition=Q(contact__isnull=False, user=None) | Q(contact=None, user__isnull=False),
                name="meeting_guest_is_one_person",
            ),
            models.CheckConstraint(
                condition=Q(reply__in=["", "accepted", "declined", "tentative"]), name="meeting_reply_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str((self.contact or self.user).name)  # type: ignore[union-attr]
