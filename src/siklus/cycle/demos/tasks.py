from django.utils import timezone

from siklus.cycle.demos.actions import remind_guests


def remind() -> int:
    """What the worker asks now and then; each guest is reminded once."""
    return remind_guests(at=timezone.now())
