"""Grading everything goes on in a worker."""

from django.utils import timezone
from django_tasks import task

from siklus.cycle.prospecting.actions import recompute_fit
from siklus.platform.accounts.models import User


@task()
def recompute(because: str, user_id: int | None = None) -> None:
    """Grade all records anew."""
    recompute_fit(
        by=User.objects.filter(pk=user_id).first() if user_id else None, at=timezone.now(), because=because
    )
