"""What the worker does for messages, in a thread of its own."""

from django.utils import timezone

from siklus.platform.chat.sending import send_due


def send_messages() -> int:
    """A round of the worker."""
    return send_due(timezone.now())
