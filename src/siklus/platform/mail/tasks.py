"""What the worker does for mail: the outbox between two tasks, mailboxes when their time has come."""

from django.utils import timezone
from django_tasks import task

from siklus.platform.mail.fetching import due_mailboxes, fetch_mailbox
from siklus.platform.mail.models import Mailbox
from siklus.platform.mail.sending import send_due


def send_waiting() -> int:
    """A round of the worker."""
    return send_due(timezone.now())


def look_into_mailboxes() -> int:
    """A round of the worker: one task for each mailbox whose turn it is."""
    due = due_mailboxes(timezone.now())
    for mailbox_id in due:
        fetch.enqueue(mailbox_id)
    return len(due)


@task()
def fetch(mailbox_id: int) -> None:
    """Import what is new in a mailbox."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, retired_at=None).first()
    if mailbox is not None and mailbox.receives:
        fetch_mailbox(mailbox=mailbox, at=timezone.now())
