from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """How mail leaves a mailbox."""

    SYSTEM = "system", _("The server of this installation")
    SMTP = "smtp", _("Own SMTP server")
    BREVO = "brevo", "Brevo"
    MAILGUN = "mailgun", "Mailgun"
    POSTMARK = "postmark", "Postmark"
    RESEND = "resend", "Resend"
    SENDGRID = "sendgrid", "SendGrid"


class Security(models.TextChoices):
    SSL = "ssl", _("TLS from the start")
    STARTTLS = "starttls", _("STARTTLS")
    PLAIN = "plain", _("No encryption")


class Reading(models.TextChoices):
    """Who reads the mail of a mailbox."""

    RECORD = "record", _("Whoever sees the record")
    OWNER = "owner", _("Only its owner")


class Mailbox(models.Model):
    """An address that mail leaves from and, with a server to read, comes in at. Without an owner it is shared."""

    address = models.CharField(max_length=254, unique=True)
    from_name = models.CharField(max_length=120, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reading = models.CharField(max_length=6, choices=Reading.choices, default=Reading.RECORD)
    signature = models.TextField(blank=True, default="")
    plus_replies = models.BooleanField(default=False)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.SYSTEM)
    smtp_host = models.CharField(max_length=253, blank=True, default="")
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=8, choices=Security.choices, default=Security.STARTTLS)
    smtp_user = models.CharField(max_length=254, blank=True, default="")
    sealed_smtp_password = models.TextField(blank=True, default="")
    imap_host = models.CharField(max_length=253, blank=True, default="")
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, choices=Security.choices, default=Security.SSL)
    imap_user = models.CharField(max_length=254, blank=True, default="")
    sealed_imap_password = models.TextField(blank=True, default="")
    read_since = models.DateField()
    due_at = models.DateTimeField()  # when it is to be read next
    seen_at = models.DateTimeField(null=True)  # when it was last read without an error
    error = models.TextField(blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mailboxes"
        ordering = ["address"]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=Way.values), name="mailbox_way_known"),
            models.CheckConstraint(
                condition=~Q(way="smtp") | ~Q(smtp_host=""), name="mailbox_smtp_has_a_host"
            ),
            models.CheckConstraint(
                condition=~Q(reading="owner") | Q(owner__isnull=False), name="mailbox_for_its_owner_has_one"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="mailbox_due", condition=~Q(imap_host="") & Q(retired_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def receives(self) -> bool:
        return bool(self.imap_host)

    @property
    def shown(self) -> str:
        return f"{self.from_name} <{self.address}>" if self.from_name else self.address


class Folder(models.Model):
    """How far one folder of a mailbox was read."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=250)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # came before, by another mailbox or folder
    skipped = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="folder_once")]

    def __str__(self) -> str:
        return f"{self.mailbox}: {self.name}"


class Why(models.TextChoices):
    """Why a mail was not kept."""

    STRANGER = "stranger", _("Nobody we know")
    TOO_LARGE = "too_large", _("Too large")
    UNREADABLE = "unreadable", _("Cannot be read")
    GONE = "gone", _("Was gone when we asked for it")


class Skipped(models.Model):
    """A mail that stayed on the server. Nothing of its content is kept."""

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="left_out")
    uid = models.BigIntegerField()
    uid_validity = models.BigIntegerField()
    why = models.CharField(max_length=10, choices=Why.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "uid_validity", "uid"], name="skipped_once")]

    def __str__(self) -> str:
        return f"{self.folder} {self.uid}: {self.why}"


class Sort(models.TextChoices):
    """What a received mail is."""

    MAIL = "mail", _("E-mail")
    OWN = "own", _("Sent from another program")
    AUTOMATIC = "automatic", _("Automatic answer")
    BOUNCE = "bounce", _("Could not be delivered")


class Outgoing(models.Model):
    """A mail of ours, from the moment it is written."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        HANDING = "handing", _("Being handed over")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNCERTAIN = "uncertain", _("Perhaps sent")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="outgoing")
    key = models.CharField(max_length=16, unique=True)  # what the token in its Message-ID signs
    message_id = models.CharField(max_length=250, unique=True)
    provider_id = models.CharField(max_length=250, blank=True, default="")  # what a provider made of it
    in_reply_to = models.CharField(max_length=250, blank=True, default="")
    references = models.JSONField(default=list)
    to = models.JSONField()  # [[name, address], …]
    cc = models.JSONField(default=list)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    calendar = models.TextField(blank=True, default="")
    calendar_method = models.CharField(max_length=10, blank=True, default="")
    purpose = models.CharField(max_length=40)  # which room wrote it, and what for
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True, default="")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name_plural = "outgoing"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "handing", "sent", "failed", "uncertain"]),
                name="outgoing_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="outgoing_sent_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="outgoing_due", condition=Q(state__in=["queued", "handing"]))
        ]

    def __str__(self) -> str:
        return self.subject


class Received(models.Model):
    """A mail that came in, once for all mailboxes in which it was seen. The source is kept as a file."""

    key = models.CharField(max_length=80, unique=True)  # by which the same mail is recognised
    message_id = models.CharField(max_length=250, blank=True, default="", db_index=True)
    in_reply_to = models.CharField(max_length=250, blank=True, default="")
    references = models.JSONField(default=list)
    answers = models.ForeignKey(
        Outgoing, null=True, on_delete=models.SET_NULL, related_name="replies"
    )  # the mail of ours whose signed token it carries
    sort = models.CharField(max_length=9, choices=Sort.choices)
    from_name = models.CharField(max_length=250, blank=True, default="")
    from_address = models.CharField(max_length=254, blank=True, default="")
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    subject = models.CharField(max_length=250, blank=True, default="")
    text = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")  # the text without what it quotes
    parts = models.JSONField(default=list)  # attached files: [{name, type, size}]
    calendar = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "received"

    def __str__(self) -> str:
        return self.subject


class Sighting(models.Model):
    """In which folder of which mailbox a mail was seen."""

    received = models.ForeignKey(Received, on_delete=models.CASCADE, related_name="sightings")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="sightings")
    folder = models.CharField(max_length=250)
    uid = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["received", "mailbox", "folder"], name="sighting_once")
        ]

    def __str__(self) -> str:
        return f"{self.received} in {self.folder}"
